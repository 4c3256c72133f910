"""Compare a typed answer with an item: the points that it makes and lacks, errors in it, and a suggested rating.

Only the user decides. Numbers, formulas, terms and gaps are compared exactly, in one notation; prose by its words and, with an encoder, by
its meaning. An answer never fails by similarity alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from assistant.practice.grading.sides import sides
from assistant.practice.items.values import Item, ItemKind
from assistant.practice.items.wording import clean
from assistant.practice.schedule.memory import Rating
from assistant.verification.polarity import disagreement
from assistant.verification.quantities import numbers_said
from graph.text.normal import key, words
from ingest.language.language import Language
from ingest.model import Encoder
from ingest.text.notation import fold
from ingest.text.terms import analyze

_EXACT = frozenset({ItemKind.TERM, ItemKind.CLOZE, ItemKind.FORMULA})
_FOUND = 0.6
_NEAR = 0.34
_LIKE = 0.7
_HALF_LIKE = 0.45
_TYPO = 0.84
_LONG_NAME = 5
_MOVED = "in another place"
_DISAGREE = "the two disagree"
_OTHER_SIDE = "said of the other one"
_EXCHANGED = 0.2
_PART = 0.3
_NEARLY_ALL = 0.75
"""The least share of points that makes an answer good: two of three are not enough."""
_COUNTED = frozenset({ItemKind.LIST, ItemKind.STEPS, ItemKind.COMPARE})
_NUMBER_WORDS = {word: str(number) for word, number in Language.load("en").pairs("numbers").items()}
_STUFFED = 2.5
_BIGGEST_STUFFED = 40
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_INNER = re.compile(r"(\\sqrt|[_^])\s*\{([^{}]*)\}")
_ATOM = re.compile(r"\(([\w^]+)\)")


class Met(StrEnum):
    """Whether an answer makes a point."""

    FOUND = "found"
    PARTLY = "partly"
    MISSING = "missing"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Point:
    """A point of an item and whether the answer makes it; `remark` says what is wrong."""

    text: str
    met: Met
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Grade:
    """The comparison of an answer with an item, and the suggested rating."""

    points: tuple[Point, ...]
    suggested: Rating


def grade(item: Item, answer: str, encoder: Encoder | None = None, names: Sequence[str] = ()) -> Grade:
    """Compare an answer. `names` are other correct names of the term that is asked for."""
    said = " ".join(answer.split())
    if not re.search(r"\w", said) or re.fullmatch(r"(?:i )?(?:don'?t|do not) know\W*|no idea\W*|pass\W*|\?+", said, re.IGNORECASE):
        return Grade(tuple(Point(point, Met.MISSING) for point in item.points), Rating.AGAIN)
    if item.kind in _EXACT:
        right = (item.answer, *names) if item.kind is ItemKind.TERM else (item.answer,)
        found = max((_exact(item, one, said) for one in right), key=lambda point: _ORDER.index(point.met))
        return Grade((Point(item.answer, found.met, found.remark),), _RATING[found.met])
    told = sides(item.points, said) if item.kind is ItemKind.COMPARE else (said,) * len(item.points)
    points = tuple(
        _prose(item, point, part, encoder) if part else Point(point, Met.MISSING) for point, part in zip(item.points, told, strict=True)
    )
    if item.kind is ItemKind.COMPARE and len(set(told)) > 1:
        points = _not_exchanged(item, points, told)
    if item.kind is ItemKind.STEPS:
        points = _in_order(points, said)
    return Grade(points, _suggested(item, points, said))


_ORDER = (Met.MISSING, Met.WRONG, Met.PARTLY, Met.FOUND)
_RATING = {Met.FOUND: Rating.GOOD, Met.PARTLY: Rating.HARD, Met.WRONG: Rating.AGAIN, Met.MISSING: Rating.AGAIN}


def _exact(item: Item, right: str, said: str) -> Point:
    """A term, a gap or a formula: the same in one notation, or a name with a typing error."""
    if item.kind is ItemKind.FORMULA:
        return Point(right, _formula_met(_formula(right), _formula(said)))
    numbers = numbers_said(right)
    if numbers:
        given = numbers_said(_NUMBER_WORDS.get(said.lower(), said))
        if numbers == given or (numbers <= given and given - numbers <= numbers_said(item.prompt)):
            return Point(right, Met.FOUND)
        return Point(right, Met.WRONG if given else Met.MISSING, "another number" if given else "")
    one, other = key(right), key(said)
    bare_other = "".join(word for word in words(said) if word not in ("the", "a", "an", "it", "is"))
    if one in (other, bare_other) or _stems(right) == _stems(said):
        return Point(right, Met.FOUND)
    choice = re.search(r"\((\w+(?: \w+)?) or (\w+(?: \w+)?)\)$", item.prompt)
    if choice:
        return Point(right, Met.WRONG, "the other one")
    if len(one) >= _LONG_NAME and SequenceMatcher(None, one, other).ratio() >= _TYPO:
        return Point(right, Met.FOUND, "spelt otherwise")
    shared = set(words(right)) & set(words(said))
    return Point(right, Met.PARTLY if shared and len(shared) * 2 >= len(set(words(right))) else Met.MISSING)


def _formula_met(one: str, other: str) -> Met:
    """True if a formula matches: unchanged, with its sides exchanged, or by its right side alone."""
    sides = one.split("=")
    if one == other or (len(sides) == 2 and other in (sides[1], f"{sides[1]}={sides[0]}")):
        return Met.FOUND
    return Met.PARTLY if SequenceMatcher(None, one, other).ratio() >= _TYPO else Met.MISSING


def _stems(text: str) -> set[str]:
    return set(analyze(text))


def _formula(text: str) -> str:
    """A formula without blanks and dollar signs, in one notation."""
    while (flat := _FRACTION.sub(r"(\1)/(\2)", _INNER.sub(r"\1(\2)", text))) != text:
        text = flat
    plain = fold(text.replace("$", " ").replace("\\,", " ").replace("\\;", " ").replace("\\!", " "))
    bare = re.sub(r"[\s{}\\`*·]+", "", plain).lower().rstrip(".")
    while (flat := _ATOM.sub(r"\1", bare)) != bare:
        bare = flat
    return bare


def _prose(item: Item, point: str, said: str, encoder: Encoder | None) -> Point:
    """Judge a point of prose: the share of its informative words, its numbers, polarity, and meaning."""
    share = _share(item, point, said)
    met = _met(share, 0.0 if encoder is None or share >= _FOUND else _likeness(encoder, point, said))
    if met is Met.MISSING:
        return Point(point, met)
    numbers, theirs = numbers_said(point), numbers_said(said)
    if numbers and theirs and not numbers & theirs and share >= _NEAR:
        return Point(point, Met.WRONG, "another number")
    if share >= _NEAR and (denied := disagreement(said, point)):
        return Point(point, Met.WRONG, f"{_DISAGREE} ({denied})")
    if numbers - theirs and met is Met.FOUND:
        return Point(point, Met.PARTLY, "without its number")
    return Point(point, met)


def _not_exchanged(item: Item, points: Sequence[Point], told: Sequence[str]) -> tuple[Point, ...]:
    """The points of a comparison. A point that fits the answer's text on the other side better than that on its own side is wrong."""
    found = []
    for at, point in enumerate(points):
        own = _share(item, point.text, told[at])
        others = [_share(item, point.text, part) for number, part in enumerate(told) if number != at]
        is_of_other = told[at] and max(others, default=0.0) > own + _EXCHANGED and max(others) >= _NEAR
        found.append(Point(point.text, Met.WRONG, _OTHER_SIDE) if is_of_other else point)
    return tuple(found)


