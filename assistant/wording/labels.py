"""Labels: the few words before a colon that name the subject of an item or a line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from assistant.wording.display import MARKER
from ingest.text.terms import analyze

_LABEL = re.compile(r"(?P<label>[^\s:.;|$`][^:.;|$`\n]{0,48}):(?=[*_`]*(?:\s|$))")
_MOST_WORDS = 5


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
    """True if a label has only terms that were asked for."""
    return all(term in asked for term in label)
