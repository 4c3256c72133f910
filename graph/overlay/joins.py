"""Match concepts of the documents with entries of the atlas.

The same name is not enough: a chemist's entropy, a plant's stem and a lawyer's consideration are different things. So besides the name,
three kinds of evidence count: the similarity of the two texts (the caller compares their vectors), names of the entry's neighbours among
the words around the concept, and names of the atlas among the concept's own neighbours. A technical name of several words needs less
evidence than a single word or an abbreviation.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graph.atlas.values import Atlas, Entry
from graph.concepts.lexicon import find_names
from graph.model.values import Concept, Graph, Place
from graph.text.normal import CLASS, STOP, is_acronym, is_namelike, key, words
from graph.text.vocabulary import GENERIC, QUALIFIER

_MOST_TOLD = 5  # the most quotes that describe a concept
_MOST_LETTERS = 500  # of them together
_NEARBY = 0.1  # how much each doubling of the neighbours' names in the text counts
_AROUND = 0.3  # the weight of neighbouring concepts that are in the atlas too
_USUAL = 4  # the share of the whole library counts like this many neighbours
_LEAST = 0.43  # the least evidence for a single word or an abbreviation
_LEAST_OF_TERMS = 0.33  # the least for a technical name of several words
_ALONE = 0.5  # the strangeness of the subject above which the text has to name a neighbour
_AMONG_STRANGERS = 0.25  # the additional evidence needed if no concept around has a name of the atlas
_FOREIGN = 0.05  # below this share of surrounding concepts with names of the atlas, the subject is a different one
_SAME_NAME, _OWN_NAME, _ITS_NAME = 0.2, 0.1, 0.1
"""The weights of equal display names, of a concept's display name that the entry has too, and of an entry's display name that the concept
has too."""
_MARGIN = 0.1  # the margin by which one meaning of a shared name has to fit better than the others
_AT_HOME = 0.2  # the share of surrounding concepts above which no margin is needed
_LEAST_OF_CLASSED = 0.8  # the least evidence if the names differ by a class word: "Inception score", "Inception"; not for longer names


NONE: Mapping[str, Concept] = {}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A concept and an entry with a common name. `told` and `says` are the texts about the two, to be compared by an encoder."""

    concept: str
    entry: str
    name: str
    told: str
    says: str


@dataclass(frozen=True, slots=True)
class Joined:
    """The concept that matches an entry. `same` are further concepts to be merged with it, `beside` those that are the same in the atlas
    and distinct in the documents: they have the same requirements."""

    concept: str
    entry: str
    evidence: float
    same: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Joins:
    """All matches of a graph. Each entry and each concept is in at most one of them."""

    joined: tuple[Joined, ...] = ()


def candidates(graph: Graph, atlas: Atlas) -> tuple[Candidate, ...]:
    """The pairs of a concept and an entry with a common name, in the order of the concepts."""
    shared = {key(term.name): term.means for term in atlas.ambiguous}
    bare = _without_class(atlas)
    found = []
    for concept in graph.concepts.values():
        pairs: dict[str, str] = {}
        for name in concept.names:
            for id_ in _meant(name, atlas, shared, bare):
                pairs.setdefault(id_, name)
        told = told_of(concept) if pairs else ""
        found += [Candidate(concept.id, id_, name, told, says_of(atlas.entries[id_])) for id_, name in pairs.items()]
    return tuple(found)


def told_of(concept: Concept) -> str:
    """The documents' description of a concept, in a few sentences."""
    return f"{concept.name}: {' '.join(_quotes(_telling(concept)))[:_MOST_LETTERS]}"


def says_of(entry: Entry) -> str:
    """The atlas's description of an entry."""
    return f"{entry.name}: {entry.says}"


def _telling(concept: Concept) -> list[Place]:
    first = [concept.definition] if concept.definition else []
    return [*first, *concept.about[:3], *concept.mentioned[:4]]


def _quotes(places: Iterable[Place]) -> list[str]:
    return list(dict.fromkeys(place.quote for place in places))[:_MOST_TOLD]


