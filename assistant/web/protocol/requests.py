"""Turn a request of OpenAI's protocol into a question with the earlier turns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from starlette.requests import Request

from assistant.errors import UnknownModel
from assistant.library.library import Library
from assistant.web.protocol.chores import Chore, chore_in
from ingest.errors import UsageError

PLAIN = "study"
"""The model that answers in the documents' own words; `study:NAME` is a language model that the user named."""
_MOST_MESSAGES, _LONGEST = 400, 8_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the questions and answers before it, and how to answer. A `chore` is done in place of an answer."""

    question: str
    before: tuple[tuple[str, str], ...]
    model: str
    is_streamed: bool
    has_usage: bool
    chore: Chore | None = None


async def body_of(request: Request) -> Mapping[str, Any]:
    """The JSON object that was sent. Raises UsageError."""
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise UsageError("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise UsageError("The body is not a JSON object.")
    return body


def asked_of(body: Mapping[str, Any]) -> Asked:
    """The question of a completion request. Raises UsageError."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages or len(messages) > _MOST_MESSAGES:
        raise UsageError(f"'messages' is a list of 1 to {_MOST_MESSAGES} messages.")
    said = [(str(message.get("role")), _text(message.get("content"))) for message in messages if isinstance(message, dict)]
    if len(said) != len(messages) or said[-1][0] != "user":
        raise UsageError("The last message is the user's question.")
    model = body.get("model") or PLAIN
    options = body.get("stream_options")
    if not isinstance(model, str):
        raise UsageError("'model' is the name of a model.")
    has_usage = isinstance(options, dict) and options.get("include_usage") is True
    return Asked(said[-1][1][:_LONGEST], tuple(_turns(said[:-1])), model, body.get("stream") is True, has_usage, chore_in(said[-1][1]))


def model_named(library: Library, name: str) -> str | Literal[False]:
    """The model of a request as `Library` takes it. Raises UnknownModel."""
    if name == PLAIN:
        return False
    named = name.removeprefix(f"{PLAIN}:")
    if named == name or named not in library.models.all():
        raise UnknownModel(f"There is no model {name[:80]!r}.", f"There are: {', '.join(model_ids(library))}.")
    return named


def model_ids(library: Library) -> list[str]:
    """The models that can be asked."""
    return [PLAIN, *(f"{PLAIN}:{name}" for name in library.models.all())]


def _turns(said: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The questions with the answers that came right after them."""
    turns: list[tuple[str, str]] = []
    question = ""
    for role, text in said:
        if role == "user":
            question = text
        elif role == "assistant" and question:
            turns.append((question[:_LONGEST], text[:_LONGEST]))
            question = ""
    return turns


def _text(content: object) -> str:
    """The text of a message, whose content may come in parts. Raises UsageError for content without text."""
    if isinstance(content, str):
        return content.encode("utf-8", "replace").decode()
    if isinstance(content, list):
        texts = [part.get("text") for part in content if isinstance(part, dict) and part.get("type") in ("text", "input_text")]
        return "\n".join(text.encode("utf-8", "replace").decode() for text in texts if isinstance(text, str))
    if content is None:
        return ""
    raise UsageError("The content of a message is a text.")
