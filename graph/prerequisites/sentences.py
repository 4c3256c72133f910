"""Signs in running text: how each mention in a unit relates to the unit's own subject and to the subject of the passage around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graph.concepts.definitions import definition_strength
from graph.concepts.extract import Terms
from graph.concepts.lexicon import Mention
from graph.model.values import Signal
from graph.prerequisites.signs import Pairs, Passage
from graph.text.cues import Relation, continues, is_genus, is_kind, names_kinds, relation, states_order, under_title
from graph.text.units import Corpus, Unit, at_most_letters, upwards
from ingest.model import SectionKind

_CLAUSE_END = re.compile(r";\s|\.\s|\s[•]\s")
_LABELLED = re.compile(r"^\W*[\w ’'-]{2,40}:")
_LONGER = re.compile(r"^ (?:[\w-]+ ){0,3}[\w-]+:")  # "RL optimization: …" is not about RL itself
_LINKED = re.compile(r"\[[*_`]*$")  # [[Dot product]], [[Dot product|its]], [dot product](dot-product.md)
_TO_A_NOTE = re.compile(r"[*_`]*(?:[^\[\]\n]{0,60}\]\]|\]\((?![a-z]+://)[^)\n]+\))")
_NO_NEED = frozenset({Relation.CONTRAST, Relation.EXAMPLE, Relation.SERVES, Relation.OVERVIEW})
_WEAKENED = frozenset({Relation.NEEDS, Relation.GENUS, Relation.USES, Relation.OF, Relation.SERVES})
_MOST_SUBJECTS, _MOST_MENTIONS, _LABELS_ABOVE = 4, 14, 3
_ABOUT = 0.5  # the least weight of what a passage is about
_STATED = 0.75  # the strength of an order that a sentence states
_TITLED = 0.6  # the least weight of what its title names
_DOES, _TELLS = 2.4, 1.4  # the definition strengths of "X maps …" and of any remark on X
_DEFINING = -1
"""The position for the sentence that defines the concept."""

Subject = tuple[int, float, int]
"""A concept that a passage is about, with its weight and the position of the unit in the text about it."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A unit with its mentions.

    `own` is its own subject, -1 for none; `strength` is how much it looks like a definition of that. `subjects` has the subjects of the
    passage around it, `titled` those in its title. `defined` holds the concepts that this unit defines. `explains` is true if it defines
    its own subject, `is_longer` if it begins with a longer name than the concept's. `frame` is the relation that the titles above give to
    its mentions. `factor` is below 1 for a bare list of names, `lists_kinds` is true for one under a title that promises kinds.
    `clause_end` is where its first clause ends.
    """

    number: int
    unit: Unit
    mentions: Sequence[Mention]
    own: int
    strength: float
    subjects: Sequence[Subject]
    titled: frozenset[int]
    defined: frozenset[int]
    explains: bool
    is_longer: bool
    frame: Relation
    factor: float
    lists_kinds: bool
    clause_end: int

    def place(self, concept: int, place: int) -> int:
        return _DEFINING if concept in self.defined else place


@dataclass(frozen=True, slots=True)
class _Seen:
    """A mention in a sentence: its place among the mentions, its relation to the subject, and the relation given by titles."""

    at: int
    mention: Mention
    state: Relation
    framed: Relation


def add_sentence(pairs: Pairs, corpus: Corpus, terms: Terms, number: int, here: Sequence[Mention], passage: Passage) -> None:
    """Add the signs of the mentions (at least one) in a unit for its subjects."""
    _add_stated_order(pairs, corpus.units[number].text, number, here)
    sentence = _read(corpus, terms, number, here, passage)
    if sentence.own < 0 and not any(weight >= _ABOUT for _, weight, _ in sentence.subjects):
        return  # it has no named subject
    state, end, is_part = Relation.NONE, 0, sentence.frame is Relation.PART
    for at, mention in enumerate(here[:_MOST_MENTIONS]):
        joint = sentence.unit.text[end : mention.start]
        is_part = is_part and (at == 0 or continues(joint))
        before = sentence.unit.text[here[0].end if sentence.own >= 0 and at > 0 else 0 : mention.start]
        state = _state(sentence, at, mention, before, state, joint)
        end = mention.end
        if at == 0 and mention.concept == sentence.own:
            state = Relation.NONE
            _add_own_subject(pairs, sentence)
            continue
        # In an item of a list of parts, the part is the first name, with names coordinated with it and names that it uses. Its purpose
        # comes after.
        is_framed = is_part or sentence.frame is not Relation.PART or state in {Relation.NEEDS, Relation.GENUS, Relation.USES}
        seen = _Seen(at, mention, state, sentence.frame if is_framed else Relation.NONE)
        _add_to_own_subject(pairs, sentence, seen)
        _add_to_passage(pairs, sentence, seen)


def _add_stated_order(pairs: Pairs, text: str, number: int, here: Sequence[Mention]) -> None:
    """Add the order that a sentence states explicitly: "Before you can understand X, you need Y and Z"."""
    if len(here) < 2:
        return
    order = states_order(text[: here[0].start], text[here[0].end : here[1].start])
    if order < 0:
        pairs[here[0].concept, here[1].concept].add(Signal.CUE, _STATED, number)
    for at in range(1, len(here)) if order > 0 else ():
        if at > 1 and not continues(text[here[at - 1].end : here[at].start]):
            return
        if here[at].concept != here[0].concept:
            pairs[here[at].concept, here[0].concept].add(Signal.CUE, _STATED, number)


def is_subject(unit: Unit, first: Mention) -> bool:
    """True if a unit begins with a mention."""
    return at_most_letters(unit.text[: first.start], 4)


def _read(corpus: Corpus, terms: Terms, number: int, here: Sequence[Mention], passage: Passage) -> _Sentence:
    unit, first = corpus.units[number], here[0]
    frame = _frame(corpus, unit)
    strength = definition_strength(unit, first)
    own = first.concept if strength > 0 or is_subject(unit, first) else -1
    # Only a sentence that names its subject certainly defines it.
    defined = frozenset(mention.concept for mention in here if terms.definition[mention.concept] == number)
    clause = _CLAUSE_END.search(unit.text, first.end)
    return _Sentence(
        number=number,
        unit=unit,
        mentions=here,
        own=own,
        strength=strength,
        subjects=[subject for subject in passage.subjects if subject[0] != own][:_MOST_SUBJECTS],
        titled=frozenset(concept for concept, weight, _ in passage.subjects if weight >= _TITLED),
        defined=defined,
        explains=own in defined or strength >= _DOES,
        is_longer=strength == 0 and _LONGER.match(unit.text[first.end :]) is not None,
        frame=frame,
        factor=0.6 if _enumerates(unit) else 1.0,
        lists_kinds=frame is Relation.EXAMPLE and _lists_kinds(corpus, unit),
        clause_end=clause.start() if clause else len(unit.text),
    )


def _state(sentence: _Sentence, at: int, mention: Mention, before: str, previous: Relation, joint: str) -> Relation:
    """The relation of a mention to the subject, by the words around it. `previous` is the relation of the mention before."""
    after = sentence.unit.text[mention.end : mention.end + 12]
    may_be_genus = sentence.own >= 0 and at == 1 and (sentence.explains or sentence.strength < _TELLS)
    if may_be_genus and is_genus(before, after):
        return Relation.GENUS
    return relation(before, after, previous, joint)


def _add_own_subject(pairs: Pairs, sentence: _Sentence) -> None:
    """Add a label or defined term inside a section about something else, of which it is a part or a kind."""
    own, first = sentence.own, sentence.mentions[0]
    if own in sentence.titled:
        return
    is_form = sentence.frame is Relation.NONE and is_kind(sentence.unit.text[first.end : first.end + 60])
    kind = Relation.EXAMPLE if is_form else sentence.frame
    # A form of a subject, or a term explained among its methods or in its summary, belongs to it.
    belongs = is_form or (own in sentence.defined and kind in {Relation.EXAMPLE, Relation.OVERVIEW})
    for concept, weight, place in sentence.subjects:
        if weight < _ABOUT:
            continue
        if belongs:
            pairs[concept, own].add(Signal.EXAMPLE, 0.5 * weight, sentence.number)
        else:
            share = weight * (0.3 if own in sentence.defined and kind is Relation.NONE else 0.8)
            _record(pairs, own, concept, kind, Relation.NONE, share, sentence.place(concept, place), sentence.number, is_direct=False)


def _add_to_own_subject(pairs: Pairs, sentence: _Sentence, seen: _Seen) -> None:
    """Add the sign of a mention for the unit's own subject, in the first clause about it."""
    own, mention = sentence.own, seen.mention
    if own < 0 or mention.concept == own or mention.start >= sentence.clause_end or sentence.is_longer:
        return
    weight = 1.0 if sentence.strength >= _DOES else 0.85 if sentence.strength >= _TELLS else 0.7
    place = _DEFINING if sentence.explains else 2 if sentence.strength < _TELLS else 1
    _record(pairs, mention.concept, own, Relation.NONE, seen.state, weight, place, sentence.number, is_direct=True)


