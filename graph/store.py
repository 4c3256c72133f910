"""The graph in one SQLite file of the folder it is given, made for two readers: whoever wants all of it, and a question that wants little.

Kept are the documents' graph (layer 0) and what the course adds or changes (layer 1); loading puts them together again.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from graph.model import Concept, Evidence, Graph, Origin, Place, Prerequisite, Related, Signal
from ingest.errors import LibraryDamaged, LibraryFormat, LibraryMissing
from ingest.model import Part, Span

FILE = "graph.sqlite"
FORMAT = 1
_SCHEMA = """
CREATE TABLE layers (layer INTEGER PRIMARY KEY);
CREATE TABLE concepts (layer INTEGER, rank INTEGER, id TEXT, value TEXT, PRIMARY KEY (layer, id)) WITHOUT ROWID;
CREATE TABLE prerequisites (layer INTEGER, rank INTEGER, value TEXT, PRIMARY KEY (layer, rank)) WITHOUT ROWID;
CREATE TABLE related (layer INTEGER, rank INTEGER, value TEXT, PRIMARY KEY (layer, rank)) WITHOUT ROWID;
CREATE TABLE notes (layer INTEGER, rank INTEGER, value TEXT, PRIMARY KEY (layer, rank)) WITHOUT ROWID;
CREATE TABLE places (document TEXT, part TEXT, number INTEGER, first INTEGER, last INTEGER, concept TEXT, weight REAL);
CREATE TABLE counts (concept TEXT PRIMARY KEY, mentions INTEGER) WITHOUT ROWID;
CREATE INDEX places_at ON places (document, first);
"""


def save_graph(graph: Graph, folder: Path) -> None:
    """Write the graph (with the one without the course) to `folder`, in place of one that is there."""
    file = folder / FILE
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as base:
        base.executescript(_SCHEMA)
        base.execute(f"PRAGMA user_version = {FORMAT}")
        layers = [graph] if graph.bare is None else [graph.bare, graph]
        for layer, one in enumerate(layers):
            base.execute("INSERT INTO layers VALUES (?)", (layer,))
            _save_layer(base, layer, one)
        bare = layers[0]
        base.executemany("INSERT INTO places VALUES (?, ?, ?, ?, ?, ?, ?)", _places(bare))
        base.executemany("INSERT INTO counts VALUES (?, ?)", ((concept.id, concept.mentions) for concept in bare.concepts.values()))
        base.commit()


def load_graph(folder: Path) -> Graph:
    """The graph saved in `folder`. Raises `LibraryMissing`, `LibraryDamaged` or `LibraryFormat`."""
    with _opened(folder) as base:
        layers = [layer for (layer,) in base.execute("SELECT DISTINCT layer FROM layers")]
        bare = _load_layer(base, 0)
        if 1 not in layers:
            return bare
        graph = _load_layer(base, 1)
        return replace(graph, concepts={**bare.concepts, **graph.concepts}, bare=bare)


def related_concepts(folder: Path, places: Sequence[tuple[str, Span]], limit: int = 5) -> list[str]:
    """Ids of the concepts that these lines are about or mention, best first: what is said of few places says more (tf-idf).

    Reads only the rows of these places.
    """
    score: dict[str, float] = defaultdict(float)
    with _opened(folder) as base:
        for document, span in places:
            part, number = (span.part.kind, span.part.number) if span.part else (None, None)
            found = base.execute(
                "SELECT places.concept, MAX(places.weight), counts.mentions, MIN(places.last - places.first) "
                "FROM places JOIN counts ON counts.concept = places.concept "
                "WHERE document = ? AND part IS ? AND number IS ? AND first <= ? AND last >= ? GROUP BY places.concept",
                (document, part, number, span.last, span.first),
            )
            for concept, weight, mentions, extent in found:
                score[concept] += weight / (1.0 + 0.05 * mentions) / (1.0 + 0.01 * extent)
    return sorted(score, key=lambda concept: (-score[concept], concept))[:limit]


@contextmanager
def _opened(folder: Path) -> Iterator[sqlite3.Connection]:
    """The file opened read-only and as never changing, so that it can lie on a read-only disk; whatever SQLite says of it is damage."""
    file = folder / FILE
    if not file.is_file():
        raise LibraryMissing(f"{file} is not there. Run `study ingest` again to build it.")
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
            (version,) = base.execute("PRAGMA user_version").fetchone()
            if version != FORMAT:
                raise LibraryFormat(f"{file} has format {version}, this study reads {FORMAT}. Run `study ingest` again to rebuild it.")
            yield base
    except (sqlite3.DatabaseError, json.JSONDecodeError, KeyError, IndexError, TypeError, ValueError) as problem:
        raise LibraryDamaged(f"{file} is damaged ({problem}). Run `study ingest` again to rebuild it.") from problem


def _save_layer(base: sqlite3.Connection, layer: int, graph: Graph) -> None:
    base.executemany(
        "INSERT INTO concepts VALUES (?, ?, ?, ?)",
        (
            (layer, rank, concept.id, _text(_from_concept(concept)))
            for rank, concept in enumerate(graph.concepts.values())
            if graph.bare is None or graph.bare.concepts.get(concept.id) != concept
        ),
    )
    rows: dict[str, Sequence[Any]] = {
        "prerequisites": [
            [edge.before, edge.after, edge.confidence, str(edge.origin), [_from_evidence(seen) for seen in edge.evidence]]
            for edge in graph.prerequisites
        ],
        "related": [[pair.first, pair.second, pair.strength, [_from_evidence(seen) for seen in pair.evidence]] for pair in graph.related],
        "notes": graph.notes,
    }
    for table, values in rows.items():
        base.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", ((layer, rank, _text(value)) for rank, value in enumerate(values)))


def _load_layer(base: sqlite3.Connection, layer: int) -> Graph:
    concepts = [
        _to_concept(json.loads(value)) for (value,) in base.execute("SELECT value FROM concepts WHERE layer = ? ORDER BY rank", (layer,))
    ]
    return Graph(
        {concept.id: concept for concept in concepts},
        tuple(Prerequisite(v[0], v[1], v[2], Origin(v[3]), tuple(map(_to_evidence, v[4]))) for v in _values(base, "prerequisites", layer)),
        tuple(Related(v[0], v[1], v[2], tuple(map(_to_evidence, v[3]))) for v in _values(base, "related", layer)),
        tuple(_values(base, "notes", layer)),
    )


def _values(base: sqlite3.Connection, table: str, layer: int) -> Iterator[Any]:
    for (value,) in base.execute(f"SELECT value FROM {table} WHERE layer = ? ORDER BY rank", (layer,)):
        yield json.loads(value)


def _places(graph: Graph) -> Iterator[tuple[Any, ...]]:
    for concept in graph.concepts.values():
        for place in (*concept.about, *concept.mentioned):
            part, number = (place.span.part.kind, place.span.part.number) if place.span.part else (None, None)
            yield (place.document, part, number, place.span.first, place.span.last, concept.id, place.weight)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _from_span(span: Span) -> list[Any]:
    return [span.first, span.last, span.part.kind, span.part.number] if span.part else [span.first, span.last]


def _to_span(value: list[Any]) -> Span:
    return Span(value[0], value[1], Part(value[2], value[3]) if len(value) == 4 else None)


def _from_evidence(seen: Evidence) -> list[Any]:
    return [str(seen.kind), seen.document, _from_span(seen.span), seen.quote, seen.title, list(seen.section)]


def _to_evidence(value: list[Any]) -> Evidence:
    return Evidence(Signal(value[0]), value[1], _to_span(value[2]), value[3], value[4], tuple(value[5]))


def _from_place(place: Place) -> list[Any]:
    return [place.document, _from_span(place.span), place.title, list(place.section), place.quote, place.weight]


def _to_place(value: list[Any]) -> Place:
    return Place(value[0], _to_span(value[1]), value[2], tuple(value[3]), value[4], value[5])


def _from_concept(concept: Concept) -> list[Any]:
    return [
        concept.id,
        concept.name,
        list(concept.aliases),
        _from_place(concept.definition) if concept.definition else None,
        concept.mentions,
        str(concept.origin),
        concept.importance,
        concept.minutes,
        [_from_place(place) for place in concept.about],
        [_from_place(place) for place in concept.mentioned],
    ]


def _to_concept(value: list[Any]) -> Concept:
    return Concept(
        value[0],
        value[1],
        tuple(value[2]),
        _to_place(value[3]) if value[3] is not None else None,
        value[4],
        Origin(value[5]),
        value[6],
        value[7],
        tuple(map(_to_place, value[8])),
        tuple(map(_to_place, value[9])),
    )
