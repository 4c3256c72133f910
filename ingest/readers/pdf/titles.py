"""Tell headings of a PDF from other text in large or bold letters: formulas, list items, addresses, labels of figures, long passages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ingest.readers.pdf.rows import Row
from ingest.text.list_marks import BULLETS

_LONGEST = 26
"""The most words of a heading on all its lines. Longer text is a passage in large letters, or the labels of a figure."""
_FEWEST_WORDS = 0.5
"""The least share of words among the tokens of a heading. A formula has more signs and numbers."""
_RELATION = re.compile(r"[=≤≥≈≡∈∝∼∑∏∫√∇∂∞←→↦⇒⇔≠±‖]|\|.*\|")
_NUMBER = re.compile(r"(?:\d{1,3}|[A-Z]|[IVXL]{1,5})(?:\.\d{1,3})*[.)]?\s+\S")
_MARKED = re.compile(rf"[{re.escape(BULLETS)}([{{]|.*(?:@\w|://|www\.|(?:\. ?){{4}}|…{{2}})")
"""What opens a list item, a remark or an equation, and what a heading never holds: addresses, the dots of a table of contents."""
_UNFINISHED = re.compile(r"[,;]$|[a-z]-$|\b(?:and|or|of|the|a|an|in|to|for|with|by|that|which|is|are)$")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SENTENCE = 6
"""A heading of this many words has no full stop; a sentence has one."""
_MOST_CELLS = 2
"""The most pieces of a heading: a number and a title. More pieces, far apart, are a table or a figure."""


def may_be_heading(row: Row, *, continues: bool = False) -> bool:
    """True if the words of a row may be a heading, whatever its letters look like. `continues` is true if the row before is one."""
    text = row.text.strip()
    if _MARKED.match(text) or _RELATION.search(text) or len(row.cells) > _MOST_CELLS:
        return False
    opening = next((sign for sign in text if sign.isalpha()), "")
    if opening.islower() and not continues and not _NUMBER.match(text):
        return False
    pieces = text.split()
    if text.endswith(".") and len(pieces) >= _SENTENCE and not _NUMBER.match(text):
        return False
    return sum(_WORD.search(piece) is not None for piece in pieces) >= _FEWEST_WORDS * len(pieces)


def without_passages(rows: Sequence[Row], heads: Mapping[int, int]) -> dict[int, int]:
    """The headings of a page without those that have too many words or lines, or break off in the middle of a sentence."""
    kept = dict(heads)
    order = sorted(heads)
    at = 0
    while at < len(order):
        end = at + 1
        while (
            end < len(order) and order[end] == order[end - 1] + 1 and heads[order[end]] == heads[order[at]] and not rows[order[end]].apart
        ):
            end += 1
        run = [rows[index].text for index in order[at:end]]
        if sum(len(text.split()) for text in run) > _LONGEST or _goes_on(rows, order[end - 1], run[-1]):
            for index in order[at:end]:
                del kept[index]
        at = end
    return kept


def _goes_on(rows: Sequence[Row], last: int, text: str) -> bool:
    """True if a heading ends in the middle of a sentence, and the row below continues it."""
    below = rows[last + 1].text if last + 1 < len(rows) else ""
    return _UNFINISHED.search(text) is not None and (below[:1].islower() or not below)
