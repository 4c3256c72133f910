"""The JSON of conversations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.conversation.conversations import Listed


def conversations_to_json(listed: Iterable[Listed]) -> dict[str, Any]:
    """`study chat --list`: each conversation with its number of turns, when the last one was, and its first question."""
    return {"conversations": [{"name": one.name, "turns": one.turns, "last": one.last, "first": one.first} for one in listed]}