def _add_to_passage(pairs: Pairs, sentence: _Sentence, seen: _Seen) -> None:
    """Add the sign of a mention for each subject of the passage."""
    mentioned, own = seen.mention.concept, sentence.own
    is_linked = _is_link(sentence.unit, seen.mention)
    is_implicit = own < 0 and seen.at == 0 and not _LABELLED.match(sentence.unit.text[: seen.mention.start])
    for concept, weight, place in sentence.subjects:
        if concept == mentioned or weight < _ABOUT or (own in sentence.titled and mentioned in sentence.titled):
            continue
        keeps_state = is_implicit or seen.state in {Relation.CONTRAST, Relation.EXAMPLE} or (own < 0 and place < 2)
        state = Relation.NONE if seen.state in _WEAKENED and not keeps_state else seen.state
        # A sentence with a subject of its own says less about the section's subject, and so does a bare list of names.
        share = weight * (0.5 if own >= 0 and seen.framed is not Relation.PART else sentence.factor)
        share *= _discount(sentence, seen)
        place = sentence.place(concept, place)
        _record(pairs, mentioned, concept, seen.framed, state, share, place, sentence.number, is_direct=is_implicit)
        if is_linked and state not in _NO_NEED and seen.framed not in _NO_NEED:
            pairs[mentioned, concept].add(Signal.LINK, 0.4 * weight, sentence.number)


