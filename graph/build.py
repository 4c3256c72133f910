"""Build the concept graph from documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from graph.concepts.definitions import statement
from graph.concepts.earlier import NOTHING, Earlier
from graph.concepts.extract import Terms, find_terms, rank
from graph.concepts.titles import questions_about, titled_notes
from graph.model.reading import ReadingTimes, reading
from graph.model.values import SURE, Concept, Evidence, Graph, LeftOut, Origin, Place, Prerequisite, Signal
from graph.prerequisites.evidence import gather
from graph.prerequisites.judge import acyclic, defer, judge, shorten, to_edges, to_related
from graph.prerequisites.signs import Pairs, Passage, passages
from graph.text.normal import key
from graph.text.units import RUNNING, Corpus, Unit, read_units
from ingest.model import Document, Section, SectionKind, Span

_MOST_PLACES = 24
_LEAST_IMPORTANT = 0.001  # of the documents' concepts; those that only the atlas has count as unimportant
_LONGEST = 10.0  # the most minutes of one place to read

ABLATED = tuple(signal for signal in Signal if signal not in {Signal.CORRECTION, Signal.MODEL})
"""The kinds of evidence that can be left out of the documents' graph."""


@dataclass(frozen=True, slots=True)
class _Read:
    """Everything found in the documents, before it is judged."""

    corpus: Corpus
    terms: Terms
    about: Sequence[Passage]
    pairs: Pairs
    concepts: Mapping[str, Concept]


def build_graph(documents: Sequence[Document], earlier: Earlier = NOTHING) -> Graph:
    """The graph of `documents` alone; graph/overlay/laying.py lays the atlas over it. Time and memory grow with the text."""
    return _judged(_read(documents, earlier))


def ablated_graphs(documents: Sequence[Document], kinds: Sequence[Signal | None]) -> Iterator[Graph]:
    """The graph of `documents` without each of these kinds of evidence (None: with all). The documents are read once."""
    found = _read(documents)
    for kind in kinds:
        yield _judged(found, kind)


def _read(documents: Sequence[Document], earlier: Earlier = NOTHING) -> _Read:
    corpus = read_units(documents)
    terms = find_terms(corpus, earlier)
    about = passages(corpus, terms)
    return _Read(corpus, terms, about, gather(corpus, terms, about), _concepts(corpus, terms))


def _judged(found: _Read, without: Signal | None = None) -> Graph:
    corpus, terms, pairs = found.corpus, found.terms, found.pairs
    judged, loose = judge(corpus, terms, found.about, pairs, without)
    notes: list[LeftOut] = []
    mined = to_edges(corpus, terms, judged)
    authored = _authored(corpus, terms, notes) if without is not Signal.REQUIRES else []
    supported = {(edge.before, edge.after): edge.evidence for edge in mined}
    merged = [replace(edge, evidence=edge.evidence + supported.get((edge.before, edge.after), ())) for edge in authored]
    kept, doubted = defer(mined, authored, _needing_nothing(corpus, terms) if without is not Signal.REQUIRES else frozenset())
    kept = acyclic([*merged, *kept], notes)
    kept.sort(key=lambda edge: (edge.after, -edge.confidence, edge.before))
    return Graph(found.concepts, tuple(kept), (*to_related(corpus, terms, pairs, loose), *doubted), tuple(notes))


def _authored(corpus: Corpus, terms: Terms, notes: list[LeftOut]) -> list[Prerequisite]:
    """The prerequisites stated in the documents' front matter."""
    edges: dict[tuple[str, str], Prerequisite] = {}
    subjects = titled_notes(corpus, terms.lexicon)
    for number, document in enumerate(corpus.documents):
        after = subjects.get(number)
        if after is None:
            continue
        for wanted in document.front_matter.requires or ():
            before = terms.lexicon.names.get(key(wanted.text))
            if before is None:
                notes.append(LeftOut(f"{document.name} requires {wanted.text!r}, which no document covers", required=wanted.text))
            elif before != after:
                one, two = terms.terms[before].slug, terms.terms[after].slug
                edges.setdefault(
                    (one, two),
                    Prerequisite(
                        one,
                        two,
                        SURE,
                        Origin.DOCUMENTS,
                        (Evidence(Signal.REQUIRES, document.name, wanted.span, wanted.text, document.title),),
                    ),
                )
    return list(edges.values())


def _needing_nothing(corpus: Corpus, terms: Terms) -> frozenset[str]:
    """The concepts whose note says `requires: []`."""
    subjects = titled_notes(corpus, terms.lexicon)
    found = {concept for number, concept in subjects.items() if corpus.documents[number].front_matter.requires == ()}
    return frozenset(terms.terms[number].slug for number in found)


