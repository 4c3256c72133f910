"""Laying the starter course over the graph of the user's documents: its concepts and authored requirements, never its passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from graph.concepts.lexicon import Lexicon
from graph.concepts.titles import question_place
from graph.model.values import COURSE, Concept, Evidence, Graph, LeftOut, Origin, Place, Prerequisite, Related, Signal, is_explicit
from graph.prerequisites.judge import SURE, acyclic, shorten
from graph.text.normal import free_slug, key
from graph.text.units import read_units
from ingest.model import Document, Kind

_SETTLED = 0.7
_NOTE = 0.7


def lay_over(bare: Graph, course: Sequence[Document], ingested: Mapping[str, str]) -> Graph:
    """`bare` with the course's concepts, names, definitions and requirements, marked as the course's.

    `ingested` maps digests of the user's documents to their names: what a course note among them yields counts as the user's.
    Ids of the documents' concepts stay; a requirement that contradicts the documents (it would close a cycle) is left out and noted.
    """
    concepts = dict(bare.concepts)
    notes = list(bare.notes)
    names: dict[str, str] = {}
    for concept in concepts.values():
        for name in concept.names:
            names.setdefault(key(name), concept.id)
    notes_of: list[tuple[Document, str]] = []
    for document in course:
        title = document.front_matter.title or document.title
        found = _find(names, title, document.front_matter.aliases)
        if found is None:
            found = free_slug(title, concepts)
            concepts[found] = _concept(document, found, ingested)
        else:
            concepts[found] = _enriched(concepts[found], document, names, ingested)
        for name in (title, *document.front_matter.aliases, _stem(document.name)):
            names.setdefault(key(name), found)
        notes_of.append((document, found))
    edges: dict[tuple[str, str], Prerequisite] = {}
    for document, after in notes_of:
        for wanted in document.front_matter.requires or ():
            before = names.get(key(wanted.text))
            if before is None:
                notes.append(LeftOut(f"{_cited(document, ingested)} requires {wanted.text!r}, which names no concept"))
            elif before != after:
                origin = Origin.DOCUMENTS if document.digest in ingested else Origin.COURSE
                evidence = Evidence(Signal.REQUIRES, _cited(document, ingested), wanted.span, wanted.text, document.title)
                edges.setdefault((before, after), Prerequisite(before, after, SURE, origin, (evidence,)))
    return Graph(concepts, tuple(_with_course(bare, edges, notes)), _unrelated(bare, edges), tuple(notes), lambda: bare)


def _with_course(bare: Graph, edges: Mapping[tuple[str, str], Prerequisite], notes: list[LeftOut]) -> list[Prerequisite]:
    """The documents' sure edges as they are, the course's that close no cycle with them, then the rest of the documents' likewise.

    Where both say the same, the documents' edge is supported.
    """
    own: list[Prerequisite] = []
    for edge in bare.prerequisites:
        also = edges.get((edge.before, edge.after))
        if also is not None and not is_explicit(edge):
            own.append(replace(edge, confidence=max(edge.confidence, also.confidence), evidence=also.evidence + edge.evidence))
        else:
            own.append(edge)
    have = {(edge.before, edge.after) for edge in own}
    added = [edge for pair, edge in edges.items() if pair not in have]
    # Where the user's documents are sure they win: these edges are settled before the course's are tried, guesses come after.
    settled = [edge for edge in own if is_explicit(edge) or edge.confidence >= _SETTLED]
    guessed = [edge for edge in own if not is_explicit(edge) and edge.confidence < _SETTLED]
    kept = acyclic([*added, *guessed], notes, settled=settled)
    return sorted(kept, key=lambda edge: (edge.after, -edge.confidence, edge.before))


def _unrelated(bare: Graph, edges: Mapping[tuple[str, str], Prerequisite]) -> tuple[Related, ...]:
    """What is merely related, without the pairs that the course puts in order."""
    return tuple(pair for pair in bare.related if (pair.first, pair.second) not in edges and (pair.second, pair.first) not in edges)


def _find(names: Mapping[str, str], title: str, aliases: Sequence[str]) -> str | None:
    return next((names[key(name)] for name in (title, *aliases) if key(name) in names), None)


def _stem(name: str) -> str:
    return name.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def _cited(document: Document, ingested: Mapping[str, str]) -> str:
    return ingested.get(document.digest, COURSE + document.name.rsplit("/", 1)[-1])


def _concept(document: Document, found: str, ingested: Mapping[str, str]) -> Concept:
    """A concept that only the course has."""
    front = document.front_matter
    title = front.title or document.title
    origin = Origin.DOCUMENTS if document.digest in ingested else Origin.COURSE
    definition = _definition(document, ingested)
    whole = _whole(document, ingested, definition)
    about = (whole,) if whole else ()
    return Concept(found, title, front.aliases, definition, 0, origin, 0.0, front.minutes, about, (), _questions(document, ingested))


def _enriched(concept: Concept, document: Document, names: Mapping[str, str], ingested: Mapping[str, str]) -> Concept:
    """A concept of the documents with what the course adds: names that nothing else bears, a definition if there is none, what to read."""
    front = document.front_matter
    own = {key(name) for name in concept.names}
    extra = [
        name
        for name in (front.title or document.title, *front.aliases)
        if key(name) not in own and names.get(key(name), concept.id) == concept.id
    ]
    definition = _definition(document, ingested)
    whole = _whole(document, ingested, definition)
    return replace(
        concept,
        aliases=concept.aliases + tuple(dict.fromkeys(extra)),
        definition=concept.definition or definition,
        minutes=concept.minutes if concept.minutes is not None else front.minutes,
        about=concept.about + ((replace(whole, weight=_NOTE),) if whole else ()),
        questions=concept.questions or _questions(document, ingested),
    )


def _questions(document: Document, ingested: Mapping[str, str]) -> tuple[Place, ...]:
    """A note's questions, all of them about its subject."""
    return tuple(question_place(document, question, _cited(document, ingested)) for question in document.questions)


def _definition(document: Document, ingested: Mapping[str, str]) -> Place | None:
    """The first sentence of a note that names its subject, else its first sentence."""
    corpus = read_units([document])
    front = document.front_matter
    lexicon = Lexicon.build((name, 0) for name in (front.title or document.title, *front.aliases))
    first: int | None = None
    for number, unit in enumerate(corpus.units):
        if unit.position < 0 or unit.kind not in {Kind.PROSE, Kind.DEFINITION, Kind.LIST, Kind.ANSWER, Kind.CALLOUT}:
            continue
        first = number if first is None else first
        if lexicon.find(unit.text, unit.tokens):
            first = number
            break
    if first is None:
        return None
    unit = corpus.units[first]
    section = corpus.section(unit)
    return Place(_cited(document, ingested), unit.span, document.title, section.path if section else (), shorten(unit.text), 1.0)


def _whole(document: Document, ingested: Mapping[str, str], definition: Place | None) -> Place | None:
    """A note as a place to read: from its definition to its end."""
    if definition is None or not document.blocks:
        return None
    last = document.blocks[-1].span
    if last.part != definition.span.part:
        return definition
    return replace(definition, span=replace(definition.span, last=max(last.last, definition.span.last)), weight=1.0)