def _discount(sentence: _Sentence, seen: _Seen) -> float:
    """The discount of a mention among examples. A kind with its own label counts in full."""
    if sentence.lists_kinds and seen.state in {Relation.NONE, Relation.EXAMPLE}:
        return 1.0
    return 0.4 if Relation.EXAMPLE in (seen.state, seen.framed) else 1.0


def _is_link(unit: Unit, mention: Mention) -> bool:
    """True if a mention is a link to another note."""
    return _LINKED.search(unit.text[: mention.start]) is not None and _TO_A_NOTE.match(unit.text[mention.end :]) is not None


def _frame(corpus: Corpus, unit: Unit) -> Relation:
    """The relation that the titles of the labels around a unit give to its mentions: the innermost one counts."""
    sections = corpus.documents[unit.document].sections
    for depth, (_, index) in enumerate(upwards(corpus, unit.location)):
        found = under_title(sections[index].title) if depth < _LABELS_ABOVE else Relation.NONE
        if found is not Relation.NONE or depth >= _LABELS_ABOVE or sections[index].kind is SectionKind.QUESTION:
            return found
    return Relation.NONE


def _enumerates(unit: Unit) -> bool:
    """True if a unit is little more than a list of names: "Metrics: precision, recall, F1"."""
    body = unit.text.split(":", 1)[-1]
    return body.count(",") >= 2 and len(body.split()) <= 4 * (body.count(",") + 1)


def _lists_kinds(corpus: Corpus, unit: Unit) -> bool:
    """True if a unit consists of names only, under a title that promises kinds: "RL algorithms", "Policy-based: PPO, REINFORCE"."""
    section = corpus.section(unit)
    names = re.split(r"[,;/]|\band\b|\bor\b", unit.text.split(":", 1)[-1].strip(" .*_`-"))
    return section is not None and names_kinds(section.title) and all(1 <= len(name.split()) <= 4 for name in names)


def _record(
    pairs: Pairs,
    mention: int,
    subject: int,
    frame: Relation,
    state: Relation,
    weight: float,
    place: int,
    unit: int,
    *,
    is_direct: bool,
) -> None:
    """Add the sign of one mention in a passage about `subject`."""
    before = pairs[mention, subject]
    if Relation.CONTRAST in (state, frame) and state not in {Relation.NEEDS, Relation.GENUS}:
        before.add(Signal.ORDER, 0.0, unit)
    elif state is Relation.SERVES:
        pairs[subject, mention].add(Signal.USE, 0.6 * weight, unit)
    elif Relation.EXAMPLE in (state, frame):
        pairs[subject, mention].add(Signal.EXAMPLE, 0.36 * weight, unit)
    elif state is Relation.GENUS:
        before.add(Signal.GENUS, (0.75 if is_direct else 0.55) * weight, unit)
    elif Relation.NEEDS in (state, frame):
        before.add(Signal.CUE, (0.75 if is_direct else 0.55) * weight, unit)
    elif frame is Relation.PART and not is_direct:
        before.add(Signal.PART, 0.7 * weight, unit)
    elif place == _DEFINING:
        before.add(Signal.DEFINITION, (0.62 if state is Relation.USES else 0.55) * weight, unit)
    elif state in {Relation.USES, Relation.OF} and is_direct:
        before.add(Signal.USE, (0.5 if state is Relation.USES else 0.42) * weight, unit)
    elif place <= 3 and frame is not Relation.OVERVIEW:
        before.add(Signal.OPENING, (0.48 if place == 0 else 0.42 - 0.07 * place) * weight, unit)
    else:
        before.add(Signal.MENTION, 0.16 * weight, unit)
