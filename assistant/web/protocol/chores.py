"""What a chat client asks about a conversation for itself: a title, tags, what may be asked next.

Open WebUI sends such a prompt to the model of the conversation. It begins with "### Task:", holds a sample of the JSON that is expected,
and the conversation. It is no question to the documents: an answer with sources would end up as the title.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.answers.events import Result

_TASK = "### Task:"
_SAMPLE = re.compile(r'\{\s*"(title|tags|follow_ups|queries|text)"\s*:')
_HISTORY = re.compile(r"<chat_history>(.*?)(?:</chat_history>|\Z)", re.DOTALL)
_SAID = re.compile(r"^USER: (.*?)(?=^(?:USER|ASSISTANT): |\Z)", re.MULTILINE | re.DOTALL)
_TITLE, _MOST = 60, 3


@dataclass(frozen=True, slots=True)
class Chore:
    """What is wanted, by the key of the JSON that answers it, and what the user said in the conversation."""

    wanted: str
    said: tuple[str, ...]


def chore_in(text: str) -> Chore | None:
    """The chore that a message asks for; None for a question."""
    if not text.lstrip().startswith(_TASK) or (sample := _SAMPLE.search(text)) is None:
        return None
    history = _HISTORY.search(text)
    said = tuple(" ".join(one.split()) for one in _SAID.findall(history[1])) if history else ()
    return Chore(sample[1], tuple(one for one in said if one))


def done(chore: Chore, ask: Callable[[str], Result]) -> str:
    """The JSON that a chore asks for. `ask` answers a question: what it is related to are tags, and may be asked next."""
    value: str | list[str] = "" if chore.wanted in ("title", "text") else []
    if chore.said and chore.wanted == "title":
        value = _shortened(chore.said[0])
    elif chore.said and chore.wanted in ("tags", "follow_ups"):
        names = _related(ask(chore.said[-1]))
        asked = chore.said[-1].casefold()
        value = names[:_MOST] if chore.wanted == "tags" else [f"What is {name}?" for name in names if name.casefold() not in asked][:_MOST]
    return json.dumps({chore.wanted: value}, ensure_ascii=False)


def _related(result: Result) -> list[str]:
    answer = result.answer
    return list(dict.fromkeys(result.labels.get(id_, id_) for id_ in (*answer.related, *answer.learn_first)))


def _shortened(text: str) -> str:
    return text if len(text) <= _TITLE else f"{text[:_TITLE].rpartition(' ')[0] or text[:_TITLE]}…"
