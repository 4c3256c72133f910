"""What decides a question that is answered with yes or no: the sentence that says of its subject what was asked, or denies it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence, Set

from assistant.answers.compose.asked import Asked
from assistant.answers.compose.tables import is_row
from assistant.answers.compose.units import state_unit
from assistant.answers.passages.candidates import Candidate
from assistant.answers.passages.coverage import covered
from assistant.answers.passages.pieces import part, pieces, says_yes_or_no
from assistant.answers.question.intent import subject
from assistant.answers.statements import Quote, Statement
from assistant.wording.display import header_of, is_dangling, tidy
from ingest.model import Excerpt, Kind
from ingest.text.terms import analyze

_DECIDING = 0.3
_PAIRED = 0.1
_REACH = 8
"""Passages before and after the best one that are looked at."""
_DENYING = ("a", "un", "in", "im", "ir", "non", "dis")
_SHORTEST = 5
_CHANGEABLE = ("symmetr", "commut")
# f(x, y) beside f(y, x), and A B beside B A: what is said between them says whether the order matters.
_SWAPPED = re.compile(
    r"\b(?P<f>\w{1,40})\s*\(\s*(?P<x>\w+)\s*(?P<sign>,|\|\|?|∥)\s*(?P<y>\w+)\s*\)[^.;\n]{1,30}?(?P=f)\s*\(\s*(?P=y)\s*(?P=sign)\s*(?P=x)\s*\)|"
    r"\b(?P<a>[A-Z])\s?(?P<b>[A-Z])\s*(?:=|≠|!=|\\neq?)\s*(?P=b)\s?(?P=a)\b"
)


def deciding(asked: Asked, candidate: Candidate) -> float:
    """How well a unit decides the question; the first under a title that asks it does better than one from elsewhere."""
    return candidate.relevance + _DECIDING * _decides(candidate, asked) + _PAIRED * (candidate.paired and candidate.position == 0)


def from_decision(unit: Excerpt, asked: Collection[str]) -> Excerpt:
    """A unit from the piece that decides up to the last that goes on with it."""
    parts = pieces(unit)
    best = max(range(len(parts)), key=lambda at: (says_yes_or_no(parts[at].text), len(_met(asked, parts[at].text))))
    while best and (is_dangling(parts[best].text) or says_yes_or_no(parts[best].text)):
        best -= 1
    last = len(parts) - 1
    while last > best and _is_beside(unit, parts[last], asked) and not says_yes_or_no(parts[last - 1].text):
        last -= 1
    end = unit.text.rindex(parts[last].text) + len(parts[last].text)
    return part(unit, unit.text.index(parts[best].text), end)


def decided_nearby(asked: Asked, chosen: Sequence[Candidate]) -> list[Statement]:
    """What decides the question in the passages about the best one where none of the chosen says what was asked of the subject.

    It has to begin with what the best passage stands under: a question may name its subject by a symbol, `is H(p, q) symmetric`.
    """
    said = asked.query.terms[-1:]
    if not said or any(_met(said, candidate.unit.text) for candidate in chosen):
        return []
    best = chosen[0].hit
    titled = frozenset(analyze(" ".join((best.chunk.title, *best.chunk.section))))
    for chunk in asked.index.engine.around(best.ids[0], _REACH, len(best.ids) - 1 + _REACH):
        for unit in chunk.units if chunk.kind is not Kind.QUESTION else ():
            for piece in pieces(unit):
                names = frozenset(analyze(subject(tidy(piece.text))))
                if names and names <= titled and _met(said, piece.text) and not piece.text.rstrip().endswith("?"):
                    why = "says what was asked, near the best passage"
                    return state_unit(chunk, piece, Quote(chunk, piece), why)
    return []


def _decides(candidate: Candidate, asked: Asked) -> float:
    """How much of the question the sentence of a unit speaks of that speaks of it most; one that says yes or no counts more.

    What its title says counts half, and the last term twice: it mostly is what is asked of the others.
    """
    weights = dict.fromkeys(asked.query.terms, 1.0) | dict.fromkeys(asked.query.terms[-1:], 2.0)
    chunk = candidate.hit.chunk
    header = header_of(chunk) if all(map(is_row, candidate.unit.text.split("\n"))) else ""
    titled = _met(weights, chunk.section[-1]) if chunk.section else frozenset[str]()
    best = 0.0
    for piece in pieces(candidate.unit):
        if not piece.text.rstrip().endswith("?"):
            best = max(best, covered(weights, _met(weights, f"{header} {piece.text}"), titled) + says_yes_or_no(piece.text))
    return best


def _met(asked: Collection[str], text: str) -> Set[str]:
    """The terms that a text speaks of: by the word, by its opposite with a prefix, or, where the order of two things is asked about, by a
    formula with the two exchanged."""
    there = frozenset(analyze(text))
    met = {term for term in asked if term in there or (len(term) >= _SHORTEST and any(_says(term, other) for other in there))}
    if any(term.startswith(_CHANGEABLE) for term in asked) and _SWAPPED.search(text):
        met |= {term for term in asked if term.startswith(_CHANGEABLE)}
    return met


def _says(term: str, other: str) -> bool:
    return other.startswith(term) or any(other == prefix + term for prefix in _DENYING)


def _is_beside(unit: Excerpt, piece: Excerpt, asked: Collection[str]) -> bool:
    """Whether a piece on a line of its own speaks of something else."""
    begins = unit.text.rindex(piece.text)
    own_line = begins > 0 and "\n" in unit.text[:begins][len(unit.text[:begins].rstrip()) :]
    return own_line and not is_dangling(piece.text) and not _met(asked, piece.text)