def _meant(name: str, atlas: Atlas, shared: Mapping[str, Sequence[str]], bare: Mapping[str, str]) -> tuple[str, ...]:
    """The entries that a name may mean: those with that name, with or without a class word ("Adam optimizer")."""
    wanted = key(name)
    found = [*shared.get(wanted, ()), *([atlas.keys[wanted]] if wanted in atlas.keys else [])]
    parts = words(name)
    shorter = "".join(parts[:-1]) if len(parts) > 1 and parts[-1] in CLASS and not found else ""
    found += [table[one] for table, one in ((atlas.keys, shorter), (bare, wanted)) if one and one in table]
    return tuple(dict.fromkeys(id_ for id_ in found if id_ in atlas.entries))


def _without_class(atlas: Atlas) -> dict[str, str]:
    """The entries by their names without a class word at the end, if that leaves more than one word or a distinctive name."""
    found: dict[str, str] = {}
    for entry in atlas.entries.values():
        for name in entry.names:
            parts = words(name)
            if len(parts) > 1 and parts[-1] in CLASS and (len(parts) > 2 or is_namelike(name.split()[0])):
                found.setdefault("".join(parts[:-1]), entry.id)
    return found


@dataclass(slots=True)
class _Atlas:
    """The atlas prepared for matching: for each entry, the names of the entries at most two prerequisites away."""

    atlas: Atlas
    _beside: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        for entry in self.atlas.entries.values():
            for one in (*entry.requires, *entry.helps):
                if one.concept in self.atlas.entries:
                    self._beside[entry.id].add(one.concept)
                    self._beside[one.concept].add(entry.id)

    def count_nearby(self, concept: Concept, id_: str) -> int:
        """The number of entries near this one that are named in the documents' text about the concept, apart from words of its own
        names."""
        own = {word for name in self.atlas.entries[id_].names for word in words(name)}
        near = self._beside[id_].union(*(self._beside[one] for one in self._beside[id_])) - {id_}
        names = {}
        for one in near:
            for name in self.atlas.entries[one].names:
                parts = words(name)
                if parts and own.isdisjoint(parts):
                    names[" ".join(parts)] = one
        places = [*concept.about, *concept.mentioned, *([concept.definition] if concept.definition else [])]
        text = " . ".join(dict.fromkeys([*(place.quote for place in places), *(" . ".join(place.section) for place in places)]))
        return len({names[" ".join(words(text[start:end]))] for start, end in find_names(text, names)})


def join(
    graph: Graph,
    atlas: Atlas,
    found: Sequence[Candidate],
    alike: Sequence[float],
    lessons: Mapping[str, str],
    treated: Mapping[str, Concept] = NONE,
) -> Joins:
    """Choose the candidates that are joined.

    `alike` has the cosine of the vectors of each candidate's two texts. `lessons` has the entries whose lesson of the starter course is
    among the documents, with its title there: these need no more evidence. `treated` are concepts that are only the title of a section.
    """
    near = _Atlas(atlas)
    concepts = {**treated, **graph.concepts}
    named = {candidate.concept for candidate in found if candidate.concept in graph.concepts}
    share = max(0, len(named) - 1) / max(1, len(graph.concepts) - 1)  # of the others
    around = _neighbours(graph)
    shared = {key(term.name) for term in atlas.ambiguous}
    scores: list[tuple[float, Candidate]] = []
    for candidate, cosine in zip(found, alike, strict=True):
        concept = concepts[candidate.concept]
        if lessons.get(concept.name) == candidate.entry:
            scores.append((1.0 + cosine, candidate))
            continue
        others = around.get(candidate.concept, set())
        local = (len(others & named) + _USUAL * share) / (len(others) + _USUAL)
        nearby = near.count_nearby(concept, candidate.entry)
        evidence = cosine + _NEARBY * math.log1p(nearby) + _AROUND * local
        is_classed = key(candidate.name) not in {*shared, *(key(name) for name in atlas.entries[candidate.entry].names)}
        if evidence >= _least(candidate.name, is_classed, nearby, local):
            scores.append((evidence, candidate))
    return _assigned(concepts, atlas, _unambiguous(scores, shared))


