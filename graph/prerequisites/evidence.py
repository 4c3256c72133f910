"""Signs that one concept is needed for another, each with its units of evidence. One function for each signal."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from graph.concepts.extract import Terms
from graph.model.values import Signal
from graph.prerequisites.formulas import add_formula
from graph.prerequisites.sentences import add_sentence, is_subject
from graph.prerequisites.signs import Pairs, Passage, Signs
from graph.prerequisites.symbols import agreed, calls, empty_votes
from graph.text.normal import words
from graph.text.units import Corpus, Location, first_units, unlabelled, upwards
from ingest.model import Kind, SectionKind

_STEP = re.compile(r"\W*(?:step|stage|phase|component|part|ingredient)\b", re.IGNORECASE)
_ASKS = re.compile(r"\W*(?:why|how|when|what|where)\b", re.IGNORECASE)
_CHILDREN = 8  # a section with more parts is a collection, which says less about each
_TITULAR = 0.8  # the least weight of what a title is about
_ON_THE_WAY, _ASKED, _EXPLAINED, _GATHERED = 0.45, 0.2, 0.75, 0.4
"""The weights of nesting: for a step, for a question, below an explained subject, and below an unexplained one."""


def gather(corpus: Corpus, terms: Terms, about: Sequence[Passage]) -> Pairs:
    """The signs for every ordered pair (a, b): a before b. Linear in the text for bounded numbers of concepts a sentence."""
    pairs: Pairs = defaultdict(Signs)
    for number, (unit, here, passage) in enumerate(zip(corpus.units, terms.mentions, about, strict=True)):
        if unit.position < 0 or not here or unit.kind is Kind.QUESTION:
            continue
        if not add_formula(pairs, number, unit, here, passage) and unit.kind is not Kind.TABLE:
            add_sentence(pairs, corpus, terms, number, here, passage)
    _symbols(pairs, corpus, terms, about)
    _names(pairs, terms)
    _nesting(pairs, corpus, terms)
    return pairs


def _symbols(pairs: Pairs, corpus: Corpus, terms: Terms, about: Sequence[Passage]) -> None:
    """Add concepts that are only a symbol on the right of a formula."""
    votes = empty_votes()
    formulas: list[tuple[int, int, list[tuple[str, int]]]] = []
    for number, (unit, here, passage) in enumerate(zip(corpus.units, terms.mentions, about, strict=True)):
        if unit.position < 0 or "(" not in unit.text or "=" not in unit.text:
            continue
        left, right = calls(unit.text)
        titled = [concept for concept, weight, _ in passage.subjects if weight >= 0.75]
        owner = here[0].concept if here and is_subject(unit, here[0]) else titled[0] if len(titled) == 1 else -1
        if left and owner >= 0:
            votes[left[0]][owner] += 1
            formulas.append((number, owner, right))
    meaning = agreed(votes)
    for number, owner, right in formulas:
        for concept in {meaning[symbol] for symbol in right if symbol in meaning} - {owner}:
            pairs[concept, owner].add(Signal.FORMULA, 0.55, number)


def _names(pairs: Pairs, terms: Terms) -> None:
    """Add names inside longer names, which are the more general thing: boosting before gradient boosting."""
    for number, term in enumerate(terms.terms):
        unit = terms.definition[number]
        if unit < 0:
            unit = next((subject.unit for subject in terms.about[number] if subject.unit >= 0), -1)
        if unit < 0:
            continue
        for name in term.names:
            pieces = words(name.split(" (")[0])  # a qualifier that distinguishes homonyms is not part of the name
            for inner, weight in _inside(pieces) if 2 <= len(pieces) <= 6 else ():
                other = terms.lexicon.names.get(inner)
                if other is not None and other != number:
                    pairs[other, number].add(Signal.NAME, weight, unit)


def _inside(pieces: Sequence[str]) -> Iterator[tuple[str, float]]:
    """The keys of the names inside a longer name of these words, with the weight of each."""
    for size in range(1, len(pieces)):
        for at in range(len(pieces) - size + 1):
            inner, ends = "".join(pieces[at : at + size]), at + size == len(pieces)
            if len(inner) > 2:
                yield inner, 0.55 if ends else 0.45
    for gap in range(1, len(pieces) - 1):
        yield "".join((*pieces[:gap], *pieces[gap + 1 :])), 0.5


def _nesting(pairs: Pairs, corpus: Corpus, terms: Terms) -> None:
    """Add sections inside a section about something more general."""
    first = first_units(corpus)
    explained = {(unit.document, unlabelled(corpus, unit.location)) for unit in corpus.units if unit.position >= 0}
    children = _count_children(corpus, terms)
    for location, own in terms.titles.items():
        section = corpus.documents[location[0]].sections[location[1]]
        if location not in first or (section.kind is SectionKind.LABEL and ": " not in section.title):
            continue
        parent = _titular_parent(corpus, terms, location)
        outside = terms.titles[parent] if parent is not None else {}
        share = min(1.0, _CHILDREN / max(1, children[parent])) if parent is not None else 0.0
        is_question = section.kind is SectionKind.QUESTION or _ASKS.match(section.title) is not None
        nested = _ASKED if is_question else _EXPLAINED if parent in explained else _GATHERED
        for outer, concept in itertools.product(outside, own):
            if concept in outside or min(own[concept], outside[outer]) < _TITULAR:
                continue
            shared = own[concept] * outside[outer] * share
            if _STEP.match(section.title):
                # "Step 2: …" is a step towards the subject of its section.
                pairs[concept, outer].add(Signal.PART, _ON_THE_WAY * shared, first[location])
            else:
                # A chapter that does not explain its own subject is a collection; one that does continues with kinds and consequences.
                pairs[outer, concept].add(Signal.NESTING, nested * shared, first[location])


def _count_children(corpus: Corpus, terms: Terms) -> Counter[Location]:
    """The number of sections, without labels, inside each section at any depth."""
    children: Counter[Location] = Counter()
    for location in terms.titles:
        if corpus.documents[location[0]].sections[location[1]].kind is not SectionKind.LABEL:
            children.update(itertools.islice(upwards(corpus, location), 1, None))
    return children


def _titular_parent(corpus: Corpus, terms: Terms, location: Location) -> Location | None:
    """The nearest section around this one whose title is about a concept."""
    above = itertools.islice(upwards(corpus, location), 1, None)
    return next((each for each in above if any(weight >= _TITULAR for weight in terms.titles[each].values())), None)
