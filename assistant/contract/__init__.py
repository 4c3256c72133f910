"""Every JSON shape that the faces of study give: functions that make it, and a JSON Schema (2020-12) for each shape.

>>> sorted(schema("forget")["properties"])
['chunks', 'concepts', 'documents', 'forgotten']
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

BY_COMMAND: Mapping[str, tuple[str, ...]] = {
    "ingest": ("ingest",),
    "forget": ("forget",),
    "documents": ("documents",),
    "status": ("status",),
    "show": ("source",),
    "inspect": ("inspection",),
    "doctor": ("health",),
    "search": ("hits",),
    "ask": ("answer",),
    "chat": ("answer", "conversations"),
    "path": ("path",),
    "concept": ("concept",),
    "why": ("why",),
    "graph": ("graph",),
    "graph export": ("graph",),
    "graph show": ("neighbourhood",),
    "graph stats": ("statistics",),
    "graph disagreements": ("disagreements",),
    "gaps": ("gaps",),
    "graph accept": ("correction",),
    "graph reject": ("correction",),
    "graph merge": ("correction",),
    "graph split": ("correction",),
    "graph rename": ("correction",),
    "graph hide": ("correction",),
    "graph add": ("correction",),
    "graph undo": ("correction",),
    "graph corrections": ("corrections",),
    "graph refine": ("judgements", "judgements-undone"),
    "atlas show": ("atlas-concept",),
    "atlas search": ("atlas-hits",),
    "atlas stats": ("atlas-statistics",),
    "atlas export": ("atlas",),
    "atlas check": ("atlas-findings",),
    "practice": ("practice-session", "practice-answer"),
    "practice items": ("practice-items",),
    "practice stats": ("practice-statistics",),
    "practice write": ("practice-items",),
    "practice fit": ("practice-fitted",),
    "practice undo": ("practice-undone",),
    "practice suspend": ("practice-change",),
    "practice resume": ("practice-change",),
    "practice bury": ("practice-change",),
    "practice flag": ("practice-change",),
    "practice edit": ("practice-change",),
    "walk": ("walk", "walks"),
    "cards export": ("cards-exported",),
    "cards import": ("cards-imported",),
    "know": ("known", "placement"),
    "model list": ("models",),
    "config": ("settings",),
    "config set": ("settings",),
    "tune": ("tuning", "tuning-undone"),
    "backup": ("backup",),
    "restore": ("restored",),
    "eval retrieval": ("retrieval-run",),
    "eval answers": ("answers-run", "answers-compared"),
    "eval graph": ("graph-run",),
    "eval show": ("retrieval-misses", "answers-misses", "graph-misses"),
    "eval compare": ("comparison",),
    "eval make": ("questions-draft",),
    "eval make-graph": ("pairs-draft",),
}
"""The schemas of each command's JSON output; every output matches one of them."""

BY_PATH: Mapping[str, tuple[str, ...]] = {}
"""The schemas of responses that only the HTTP API gives."""

_FOLDER = Path(__file__).parent / "schemas"
_COMMON = "common"
_SHARED = f"{_COMMON}.json#/$defs/"
_LOCAL = "#/$defs/"


def names() -> list[str]:
    """The names of all schemas."""
    return sorted(file.stem for file in _FOLDER.glob("*.json") if file.stem != _COMMON)


def schema(name: str) -> dict[str, Any]:
    """A self-contained schema by its name, such as "answer": shared definitions are among its `$defs`.

    Raises ValueError for an unknown name.
    """
    if name not in names():
        raise ValueError(f"there is no schema named {name!r}")
    value = _read(name)
    shared: dict[str, Any] = {}
    _collect(value, shared)
    return {**_localized(value), **({"$defs": dict(sorted(shared.items()))} if shared else {})}


@cache
def _text(name: str) -> str:
    return (_FOLDER / f"{name}.json").read_text(encoding="utf-8")


def _read(name: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(_text(name))
    return value


def _collect(value: Any, shared: dict[str, Any]) -> None:
    """Put every shared definition that a value refers to into `shared`, and those that these refer to."""
    if isinstance(value, dict):
        reference = value.get("$ref", "")
        name = reference.removeprefix(_SHARED)
        if name != reference and name not in shared:
            definition = _read(_COMMON)["$defs"][name]
            shared[name] = _localized(definition)
            _collect(definition, shared)
        for each in value.values():
            _collect(each, shared)
    elif isinstance(value, list):
        for each in value:
            _collect(each, shared)


def _localized(value: Any) -> Any:
    """A value whose references to shared definitions lead to its own `$defs`."""
    if isinstance(value, dict):
        return {
            key: _LOCAL + each.removeprefix(_SHARED) if key == "$ref" and each.startswith(_SHARED) else _localized(each)
            for key, each in value.items()
        }
    return [_localized(each) for each in value] if isinstance(value, list) else value
