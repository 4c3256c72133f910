"""Replies that fit an agent's context: long texts are cut, and long lists end with the number to continue from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from assistant.wording.safe import displayable
from ingest.model import Span

MOST = 20_000
"""The most characters of a reply as JSON: at most 8,000 tokens, even with only two and a half characters per token."""
_LONGEST = 1_500
"""The most characters of a text inside a reply."""


def size(value: Any) -> int:
    """The length of a value as JSON."""
    return len(json.dumps(value, ensure_ascii=False))


def shown(value: Any) -> Any:
    """A value with its texts cut, and without characters that could harm a terminal."""
    if isinstance(value, str):
        text = displayable(value).encode("utf-8", "replace").decode()
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    if isinstance(value, Mapping):
        return {key: shown(each) for key, each in value.items()}
    return [shown(each) for each in value] if isinstance(value, list | tuple) else value


def fitted(value: Mapping[str, Any], key: str, first: int = 0, most: int = MOST) -> dict[str, Any]:
    """A reply with as many entries of its list `key`, from number `first` on, as fit. `next` is the number to continue from, null at the
    end."""
    entries = shown(list(value[key])[first:])
    rest = {name: shown(each) for name, each in value.items() if name != key}
    left = most - size(rest)
    kept: list[Any] = []
    for entry in entries:
        left -= size(entry) + 2
        if left < 0 and kept:
            break
        kept.append(entry)
    after = first + len(kept)
    return {**rest, key: kept, "next": after if len(kept) < len(entries) else None}


def trimmed(value: Mapping[str, Any], *keys: str, most: int = MOST) -> dict[str, Any]:
    """A reply whose lists `keys` are shortened, in the order of `keys`, until it fits; `left_out` gives the number of removed entries per
    list."""
    reply: dict[str, Any] = shown(value)
    left_out: dict[str, int] = {}
    for key in keys:
        entries = reply.get(key, [])
        while entries and size(reply) > most:
            left_out[key] = left_out.get(key, 0) + 1
            entries.pop()
    return {**reply, "left_out": left_out} if left_out else reply


def source_uri(document: str, span: Span | None = None) -> str:
    """The resource URI of a document, with the lines as its fragment."""
    from urllib.parse import quote

    part = f"{span.part.kind}-{span.part.number}:" if span and span.part else ""
    return f"study://source/{quote(document)}" + (f"#{part}L{span.first}-{span.last}" if span else "")
