"""Signs that one concept is needed for another, each with the lines that show it."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

from graph.concepts.definitions import defines, definition_strength
from graph.concepts.extract import Terms
from graph.concepts.lexicon import Mention
from graph.model.values import Signal
from graph.prerequisites.formulas import add_formula
from graph.prerequisites.passing import IN_PASSING, is_in_passing, worth
from graph.prerequisites.signs import Pairs, Passage, Signs
from graph.prerequisites.symbols import agreed, calls, empty_votes
from graph.text.cues import Relation, continues, is_genus, is_kind, names_kinds, relation, under_title
from graph.text.normal import words
from graph.text.units import Corpus, Unit, at_most_letters, upwards
from ingest.model import Kind, SectionKind

_CLAUSE_END = re.compile(r";\s|\.\s|\s[•]\s")
_LABELLED = re.compile(r"^\W*[\w ’'-]{2,40}:")
_LONGER = re.compile(r"^ (?:[\w-]+ ){0,3}[\w-]+:")  # "RL optimization: …" is about a longer name than RL
_STEP = re.compile(r"\W*(?:step|stage|phase|component|part|ingredient)\b", re.IGNORECASE)
_ASKS = re.compile(r"\W*(?:why|how|when|what|where)\b", re.IGNORECASE)
_CHILDREN = 8  # a section with more parts than these is a chapter that gathers, and says less of each
_TITULAR = 0.8
_LINKED = re.compile(r"\[[*_`]*$")  # [[Dot product]], [[Dot product|its]], [dot product](dot-product.md)
_TO_A_NOTE = re.compile(r"[*_`]*(?:[^\[\]\n]{0,60}\]\]|\]\((?![a-z]+://)[^)\n]+\))")
_NO_NEED = frozenset({Relation.CONTRAST, Relation.EXAMPLE, Relation.SERVES, Relation.OVERVIEW})


def gather(corpus: Corpus, terms: Terms, about: Sequence[Passage]) -> Pairs:
    """Signs for every ordered pair (a, b): a before b. Linear in the text for bounded numbers of concepts a sentence."""
    pairs: Pairs = defaultdict(Signs)
    for number, (unit, here, passage) in enumerate(zip(corpus.units, terms.mentions, about, strict=True)):
        if unit.position >= 0 and here and unit.kind is not Kind.QUESTION:
            _in_unit(pairs, corpus, terms, number, unit, here, passage)
    _symbols(pairs, corpus, terms, about)
    _names(pairs, terms)
    _nesting(pairs, corpus, terms)
    return pairs


def _symbols(pairs: Pairs, corpus: Corpus, terms: Terms, about: Sequence[Passage]) -> None:
    """What stands on the right of a formula by its symbol alone."""
    votes = empty_votes()
    formulas: list[tuple[int, int, list[tuple[str, int]]]] = []
    for number, (unit, here, passage) in enumerate(zip(corpus.units, terms.mentions, about, strict=True)):
        if unit.position < 0 or "(" not in unit.text or "=" not in unit.text:
            continue
        left, right = calls(unit.text)
        titled = [concept for concept, weight, _ in passage.subjects if weight >= 0.75]
        owner = here[0].concept if here and _is_subject(unit, here[0]) else titled[0] if len(titled) == 1 else -1
        if left and owner >= 0:
            votes[left[0]][owner] += 1
            formulas.append((number, owner, right))
    meaning = agreed(votes)
    for number, owner, right in formulas:
        for concept in {meaning[symbol] for symbol in right if symbol in meaning} - {owner}:
            pairs[(concept, owner)].add(Signal.FORMULA, 0.55, number)


def _in_unit(pairs: Pairs, corpus: Corpus, terms: Terms, number: int, unit: Unit, here: Sequence[Mention], passage: Passage) -> None:
    frame = _frame(corpus, unit)
    if add_formula(pairs, number, unit, here, passage) or unit.kind is Kind.TABLE:
        return
    strength = definition_strength(unit, here[0])
    inner = here[0].concept if strength > 0 or _is_subject(unit, here[0]) else -1
    longer = strength == 0 and _LONGER.match(unit.text[here[0].end :]) is not None
    titled = {concept for concept, weight, _ in passage.subjects if weight >= 0.6}
    # Only a sentence that names what it defines is sure to define it.
    defined = {mention.concept for mention in here if terms.definition[mention.concept] == number}
    is_told = inner in defined or (strength >= 1.4 and defines(unit, here, inner))
    listed = 0.6 if _enumerates(unit) else 1.0
    kinds = frame is Relation.EXAMPLE and _lists_kinds(corpus, unit)
    subjects = [(concept, weight, place) for concept, weight, place in passage.subjects if concept != inner][:4]
    if inner < 0 and not any(weight >= 0.5 for _, weight, _ in subjects):
        return  # it is about nothing that has a name
    clause = _CLAUSE_END.search(unit.text, here[0].end)
    ends = clause.start() if clause else len(unit.text)
    state = Relation.NONE
    previous_end = 0
    is_part = frame is Relation.PART
    topic = {concept for place in upwards(corpus, (unit.document, unit.section)) for concept in terms.titles[place]}
    for at, mention in enumerate(here[:14]):
        after = unit.text[mention.end : mention.end + 12]
        start = here[0].end if inner >= 0 and at > 0 else 0
        before = unit.text[start : mention.start]
        is_part = is_part and (at == 0 or continues(unit.text[previous_end : mention.start]))
        state = (
            Relation.NEEDS
            if inner >= 0 and at == 1 and (is_told or strength < 1.4) and is_genus(before, after)
            else relation(before, after, state, unit.text[previous_end : mention.start])
        )
        previous_end = mention.end
        # Of an item in a list of parts the first name is the part, with those coordinated and what it uses; what it is for comes after.
        is_framed = is_part or frame is not Relation.PART or state in {Relation.NEEDS, Relation.USES}
        framed = frame if is_framed else Relation.NONE
        linked = _LINKED.search(unit.text[: mention.start]) is not None and _TO_A_NOTE.match(unit.text[mention.end :]) is not None
        if mention.concept == inner and at == 0:
            state = Relation.NONE
            if inner in titled:
                continue
            # A label or defined term inside a section about something else: a part of it, or a kind of it.
            is_form = frame is Relation.NONE and is_kind(unit.text[mention.end : mention.end + 60])
            kind = Relation.EXAMPLE if is_form else frame
            own = inner in defined
            if is_form or (own and kind in {Relation.EXAMPLE, Relation.OVERVIEW}):
                # What is said to be a form of a subject, or is explained among its methods or in its summary, belongs to it.
                for concept, weight, _ in subjects:
                    if weight >= 0.5:
                        pairs[(concept, inner)].add(Signal.EXAMPLE, 0.5 * weight, number)
                continue
            for concept, weight, place in subjects:
                if weight >= 0.5:
                    share = weight * (0.3 if own and kind is Relation.NONE else 0.8)
                    _record(pairs, inner, concept, kind, Relation.NONE, share, -1 if concept in defined else place, number, False)
            continue
        if inner >= 0 and mention.concept != inner and mention.start < ends and not longer:
            _record(
                pairs,
                mention.concept,
                inner,
                Relation.NONE,
                state,
                1.0 if strength >= 2.4 else 0.85 if strength >= 1.4 else 0.7,
                -1 if is_told else 2 if strength < 1.4 else 1,
                number,
                True,
            )
        for concept, weight, place in subjects:
            if concept != mention.concept and weight >= 0.5 and not (inner in titled and mention.concept in titled):
                # A sentence with a subject of its own says less about the section's subject, and so does a bare list of names.
                factor = weight * (0.5 if inner >= 0 and framed is not Relation.PART else listed)
                implicit = inner < 0 and at == 0 and not _LABELLED.match(unit.text[: mention.start])
                # A kind or use of the subject that has a label of its own is one, a mere mention among them seldom.
                is_one = kinds and state in {Relation.NONE, Relation.EXAMPLE}
                factor *= 1.0 if is_one else 0.4 if Relation.EXAMPLE in (state, framed) else IN_PASSING if is_in_passing(before) else 1.0
                factor *= worth(unit, here, at, concept, topic)
                told = state if implicit or state in {Relation.CONTRAST, Relation.EXAMPLE} or (inner < 0 and place < 2) else _weak(state)
                _record(pairs, mention.concept, concept, framed, told, factor, -1 if concept in defined else place, number, implicit)
                if linked and told not in _NO_NEED and framed not in _NO_NEED:
                    pairs[(mention.concept, concept)].add(Signal.LINK, 0.4 * weight, number)


def _frame(corpus: Corpus, unit: Unit) -> Relation:
    """What the titles of the labels around a unit say of its mentions: the innermost that says anything."""
    sections, parents = corpus.documents[unit.document].sections, corpus.parents[unit.document]
    at, depth = unit.section, 0
    while at >= 0 and depth < 3:
        found = under_title(sections[at].title)
        if found is not Relation.NONE or sections[at].kind is SectionKind.QUESTION:
            return found
        at, depth = parents[at], depth + 1
    return Relation.NONE


def _enumerates(unit: Unit) -> bool:
    """Whether a unit is little more than a list of names: "Metrics: precision, recall, F1"."""
    body = unit.text.split(":", 1)[-1]
    return body.count(",") >= 2 and len(body.split()) <= 4 * (body.count(",") + 1)


def _lists_kinds(corpus: Corpus, unit: Unit) -> bool:
    """Whether a unit is nothing but names under a title that promises kinds: "RL algorithms", "Policy-based: PPO, REINFORCE"."""
    section = corpus.section(unit)
    names = re.split(r"[,;/]|\band\b|\bor\b", unit.text.split(":", 1)[-1].strip(" .*_`-"))
    return section is not None and names_kinds(section.title) and all(1 <= len(name.split()) <= 4 for name in names)


def _weak(state: Relation) -> Relation:
    return Relation.NONE if state in {Relation.NEEDS, Relation.USES, Relation.OF, Relation.SERVES} else state


def _is_subject(unit: Unit, first: Mention) -> bool:
    return at_most_letters(unit.text[: first.start], 4)


def _record(
    pairs: Pairs, mention: int, subject: int, frame: Relation, state: Relation, weight: float, place: int, unit: int, direct: bool
) -> None:
    """Write down what one mention in a passage about `subject` says. `place` -1 is the defining sentence."""
    before = pairs[(mention, subject)]
    if Relation.CONTRAST in (state, frame) and state not in {Relation.NEEDS}:
        before.add(Signal.ORDER, 0.0, unit)
        return
    if state is Relation.SERVES:
        pairs[(subject, mention)].add(Signal.CUE, 0.6 * weight, unit)
    elif Relation.EXAMPLE in (state, frame):
        pairs[(subject, mention)].add(Signal.EXAMPLE, 0.36 * weight, unit)
    elif state is Relation.NEEDS or frame is Relation.NEEDS:
        before.add(Signal.CUE, (0.75 if direct else 0.55) * weight, unit)
    elif frame is Relation.PART and not direct:
        before.add(Signal.CUE, 0.7 * weight, unit)
    elif place == -1:
        before.add(Signal.DEFINITION, (0.62 if state is Relation.USES else 0.55) * weight, unit)
    elif state in {Relation.USES, Relation.OF} and direct:
        before.add(Signal.CUE, (0.5 if state is Relation.USES else 0.42) * weight, unit)
    elif place <= 3 and frame is not Relation.OVERVIEW:
        before.add(Signal.OPENING, (0.48 if place == 0 else 0.42 - 0.07 * place) * weight, unit)
    else:
        before.add(Signal.MENTION, 0.16 * weight, unit)


def _names(pairs: Pairs, terms: Terms) -> None:
    """A name inside a longer name is the more general thing: boosting before gradient boosting."""
    cut = _cut_words(terms)
    for number, term in enumerate(terms.terms):
        unit = terms.definition[number]
        if unit < 0:
            unit = next((subject.unit for subject in terms.about[number] if subject.unit >= 0), -1)
        if unit < 0:
            continue
        for name in (term.name, *term.aliases):
            pieces = words(name.split(" (")[0])  # what tells homonyms apart is no part of their name
            for inner, weight in _inside(pieces, cut) if 2 <= len(pieces) <= 6 else ():
                other = terms.lexicon.names.get(inner)
                if other is not None and other != number:
                    pairs[(other, number)].add(Signal.NAME, weight, unit)


def _inside(pieces: Sequence[str], cut: Collection[str]) -> Iterator[tuple[str, float]]:
    """The names that a longer one of these words may hold, with how much that says."""
    for size in range(1, len(pieces)):
        for at in range(len(pieces) - size + 1):
            inner, ends = "".join(pieces[at : at + size]), at + size == len(pieces)
            if len(inner) > 2 and not (ends and pieces[-1] in cut):
                yield inner, 0.55 if ends else 0.45
    for gap in range(1, len(pieces) - 1):
        yield "".join((*pieces[:gap], *pieces[gap + 1 :])), 0.5


def _unlabelled(corpus: Corpus, unit: Unit) -> int:
    """The section that a unit stands in, labels such as `TL;DR` aside."""
    sections, at = corpus.documents[unit.document].sections, unit.section
    while at >= 0 and sections[at].kind is SectionKind.LABEL:
        at = corpus.parents[unit.document][at]
    return at


def _cut_words(terms: Terms) -> set[str]:
    """Words that names here end on in place of a longer one: "layer norm" is short for layer normalization, and no kind of norm."""
    found = set()
    for term in terms.terms:
        spelled = [words(name) for name in (term.name, *term.aliases)]
        longer = [pieces for pieces in spelled if len(pieces) > 1]
        for short, long in itertools.permutations(longer, 2):
            same = len(short) == len(long) and short[:-1] == long[:-1]
            if same and len(long[-1]) > len(short[-1]) + 2 and long[-1].startswith(short[-1]):
                found.add(short[-1])
    return found


def _nesting(pairs: Pairs, corpus: Corpus, terms: Terms) -> None:
    """A section inside a section about something more general."""
    titles = terms.titles
    first: dict[tuple[int, int], int] = {}
    for number, unit in enumerate(corpus.units):
        first.setdefault((unit.document, unit.section), number)
    told = Counter((unit.document, _unlabelled(corpus, unit)) for unit in corpus.units if unit.position >= 0)
    children: Counter[tuple[int, int]] = Counter()
    for document, index in titles:
        if corpus.documents[document].sections[index].kind is not SectionKind.LABEL:
            above = corpus.parents[document][index]
            while above >= 0:
                children[(document, above)] += 1
                above = corpus.parents[document][above]
    for (document, index), own in titles.items():
        section = corpus.documents[document].sections[index]
        if section.kind is SectionKind.LABEL and ": " not in section.title:
            continue
        parent = corpus.parents[document][index]
        while parent >= 0 and not any(weight >= _TITULAR for weight in titles[(document, parent)].values()):
            parent = corpus.parents[document][parent]
        for outer, outer_weight in titles.get((document, parent), {}).items():
            for concept, weight in own.items():
                if concept in titles[(document, parent)] or min(weight, outer_weight) < _TITULAR or (document, index) not in first:
                    continue
                shared = weight * outer_weight * min(1.0, _CHILDREN / max(1, children[(document, parent)]))
                if _STEP.match(section.title):
                    # "Step 2: …" is on the way to what its section is about.
                    pairs[(concept, outer)].add(Signal.CUE, 0.45 * shared, first[(document, index)])
                else:
                    # A chapter that says nothing of its own subject gathers; one that explains it goes on to its kinds and consequences.
                    explained = told[(document, parent)] > 0
                    asks = section.kind is SectionKind.QUESTION or _ASKS.match(section.title) is not None
                    nested = 0.2 if asks else 0.75 if explained else 0.4
                    pairs[(outer, concept)].add(Signal.NESTING, nested * shared, first[(document, index)])
