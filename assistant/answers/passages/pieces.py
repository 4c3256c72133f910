"""The sentences, items and rows that a unit is made of: short ones share a unit, but an answer may need only one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from assistant.answers.passages.coverage import covered
from assistant.answers.question.intent import Intent, fits
from assistant.wording.display import MARKER, tidy
from assistant.wording.labels import is_asked, labels_in
from ingest.model import Excerpt, Span
from ingest.text.sentences import sentences
from ingest.text.terms import analyze

_YES_NO = re.compile(r"\A\W*(?:yes|no|never|always|not necessarily|only if)\b", re.IGNORECASE)
_EXPLAINS = re.compile(r"\W*where\b", re.IGNORECASE)
_FEW_WORDS = 4
# Of the question, the share that a label has to name, or an item to speak of, for the other items to be left out.
_LEAST_NAMED = 0.3
_LEAST_TOLD = 0.5
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


def pointed(unit: Excerpt, intent: Intent, asked: Mapping[str, float]) -> Excerpt:
    """Of a unit what was asked for.

    The questions at its ends go that it answers no more. Where a number is asked for, it goes from the first piece to the last that has
    one. Of a list only the items stay whose labels name what was asked for, or, for a number or a formula, which speak of most of it, if
    the others add nothing to that.
    """
    parts = pieces(unit)
    kept = [at for at, piece in enumerate(parts) if not _only_asks(parts, at)]
    if not kept:
        return unit
    is_form = intent in (Intent.NUMBER, Intent.FORMULA)
    fitting = [at for at in kept if not is_form or fits(intent, MARKER.sub("", parts[at].text))]
    if _EXPLAINS.match(parts[0].text):
        # What says what the symbols of a formula mean ends where the next formula begins.
        kept = [at for at in kept if not any(fits(Intent.FORMULA, piece.text) for piece in parts[1 : at + 1])] or kept
    telling = _telling(parts, fitting, asked, is_form=is_form)
    if telling:
        after = telling[-1] + 1
        kept = [*telling, after] if is_form and after < len(parts) and _EXPLAINS.match(MARKER.sub("", parts[after].text)) else telling
    elif intent is Intent.NUMBER and fitting:
        # A label says what the numbers below it are of.
        kept = kept[: kept[0] == 0 and parts[0].text.endswith(":")] + fitting
    return joined(unit, parts[kept[0]], parts[kept[-1]])


def _telling(parts: Sequence[Excerpt], among: Sequence[int], asked: Mapping[str, float], *, is_form: bool) -> list[int]:
    """The items of a list that say what was asked, if the other pieces speak of nothing that these do not; none where none is so sure."""
    items = [at for at in among if _is_labelled_item(parts[at].text) and not parts[at].text.rstrip("*_ ").endswith(":")]
    if len(parts) < 2 or not items:
        return []
    met = [frozenset(analyze(piece.text)) & asked.keys() for piece in parts]
    named = [
        at
        for at in items
        if any(is_asked(label, asked) and covered(asked, label) >= _LEAST_NAMED for label in labels_in(parts[at].text.split("\n")[0]))
    ]
    if not named and not is_form:
        return []
    most = max(covered(asked, met[at]) for at in items)
    best = named or [at for at in items if most >= _LEAST_TOLD and covered(asked, met[at]) == most]
    said = frozenset[str]().union(*(met[at] for at in best))
    return best if best and all(there <= said for there in met) else []


def _is_labelled_item(text: str) -> bool:
    return MARKER.match(text) is not None or next(labels_in(text), None) is not None


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
