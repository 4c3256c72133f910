"""Rows of features with verdicts, made from the documents and the judgements of a collection."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.fitting.gold import COURSE, Gold, Named
from graph.concepts import termhood
from graph.concepts.candidates import collect
from graph.concepts.definitions import NAMES, candidates
from graph.concepts.extract import Terms, find_terms, possible, treated_sections
from graph.concepts.titles import titled_notes
from graph.prerequisites.evidence import gather
from graph.prerequisites.features import features as pair_features
from graph.prerequisites.signs import passages
from graph.text.normal import key
from graph.text.units import Corpus, Unit, read_units
from ingest.errors import BadDocument
from ingest.model import Document
from ingest.readers import read_document

Numbers = NDArray[np.float64]
_LEAST_SUBJECTS = 3  # that use a word for it to count as common
_ALIKE = 0.5  # the share of the words of a definition that makes another unit too much like it to be wrong
_NOTED, _READ, _OF_COURSE = 2.0, 2.0, 0.3
"""Weights of concepts that a teacher named, of judged prerequisites and definitions, and of what the atlas says of the course."""


@dataclass(slots=True)
class Rows:
    """Features, verdicts and weights. `gold` marks the rows of concepts that teachers named, as opposed to names judged by reading."""

    values: list[Sequence[float]] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    gold: list[bool] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)

    def add(self, values: Sequence[float], right: bool, weight: float = 1.0, gold: bool = False, group: int = -1) -> None:
        self.values.append(values)
        self.right.append(right)
        self.weights.append(weight)
        self.gold.append(gold)
        self.groups.append(group)

    def arrays(self) -> tuple[Numbers, NDArray[np.bool_], Numbers]:
        return np.array(self.values, dtype=float), np.array(self.right, dtype=bool), np.array(self.weights)


@dataclass(frozen=True, slots=True)
class Collection:
    """The documents of a subject, and what was judged on them."""

    name: str
    corpus: Corpus
    gold: Gold

    def words(self) -> Counter[str]:
        return Counter(norm for unit in self.corpus.units for norm in unit.tokens.norms)


def read_collection(name: str, folder: Path, gold: Gold) -> Collection:
    """Read the documents below a folder. Requirements in notes of the course are removed."""
    documents = list(_documents(folder))
    if name == COURSE:
        documents = [replace(each, front_matter=replace(each.front_matter, requires=None)) for each in documents]
    return Collection(name, read_units(documents), gold)


def _documents(folder: Path) -> Iterator[Document]:
    for file in sorted(each for each in folder.rglob("*") if each.is_file()):
        try:
            yield read_document(file.relative_to(folder).as_posix(), file.read_bytes())
        except BadDocument:
            continue  # not a document


def commonness(counts: Sequence[Counter[str]]) -> dict[str, tuple[float, float]]:
    """For words of several subjects: the share of subjects that use it, and the logarithm of how often of a million words it is used."""
    totals = [count.total() for count in counts]
    spread = Counter(word for count in counts for word in count)
    return {
        word: (
            round(number / len(counts), 2),
            round(math.log10(1 + 1e6 * sum(c[word] / t for c, t in zip(counts, totals, strict=True)) / len(counts)), 2),
        )
        for word, number in sorted(spread.items())
        if number >= _LEAST_SUBJECTS
    }


def concept_rows(collection: Collection, common: termhood.Common) -> tuple[Rows, Rows]:
    """Names that teachers gave or that a reader judged: whether they are concepts, and whether they are worth a step of a path.

    Names that stand once in bold or a label are no example of a concept.
    """
    rows, steps = Rows(), Rows()
    findings = collect(collection.corpus)
    named = {key(name) for one in collection.gold.named for name in one.names}
    judged = {key(name): verdict for name, verdict in collection.gold.concepts.items()}
    stepping = {key(name): verdict for name, verdict in collection.gold.steps.items()}
    bare = termhood.NAMES.index("bare once")
    for each in possible(collection.corpus, findings):
        values = termhood.features(findings, each.group.finding, each.group.name, each.use, common)
        keys = [key(name) for name in each.group.names]
        verdict = judged.get(keys[0])
        if named.intersection(keys):
            rows.add(values, True, _NOTED, gold=True)
        elif verdict is not None and not (verdict and values[bare]):
            rows.add(values, verdict)
        step = True if named.intersection(keys) else stepping.get(keys[0], None if verdict else verdict)
        if step is not None:
            steps.add(values, step, _NOTED if named.intersection(keys) else 1.0, gold=bool(named.intersection(keys)))
    return rows, steps


def numbers_of(terms: Terms) -> dict[str, int]:
    """The numbers of concepts by the keys of their names."""
    found: dict[str, int] = {}
    for number, term in enumerate(terms.terms):
        for name in term.names:
            found.setdefault(key(name), number)
    return found


def definition_rows(collection: Collection) -> Rows:
    """Candidates for the definitions of what teachers named, right at the place that they chose, and of what a reader judged.

    Units that say much the same, or that read as a definition too, are left out: they may be right.
    """
    rows = Rows()
    corpus, gold, judged = collection.corpus, collection.gold, collection.gold.definitions
    terms = find_terms(corpus)
    wanted = {number: one for one in gold.named for id_, number in gold.matched(numbers_of(terms)).items() if id_ == one.id}
    first: set[int] = set()
    for candidate in candidates(corpus, terms.mentions, treated_sections(terms), titled_notes(corpus, terms.lexicon)):
        unit = corpus.units[candidate.unit]
        document = corpus.documents[unit.document].name
        names = terms.terms[candidate.concept].names
        verdict = next((judged[place] for name in names if (place := (key(name), document, unit.span.first)) in judged), None)
        if verdict is not None:
            rows.add(candidate.features, verdict, _READ)
        one = wanted.get(candidate.concept)
        if one is None or not one.words:
            continue
        fit = _fit(unit, document, one, candidate.features)
        if fit is not None:
            right = fit and (candidate.concept not in first or _folded(one.words)[:22] in _folded(unit.text))
            first.update([candidate.concept] if right else ())
            if right or not fit:
                rows.add(candidate.features, right, 1.0, gold=True, group=candidate.concept)
    return rows


def _fit(unit: Unit, document: str, one: Named, seen: Sequence[float]) -> bool | None:
    """Whether a unit stands at the place that a teacher chose; None if it may be right as well."""
    text, words = _folded(unit.text), _folded(one.words)
    if words[:22] in text or (len(text) > 15 and text[:40] in words):
        return True
    inside = one.lines[0] <= unit.span.first <= one.lines[1] and unit.span.part is None and not document.endswith(".html")
    if document == one.file and inside:
        return True
    theirs = set(re.findall(r"[a-z]{4,}", one.words.lower()))
    if theirs and len(theirs & set(re.findall(r"[a-z]{4,}", unit.text.lower()))) >= _ALIKE * len(theirs):
        return None
    return None if any(seen[NAMES.index(name)] for name in ("is a", "does", "labelled", "called")) else False


def _folded(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", re.sub(r"\\[a-z]+", "", text.lower()))


@dataclass(frozen=True, slots=True)
class Pairs:
    """Rows of ordered pairs, with the ids of those that teachers named, and how many direct edges they gave in all."""

    rows: Rows
    named: tuple[tuple[str, str] | None, ...]
    direct: frozenset[tuple[str, str]]


def prerequisite_rows(collection: Collection) -> Pairs:
    """Pairs of what teachers named, right if both readers have them, and pairs that a reader judged. What is disputed is left out."""
    corpus, gold = collection.corpus, collection.gold
    terms = find_terms(corpus)
    about = passages(corpus, terms)
    seen = pair_features(corpus, terms, about, gather(corpus, terms, about))
    numbers = numbers_of(terms)
    ids = {number: id_ for id_, number in gold.matched(numbers).items()}
    read: dict[tuple[int, int], bool] = {}
    for (before, after), verdict in gold.prerequisites.items():
        one, two = numbers.get(key(before), -1), numbers.get(key(after), -1)
        if min(one, two) >= 0 and one != two:
            read[one, two] = verdict
            if verdict:
                read.setdefault((two, one), False)
    rows = Rows()
    named: list[tuple[str, str] | None] = []
    weight = _OF_COURSE if collection.name == COURSE else 1.0
    for at, (one, two) in enumerate(seen.pairs):
        pair = (ids.get(one, ""), ids.get(two, ""))
        if all(pair):
            if pair not in gold.disputed:
                rows.add(seen.values[at], pair in gold.needed, weight, gold=True, group=at // 2)
                named.append(pair)
        elif (one, two) in read:
            rows.add(seen.values[at], read[one, two], _READ, group=at // 2)
            named.append(None)
    return Pairs(rows, tuple(named), gold.direct)
