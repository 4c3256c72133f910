"""An answer as the text of a chat message, with its citations as annotations.

The indices of an annotation are those of the sentence with the citation, not of its mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answers.markdown import to_markdown
from assistant.answers.model import DONT_SAY, Answer, Citation, Sentence, sentences_of
from assistant.web.rendering.links import source_url
from assistant.wording.safe import displayable

_QUOTED = 200


@dataclass(frozen=True, slots=True)
class Message:
    """The text of a message and its annotations."""

    text: str
    annotations: tuple[dict[str, Any], ...]


def message_of(answer: Answer, base: str) -> Message:
    """The message for an answer; links lead to the pages of the server at `base`."""
    note = f"*{_plain(answer.note)}*\n\n" if answer.note else ""
    if answer.abstained:
        return Message(f"{DONT_SAY}\n\n{note}".strip(), ())
    body = _plain(note + to_markdown(answer.blocks))
    text = f"{body}\n\n{sources(answer.citations, base)}" if answer.citations else body
    return Message(text, tuple(annotated(body, sentences_of(answer.blocks), answer.citations, base)))


def sources(citations: Sequence[Citation], base: str) -> str:
    """The list of sources, each a link into the source's page."""
    return "\n".join(f"[{one.id}] [{_bracketed(one.place)}]({base}{source_url(one.document, one.span)})  " for one in citations).rstrip()


def annotated(body: str, sentences: Sequence[Sentence], citations: Sequence[Citation], base: str) -> list[dict[str, Any]]:
    """An annotation for each source of each sentence."""
    known = {one.id: one for one in citations}
    found: list[dict[str, Any]] = []
    at = 0
    for sentence in sentences:
        start = body.find(_plain(sentence.text), at)
        start, end = (start, start + len(_plain(sentence.text))) if start >= 0 else (at, at)
        at = end
        found += [annotation(known[number], base, start, end) for number in sentence.citations if number in known]
    return found


def annotation(cited: Citation, base: str, start: int, end: int) -> dict[str, Any]:
    """A citation as an annotation, whose title is the place with its words."""
    quote = " ".join(cited.quote.split())
    shown = quote if len(quote) <= _QUOTED else f"{quote[:_QUOTED]}…"
    title = _plain(f"{cited.place} — {shown}")
    return {
        "type": "url_citation",
        "url_citation": {"url": base + source_url(cited.document, cited.span), "title": title, "start_index": start, "end_index": end},
    }


def _plain(text: str) -> str:
    return displayable(text).encode("utf-8", "replace").decode()


def _bracketed(text: str) -> str:
    return _plain(text).replace("[", "(").replace("]", ")")
