"""The Milvus engine (`index.engine.Engine`): the database finds candidates, and their scores are computed here as in the local engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.engine import Entry, Scores
from index.errors import IndexDamaged
from index.filters import EVERYTHING, Filter
from index.milvus.database import MOST, Database, Told, expression, living, one_of, quoted
from index.milvus.manifest import Manifest, load_documents
from index.milvus.rows import chunk_in
from index.milvus.statistics import Statistics, token_of
from ingest.model import Chunk

_AT_ONCE = 500
"""The most ids in one query."""
_CANDIDATES = 4
"""The number of candidates per wanted passage: the database's own order differs slightly from ours."""
_LEAST = 100
_REMEMBERED = 20_000
"""The most passages whose rows and vectors are cached, in about 100 MB."""
_FIELDS = ["pk", "id", "document", "number", "units", "body", "terms"]


class MilvusEngine:
    """Search over the generation of a database named in a snapshot's folder."""

    def __init__(self, folder: Path, told: Told = lambda _: None) -> None:
        """Connect. Raises IndexDamaged, and EngineUnavailable if the database does not answer."""
        try:
            self._manifest = Manifest.load(folder)
            self._documents = load_documents(folder)
            self._statistics = Statistics.load(folder, self._manifest.size, self._manifest.length)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexDamaged(
                f"The index in {folder} cannot be opened ({error}).", "Ingest the same folders again to rebuild it."
            ) from error
        self._database = Database(self._manifest.uri, self._manifest.name, told)
        self._database.check()
        self._alive = living(self._manifest.generation)
        self._known: dict[str, dict[str, Any]] = {}
        self._keys: dict[str, str] = {}
        self._known_units: dict[str, NDArray[np.float32]] = {}

    @property
    def size(self) -> int:
        return self._manifest.size

    def count(self, within: Filter = EVERYTHING) -> int:
        return self.size if within.is_all else self._database.number(self._database.chunks, expression(within, self._manifest.generation))

    def lexical(self, terms: Sequence[str], k: int, within: Filter = EVERYTHING) -> Scores:
        asked = [token_of(term) for term in terms]
        if not any(self._statistics.frequency(token) for token in asked):
            return {}
        where = expression(within, self._manifest.generation)
        most = max(_CANDIDATES * k, _LEAST)
        question = " ".join(dict.fromkeys(asked))
        found = self._database.nearest(self._database.chunks, "sparse", question, where, most, _FIELDS)
        self._remember({str(row["id"]): row for row in found})
        return _best({str(row["id"]): self._score(asked, str(row["terms"])) for row in found}, k)

    def lexical_scores(self, terms: Sequence[str], ids: Sequence[str]) -> Scores:
        asked = [token_of(term) for term in terms]
        rows = self._of(ids)
        return {id_: self._score(asked, str(rows[id_]["terms"])) for id_ in ids}

    def dense(self, vector: NDArray[np.float32], k: int, within: Filter = EVERYTHING) -> Scores:
        where = expression(within, self._manifest.generation)
        wanted = _CANDIDATES * k
        while True:
            rows = self._database.nearest(self._database.units, "vector", vector.tolist(), where, wanted, ["id"])
            keys = {str(row["id"]): str(row["pk"]).rpartition(":")[0] for row in rows}
            found = list(keys)
            if len(found) >= k or len(rows) < min(wanted, MOST) or wanted >= MOST:
                break
            wanted *= 4
        self._remember_keys(keys)
        return _best(self._nearness(vector, found), k)

    def dense_scores(self, vector: NDArray[np.float32], ids: Sequence[str]) -> Scores:
        found = self._nearness(vector, ids)
        self._check([id_ for id_ in ids if id_ not in found])
        return {id_: found[id_] for id_ in ids if id_ in found}

    def entries(self, ids: Sequence[str]) -> Mapping[str, Entry]:
        rows = self._of(ids)
        return {id_: Entry(str(rows[id_]["document"]), int(rows[id_]["number"]), chunk_in(rows[id_]["body"]).kind) for id_ in ids}

    def fetch(self, ids: Sequence[str]) -> list[Chunk]:
        rows = self._of(ids)
        return [chunk_in(rows[id_]["body"]) for id_ in ids]

    def around(self, id_: str, before: int, after: int) -> list[Chunk]:
        row = self._of([id_])[id_]
        first, last = int(row["number"]) - before, int(row["number"]) + after
        where = f"{self._alive} and document == {quoted(str(row['document']))} and number >= {first} and number <= {last}"
        return self._in_order(self._database.rows(self._database.chunks, where, ["number", "body"]))

    def units(self, ids: Sequence[str]) -> list[NDArray[np.float32]]:
        found = self._vectors(ids)
        self._check([id_ for id_ in ids if id_ not in found])
        empty = np.empty((0, self._manifest.dimension), np.float32)
        return [found.get(id_, empty) for id_ in ids]

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        return [self._statistics.frequency(token_of(term)) for term in terms]

    def shares(self, terms: Sequence[str], id_: str) -> Mapping[str, float]:
        held = str(self._of([id_])[id_]["terms"]).split()
        term_of = {token_of(term): term for term in terms}
        return {term_of[token]: share for token, share in self._statistics.shares([token_of(term) for term in terms], held).items()}

    def respell(self, term: str) -> str:
        return self._statistics.respell(term)

    def chunks(self) -> Iterator[Chunk]:
        for document in self._documents:
            where = f"{self._alive} and document == {quoted(document)}"
            yield from self._in_order(self._database.all_rows(self._database.chunks, where, ["number", "body"]))

    def close(self) -> None:
        """Does nothing: the connection belongs to the process."""

    def _score(self, asked: Sequence[str], terms: str) -> float:
        return sum(self._statistics.shares(asked, terms.split()).values())

    def _nearness(self, vector: NDArray[np.float32], ids: Sequence[str]) -> dict[str, float]:
        found = {}
        for id_, units in self._vectors(ids).items():
            cosines = units @ vector
            found[id_] = float(cosines.max() + cosines.sum() / np.linalg.norm(units.sum(axis=0))) / 2
        return found

    def _vectors(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors of the passages that have units."""
        known = self._known_units
        missing = list(dict.fromkeys(id_ for id_ in ids if id_ not in known))
        if missing:
            keys = {f"{row['pk']}:{at}": (id_, at) for id_, row in self._present(missing).items() for at in range(int(row["units"]))}
            rows: dict[str, dict[int, Any]] = {id_: {} for id_ in missing}
            for row in self._database.keyed(self._database.units, list(keys), ["pk", "vector"]):
                id_, at = keys[str(row["pk"])]
                rows[id_][at] = row["vector"]
            if len(known) > _REMEMBERED:
                known = self._known_units = {}  # other threads that look one up meanwhile use the old ones
            known.update((id_, np.array([own[at] for at in sorted(own)], np.float32)) for id_, own in rows.items())
        lost = [id_ for id_ in ids if id_ not in known]
        return {id_: known[id_] for id_ in ids if len(known[id_])} if not lost else self._vectors(ids)

    def _of(self, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The rows of these passages. Raises KeyError for an unknown id."""
        found = self._present(ids)
        for id_ in ids:
            if id_ not in found:
                raise KeyError(id_)
        return found

    def _present(self, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The existing rows of these passages, fetched by key where a search has given the key, which is fastest."""
        found = {id_: row for id_ in ids if (row := self._known.get(id_)) is not None}
        keys = [key for id_ in ids if id_ not in found and (key := self._keys.get(id_)) is not None]
        found.update((str(row["id"]), row) for row in self._database.keyed(self._database.chunks, keys, _FIELDS))
        for some in _portions([id_ for id_ in ids if id_ not in found]):
            rows = self._database.rows(self._database.chunks, f"{self._alive} and {one_of('id', some)}", _FIELDS)
            found.update((str(row["id"]), row) for row in rows)
        self._remember(found)
        return found

    def _remember(self, rows: Mapping[str, dict[str, Any]]) -> None:
        """Cache rows: a question asks for the same passages several times, and a generation never changes."""
        if len(self._known) > _REMEMBERED:
            self._known = {}
        self._known.update(rows)

    def _remember_keys(self, keys: Mapping[str, str]) -> None:
        if len(self._keys) > _REMEMBERED:
            self._keys = {}
        self._keys.update(keys)

    def _check(self, ids: Sequence[str]) -> None:
        if ids:
            self._of(ids)

    def _in_order(self, rows: Iterable[dict[str, Any]]) -> list[Chunk]:
        return [chunk_in(row["body"]) for row in sorted(rows, key=_number)]


def _portions(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    unique = list(dict.fromkeys(ids))
    return (unique[at : at + _AT_ONCE] for at in range(0, len(unique), _AT_ONCE))


def _best(scores: Mapping[str, float], k: int) -> Scores:
    return dict(sorted(scores.items(), key=lambda one: (-one[1], one[0]))[:k])


_number: Callable[[Mapping[str, Any]], int] = lambda row: int(row["number"])  # noqa: E731