def _concepts(corpus: Corpus, terms: Terms) -> dict[str, Concept]:
    minutes = _authored_minutes(corpus, terms)
    mentioned: list[list[int]] = [[] for _ in terms.terms]
    for number, here in enumerate(terms.mentions):
        for concept in {mention.concept for mention in here}:
            mentioned[concept].append(number)
    by_section: dict[tuple[int, int], list[int]] = {}
    for number, unit in enumerate(corpus.units):
        by_section.setdefault((unit.document, unit.section), []).append(number)
    times = ReadingTimes(corpus)
    questions = questions_about(corpus.documents, terms.lexicon)
    found = []
    for number, term in enumerate(terms.terms):
        about = _about_places(corpus, terms, number, by_section, times)
        definition = terms.definition[number]
        made = Concept(
            term.slug,
            term.name,
            term.aliases,
            _definition(corpus, definition) if definition >= 0 else None,
            terms.spread[number],
            Origin.DOCUMENTS,
            max(_LEAST_IMPORTANT, round(rank(term.score, terms.spread[number], terms.about[number]), 3)),
            minutes.get(number),
            about,
            tuple(_place(corpus, unit, 0.2) for unit in mentioned[number][:_MOST_PLACES]),
            questions.get(number, ()),
            worth=round(term.worth, 3),
        )
        if number in minutes:
            made = replace(made, is_timed=True)
        elif about or made.definition is not None:
            made = replace(made, minutes=times.minutes(reading(made)))
        found.append(made)
    found.sort(key=lambda concept: (-concept.importance, concept.id))
    return {concept.id: concept for concept in found}


def _definition(corpus: Corpus, number: int) -> Place:
    """The unit that defines a concept, with the list or display that it announces."""
    units = [corpus.units[at] for at in statement(corpus, number)]
    first = _place(corpus, number, 1.0)
    span = Span(first.span.first, units[-1].span.last, first.span.part)
    return replace(first, span=span, quote=shorten("\n".join(unit.text for unit in units)))


def _place(corpus: Corpus, number: int, weight: float) -> Place:
    unit = corpus.units[number]
    document = corpus.documents[unit.document]
    section = corpus.section(unit)
    return Place(document.name, unit.span, document.title, section.path if section else (), shorten(unit.text), weight)


def _about_places(
    corpus: Corpus, terms: Terms, number: int, by_section: dict[tuple[int, int], list[int]], times: ReadingTimes
) -> tuple[Place, ...]:
    """The places to read about a concept: whole sections first, and of a chapter its beginning."""
    places: list[Place] = []
    for subject in terms.about[number]:
        if len(places) >= _MOST_PLACES:
            break
        document = corpus.documents[subject.document]
        if subject.section < 0:
            places.append(_place(corpus, subject.unit, subject.weight))
            continue
        section = document.sections[subject.section]
        quote = _first_text(corpus, by_section.get((subject.document, subject.section), []), section.span)
        whole = Place(document.name, section.span, document.title, section.path, quote or section.title, subject.weight)
        places.append(whole if (times.minutes([whole]) or 0) <= _LONGEST else replace(whole, span=_beginning(document, section)))
    return tuple(places)


def _beginning(document: Document, section: Section) -> Span:
    """The text of a chapter before its second section, since nobody reads a whole subject at once."""
    span = section.span
    inside = sorted(
        other.span.first
        for other in document.sections
        if other.kind is not SectionKind.LABEL and other.span.part == span.part and span.first < other.span.first <= span.last
    )
    told = any(
        block.kind in RUNNING and block.span.part == span.part and span.first < block.span.first < inside[0]
        for block in (document.blocks if inside else ())
    )
    end = next(iter(inside if told else inside[1:]), span.last + 1)
    return Span(span.first, end - 1, span.part)


def _first_text(corpus: Corpus, units: Sequence[int], span: Span) -> str:
    running = [corpus.units[number] for number in units if corpus.units[number].position >= 0]
    chosen: Unit | None = next((unit for unit in running if len(unit.tokens) >= 5), running[0] if running else None)
    if chosen is None:
        chosen = next((corpus.units[number] for number in units), None)
    return shorten(chosen.text) if chosen is not None else ""


def _authored_minutes(corpus: Corpus, terms: Terms) -> dict[int, float]:
    found: dict[int, float] = {}
    for number, concept in titled_notes(corpus, terms.lexicon).items():
        minutes = corpus.documents[number].front_matter.minutes
        if minutes is not None:
            found[concept] = found.get(concept, 0.0) + minutes
    return found
