"""The graph in one SQLite file, for two uses: an export that reads all of it, and a question that reads little.

The file holds the documents' graph (layer 0) and the same with the atlas laid over it (layer 1), each with its outline as columns. A loaded
graph has the outline in memory; concepts and evidence are read on demand.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from zlib import crc32

from graph.errors import GraphDamaged
from graph.model.columns import Outline
from graph.model.lazy import ByName, Items
from graph.model.values import Concept, Evidence, Graph, LeftOut, Origin, Place, Prerequisite, Related, Signal
from ingest.model import Part, Span

FILE = "graph.sqlite"
FORMAT = 3
_SCHEMA = """
CREATE TABLE concepts (layer INTEGER, rank INTEGER, value TEXT, PRIMARY KEY (layer, rank)) WITHOUT ROWID;
CREATE TABLE prerequisites (layer INTEGER, rank INTEGER, value TEXT, PRIMARY KEY (layer, rank)) WITHOUT ROWID;
CREATE TABLE related (layer INTEGER, rank INTEGER, value TEXT, PRIMARY KEY (layer, rank)) WITHOUT ROWID;
CREATE TABLE places (document TEXT, part TEXT, number INTEGER, first INTEGER, last INTEGER, concept TEXT, weight REAL);
CREATE TABLE counts (concept TEXT PRIMARY KEY, mentions INTEGER) WITHOUT ROWID;
CREATE TABLE outlines (layer INTEGER, name TEXT, value BLOB, PRIMARY KEY (layer, name)) WITHOUT ROWID;
CREATE INDEX places_at ON places (document, first);
"""
_NUMBERS = {"importance": "d", "weight": "d", "minutes": "d", "before": "q", "after": "q", "confidence": "d", "flags": "B"}
_CHECK = "crc32"
_SHARES = "shares"
_LOOK_UP = 500  # the most rows in one query, below SQLite's limit of 999 variables in old versions
_AGAIN = "Ingest the same folders again to rebuild it."
_Value = TypeVar("_Value")


def save_graph(graph: Graph, folder: Path) -> None:
    """Write the graph (and the one without the course) to `folder`, replacing an existing one."""
    file = folder / FILE
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as base:
        base.executescript(_SCHEMA)
        base.execute(f"PRAGMA user_version = {FORMAT}")
        layers = [graph] if graph.bare is None else [graph.without_course(), graph]
        bare = layers[0]
        base.executemany("INSERT INTO places VALUES (?, ?, ?, ?, ?, ?, ?)", _places(bare))
        base.executemany("INSERT INTO counts VALUES (?, ?)", ((concept.id, concept.mentions) for concept in bare.concepts.values()))
        for layer, one in enumerate(layers):
            _save_layer(base, layer, one)
        base.commit()


def load_graph(folder: Path, keep: object = None, *, authored: bool = True) -> Graph:
    """The graph saved in `folder`.

    Only its outline is read; the rest is read on demand. Without `authored` it is the graph of the documents alone. `keep` is an object
    that keeps the folder from being removed; the graph holds a reference to it. Raises GraphDamaged, also when more is read later.
    """
    with _opened(folder) as base:
        layer = int(base.execute("SELECT MAX(layer) FROM outlines").fetchone()[0]) if authored else 0
    return _load_layer(folder, layer, cache(lambda: _load_layer(folder, 0, None, keep)) if layer else None, keep)


def related_concepts(folder: Path, places: Sequence[tuple[str, Span]], limit: int = 5) -> list[str]:
    """Ids of the concepts that these lines are about or mention, best first: rarer concepts count more (tf-idf).

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
    """The file, opened read-only and as immutable, so that it may be on a read-only disk. All SQLite errors become GraphDamaged."""
    file = folder / FILE
    if not file.is_file():
        raise GraphDamaged(f"{file} is not there.", _AGAIN)
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
            (version,) = base.execute("PRAGMA user_version").fetchone()
            if version != FORMAT:
                raise GraphDamaged(f"{file} has format {version}; this version of study reads format {FORMAT}.", _AGAIN)
            yield base
    except (sqlite3.DatabaseError, AttributeError, LookupError, TypeError, ValueError) as problem:
        raise GraphDamaged(f"{file} is damaged ({problem}).", _AGAIN) from problem