def _share(item: Item, point: str, said: str) -> float:
    """The share of a point's informative words in a text."""
    given = set(analyze(item.prompt))
    wanted = [term for term in dict.fromkeys(analyze(point)) if term not in given] or list(dict.fromkeys(analyze(point)))
    there = set(analyze(said))
    return sum(_in(term, there) for term in wanted) / len(wanted) if wanted else 0.0


def _met(share: float, likeness: float) -> Met:
    if share >= _FOUND or (likeness >= _LIKE and share > 0):
        return Met.FOUND
    return Met.PARTLY if share >= _NEAR or likeness >= _HALF_LIKE else Met.MISSING


def _likeness(encoder: Encoder, point: str, said: str) -> float:
    one, other = encoder.encode([clean(point), said])
    return float(one @ other)


def _in(term: str, there: set[str]) -> bool:
    return term in there or (len(term) > _LONG_NAME and any(other[:_LONG_NAME] == term[:_LONG_NAME] for other in there))


def _in_order(points: Sequence[Point], said: str) -> tuple[Point, ...]:
    """The points of a procedure: steps that were found in the wrong order count as partly met."""
    places = [_place(point.text, said) if point.met in (Met.FOUND, Met.PARTLY) else -1 for point in points]
    found: list[Point] = []
    furthest = -1
    for point, place in zip(points, places, strict=True):
        is_early = 0 <= place < furthest
        furthest = max(furthest, place)
        found.append(Point(point.text, Met.PARTLY, _MOVED) if is_early else point)
    return tuple(found)


def _place(point: str, said: str) -> int:
    """The place of a point in an answer: the median of the places of its words."""
    there = analyze(said)
    places = sorted(there.index(term) for term in set(analyze(point)) if term in there)
    return places[len(places) // 2] if places else -1


def _suggested(item: Item, points: Sequence[Point], said: str) -> Rating:
    """Good if nearly all points are made, hard if about half are or something in it is wrong, else again."""
    worth = {Met.FOUND: 1.0, Met.PARTLY: 0.5, Met.WRONG: 0.0, Met.MISSING: 0.0}
    # Polarity is judged by words only: a difference is shown, and prevents the rating good, but does not fail an answer.
    share = sum(0.5 if point.remark.startswith(_DISAGREE) else worth[point.met] for point in points) / len(points)
    is_wrong = any(point.met is Met.WRONG for point in points)
    if item.kind is not ItemKind.ORDER and _is_stuffed(item, said):
        return Rating.AGAIN
    if item.kind is ItemKind.ORDER and points[0].met is not Met.FOUND and key(item.points[0]) not in key(said):
        return Rating.AGAIN
    if item.kind is ItemKind.ORDER:
        return Rating.GOOD if points[-1].met in (Met.FOUND, Met.PARTLY) else Rating.HARD
    is_mixed_up = any(point.met is Met.PARTLY and point.remark == _MOVED for point in points)
    if share >= (_NEARLY_ALL if item.kind in _COUNTED else _FOUND) and not is_wrong and not is_mixed_up:
        return Rating.GOOD
    return Rating.HARD if share >= _PART or (is_wrong and share > 0) else Rating.AGAIN


def _is_stuffed(item: Item, said: str) -> bool:
    """True if an answer only repeats the question, or is a list of words without function words."""
    terms = set(analyze(said))
    if terms and terms <= set(analyze(item.prompt)) and not terms & (set(analyze(item.answer)) - set(analyze(item.prompt))):
        return True
    count = len(said.split())
    return count > max(_BIGGEST_STUFFED, _STUFFED * len(item.answer.split())) and len(terms) > 0.9 * count
