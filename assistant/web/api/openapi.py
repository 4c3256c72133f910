"""The description of the API (OpenAPI 3.1), from the table of operations and the schemas of the contract."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from assistant.contract import schema
from assistant.web.api.operations import Operation
from assistant.web.api.parameters import Parameter

_PROBLEM: dict[str, Any] = {
    "title": "What went wrong (RFC 9457)",
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"description": "What is wrong, in a sentence.", "type": "string"},
        "status": {"type": "integer"},
        "code": {"description": "Stable, for programs, such as unknown-concept.", "type": "string"},
        "hint": {"description": "What to do about it; may be empty.", "type": "string"},
        "nearest": {"description": "What may have been meant.", "type": "array", "items": {"type": "string"}},
    },
    "required": ["title", "status", "code"],
}


def openapi(operations: Sequence[Operation], prefix: str) -> dict[str, Any]:
    """The whole description; it refers to nothing outside."""
    paths: dict[str, Any] = {}
    for one in operations:
        paths.setdefault(f"{prefix}{one.path}", {})[one.method.lower()] = _operation(one)
    named = sorted({one.schema for one in operations})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "study",
            "version": _version(),
            "description": "Answers with citations, and paths with reasons, from your notes.",
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": {"problem": _PROBLEM, **{name: _component(name) for name in named}},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(one: Operation) -> dict[str, Any]:
    in_path = set(re.findall(r"{(\w+)}", one.path))
    has_body = one.method == "POST"
    words = [word for word in re.split(r"[/{}]+", one.path) if word]
    described: dict[str, Any] = {
        "summary": one.summary,
        "operationId": "_".join([one.method.lower(), *words]),
        "responses": {
            "200": {"description": one.summary, "content": _contents(one)},
            "default": {
                "description": "What went wrong.",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}},
            },
        },
    }
    shown = [each for each in one.parameters if not has_body or each.name in in_path]
    if shown:
        described["parameters"] = [_parameter(each, "path" if each.name in in_path else "query") for each in shown]
    if has_body:
        rest = [each for each in one.parameters if each.name not in in_path]
        body = {
            "type": "object",
            "properties": {each.name: {"description": each.description, **each.schema()} for each in rest},
            "required": [each.name for each in rest if each.required],
            "additionalProperties": False,
        }
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return described


def _contents(one: Operation) -> dict[str, Any]:
    content: dict[str, Any] = {"application/json": {"schema": {"$ref": f"#/components/schemas/{one.schema}"}}}
    if one.path == "/ask":
        content["text/event-stream"] = {"schema": {"type": "string"}}
    return content


def _parameter(one: Parameter, place: str) -> dict[str, Any]:
    return {
        "name": one.name,
        "in": place,
        "description": one.description,
        "required": one.required or place == "path",
        "schema": one.schema(),
        **({"explode": True} if one.many else {}),
    }


def _component(name: str) -> dict[str, Any]:
    """A schema of the contract, whose own definitions are found below it."""
    moved: dict[str, Any] = _moved(schema(name), f"#/components/schemas/{name}/$defs/")
    return moved


def _moved(value: Any, place: str) -> Any:
    if isinstance(value, dict):
        return {
            key: place + each.removeprefix("#/$defs/") if key == "$ref" and isinstance(each, str) else _moved(each, place)
            for key, each in value.items()
        }
    return [_moved(each, place) for each in value] if isinstance(value, list) else value


def _version() -> str:
    try:
        return version("study-assistant")
    except PackageNotFoundError:
        return "0"
