"""Labels: the few words before a colon that say what an item or a line is about."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from assistant.wording.display import MARKER, is_fragment, is_item, tidy
from ingest.model import Chunk, Excerpt, Span
from ingest.text.terms import analyze

_LABEL = re.compile(r"(?P<label>[^\s:.;|$`][^:.;|$`\n]{0,48}):(?=[*_`]*(?:\s|$))")
_MOST_WORDS = 5
_MOST_WORDS_BELOW = 60


def labels_in(text: str) -> Iterator[frozenset[str]]:
    """The terms of every line's label, of the lines that have one; a single letter is a symbol or an answer's mark."""
    if ":" not in text:
        return
    for line in text.split("\n"):
        if (match := _LABEL.match(MARKER.sub("", line).lstrip("*_ "))) and len(match["label"].split()) <= _MOST_WORDS:
            terms = frozenset(analyze(match["label"]))
            if any(len(term) > 1 for term in terms):
                yield terms


def is_asked(label: Collection[str], asked: Collection[str]) -> bool:
    """Whether a label names nothing but what was asked for."""
    return all(term in asked for term in label)


def with_items(chunk: Chunk, position: int) -> Excerpt | None:
    """A unit that is only the label of a list, together with the items below it that make the next unit; None for any other unit."""
    unit = chunk.units[position]
    if position + 1 >= len(chunk.units) or is_item(chunk, unit) or not is_item(chunk, chunk.units[position + 1]):
        return None
    said = tidy(unit.text)
    if "$$" in said or not (said.endswith(":") or (is_fragment(said) and "\n" not in unit.text)):
        return None
    begins = chunk.text.find(unit.text)
    items = chunk.units[position + 1].text
    ends = chunk.text.find(items, begins + len(unit.text)) + len(items)
    if begins < 0 or ends < begins + len(items) or len(chunk.text[begins:ends].split()) > _MOST_WORDS_BELOW:
        return None
    return Excerpt(chunk.text[begins:ends], Span(unit.span.first, chunk.units[position + 1].span.last, unit.span.part))
