"""Finding the questions of a text: `Q12: …`, `1) …?`, `18. Q. "…"`, `**Q:** …`, headings and summaries that ask."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from ingest.structure.lines import Line, LineKind


class Strength(IntEnum):
    """How plainly a line says that it is a question. A weaker one inside the answer of a stronger one is part of that answer."""

    BULLET = 1
    NUMBERED = 2
    NAMED = 3
    NAMED_AND_NUMBERED = 4


class Asked(NamedTuple):
    """A question: its lines as indices (inclusive), its text, and how deep it is indented.

    `reach`: the last line that its answer can have, where the format's marks say so.
    """

    first: int
    last: int
    text: str
    indent: int
    strength: Strength
    reach: int | None = None


_EXPLICIT = re.compile(
    r"(?:\*\*|__)?Q(?:(?:uestion)?\s*(?P<number>\d{1,4})(?:\*\*|__)?\s*[:.)\-–—]|(?:uestion)?\s*[:.])(?:\*\*|__)?\s*(?P<text>\S.*)$",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"(?:\*\*|__)?(?:(?:sample |model |short |show )?answer|ans|a|solution)(?:\*\*|__)?\s*(?:[:.)](?:\*\*|__)?(?:\s|$)|$)", re.IGNORECASE
)
_SUMMARY = re.compile(r"<summary>\s*(.*?)\s*</summary>", re.IGNORECASE)
_FOLDED = re.compile(r">\s*\[!(?:question|faq|help)\][+-]?\s+(.+)$", re.IGNORECASE)
_ASKS = re.compile(
    r"(?:what|why|how|when|where|which|who|is|are|can|could|does|do|did|should|would|will|explain|describe|derive|define|compare|contrast|"
    r"discuss|prove|show|implement|design|list|name|give|state|calculate|compute|write|sketch|debug|outline|walk)\b",
    re.IGNORECASE,
)
_Style = tuple[int, str]
"""How a list is set: its indentation and the sign after its numbers, `-` for bullets."""

_QUOTES = "\"'“”‘’*_ "
_LONGEST = 400
_REACH = 4
"""Lines over which a question may be wrapped."""


def is_answer_mark(text: str) -> bool:
    """A line that opens an answer: `Answer:`, `**A:** …`, `Show answer`."""
    if text[0] not in "*_AaSsMm<":
        return False
    if text[0] == "<":
        summary = _SUMMARY.search(text[:_LONGEST])
        return summary is not None and bool(summary[1]) and _ANSWER.match(summary[1]) is not None
    return _ANSWER.match(text) is not None and (text[0] not in "a" or text.startswith(("ans", "a:")))


def is_bare_answer_mark(text: str) -> bool:
    """A line that opens an answer and says nothing of it yet: `Answer:` alone."""
    if not is_answer_mark(text):
        return False
    said = _ANSWER.match(text)
    return said is None or not text[said.end() :].strip(" *_")


def asks(text: str) -> bool:
    """Whether a text ends by asking something, remarks in parentheses aside."""
    bare = text.rstrip(_QUOTES)
    if bare.endswith(")") and "?" in bare:
        bare = bare[: bare.rfind("(")].rstrip(_QUOTES) if bare.count("?") == 1 or bare.rfind("?") < bare.rfind("(") else "?"
    return bare.endswith("?")


def find_questions(lines: Sequence[Line]) -> dict[int, Asked]:
    """The questions of a text by the index of their first line. Headings that ask are not among them: their sections are their answers."""
    found: dict[int, Asked] = {}
    runs: dict[_Style, list[int]] = {}
    ended: list[tuple[_Style, list[int]]] = []
    for at, line in enumerate(lines):
        if line.kind is LineKind.HEADING:
            ended.extend(runs.items())
            runs = {}
            explicit = _EXPLICIT.match(line.text)
            if explicit:
                found[at] = Asked(at, at, explicit["text"].strip(_QUOTES) or line.text, 0, Strength.NAMED_AND_NUMBERED)
        elif line.kind is LineKind.ITEM:
            if not _add_explicit(lines, at, found) and (line.mark[0].isdigit() or line.mark[0] in "-*+•"):
                _add_to_run(lines, at, runs, ended)
        elif line.kind is LineKind.TEXT and line.text[0] in "*_Qq":
            _add_explicit(lines, at, found)
        elif line.kind is LineKind.TEXT and line.text[0] == "<":
            summary = _SUMMARY.search(line.text[:_LONGEST])
            if summary and asks(summary[1]):
                found[at] = Asked(at, at, summary[1], line.indent, Strength.NAMED)
        elif line.kind is LineKind.TEXT and line.text[0] == ">":
            folded = _FOLDED.match(line.text[:_LONGEST])
            if folded and asks(folded[1]):
                last = at
                while last + 1 < len(lines) and lines[last + 1].text.startswith(">"):
                    last += 1
                found[at] = Asked(at, at, folded[1].strip(_QUOTES), line.indent, Strength.NAMED, last)
    ended.extend(runs.items())
    found.update(_asked_in_runs(lines, ended))
    return dict(sorted(found.items()))


def _add_explicit(lines: Sequence[Line], at: int, found: dict[int, Asked]) -> bool:
    line = lines[at]
    match = _EXPLICIT.match(line.text) if line.text[0] in "*_Qq" else None
    if not match:
        return False
    last, text = _wrapped(lines, at, match["text"])
    if not (asks(text) or _ASKS.match(text.lstrip(_QUOTES)) or _answered_next(lines, last)):
        return False
    numbered = match["number"] is not None or line.kind is LineKind.ITEM
    found[at] = Asked(at, last, text.strip(_QUOTES), line.indent, Strength.NAMED_AND_NUMBERED if numbered else Strength.NAMED)
    return True


def _add_to_run(lines: Sequence[Line], at: int, runs: dict[_Style, list[int]], ended: list[tuple[_Style, list[int]]]) -> None:
    """Adds an item to the list it goes on with; a number that does not rise, or text between bullets, starts a new list."""
    line = lines[at]
    numbered = line.mark[0].isdigit()
    style = (line.indent, line.mark[-1] if numbered else "-")
    run = runs.get(style)
    if run is not None:
        if numbered:
            broken = _number(line) <= _number(lines[run[-1]])
        else:
            broken = any(lines[between].kind is not LineKind.BLANK for between in range(run[-1] + 1, at))
        if not broken:
            run.append(at)
            return
        ended.append((style, run))
    runs[style] = [at]


def _asked_in_runs(lines: Sequence[Line], runs: Sequence[tuple[_Style, list[int]]]) -> dict[int, Asked]:
    """The lists whose items are questions together: an imperative among questions (`Derive …`) is one too.

    Where a text numbers nearly all of its questions in one style, the other lists in that style are questions as well.
    """
    found: dict[int, Asked] = {}
    undecided: list[tuple[_Style, list[tuple[int, int, str]]]] = []
    decided: dict[_Style, int] = {}
    for style, run in runs:
        whole = [(at, *_wrapped(lines, at, lines[at].text)) for at in run]
        asking = sum(asks(text) for _, _, text in whole)
        if style[1] == "-":
            chosen = asking == len(run) > 1
        else:
            imperative = sum(_ASKS.match(text.lstrip(_QUOTES)) is not None for _, _, text in whole)
            chosen = asking > 0 and (2 * asking >= len(run) or imperative == len(run))
        if chosen:
            strength = Strength.BULLET if style[1] == "-" else Strength.NUMBERED
            decided[style] = decided.get(style, 0) + len(run)
            found.update({at: Asked(at, last, text.strip(_QUOTES), style[0], strength) for at, last, text in whole})
        elif style[1] == ")":
            undecided.append((style, whole))
    for style, whole in undecided:
        others = sum(len(w) for s, w in undecided if s == style)
        if decided.get(style, 0) >= 3 * others:
            found.update({at: Asked(at, last, text.strip(_QUOTES), style[0], Strength.NUMBERED) for at, last, text in whole})
    return found


def _wrapped(lines: Sequence[Line], at: int, text: str) -> tuple[int, str]:
    """The last line and the whole text of a question that runs on over the next lines until it asks."""
    if text.rstrip(_QUOTES)[-1:] in "?.!:)" or len(text) < 50:
        return at, text
    joined = text
    for last in range(at + 1, min(at + _REACH, len(lines))):
        line = lines[last]
        if line.kind is not LineKind.TEXT or is_answer_mark(line.text):
            break
        joined = f"{joined} {line.text}"
        if asks(joined):
            return last, joined
    return at, text


def _answered_next(lines: Sequence[Line], last: int) -> bool:
    for line in lines[last + 1 : last + 4]:
        if line.kind is not LineKind.BLANK:
            return is_answer_mark(line.text)
    return False


def _number(line: Line) -> int:
    digits = line.mark.rstrip(".)")
    return int(digits) if digits.isascii() and digits.isdigit() else 0
