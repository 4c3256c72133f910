"""Choose the best definition of a concept: candidates are ranked by a logistic model over features that hold in any subject.

A candidate is a unit that names the concept, or one of the first units below a title that does. The weights are in
data/models/definition.json, which benchmarks/fit_graph.py fits to the places that teachers of several subjects chose. If no candidate is
likely enough, the concept has no definition.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from graph.concepts.lexicon import Mention
from graph.concepts.subjects import explains
from graph.text import defining as defining_abroad
from graph.text.fitted import Fitted, load_fitted
from graph.text.units import Corpus, Location, Unit, strip_bullet
from ingest.language.language import Language
from ingest.model import Kind, SectionKind

_compiled = partial(Language.load("en").pattern, "defining_words")
_IS = re.compile(
    r"^(?:is|are)\s+(?:defined as|called|simply|just|essentially|basically|also)?\s*(?:an?|the|one of|any|how|when|where)\s+[\[*_`\"“]*\w",
    re.IGNORECASE,
)
_VERB = _compiled(r"^{verb}\s+\w")
# "X combines them", "X is the same idea": such a sentence depends on the one before.
_POINTING = _compiled(r"^(?:is|are|\w+s?)\s+(?:\w+ly\s+)?(?:(?:to|from|on|in|of|by|the|an?)\s+)?{pointing}\b(?!\s+(?:of|as)\b)")
# "X is the modern default", "X is a real failure mode": a judgement about X, not a definition.
_JUDGED = _compiled(
    r"^(?:is|are)\s+(?:an?|the|one of(?: the)?|any)\s+(?:[\w'’-]+\s+){0,4}?"
    r"(?:\w+est[,.;]|{judged}s?\b(?!\s+(?:that|which|who|whose|where|when)\b)"
    r"|{judged_alone}s?\b(?!\s+(?:that|which|who|whose|where|in|of|when|for)\b))",
)
_COMPARED = re.compile(r"^\W*\w+\s+(?:better|worse|well|poorly|faster|slower|more|less)\b")
_OTHER = re.compile(r"^(?:is|are|was|were)\s+\w", re.IGNORECASE)
_COLON = re.compile(r"(?:\*\*)?\s*(?::|—|–|- |=>|→)\s*(?:\*\*)?\s*\S")
_EQUALS = re.compile(r"\s*(?:\([^)]*\)\s*)?=")
_EMPTY = re.compile(r"^[:—–-]\s*$")
# "The entropy of a random variable is …", "Attention in which … are …": the defined term is longer than the name.
_WIDER = re.compile(
    r"^(?:of|for|in|over|between|on|with|from)\s(?=(?:an?|the|two|any|each|some|which)\s|\$)[^.;:?!\d]{1,70}?\s"
    r"(?=(?:is|are)\s+(?:an?|the|one|any|how)\s|(?:maps|measures|describes|says|tells)\s)",
    re.IGNORECASE,
)
_WHAT_FOR = _compiled(r"^(?:is|are)\s+(?:\w+ly\s+)?{used_for}\b", 0)
_CALLS = _compiled(r"{calls}(?:\s+(?:an?|the))?\s*[*_`\"“'‘\\a-z{]*$")
_ARTICLED = re.compile(r"^\W*(?:an?|the|any|how|when|where|what)\s", re.IGNORECASE)
_LEANS = re.compile(
    r"^\W*(?:it|its|this|these|they|that|those|he|she|such|here|there|but|however|so|thus|also|for example|e\.g)\b", re.IGNORECASE
)
_GIVEN = re.compile(r"\b(?:for example|e\.g\.|for instance|such as|see |figure|chapter|recall|exercise|note that)\b", re.IGNORECASE)
_GENUS, _GENUS_OF_WIDER, _DOING, _LABELLED, _DEFINED, _EQUATION, _REMARK, _SHORT_LABEL = 3.0, 2.8, 2.4, 2.2, 2.0, 1.5, 1.4, 1.0
"""The weights of the forms of definitions: "X is a …", "X of a y is a …", "X maps …", "X: …", a definition list, "X = …", other remarks,
and a label followed by a word or two."""
_MOST_MENTIONS = 4  # the most concepts in a unit that may define one of them
_FIRST_UNITS = 3  # the most units below a title that are candidates, and of a whole document
_TITLED = 0.75  # the least weight of what a title is about
_ARTICLES = frozenset({"a", "an", "the"}) | defining_abroad.ARTICLES
_MARKS = ("*", "_", "=", "{", "}", "`")
_OF_A_MENTION = 17  # features of how a unit relates to the concept that it names
_LONGEST_STATEMENT = 6  # the most units of a definition with its list or display
NAMES = (
    "begins", "article", "near", "first named", "ends", "is a", "wider is", "does", "is", "used", "labelled", "labelled article",
    "short label", "equation", "called", "bold", "parenthesis", "titled", "not named", "title only", "opens", "second", "third",
    "further", "opens with it", "note", "label section", "earliest", "lower", "prose", "list", "callout", "definition list",
    "table", "formula", "short", "length", "long", "leans", "given", "open end", "others", "numbers", "question",
)  # fmt: skip

SPEAKING = ("begins", "is a", "wider is", "does", "labelled", "called", "bold", "titled", "opens", "opens with it", "note")
"""Features that never speak against a definition."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that may define a concept, with its features."""

    concept: int
    unit: int
    features: tuple[float, ...]


