"""One word for two things: told apart only where the text leaves no doubt.

A word names two things where two headings of that word alone, under different subjects, each define it in words that have nothing to do
with each other. An abbreviation that one document spells out in two ways means what was last named in full.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from graph.concepts.definitions import definition_strength
from graph.concepts.lexicon import Lexicon, Mention, Mentions
from graph.concepts.phrases import Findings
from graph.text.names import head_part, parenthesis, unmark, unnumber
from graph.text.normal import ASPECT, GENERIC, QUALIFIER, STOP, VERBS, is_namelike, key, words
from graph.text.units import Corpus, Place, upwards
from ingest.model import SectionKind

Titles = Mapping[Place, Mapping[int, float]]

_UNTELLING = STOP | GENERIC | QUALIFIER | VERBS | ASPECT
_LEAST_WORDS = 12  # different telling words that a section needs to be judged by
SHARED = 1  # telling words that two senses may have in common
_STEM = 5  # letters by which words are taken for forms of one
MOST_SENSES = 3  # a word with more organises text
_DEFINES = 2.4
_APPOSED = frozenset("term parameter value variable".split())
_ABOUT = 0.6


@dataclass(frozen=True, slots=True)
class Sense:
    """What a word means under one heading or several: the text's own word for it, the sections that treat it, the words used there."""

    label: str
    sections: frozenset[Place]
    words: frozenset[str]
    concepts: frozenset[int]

    def is_apart(self, other: Sense) -> bool:
        return (
            len(stems(self.words) & stems(other.words)) <= SHARED
            and not self.concepts & other.concepts
            and not {*words(self.label)} & {*words(other.label)}
        )

    def joined(self, other: Sense) -> Sense:
        return Sense(self.label, self.sections | other.sections, self.words | other.words, self.concepts | other.concepts)


def senses(corpus: Corpus, lexicon: Lexicon, mentions: Mentions, titles: Titles) -> dict[int, tuple[Sense, ...]]:
    """The concepts whose name is one word for several things, with what it means: the sense with most text first."""
    headed: dict[int, list[Place]] = defaultdict(list)
    for place, subjects in titles.items():
        document, index = place
        section = corpus.documents[document].sections[index]
        bare = words(unnumber(unmark(section.title)))
        number = lexicon.names.get(bare[0]) if len(bare) == 1 and section.kind is SectionKind.HEADING else None
        if number is not None and subjects.get(number) == 1.0 and not is_namelike(section.title.strip()):
            headed[number].append(place)
    several = {number: places for number, places in headed.items() if len(places) > 1}
    units = _units_below(corpus, {place for places in several.values() for place in places})
    found = {}
    for number, places in several.items():
        seen = [sense for place in places if (sense := _sense(corpus, mentions, number, place, units[place])) is not None]
        groups = _groups(seen)
        if 2 <= len(groups) <= MOST_SENSES:
            found[number] = tuple(sorted(groups, key=lambda sense: (-len(sense.words), sense.label)))
    return found


def _units_below(corpus: Corpus, places: set[Place]) -> dict[Place, list[int]]:
    """The running units of sections with all that is inside of them."""
    found: dict[Place, list[int]] = {place: [] for place in places}
    if places:
        for number, unit in enumerate(corpus.units):
            for place in upwards(corpus, (unit.document, unit.section)) if unit.position >= 0 else ():
                if place in found:
                    found[place].append(number)
    return found


def _sense(corpus: Corpus, mentions: Mentions, concept: int, place: Place, units: Sequence[int]) -> Sense | None:
    """What a section makes of its word; None if it defines nothing, says too little, or stands under no subject of its own."""
    label = _label(corpus, place)
    used = telling(corpus, units, {*words(corpus.documents[place[0]].sections[place[1]].title)})
    defines = any(
        mentions[number]
        and mentions[number][0].concept == concept
        and definition_strength(corpus.units[number], mentions[number][0]) >= _DEFINES
        for number in units
    )
    if not label or not defines or len(used) < _LEAST_WORDS:
        return None
    concepts = {mention.concept for number in units for mention in mentions[number]} - {concept}
    return Sense(label, frozenset({place}), used, frozenset(concepts))


def telling(corpus: Corpus, units: Sequence[int], without: set[str]) -> frozenset[str]:
    """The words of units that tell what they are about."""
    every = {norm for number in units for norm in corpus.units[number].tokens.norms}
    return frozenset(word for word in every - without if len(word) >= 4 and word.isalpha() and word not in _UNTELLING)


def stems(told: Iterable[str]) -> frozenset[str]:
    """Words by what their forms have in common, near enough."""
    return frozenset(word[:_STEM] for word in told)


def _label(corpus: Corpus, place: Place) -> str:
    """The subject above a heading: the next heading's, else the document's title."""
    document, own = corpus.documents[place[0]], {*words(corpus.documents[place[0]].sections[place[1]].title)}
    above = [document.sections[index] for _, index in upwards(corpus, place)][1:]
    titles = [*(section.title for section in above if section.kind is SectionKind.HEADING), document.title]
    for title in titles:
        name = head_part(parenthesis(unnumber(unmark(title)))[0])
        told = {*words(name)}
        if told & own:
            return ""
        if told - STOP and len(name) <= 40:
            return name
    return ""


