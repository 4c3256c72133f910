"""The features of a pair of concepts, from which data/models/prerequisite.json judges it.

Nothing is weighed here: every sign in the text, and every statistic about the two, has its own column.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.concepts.extract import Subject, Terms
from graph.model.values import Signal
from graph.prerequisites.distance import reference_distance
from graph.prerequisites.signs import Pairs, Passage, Signs
from graph.text.normal import words
from graph.text.units import Corpus
from ingest.model import SectionKind

SIGNALS = (
    Signal.LINK,
    Signal.CUE,
    Signal.GENUS,
    Signal.USE,
    Signal.PART,
    Signal.DEFINITION,
    Signal.FORMULA,
    Signal.NAME,
    Signal.EXAMPLE,
    Signal.OPENING,
    Signal.NESTING,
    Signal.MENTION,
)
_BOTH_WAYS = (
    *(f"{signal}" for signal in SIGNALS),
    "contrast",  # the text contrasts the two
    "titled",  # share of the units under titles about the one that mention the other
    "opened",  # share of the units that open with the one that mention the other
    "together",  # share of the units with the one that mention the other
    "beside",  # share of the sections with the one that mention the other
    "first",  # 1 over the position of the first mention of the other among the units about the one
    "defined",  # the sentence that defines the one mentions the other
    "head",  # the name of the one ends with that of the other
    "inner",  # the name of the one holds that of the other
    "used",  # log of the number of concepts whose definition or first sentences mention it
    "spread",  # log of the number of units that mention it
    "treated",  # log of the number of units that are about it
    "titular",  # a section has it in its title
    "level",  # depth of the title that names it
    "length",  # words of its name
    "sure",  # log odds that it is a concept
    "worth",  # log odds that it should be a step of a path
    "share",  # log of the share of all units that mention it
)
_SIGNED = ("distance", "order", "earlier", "documents")
_EVEN = ("alike", "shared", "pairs")
NAMES = (*(f"{name}>" for name in _BOTH_WAYS), *(f"{name}<" for name in _BOTH_WAYS), *_SIGNED, *_EVEN)
"""The columns. `x>` is evidence for "a before b" in the text about b (or a property of a), `x<` the same in the other direction."""
_COLUMNS = {
    Signal.REFERENCE: {"titled", "opened", "together", "beside", "first", "distance"},
    Signal.ORDER: {"order", "earlier", "documents"},
    Signal.DEFINITION: {"defined"},
    Signal.NAME: {"head", "inner", "alike"},
}
"""The additional columns of a kind of evidence."""
SPEAKING = (*(str(signal) for signal in SIGNALS), "titled", "opened", "first", "defined", "head", "inner", "used")
OPPOSING = ("cue", "genus", "use", "definition", "name", "opening", "titled", "opened", "first", "defined", "head", "inner", "used")
"""Columns that are never evidence against "a before b", and columns that, in the other direction, are never evidence for it."""
_TITULAR = 0.6
_MOST_TOGETHER = 40  # the most mentions in a unit or section from which pairs are formed
_CEILING = 0.98

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Rows:
    """Ordered pairs of concepts (before, after) with one row of features each. Row 2i + 1 is row 2i the other way round."""

    pairs: tuple[tuple[int, int], ...]
    values: Matrix


def features(corpus: Corpus, terms: Terms, about: Sequence[Passage], pairs: Pairs, without: Signal | None = None) -> Rows:
    """The features of every pair of concepts with any relation in the text."""
    seen = _Counts(corpus, terms, about)
    chosen = sorted(seen.candidates(pairs))
    distance = reference_distance(terms, about, chosen)
    order = _Order(corpus, terms)
    rows = []
    for one, two in chosen:
        forth, back = seen.one_way(one, two, pairs.get((one, two)), without), seen.one_way(two, one, pairs.get((two, one)), without)
        signed = (distance.get((one, two), 0.0), *order.between(one, two))
        even = seen.even(one, two)
        rows.append((*forth, *back, *signed, *even))
        rows.append((*back, *forth, *(-value for value in signed), *even))
    if without in _COLUMNS:
        hidden = [at for at, name in enumerate(NAMES) if name.rstrip("<>") in _COLUMNS[without]]
        rows = [tuple(0.0 if at in hidden else value for at, value in enumerate(row)) for row in rows]
    ordered = tuple(itertools.chain.from_iterable(((one, two), (two, one)) for one, two in chosen))
    return Rows(ordered, np.array(rows, dtype=np.float32).reshape(len(rows), len(NAMES)))


class _Counts:
    """How often the text mentions each concept, and each other concept beside it."""

    def __init__(self, corpus: Corpus, terms: Terms, about: Sequence[Passage]) -> None:
        size = len(terms.terms)
        self.terms = terms
        self.spread = terms.spread
        self.titled, self.titled_size = _empty(size), [0] * size
        self.opened, self.opened_size = _empty(size), [0] * size
        self.together, self.beside = _empty(size), _empty(size)
        self.first: list[dict[int, int]] = [{} for _ in range(size)]
        self.sections = [0] * size
        self._count(corpus, about)
        self.defined = [
            frozenset(mention.concept for mention in terms.mentions[unit]) if unit >= 0 else frozenset() for unit in terms.definition
        ]
        self.used = Counter(concept for number, found in enumerate(self.defined) for concept in found - {number})
        for number, firsts in enumerate(self.first):
            self.used.update(other for other, place in firsts.items() if place <= 2 and other not in self.defined[number])
        self.words = [[tuple(words(name.split(" (")[0])) for name in term.names] for term in terms.terms]
        self.sure = [_log_odds(term.sure) for term in terms.terms]
        self.worth = [_log_odds(term.worth) for term in terms.terms]
        self.size = 1 + len(corpus.units)
        self.level = [_level(corpus, subjects) for subjects in terms.about]
        self.is_titular = [any(s.section >= 0 and s.weight >= 0.8 for s in subjects) for subjects in terms.about]

    def _count(self, corpus: Corpus, about: Sequence[Passage]) -> None:
        """Go through the units once."""
        by_section: dict[tuple[int, int], set[int]] = defaultdict(set)
        for unit, here, passage in zip(corpus.units, self.terms.mentions, about, strict=True):
            mentioned = list(dict.fromkeys(mention.concept for mention in here))
            by_section[unit.document, unit.section].update(mentioned)
            if unit.position < 0:
                continue
            for subject, weight, place in passage.subjects:
                if weight >= _TITULAR:
                    self.titled_size[subject] += 1
                    self.titled[subject].update(mentioned)
                    for other in mentioned:
                        self.first[subject].setdefault(other, place)
            if mentioned:
                self.opened_size[mentioned[0]] += 1
                self.opened[mentioned[0]].update(mentioned[1:])
            for one, two in itertools.permutations(mentioned[:_MOST_TOGETHER], 2):
                self.together[one][two] += 1
        for mentioned_here in by_section.values():
            for concept in mentioned_here:
                self.sections[concept] += 1
            if len(mentioned_here) <= _MOST_TOGETHER:
                for one, two in itertools.permutations(mentioned_here, 2):
                    self.beside[one][two] += 1

    def candidates(self, pairs: Pairs) -> set[tuple[int, int]]:
        found = {(min(pair), max(pair)) for pair in pairs}
        for counts in (self.titled, self.opened, self.together):
            for one, others in enumerate(counts):
                found.update((min(one, two), max(one, two)) for two in others if two != one)
        return found

    def one_way(self, before: int, after: int, signs: Signs | None, without: Signal | None) -> tuple[float, ...]:
        """The evidence for "before is needed for after"."""
        kinds = signs.kinds if signs is not None else {}
        strengths = [_evidence(kinds[signal]) if signal in kinds and signal is not without else 0.0 for signal in SIGNALS]
        head, inner = _contains(self.words[after], self.words[before])
        return (
            *strengths,
            float(Signal.ORDER in kinds),
            self.titled[after][before] / (3 + self.titled_size[after]),
            self.opened[after][before] / (3 + self.opened_size[after]),
            self.together[after][before] / (3 + self.spread[after]),
            self.beside[after][before] / (2 + self.sections[after]),
            1 / (1 + self.first[after][before]) if before in self.first[after] else 0.0,
            float(before in self.defined[after]),
            head,
            inner,
            math.log1p(self.used[before]),
            math.log1p(self.spread[before]),
            math.log1p(self.titled_size[before] + self.opened_size[before]),
            float(self.is_titular[before]),
            self.level[before],
            float(len(self.words[before][0])),
            self.sure[before],
            self.worth[before],
            math.log((1 + self.spread[before]) / self.size),
        )

    def even(self, one: int, two: int) -> tuple[float, ...]:
        """The features that are the same in both directions."""
        joint = self.together[one][two]
        whole = self.spread[one] + self.spread[two] - joint
        mine, others = {w for name in self.words[one] for w in name}, {w for name in self.words[two] for w in name}
        return (
            len(mine & others) / max(1, min(len(mine), len(others))),
            joint / (2 + whole),
            math.log1p(joint + self.beside[one][two]),
        )


def _log_odds(sure: float) -> float:
    return math.log(max(sure, 0.001) / (1.001 - sure))


def _empty(size: int) -> list[Counter[int]]:
    return [Counter() for _ in range(size)]


def _evidence(seen: tuple[float, int]) -> float:
    """A strength on the scale where independent evidence adds up. Seeing a kind again adds a little."""
    weight, count = seen
    return -math.log(1 - min(weight, _CEILING)) * min(3.0, 1 + 0.5 * math.log2(count)) if weight > 0 else 0.0


def _contains(longer: Iterable[tuple[str, ...]], shorter: Iterable[tuple[str, ...]]) -> tuple[float, float]:
    """True if a name of the first ends with a name of the second, and True if it contains one elsewhere."""
    head = inner = 0.0
    for name, other in itertools.product(longer, shorter):
        size = len(other)
        if 0 < size < len(name):
            if name[-size:] == other:
                head = 1.0
            elif any(name[at : at + size] == other for at in range(len(name) - size)):
                inner = 1.0
    return head, inner


def _level(corpus: Corpus, subjects: Sequence[Subject]) -> float:
    """The depth of the highest title that a concept has, 7 if it has none."""
    found = [
        corpus.documents[s.document].sections[s.section].level
        for s in subjects
        if s.section >= 0 and s.weight >= 0.8 and corpus.documents[s.document].sections[s.section].kind is SectionKind.HEADING
    ]
    return float(min(found)) if found else 7.0


class _Order:
    """Which of two concepts the documents treat first."""

    def __init__(self, corpus: Corpus, terms: Terms) -> None:
        self.firsts: list[dict[int, int]] = []
        for subjects in terms.about:
            here: dict[int, int] = {}
            for subject in subjects:
                if subject.unit >= 0 and subject.weight >= 0.5:
                    here[subject.document] = min(subject.unit, here.get(subject.document, subject.unit))
            self.firsts.append(here)
        self.mentioned: list[int] = [-1] * len(terms.terms)
        for number, here_ in enumerate(terms.mentions):
            for mention in here_:
                if self.mentioned[mention.concept] < 0:
                    self.mentioned[mention.concept] = number
        self.size = max(1, len(corpus.units))
        self.main = [min(f.values()) if f else m for f, m in zip(self.firsts, self.mentioned, strict=True)]
        self.document = [corpus.units[m].document if m >= 0 else -1 for m in self.main]

    def between(self, one: int, two: int) -> tuple[float, float, float]:
        """In [-1, 1], positive if `one` comes first: treated in the same documents, in the whole collection, by document."""
        shared = self.firsts[one].keys() & self.firsts[two].keys()
        same = sum(1 if self.firsts[one][d] < self.firsts[two][d] else -1 for d in shared) / len(shared) if shared else 0.0
        sign = float(np.sign(self.main[two] - self.main[one]))
        apart = float(np.sign(self.document[two] - self.document[one]))
        return same, sign, apart