def definition_strength(unit: Unit, mention: Mention) -> float:
    """How much a unit looks like a definition of the concept that it mentions first: from 0 (not at all) to 3 ("X is a …")."""
    before = unit.text[: mention.start]
    if not _begins_with_name(before) or unit.text[mention.end : mention.end + 1] == "(" or unit.text.rstrip().endswith("?"):
        return 0.0
    return _predicated(unit, mention)


def _predicated(unit: Unit, mention: Mention) -> float:
    """How much the text after a name looks like its definition."""
    after, wider = _after(unit, mention)
    predicate = after[wider.end() :] if wider else after
    if _is_remark(predicate):
        return _REMARK
    if _IS.match(predicate) or defining_abroad.IS.match(predicate):
        return _GENUS_OF_WIDER if wider else _GENUS
    if (
        _VERB.match(predicate)
        or defining_abroad.VERB.match(predicate)
        or (unit.text[: mention.start].endswith(("*", "_")) and explains(after))
    ):
        return _DOING
    if _COLON.match(after) and not _EMPTY.match(after.strip()):
        return _LABELLED if len(unit.tokens) >= 6 else _SHORT_LABEL
    if _OTHER.match(after):
        return _REMARK
    if unit.kind is Kind.DEFINITION and after[:1] in ":=—–-":
        return _DEFINED
    return _EQUATION if _EQUALS.match(after) else 0.0


def _after(unit: Unit, mention: Mention) -> tuple[str, re.Match[str] | None]:
    """The text after a name and its parentheses, and the continuation of the name there."""
    after = unit.text[mention.end :].lstrip("*_`’'\"”=} ")
    if after.startswith(("(", "（")):
        after = re.split(r"[)）]", after, maxsplit=1)[-1].lstrip("*_`=} ")
    return after, _WIDER.match(after)


def _begins_with_name(before: str) -> bool:
    """True if only an article and marks stand before the name."""
    letters = re.sub(r"[^a-z ]", "", before.lower()).split()
    return not letters or (len(letters) == 1 and letters[0] in _ARTICLES)


def _is_remark(predicate: str) -> bool:
    """True if a predicate depends on the sentence before it, or judges its subject instead of defining it."""
    return any(pattern.match(predicate) for pattern in (_POINTING, _JUDGED, _COMPARED))


