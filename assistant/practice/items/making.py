"""Make the items of a library: all makers, the gates, no duplicates, at most six per concept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from assistant.practice.items.fillers import second_filler
from assistant.practice.items.gates import Refusal, refusal
from assistant.practice.items.makers import cloze, comparing, definitions, explaining, formulas, lists, order, questions, reasons
from assistant.practice.items.notes import Notes
from assistant.practice.items.values import RANK, Item
from ingest.text.terms import analyze

MAKERS: tuple[Callable[[Notes], Iterable[Item]], ...] = (
    questions.make,
    definitions.make,
    formulas.make,
    cloze.make,
    reasons.make,
    lists.make,
    comparing.make,
    explaining.make,
    order.make,
)
VERSION = 10
"""The version of makers and gates. Raise it when the same notes give different items, so that libraries make theirs again."""
MOST_A_CONCEPT = 6
_ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class Made:
    """The items, and the number that each gate refused."""

    items: tuple[Item, ...]
    refused: Counter[Refusal] = field(default_factory=Counter)


Search = Callable[[Sequence[Item]], list[bool]]
"""For each item, whether a search for its prompt finds its source (the ambiguity gate)."""


def make_items(notes: Notes, is_found: Search | None = None) -> Made:
    """All items of the notes, best kinds first within each concept, in the order of the documents."""
    refused: Counter[Refusal] = Counter()
    passed: list[Item] = []
    for item in (item for make in MAKERS for item in make(notes)):
        why = refusal(item)
        if why is None:
            passed.append(item)
        else:
            refused[why] += 1
    is_filled_otherwise = second_filler(notes)
    clear = [item for item in passed if not is_filled_otherwise(item)]
    refused[Refusal.AMBIGUOUS] += len(passed) - len(clear)
    distinct = list(_distinct(sorted(clear, key=_preference), refused))
    if is_found is not None:
        found = is_found(distinct)
        refused[Refusal.AMBIGUOUS] += found.count(False)
        distinct = [item for item, is_clear in zip(distinct, found, strict=True) if is_clear]
    kept = list(_at_most(distinct, refused))
    return Made(tuple(sorted(kept, key=lambda item: (item.document, _part(item), item.span.first, RANK[item.kind]))), refused)


def _preference(item: Item) -> tuple[int, int]:
    return RANK[item.kind], len(item.prompt) + len(item.answer)


def _distinct(items: Iterable[Item], refused: Counter[Refusal]) -> Iterator[Item]:
    """The items without duplicates: one of each key, one per sentence and kind, and the first of equivalent prompts."""
    keys: set[str] = set()
    places: set[tuple[object, ...]] = set()
    prompts: dict[str, list[frozenset[str]]] = {}
    for item in items:
        place = (item.kind, item.document, item.span, item.quote)
        terms = frozenset(analyze(item.prompt))
        others = prompts.setdefault(item.concept, [])
        if item.key in keys or place in places or any(_alike(terms, other) for other in others):
            refused[Refusal.TWICE] += 1
            continue
        keys.add(item.key)
        places.add(place)
        others.append(terms)
        yield item


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _ALIKE * len(one | other) and _numbers(one) == _numbers(other)


def _numbers(terms: frozenset[str]) -> set[str]:
    return {term for term in terms if re.search(r"\d", term)}


def _at_most(items: Iterable[Item], refused: Counter[Refusal]) -> Iterator[Item]:
    """No more than six for a concept; questions of the notes themselves do not count, and items without a concept are not limited."""
    count: Counter[str] = Counter()
    for item in items:
        if item.concept and RANK[item.kind] and count[item.concept] >= MOST_A_CONCEPT:
            refused[Refusal.MANY] += 1
            continue
        count[item.concept] += RANK[item.kind] > 0
        yield item


def _part(item: Item) -> int:
    return item.span.part.number if item.span.part else 0