def _unambiguous(scores: Sequence[tuple[float, Candidate]], shared: Collection[str]) -> list[tuple[float, Candidate]]:
    """The candidates without those whose shared name fits another entry about as well."""
    best: dict[tuple[str, str], list[float]] = defaultdict(list)
    for evidence, candidate in scores:
        if key(candidate.name) in shared:
            best[candidate.concept, key(candidate.name)].append(evidence)

    def stands_out(evidence: float, candidate: Candidate) -> bool:
        rivals = sorted(best.get((candidate.concept, key(candidate.name)), []), reverse=True)
        return len(rivals) < 2 or (evidence == rivals[0] and rivals[0] - rivals[1] >= _MARGIN)

    return [(evidence, candidate) for evidence, candidate in scores if stands_out(evidence, candidate)]


def _least(name: str, is_classed: bool, nearby: int, local: float) -> float:
    """The evidence needed to join a concept and an entry of the same name; `is_classed` if the names differ by a class word.

    `nearby` counts the neighbours of the entry that the text names, `local` is the share of surrounding concepts with names of the atlas. A
    single word in a foreign subject needs more, and still more if the text names no neighbour of the entry (psychologists' "chunking"); in
    a wholly foreign subject nothing is then enough. The same holds for a technical name that another subject uses too (the receptive field
    of a neuron).
    """
    if is_classed:
        return _LEAST if len(words(name)) > 2 else _LEAST_OF_CLASSED
    if is_technical(name):
        return _LEAST + _AMONG_STRANGERS if not nearby and local < _FOREIGN else _LEAST_OF_TERMS
    strangeness = max(0.0, 1 - local / _AT_HOME)
    if not nearby and strangeness > 0:
        return math.inf if strangeness > _ALONE else _LEAST + _AMONG_STRANGERS
    return _LEAST + _AMONG_STRANGERS * strangeness


def is_technical(name: str) -> bool:
    """True if a name has several words that are not everyday words, so that it can hardly mean anything else."""
    parts = [part for part in words(name) if part not in STOP]
    return len(parts) > 1 and not is_acronym(name) and any(part not in GENERIC and part not in QUALIFIER for part in parts)


def _neighbours(graph: Graph) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    outline = graph.outline
    for one, two in (*zip(outline.before, outline.after, strict=True), *outline.related):
        found[outline.ids[one]].add(outline.ids[two])
        found[outline.ids[two]].add(outline.ids[one])
    return found


def _assigned(concepts: Mapping[str, Concept], atlas: Atlas, scores: Sequence[tuple[float, Candidate]]) -> Joins:
    """One entry for each concept, and one concept for each entry, by the evidence. Equal display names add to it."""

    def rank(scored: tuple[float, Candidate]) -> tuple[float, str]:
        evidence, candidate = scored
        concept, entry = concepts[candidate.concept], atlas.entries[candidate.entry]
        shown = key(concept.name)
        likeness = (
            _SAME_NAME * (shown == key(entry.name))
            + _OWN_NAME * (shown == key(candidate.name))
            + _ITS_NAME * (key(candidate.name) == key(entry.name))
        )
        return -evidence - likeness, candidate.concept

    taken: dict[str, Joined] = {}
    done: set[str] = set()
    for evidence, candidate in sorted(scores, key=rank):
        if candidate.concept in done:
            continue
        done.add(candidate.concept)
        main = taken.get(candidate.entry)
        if main is None:
            taken[candidate.entry] = Joined(candidate.concept, candidate.entry, round(evidence, 3))
        elif _is_same(concepts[candidate.concept], atlas.entries[candidate.entry]):
            taken[candidate.entry] = Joined(main.concept, main.entry, main.evidence, (*main.same, candidate.concept), main.beside)
        elif key(candidate.name) in {key(name) for name in atlas.entries[candidate.entry].names}:
            taken[candidate.entry] = Joined(main.concept, main.entry, main.evidence, main.same, (*main.beside, candidate.concept))
    return Joins(tuple(taken.values()))


def _is_same(concept: Concept, entry: Entry) -> bool:
    """True if the names show that a further concept is the entry: a part of a name that joins two, or the initials of one."""
    parts = words(entry.name)
    if "and" in parts and set(words(concept.name)) <= set(parts):
        return True
    bare = [part for part in words(concept.name) if part not in CLASS]
    initials = "".join(part[0] for part in parts)
    return "".join(bare).startswith(initials) and len("".join(bare)) <= len(initials) + 1