def defining(
    corpus: Corpus,
    mentions: Sequence[Sequence[Mention]],
    sections: Sequence[Mapping[Location, float]],
    notes: Mapping[int, int],
) -> tuple[int, ...]:
    """For each concept the number of the unit that defines it best, or -1 if none does.

    `sections[c]` says how much each section is about concept c. `notes[d]` is the concept that document d is a note on.
    """
    best: list[tuple[float, int]] = [(model().threshold, -1)] * len(sections)
    for concept, number in _first_of_notes(corpus, mentions, notes).items():
        best[concept] = (1.0, number)
    for candidate in candidates(corpus, mentions, sections, notes):
        likely = model().probability(candidate.features)
        if likely > best[candidate.concept][0]:
            best[candidate.concept] = (likely, candidate.unit)
    return tuple(number for _, number in best)


def _first_of_notes(corpus: Corpus, mentions: Sequence[Sequence[Mention]], notes: Mapping[int, int]) -> dict[int, int]:
    """The first unit of every note with a title in its front matter that names its subject: it defines it."""
    found: dict[int, int] = {}
    opened: set[int] = set()
    for number, (unit, here) in enumerate(zip(corpus.units, mentions, strict=True)):
        if unit.position < 0 or unit.document in opened or unit.kind in {Kind.FORMULA, Kind.TABLE}:
            continue
        opened.add(unit.document)
        note = notes.get(unit.document)
        if note is not None and corpus.documents[unit.document].front_matter.title and any(each.concept == note for each in here):
            found.setdefault(note, number)
    return found


def model() -> Fitted:
    """The fitted model that ranks candidates."""
    return load_fitted("definition", NAMES)


def candidates(
    corpus: Corpus,
    mentions: Sequence[Sequence[Mention]],
    sections: Sequence[Mapping[Location, float]],
    notes: Mapping[int, int],
) -> Iterator[Candidate]:
    """Every pair of a concept and a unit that may define it."""
    titles: dict[Location, list[tuple[int, float]]] = defaultdict(list)
    for concept, locations in enumerate(sections):
        for location, weight in locations.items():
            if weight >= _TITLED:
                titles[location].append((concept, weight))
    opening: dict[int, int] = defaultdict(int)
    seen: set[int] = set()
    for number, (unit, here) in enumerate(zip(corpus.units, mentions, strict=True)):
        if unit.position < 0:
            continue
        place = opening[unit.document]
        opening[unit.document] += 1
        titled = dict(titles.get(unit.location, ()) if unit.position < _FIRST_UNITS else ())
        note = notes.get(unit.document)
        if note is not None and place < _FIRST_UNITS:
            titled[note] = 1.0
        named: dict[int, int] = {}
        form = _form(unit, len(here))
        for at, mention in enumerate(here[:_MOST_MENTIONS]):
            named.setdefault(mention.concept, at)
        for concept in dict.fromkeys((*named, *titled)):
            own = sections[concept].get(unit.location, 0.0)
            at = named.get(concept, -1)
            position = place if note == concept else unit.position
            if at < 0 or not (_begins_with_name(unit.text[: here[at].start]) and _is_remark(_after(unit, here[at])[0])):
                standing = _Place(max(own, titled.get(concept, 0.0)), position, note == concept, concept in seen)
                yield Candidate(concept, number, _features(corpus, unit, here, at, standing, form))
        seen.update(named)


@dataclass(frozen=True, slots=True)
class _Place:
    """The position of a candidate: how much its section is about the concept, its number of units below the title, whether its document is
    a note on the concept, and whether the concept was named before."""

    titled: float
    position: int
    is_note: bool
    is_known: bool


def _features(corpus: Corpus, unit: Unit, here: Sequence[Mention], at: int, place: _Place, form: tuple[float, ...]) -> tuple[float, ...]:
    mention = here[at] if at >= 0 else None
    seen = (
        *(_predication(unit, mention, at) if mention else (0.0,) * _OF_A_MENTION),
        *_standing(corpus, unit, mention, place),
        not place.is_known,
        unit.text[:1].islower() and not (mention is not None and _begins_with_name(unit.text[: mention.start])),
        *form,
    )
    return tuple(map(float, seen))