def _groups(seen: Sequence[Sense]) -> list[Sense]:
    """Senses that are not surely apart become one."""
    groups: list[Sense] = []
    for sense in seen:
        apart = [group for group in groups if group.is_apart(sense)]
        for group in groups:
            sense = sense if group in apart else group.joined(sense)
        groups = [*apart, sense]
    if any(not one.is_apart(two) for at, one in enumerate(groups) for two in groups[:at]):
        return []  # joining has brought two others together: nothing is sure
    return groups


class Split:
    """Which of its `senses` a word has in a section: `numbers[c]` are the concept numbers of the senses of concept c."""

    def __init__(self, corpus: Corpus, found: Mapping[int, tuple[Sense, ...]], size: int) -> None:
        self._corpus, self.senses = corpus, found
        self.numbers: dict[int, tuple[int, ...]] = {}
        for concept, several in found.items():
            self.numbers[concept] = (concept, *range(size, size + len(several) - 1))
            size += len(several) - 1
        self._units: dict[Place, list[int]] = defaultdict(list)
        for number, unit in enumerate(corpus.units) if found else ():
            self._units[unit.document, unit.section].append(number)
        self._known: dict[tuple[int, Place], int] = {}

    def meant(self, concept: int, place: Place) -> int:
        """The concept number that the word has there."""
        if concept not in self.senses:
            return concept
        if (concept, place) not in self._known:
            self._known[concept, place] = self.numbers[concept][self._choice(self.senses[concept], place)]
        return self._known[concept, place]

    def _choice(self, several: Sequence[Sense], place: Place) -> int:
        """Where it stands decides: the treating section, one beside it, the document; else the words around it."""
        for above in upwards(self._corpus, place):
            inside = [at for at, sense in enumerate(several) if any(above in _beside(self._corpus, own) for own in sense.sections)]
            if len(inside) == 1:
                return inside[0]
        here = [at for at, sense in enumerate(several) if any(document == place[0] for document, _ in sense.sections)]
        if len(here) == 1:
            return here[0]
        around = telling(self._corpus, self._units[place], set())
        return max(range(len(several)), key=lambda at: (len(around & several[at].words), -at))

    def mentions(self, mentions: Mentions) -> Mentions:
        if not self.senses:
            return mentions
        return tuple(
            tuple(replace(each, concept=self.meant(each.concept, (unit.document, unit.section))) for each in here)
            if any(each.concept in self.senses for each in here)
            else here
            for unit, here in zip(self._corpus.units, mentions, strict=True)
        )

    def titles(self, titles: Titles) -> dict[Place, dict[int, float]]:
        return {place: {self.meant(number, place): weight for number, weight in own.items()} for place, own in titles.items()}


def _beside(corpus: Corpus, place: Place) -> Iterator[Place]:
    """A section and the one that holds it."""
    document, index = place
    yield place
    if corpus.parents[document][index] >= 0:
        yield document, corpus.parents[document][index]


def last_spelled_out(corpus: Corpus, findings: Findings, lexicon: Lexicon, mentions: Mentions) -> tuple[Mentions, set[tuple[str, int]]]:
    """The mentions, where an abbreviation that a document spells out in several ways means what was last named in full.

    And the abbreviations with what they mean.
    """
    several: dict[int, list[tuple[str, dict[str, int]]]] = defaultdict(list)
    for (document, short), counts in findings.spelled.items():
        longs = {long: lexicon.names[long] for long in counts if long in lexicon.names and long != short}
        if len(set(longs.values())) > 1:
            several[document].append((short, longs))
    if not several:
        return mentions, set()
    found = list(mentions)
    shared: set[tuple[str, int]] = set()
    last: dict[tuple[int, str], int] = {}
    for number, unit in enumerate(corpus.units):
        for short, longs in several.get(unit.document, ()):
            named = [(each, key(unit.text[each.start : each.end])) for each in found[number]]
            full = [each.concept for each, text in named if text in longs]
            meant = full[0] if full else last.get((unit.document, short))
            if meant is None or not named:
                continue
            last[unit.document, short] = full[-1] if full else meant
            found[number] = tuple(_as(each, meant) if text == short else each for each, text in named)
            if any(text == short for _, text in named):
                shared.add((short, meant))
    return tuple(found), shared


def _as(mention: Mention, concept: int) -> Mention:
    return replace(mention, concept=concept) if mention.concept != concept else mention


def appositives(names: Mapping[str, int], spelled: Sequence[str]) -> dict[int, int]:
    """The concepts whose name is a word and what kind of thing it is, by the concept of the bare word: "bias term" by "bias".

    `spelled[c]` is the name of concept c. A term called bias is no kind of bias, though the text may call it by the bare word.
    """
    found = {}
    for number, name in enumerate(spelled):
        pieces = words(name)
        bare = names.get(pieces[0]) if len(pieces) == 2 and pieces[1] in _APPOSED else None
        if bare is not None and bare != number:
            found[bare] = number
    return found


def as_titled(corpus: Corpus, titles: Titles, mentions: Mentions, apposed: Mapping[int, int]) -> Mentions:
    """The mentions, where the bare word in a section about the longer name means that."""
    within: dict[Place, set[int]] = {}
    for unit in corpus.units if apposed else ():
        place = unit.document, unit.section
        if place not in within:
            within[place] = {concept for above in upwards(corpus, place) for concept in titles[above] if titles[above][concept] >= _ABOUT}
    return tuple(
        tuple(
            _as(each, apposed[each.concept]) if apposed.get(each.concept) in within[unit.document, unit.section] else each for each in here
        )
        if any(each.concept in apposed for each in here)
        else here
        for unit, here in zip(corpus.units, mentions, strict=True)
    )