def _save_layer(base: sqlite3.Connection, layer: int, graph: Graph) -> None:
    rows: dict[str, Iterator[Any]] = {
        "concepts": (_from_concept(concept) for concept in graph.concepts.values()),
        "prerequisites": map(_from_prerequisite, graph.prerequisites),
        "related": ([pair.first, pair.second, pair.strength, [_from_evidence(seen) for seen in pair.evidence]] for pair in graph.related),
    }
    for table, values in rows.items():
        base.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", ((layer, rank, _text(value)) for rank, value in enumerate(values)))
    outline = graph.outline
    texts: dict[str, Any] = {"ids": outline.ids, "labels": outline.labels, "names": outline.names, "related": outline.related}
    texts["notes"] = [[note.text, *(note.cycle or ([note.required] if note.required else ()))] for note in graph.notes]
    texts["contradicted"] = [_from_prerequisite(edge) for edge in graph.contradicted]
    texts["moved"] = dict(graph.moved)
    columns = {name: _text(value).encode("utf-8", "surrogatepass") for name, value in texts.items()}
    columns |= {name: array(code, getattr(outline, name)).tobytes() for name, code in _NUMBERS.items()}
    columns[_SHARES] = array("d", outline.shares()).tobytes()
    columns[_CHECK] = _checksum(columns)
    base.executemany("INSERT INTO outlines VALUES (?, ?, ?)", ((layer, name, value) for name, value in columns.items()))


def _checksum(columns: Mapping[str, bytes]) -> bytes:
    """The checksum of all columns, since a path over a corrupted column would be nonsense."""
    return b"%d" % crc32(b"".join(value for name, value in sorted(columns.items()) if name != _CHECK))


def _load_layer(folder: Path, layer: int, bare: Callable[[], Graph] | None, keep: object) -> Graph:
    with _opened(folder) as base:
        columns: dict[str, bytes] = dict(base.execute("SELECT name, value FROM outlines WHERE layer = ?", (layer,)))
        if _CHECK in columns and columns[_CHECK] != _checksum(columns):
            raise ValueError("its outline does not match the checksum")
        return _graph(folder, layer, columns, bare, keep)


def _graph(folder: Path, layer: int, columns: Mapping[str, bytes], bare: Callable[[], Graph] | None, keep: object) -> Graph:
    texts = ("ids", "labels", "names", "related", "notes")
    ids, labels, names, pairs, notes = (json.loads(columns[name].decode("utf-8", "surrogatepass")) for name in texts)
    # The first versions of this format lack these.
    contradicted, moved = (json.loads(columns.get(name, b"[]").decode("utf-8", "surrogatepass")) for name in ("contradicted", "moved"))
    numbers = {name: array(code, columns[name]).tolist() for name, code in _NUMBERS.items()}
    shares = array("d", columns.get(_SHARES, b""))
    outline = Outline(ids, labels, names, **numbers, related=pairs).knowing(shares)

    def items(table: str, length: int, to_value: Callable[[Any], _Value], of: int = layer) -> Items[_Value]:
        def some(ranks: Sequence[int], _keep: object = keep) -> list[_Value]:
            return _rows(folder, table, of, to_value, ranks)

        return Items(length, some, lambda: _rows(folder, table, of, to_value))

    return Graph(
        ByName(ids, items("concepts", len(ids), _to_concept)),
        items("prerequisites", len(outline.before), _to_prerequisite),
        items("related", len(pairs), _to_related),
        tuple(map(_to_note, notes)),
        bare,
        contradicted=tuple(map(_to_prerequisite, contradicted)),
        moved=dict(moved),
    ).outlined(outline)


def _rows(folder: Path, table: str, layer: int, to_value: Callable[[Any], _Value], ranks: Sequence[int] | None = None) -> list[_Value]:
    """Some rows of a table, or all of them."""
    select = f"SELECT value FROM {table} WHERE layer = ?"
    with _opened(folder) as base:
        if ranks is None:
            found = base.execute(f"{select} ORDER BY rank", (layer,))
            return [to_value(json.loads(value)) for (value,) in found]
        values: dict[int, str] = {}
        for start in range(0, len(ranks), _LOOK_UP):
            some = ranks[start : start + _LOOK_UP]
            asked = f"SELECT rank, value FROM {table} WHERE layer = ? AND rank IN ({','.join('?' * len(some))})"
            values.update(base.execute(asked, (layer, *some)))
        return [to_value(json.loads(values[rank])) for rank in ranks]


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
        [_from_place(place) for place in concept.questions],
        concept.is_timed,
        concept.worth,
    ]


def _to_note(value: str | list[str]) -> LeftOut:
    """A note. The first versions of this format hold plain texts."""
    if isinstance(value, str):
        return LeftOut(value)
    text, *about = value
    return LeftOut(text, required=about[0]) if len(about) == 1 else LeftOut(text, (about[0], about[1]) if about else None)


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
        tuple(map(_to_place, value[10])),
        bool(value[11:] and value[11]),  # missing in the first versions of this format
        value[12] if value[12:] else 1.0,
    )


def _from_prerequisite(edge: Prerequisite) -> list[Any]:
    return [edge.before, edge.after, edge.confidence, str(edge.origin), [_from_evidence(seen) for seen in edge.evidence]]


def _to_prerequisite(value: list[Any]) -> Prerequisite:
    return Prerequisite(value[0], value[1], value[2], Origin(value[3]), tuple(map(_to_evidence, value[4])))


def _to_related(value: list[Any]) -> Related:
    return Related(value[0], value[1], value[2], tuple(map(_to_evidence, value[3])))