def _predication(unit: Unit, mention: Mention, at: int) -> tuple[float, ...]:
    """The features of how a unit relates to a concept that it names."""
    before, strength = unit.text[: mention.start], _predicated(unit, mention)
    after, wider = _after(unit, mention)
    predicate = after[wider.end() :] if wider else after
    begins = _begins_with_name(before)
    is_labelled = begins and strength in {_LABELLED, _DEFINED}
    return (
        begins,
        begins and before.strip(" *_").lower() in {"a", "an", "the"},
        1 / (1 + len(before.split())),
        at == 0,
        len(after.split()) <= 1,
        begins and strength == _GENUS,
        strength == _GENUS_OF_WIDER,
        strength == _DOING and begins,
        _OTHER.match(predicate) is not None,
        _WHAT_FOR.match(predicate) is not None,
        is_labelled,
        is_labelled and _ARTICLED.match(after.lstrip(" :—–-*_=")) is not None,
        begins and strength == _SHORT_LABEL,
        strength == _EQUATION,
        (_CALLS.search(before[-40:]) or defining_abroad.CALLS.search(before[-40:])) is not None,
        before.endswith(_MARKS) and unit.text[mention.end : mention.end + 1] in _MARKS,
        before.rstrip().endswith("("),
    )


def _standing(corpus: Corpus, unit: Unit, mention: Mention | None, place: _Place) -> tuple[float, ...]:
    """The features of a unit's position."""
    section, is_titled = corpus.section(unit), place.titled >= _TITLED
    begins = mention is not None and _begins_with_name(unit.text[: mention.start])
    return (
        place.titled,
        mention is None,
        mention is None and place.titled >= 1.0,
        *(is_titled and place.position == number for number in range(_FIRST_UNITS)),
        is_titled and place.position >= _FIRST_UNITS,
        is_titled and place.position == 0 and begins,
        place.is_note,
        section is not None and section.kind is SectionKind.LABEL,
    )


def _form(unit: Unit, count: int) -> tuple[float, ...]:
    """The features of a unit's kind and length."""
    text, size = strip_bullet(unit.text), len(unit.tokens)
    kinds = (Kind.PROSE, Kind.LIST, Kind.CALLOUT, Kind.DEFINITION, Kind.TABLE, Kind.FORMULA)
    return (
        *(unit.kind is kind for kind in kinds),
        size < 6,
        math.log2(1 + size),
        size > 45,
        (_LEANS.match(text) or defining_abroad.LEANS.match(text)) is not None,
        _GIVEN.search(text) is not None,
        text.rstrip(" *_").endswith(":"),
        math.log2(1 + count),
        sum(map(str.isalpha, text)) < 0.6 * len(text),
        text.rstrip().endswith("?"),
    )


def statement(corpus: Corpus, number: int) -> tuple[int, ...]:
    """The units of a definition: the one that begins it, and the list or display that it announces with a colon."""
    first = corpus.units[number]
    found = [number]
    if not first.text.rstrip(" *_").endswith((":", "：")):
        return (number,)
    for further in range(number + 1, min(len(corpus.units), number + 1 + _LONGEST_STATEMENT)):
        unit = corpus.units[further]
        goes_on = unit.document == first.document and unit.position >= 0 and unit.span.part == first.span.part
        if not goes_on or unit.span.first > corpus.units[found[-1]].span.last + 2:
            break
        if unit.kind is not Kind.FORMULA and (unit.kind is not Kind.LIST or (first.kind is Kind.LIST and not _is_deeper(first, unit))):
            break
        found.append(further)
        if unit.kind is Kind.FORMULA:
            break
    return tuple(found)


def _is_deeper(item: Unit, other: Unit) -> bool:
    """True if a list item is indented further than another one."""
    return len(other.text) - len(other.text.lstrip()) > len(item.text) - len(item.text.lstrip())
