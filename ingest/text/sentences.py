"""Cutting technical prose into sentences, as places in the text, so that each sentence stays verbatim."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?…][\"'”’)\]*_]*\s+(?=[\"'“‘(\[*_$`\\]*[A-Z0-9À-ÞΑ-Ωα-ω$`\\])|[。！？]\s*")
_PROTECTED = re.compile(r"`[^`\n]+`|\$\$.+?\$\$|\$[^$\n]{1,400}?\$|\\\(.{1,300}?\\\)|\[[^\]\n]{1,200}\]\([^)\n]{1,300}\)", re.DOTALL)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[\"'])(?:(?i:e\.g|i\.e|etc|cf|vs|al|approx|resp|ca|viz|dr|mr|mrs|ms|prof|eds?|w\.r\.t|a\.k\.a|i\.i\.d|s\.t)"
    r"|(?:^|[(,;&]\s?|\band |\bby |\b[A-Z]\.\s?)[A-Z]|^\s*\d{1,3})\.$"
)
_NUMBERED_ABBREVIATION = re.compile(r"(?:^|[\s(\[])(?:eqs?|figs?|sec|ch|chap|no|nr|vol|pp?|tab|thm|def|prop|lem|st)\.$", re.IGNORECASE)
_SHORTENED = frozenset({"approx", "resp", "prof", "figs", "chap", "prop"})
"""The abbreviations of more than three small letters."""
_SURE_END = re.compile(r"(?:i\.i\.d|etc|al)\.$")
_WRAP = 60


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of a paragraph as (start, end) places in it, without the white space between them.

    No sentence ends inside a formula, a code span or parentheses, nor after an abbreviation or an initial. A line end ends a sentence where
    the line is complete in itself; a wrapped line goes on.
    """
    found: list[tuple[int, int]] = []
    start = 0
    for line_start, line_end in _runs(text):
        start = line_start
        segment = text[line_start:line_end]
        cuts = _cuts(segment)
        for cut in cuts:
            _add(text, start, line_start + cut, found)
            start = line_start + cut
        _add(text, start, line_end, found)
    return found


def _runs(text: str) -> list[tuple[int, int]]:
    """Lines joined where one goes on with the line before."""
    if "\n" not in text:
        return [(0, len(text))]
    runs: list[tuple[int, int]] = []
    at = 0
    before = ""
    for line in text.split("\n"):
        end = at + len(line)
        stripped = line.strip()
        if runs and before and stripped and _goes_on(before, stripped):
            runs[-1] = (runs[-1][0], end)
        elif stripped:
            runs.append((at, end))
        before = stripped or before
        at = end + 1
    return runs


def _goes_on(before: str, line: str) -> bool:
    return before[-1] == "," or (before[-1] not in ".!?:" and (line[0].islower() or len(before) >= _WRAP))


def _cuts(segment: str) -> list[int]:
    """The places after each end of sentence inside a run of text."""
    ends = list(_END.finditer(segment))
    if not ends:
        return []
    if not any(sign in segment for sign in "`$(["):
        return [match.end() for match in ends if not _abbreviated(segment, match.start() + 1)]
    kept = [False] * len(ends)
    spans = [match.span() for match in _PROTECTED.finditer(segment)] if "$" in segment or "`" in segment or "(" in segment else []
    last_closing = max(segment.rfind(")"), segment.rfind("]"))
    depth = at = inside = 0
    for number, match in enumerate(ends):
        stop = match.start() + 1
        piece = segment[at:stop]
        depth = max(0, depth + piece.count("(") + piece.count("[") - piece.count(")") - piece.count("]"))
        at = stop
        while inside < len(spans) and spans[inside][1] <= match.start():
            inside += 1
        closing = segment[stop : match.end()]
        level = depth - closing.count(")") - closing.count("]")
        protected = inside < len(spans) and spans[inside][0] < match.start()
        # A bracket that is never closed must not hold the rest of a paragraph together.
        closed = level <= 0 or stop > last_closing
        kept[number] = closed and not protected and not _abbreviated(segment, stop)
    return [match.end() for match, keep in zip(ends, kept, strict=True) if keep]


def _abbreviated(segment: str, stop: int) -> bool:
    if segment[stop - 1] != ".":
        return False
    word = segment[segment.rfind(" ", 0, stop) + 1 : stop - 1]
    if len(word) > 3 and word.isalpha() and word.islower() and word not in _SHORTENED:
        return False
    tail = segment[max(0, stop - 12) : stop]
    following = segment[stop : stop + 8].lstrip()
    if _NUMBERED_ABBREVIATION.search(tail):
        return following[:1].isdigit() or following[:1] in "$("
    if not _ABBREVIATION.search(tail):
        return False
    return not (_SURE_END.search(tail) and following[:1].isupper())


def _add(text: str, start: int, end: int, found: list[tuple[int, int]]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        found.append((start, end))
