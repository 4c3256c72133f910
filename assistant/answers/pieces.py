"""The sentences, items and rows that a unit is made of: short ones share a unit, but an answer may need only one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.answers.intent import Intent, fits
from assistant.answers.wording import MARKER, tidy
from ingest.model import Excerpt, Span
from ingest.sentences import sentences

_YES_NO = re.compile(r"\A\W*(?:yes|no|never|always|not necessarily|only if)\b", re.IGNORECASE)
_FEW_WORDS = 4
_VERB = re.compile(r"\b(?:is|are|was|were|has|have|had|can|may|must|will|does|do)\b", re.IGNORECASE)


def pieces(unit: Excerpt) -> list[Excerpt]:
    """The pieces of a unit in order, each verbatim; the unit itself where it is one formula or code. A few words without a verb go
    with what they follow."""
    if "```" in unit.text or "$$" in unit.text:
        return [unit]
    places: list[tuple[int, int]] = []
    for run_start, run_end in _runs(unit.text):
        for start, end in _sentences(unit.text, run_start, run_end):
            said = unit.text[start:end]
            asks = said.endswith("?") or (places and unit.text[places[-1][1] - 1] == "?")
            if places and start > run_start and not asks and len(said.split()) < _FEW_WORDS and not _VERB.search(said):
                places[-1] = (places[-1][0], end)
            else:
                places.append((start, end))
    return [part(unit, start, end) for start, end in places]


def part(unit: Excerpt, start: int, end: int) -> Excerpt:
    """The characters `start` to `end` (exclusive) of an excerpt, with their lines."""
    first = unit.span.first + unit.text.count("\n", 0, start)
    return Excerpt(unit.text[start:end], Span(first, first + unit.text.count("\n", start, end), unit.span.part))


def joined(unit: Excerpt, first: Excerpt, last: Excerpt) -> Excerpt:
    """A unit from one of its pieces to another."""
    start = unit.text.index(first.text)
    return part(unit, start, unit.text.index(last.text, unit.text.index(first.text)) + len(last.text))


def says_yes_or_no(text: str) -> bool:
    """Whether a text begins with the word that decides."""
    return _YES_NO.match(tidy(text)) is not None


def pointed(unit: Excerpt, intent: Intent) -> Excerpt:
    """A unit without the questions at its ends that it answers no more, and, where a number is asked for, from the first piece to the last
    that has one."""
    parts = pieces(unit)
    kept = [at for at, piece in enumerate(parts) if not _only_asks(parts, at)]
    if intent is Intent.NUMBER:
        counted = [at for at in kept if fits(intent, MARKER.sub("", parts[at].text))]
        # A label says what the numbers below it are of.
        kept = kept[: kept[0] == 0 and parts[0].text.endswith(":")] + counted if counted else kept
    return joined(unit, parts[kept[0]], parts[kept[-1]]) if kept else unit


def _only_asks(parts: list[Excerpt], at: int) -> bool:
    """Whether a piece is a question; one that is answered by a word or two is needed to understand that."""
    if not parts[at].text.rstrip().endswith("?"):
        return False
    return at + 1 == len(parts) or not (says_yes_or_no(parts[at + 1].text) or len(parts[at + 1].text.split()) < _FEW_WORDS)


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """The places of items and rows, and of the paragraphs between them."""
    start = at = 0
    for line in text.split("\n"):
        end = at + len(line)
        opens = MARKER.match(line) is not None or line.lstrip().startswith("|")
        if (opens or not line.strip()) and start < at:
            yield start, at - 1
            start = at
        at = end + 1
    if start < len(text):
        yield start, len(text)


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    run = text[start:end]
    if MARKER.match(run) or run.lstrip().startswith("|"):
        if run.strip():
            lead = len(run) - len(run.lstrip())
            yield start + lead, start + len(run.rstrip())
        return
    for first, last in sentences(run):
        yield start + first, start + last
