"""Calls of the database: collections, filters as expressions, retries while the server is unreachable."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from index.errors import EngineUnavailable, IndexDamaged
from index.filters import Filter

PREFIX = "study2_"
"""The beginning of the names of collections, with the number of their format. Other formats are not read."""
_REBUILD = "Ingest again to rebuild it."
FOREVER = 2**62
"""The value of `died` for a row that is still valid."""
MOST = 16_384
"""The most rows that one search or query returns: the limit of a cluster."""
_KEYS = 1000
"""The most keys in one query."""
_PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0, 6.0, 8.0)
"""Seconds before each retry of a call that did not reach the server."""
_SECONDS = 60.0
_LONGEST = 65_535
_NOT_LOADED = ("released", "not loaded")
_AWAY = ("unavailable", "connect", "timeout", "timed out", "deadline", "not ready", "closed", "refused", "reset", "open local")

_Value = TypeVar("_Value")
Told = Callable[[str], None]


class Database:
    """The two collections of a library: `NAME_chunks` with a row per passage, and `NAME_units` with a row per vector. A row is valid from
    generation `born` until generation `died` (exclusive). Raises EngineUnavailable if the server cannot be reached.
    """

    def __init__(self, uri: str, name: str, told: Told = lambda _: None) -> None:
        self.uri, self.name = uri, name
        self.chunks, self.units = f"{name}_chunks", f"{name}_units"
        self._told = told

    def call(self, what: str, ask: Callable[[Any], _Value]) -> _Value:
        """The result of a call of the client, which is retried while the server is unreachable. Raises EngineUnavailable and
        IndexDamaged."""
        from pymilvus import MilvusException

        pauses, is_loaded = iter(() if is_file(self.uri) else _PAUSES), False
        while True:
            try:
                return ask(_client(self.uri))
            except (MilvusException, OSError) as error:
                said = str(getattr(error, "message", "") or error)[:300]
                if not is_loaded and any(sign in said for sign in _NOT_LOADED):  # the server was restarted during the call
                    is_loaded = True
                    with suppress(MilvusException, OSError):
                        self._load(_client(self.uri))
                    continue
                if isinstance(error, MilvusException) and not any(sign in said.lower() for sign in _AWAY):
                    raise IndexDamaged(f"The database at {self.uri} refused to {what}: {said}.", _REBUILD) from error
                if (pause := next(pauses, None)) is None:
                    raise EngineUnavailable(self.uri, said) from error
                self._told(f"The database at {self.uri} does not answer; trying again.")
                time.sleep(pause)
                _client.cache_clear()  # a client may not notice that its server is back

    def create(self, dimension: int) -> None:
        """Create the collections if they do not exist."""
        from pymilvus import DataType, Function, FunctionType, MilvusClient

        if self.exists():
            return

        def facets(schema: Any) -> None:
            for name, length in (("document", 2048), ("holds", 512), ("collection", 512), ("titles", _LONGEST)):
                schema.add_field(name, DataType.VARCHAR, max_length=length)
            schema.add_field("born", DataType.INT64)
            schema.add_field("died", DataType.INT64)

        chunks = MilvusClient.create_schema(auto_id=False)
        chunks.add_field("pk", DataType.VARCHAR, max_length=80, is_primary=True)
        chunks.add_field("id", DataType.VARCHAR, max_length=80)
        facets(chunks)
        chunks.add_field("number", DataType.INT64)
        chunks.add_field("units", DataType.INT64)
        chunks.add_field("body", DataType.VARCHAR, max_length=_LONGEST)
        analyser = {"tokenizer": "standard", "filter": ["lowercase"]}
        chunks.add_field("terms", DataType.VARCHAR, max_length=_LONGEST, enable_analyzer=True, analyzer_params=analyser)
        chunks.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
        chunks.add_function(
            Function(name="bm25", function_type=FunctionType.BM25, input_field_names=["terms"], output_field_names=["sparse"])
        )
        lexical = MilvusClient.prepare_index_params()
        lexical.add_index("sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params={"bm25_k1": 1.5, "bm25_b": 0.75})

        units = MilvusClient.create_schema(auto_id=False)
        units.add_field("pk", DataType.VARCHAR, max_length=96, is_primary=True)
        units.add_field("id", DataType.VARCHAR, max_length=80)
        facets(units)
        units.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
        dense = MilvusClient.prepare_index_params()
        dense.add_index("vector", index_type="AUTOINDEX", metric_type="COSINE")

        for name, schema, index in ((self.chunks, chunks, lexical), (self.units, units, dense)):
            given = {"schema": schema, "index_params": index, "consistency_level": "Strong"}
            self.call("make a collection", partial(_create, name, given))

    def exists(self) -> bool:
        """True if the collections exist."""
        there = self.call("list the collections", lambda client: client.list_collections())
        return self.chunks in there and self.units in there

    def check(self) -> None:
        """Raise IndexDamaged if the collections are missing or have another format."""
        if not self.name.startswith(PREFIX):
            raise IndexDamaged(f"The collections {self.name} at {self.uri} were made by another version of study.", _REBUILD)
        if not self.exists():
            raise IndexDamaged(f"The database at {self.uri} has no collection {self.chunks}.", _REBUILD)
        self.call("load the collections", self._load)

    def _load(self, client: Any) -> None:
        """Load the collections into the server's memory, if a restart has unloaded them."""
        for name in (self.chunks, self.units):
            client.load_collection(name)

    def insert(self, collection: str, rows: Sequence[dict[str, Any]]) -> None:
        """Insert new rows, which is several times faster than an upsert. Only a retry has to check whether they exist."""
        tries = count()

        def write(client: Any) -> None:
            (client.upsert if next(tries) else client.insert)(collection, list(rows), timeout=_SECONDS)

        if rows:
            self.call("write", write)

    def upsert(self, collection: str, rows: Sequence[dict[str, Any]], *, partial: bool = False) -> None:
        """Upsert rows: a row with the same `pk` is replaced, or, with `partial`, keeps the fields that are not given."""
        if rows:
            self.call("write", lambda client: client.upsert(collection, list(rows), partial_update=partial, timeout=_SECONDS))

    def delete(self, collection: str, where: str) -> None:
        """Delete the rows that match an expression."""
        self.call("delete", lambda client: client.delete(collection, filter=where, timeout=_SECONDS))

    def rows(self, collection: str, where: str, fields: Sequence[str]) -> list[dict[str, Any]]:
        """At most `MOST` rows that match an expression."""
        found = self.call(
            "read", lambda client: client.query(collection, filter=where, output_fields=list(fields), limit=MOST, timeout=_SECONDS)
        )
        return [dict(row) for row in found]

    def keyed(self, collection: str, keys: Sequence[str], fields: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The existing rows with these keys, in no particular order. No filter is evaluated."""
        for first in range(0, len(keys), _KEYS):
            where = one_of("pk", keys[first : first + _KEYS])
            yield from self.rows(collection, where, fields)

    def all_rows(self, collection: str, where: str, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
        """All rows that match an expression, in blocks and in no particular order."""
        options = {"batch_size": 1000, "filter": where, "output_fields": list(fields), "timeout": _SECONDS}
        rows = self.call("read", lambda client: client.query_iterator(collection, **options))
        try:
            while found := self.call("read", lambda _: rows.next()):
                yield from map(dict, found)
        finally:
            rows.close()

    def number(self, collection: str, where: str) -> int:
        """The number of rows that match an expression."""
        found = self.call("count", lambda client: client.query(collection, filter=where, output_fields=["count(*)"], timeout=_SECONDS))
        return int(next(iter(found))["count(*)"])

    def nearest(self, collection: str, field: str, question: Any, where: str, most: int, fields: Sequence[str]) -> list[dict[str, Any]]:
        """The rows nearest to a question, a text or a vector, best first, with their keys."""
        options = {"filter": where, "limit": min(most, MOST), "output_fields": list(fields), "timeout": _SECONDS}
        found = self.call("search", lambda client: client.search(collection, data=[question], anns_field=field, **options))
        return [{**hit["entity"], "pk": hit["pk"]} for hit in found[0]]

    def seal(self) -> None:
        """Let the server index the new rows now instead of later. Answers are correct without it, only slower."""
        for name in (self.chunks, self.units):
            with suppress(IndexDamaged):  # a cluster refuses if it is asked too often
                self.call("seal", partial(_flush, name))

    def drop(self) -> None:
        """Delete the collections."""
        self.call("drop the chunks", lambda client: client.drop_collection(self.chunks))
        self.call("drop the units", lambda client: client.drop_collection(self.units))


def _flush(name: str, client: Any) -> None:
    client.flush(name, timeout=_SECONDS)


def _create(name: str, given: dict[str, Any], client: Any) -> None:
    client.create_collection(name, **given)


@lru_cache(maxsize=4)
def _client(uri: str) -> Any:
    """The client for an address: one per process, since a file can be opened only once."""
    from pymilvus import MilvusClient

    for name in ("pymilvus", "milvus_lite", "grpc"):  # the caller reports errors once
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return MilvusClient(uri, timeout=10)


def quoted(text: str) -> str:
    """A text as a literal of an expression."""
    return json.dumps(text, ensure_ascii=False)


def one_of(field: str, values: Iterable[str]) -> str:
    """The expression for a field that is one of these values."""
    return f"{field} in [{', '.join(map(quoted, values))}]"


def living(generation: int) -> str:
    """The expression for the rows that are valid in a generation."""
    return f"born <= {generation} and died > {generation}"


def expression(within: Filter, generation: int) -> str:
    """A filter as an expression over the rows of a generation."""
    parts = [living(generation)]
    if within.documents is not None:
        parts.append(one_of("document", sorted(within.documents)))
    if within.kinds:
        parts.append("(" + " or ".join(f'holds like "%,{kind.value},%"' for kind in sorted(within.kinds)) + ")")
    if within.collection:
        parts.append(f"collection == {quoted(within.collection)}")
    if within.section:
        parts.append(f"titles like {quoted(f'%{folded(within.section)}%')}")
    return " and ".join(parts)


def folded(title: str) -> str:
    """A title in the form in which it is stored and searched: case-folded, with single blanks, and without wildcard characters."""
    plain = " ".join(title.split()).casefold()
    return plain.translate({ord("%"): "٪", ord("_"): "‗", ord("\\"): "∖", ord('"'): "″"})


def is_file(uri: str) -> bool:
    """True for the address of a file, which one process at a time may open."""
    return "://" not in uri


def address(uri: str) -> str:
    """An address in the form in which it is stored: a file as an absolute path."""
    return str(Path(uri).expanduser().absolute()) if is_file(uri) else uri
