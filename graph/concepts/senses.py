"""A word for several things where no heading says so: told apart by the company it keeps.

Every section that uses a word is a context of it: the words there, the titles above, the concepts, and what stands next to the word
("16-bit precision", "precision and recall"). Contexts that have anything in common are one use of the word; where the uses fall into two or
three groups that share nothing, each told at some length, the word names several things. This is word-sense induction over neighbourhoods
(Véronis 2004) with one sense a section (Gale, Church and Yarowsky 1992); docs/graph.md says how often it errs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph.concepts.homonyms import MOST_SENSES, SHARED, Sense, stems, telling
from graph.concepts.lexicon import Mention, Mentions
from graph.text.names import head_part, parenthesis, unmark, unnumber
from graph.text.normal import STOP, is_generic, words
from graph.text.units import Corpus, Place, Unit, upwards
from ingest.model import SectionKind

_LEAST_TOLD = 3  # sentences with the word in one section of each group: it is talked about there, not only named
_LEAST_WORDS = 7  # different telling words around it
_LEAST_BESIDE = 2  # different words next to it
_COVERED = 0.8  # of the sentences with the word, what the groups must hold together
_LONGEST_LABEL = 40
_ENOUGH = 50  # contexts that are all of one group: so is the rest
_JOINTS = frozenset({" ", "-"})
_COORDINATING = frozenset({"and", "or"})


@dataclass(frozen=True, slots=True)
class _Use:
    """A word in one section or in several: what is told there, the sentences with the word, and the most of these in one section."""

    places: tuple[Place, ...]
    stems: frozenset[str]
    concepts: frozenset[int]
    beside: frozenset[str]
    named: int
    most: int

    def is_apart(self, other: _Use) -> bool:
        return len(self.stems & other.stems) <= SHARED and not self.concepts & other.concepts and not self.beside & other.beside

    def joined(self, other: _Use) -> _Use:
        return _Use(
            self.places + other.places,
            self.stems | other.stems,
            self.concepts | other.concepts,
            self.beside | other.beside,
            self.named + other.named,
            max(self.most, other.most),
        )

    def is_told(self) -> bool:
        return self.most >= _LEAST_TOLD and len(self.stems) >= _LEAST_WORDS and len(self.beside) >= _LEAST_BESIDE


def induced_senses(corpus: Corpus, mentions: Mentions, names: Sequence[str], asked: Collection[int]) -> dict[int, tuple[Sense, ...]]:
    """Of the concepts `asked` about, those whose name means several things, with what: the sense most spoken of first."""
    units = _by_home(corpus)
    where: dict[int, dict[Place, list[Mention]]] = defaultdict(dict)
    for place, numbers in units.items():
        for mention in (each for number in numbers for each in mentions[number] if each.concept in asked):
            where[mention.concept].setdefault(place, []).append(mention)
    contexts = _Contexts(corpus, mentions, units)
    found = {}
    for concept, places in where.items():
        if len(places) > 1:
            often = sorted(places.items(), key=lambda item: (-len(item[1]), item[0]))
            groups = _groups(contexts.use(concept, names[concept], place, here) for place, here in often)
            labelled = _labelled(corpus, mentions, units, names, concept, groups)
            if labelled:
                found[concept] = labelled
    return found


def _by_home(corpus: Corpus) -> dict[Place, list[int]]:
    """The units of every section, those under its labels included."""
    found: dict[Place, list[int]] = defaultdict(list)
    homes: dict[Place, Place] = {}
    for number, unit in enumerate(corpus.units):
        place = unit.document, unit.section
        if place not in homes:
            homes[place] = next(_headed(corpus, place), (unit.document, -1))
        found[homes[place]].append(number)
    return found


def _headed(corpus: Corpus, place: Place) -> Iterator[Place]:
    for document, index in upwards(corpus, place):
        if corpus.documents[document].sections[index].kind is not SectionKind.LABEL:
            yield document, index


class _Contexts:
    """What sections tell, found once for each."""

    def __init__(self, corpus: Corpus, mentions: Mentions, units: Mapping[Place, Sequence[int]]) -> None:
        self._corpus, self._mentions, self._units = corpus, mentions, units
        self._told: dict[Place, tuple[frozenset[str], frozenset[int]]] = {}

    def use(self, concept: int, name: str, place: Place, here: Sequence[Mention]) -> _Use:
        told, concepts = self._tells(place)
        beside = {word for mention in here for word in _beside(self._corpus.units[mention.unit], mention)}
        named = len({mention.unit for mention in here if self._corpus.units[mention.unit].position >= 0})
        return _Use((place,), told - stems(words(name)), concepts - {concept}, frozenset(beside), named, named)

    def _tells(self, place: Place) -> tuple[frozenset[str], frozenset[int]]:
        if place not in self._told:
            sections = self._corpus.documents[place[0]].sections
            titles = {word for _, index in upwards(self._corpus, place) for word in words(sections[index].title) if len(word) >= 4}
            running = [number for number in self._units[place] if self._corpus.units[number].position >= 0]
            concepts = {mention.concept for number in self._units[place] for mention in self._mentions[number]}
            every = telling(self._corpus, running, set()) | {word for word in titles if not is_generic(word)}
            self._told[place] = stems(every), frozenset(concepts)
        return self._told[place]


def _beside(unit: Unit, mention: Mention) -> Iterator[str]:
    """The words next to a name: before and behind it, what it is of, what it is coordinated with."""
    text, tokens = unit.text, unit.tokens
    inside = [at for at in range(len(tokens)) if mention.start <= tokens.start(at) and tokens.end(at) <= mention.end]
    if not inside:
        return
    norms, first, last = tokens.norms, inside[0], inside[-1]
    if first > 0 and text[tokens.end(first - 1) : tokens.start(first)] in _JOINTS and norms[first - 1] not in STOP:
        yield norms[first - 1]
    if last + 1 < len(norms) and text[tokens.end(last) : tokens.start(last + 1)] in _JOINTS and norms[last + 1] not in STOP:
        yield norms[last + 1]
    if last + 1 < len(norms) and norms[last + 1] in {"of", *_COORDINATING}:
        yield from [word for word in norms[last + 2 : last + 5] if word not in STOP][:1]
    if first > 1 and norms[first - 1] in _COORDINATING and norms[first - 2] not in STOP:
        yield norms[first - 2]


def _groups(uses: Iterable[_Use]) -> list[_Use]:
    """The uses of a word that have nothing in common, the most told first; none where it is one, or one cannot tell."""
    groups: list[_Use] = []
    for seen, use in enumerate(uses):
        if seen >= _ENOUGH and len(groups) == 1:
            return []
        apart = [group for group in groups if group.is_apart(use)]
        while len(apart) < len(groups):
            for group in groups:
                use = use if group in apart else group.joined(use)
            groups = apart
            apart = [group for group in groups if group.is_apart(use)]
        groups = [*apart, use]
    told = sorted((group for group in groups if group.is_told()), key=lambda group: (-group.named, group.places))
    covered = sum(group.named for group in told) >= _COVERED * sum(group.named for group in groups)
    return told if 2 <= len(told) <= MOST_SENSES and covered else []


def _labelled(
    corpus: Corpus, mentions: Mentions, units: Mapping[Place, Sequence[int]], names: Sequence[str], concept: int, groups: Sequence[_Use]
) -> tuple[Sense, ...]:
    """The groups as senses with a label each; none where one has no label of its own."""
    found: list[Sense] = []
    for group in groups:
        label = _label(corpus, mentions, units, names, concept, group)
        if not label or any({*words(label)} & {*words(other.label)} for other in found):
            return ()
        running = [number for place in group.places for number in units[place] if corpus.units[number].position >= 0]
        found.append(Sense(label, frozenset(group.places), telling(corpus, running, set()), group.concepts))
    return tuple(found)


def _label(
    corpus: Corpus, mentions: Mentions, units: Mapping[Place, Sequence[int]], names: Sequence[str], concept: int, group: _Use
) -> str:
    """What a use of a word belongs to: the title above most of its sentences, else the concept that most of them name."""
    own = {*words(names[concept])}
    titles: Counter[str] = Counter()
    beside: Counter[str] = Counter()
    for place in group.places:
        here = [{mention.concept for mention in mentions[number]} for number in units[place]]
        title = next(_titles(corpus, place, own), "")
        for concepts in (concepts for concepts in here if concept in concepts):
            titles[title] += 1
            beside.update(names[other] for other in concepts if not {*words(names[other])} & own)
    del titles[""]
    counts = titles or beside
    return max(counts, key=lambda label: (counts[label], label), default="")


def _titles(corpus: Corpus, place: Place, own: set[str]) -> Iterator[str]:
    """The titles above a section, its own first, that could say what a word belongs to there."""
    document = corpus.documents[place[0]]
    above = [document.sections[index] for _, index in upwards(corpus, place)]
    for title in (*(section.title for section in above if section.kind is SectionKind.HEADING), document.title):
        name = head_part(parenthesis(unnumber(unmark(title)))[0])
        if not {*words(name)} & own and not is_generic(name) and len(name) <= _LONGEST_LABEL:
            yield name
