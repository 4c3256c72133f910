"""The small files of a snapshot whose index is in a database: its address and generation, the documents, the frequencies of terms."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "milvus.json"
_DOCUMENTS = "documents.jsonl"


@dataclass(frozen=True, slots=True)
class Stored:
    """A document in the database: its rows have the keys `KEY:0` to `KEY:chunks-1`."""

    name: str
    key: str
    collection: str
    chunks: int
    units: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The database of a snapshot, its collections' common name, the generation, and the counts of `index.milvus.statistics`.

    `replaces` names collections that the snapshot before this one had, as address and name; the next writer drops them.
    """

    uri: str
    name: str
    generation: int
    dimension: int
    size: int
    length: int
    replaces: tuple[tuple[str, str], ...] = ()

    @staticmethod
    def load(folder: Path) -> Manifest:
        """Read the manifest of a snapshot. Raises OSError, ValueError, KeyError or TypeError if it is missing or damaged."""
        said = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return Manifest(**{**said, "replaces": tuple((uri, name) for uri, name in said["replaces"])})

    def save(self, folder: Path) -> None:
        (folder / FILE).write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")


def load_documents(folder: Path) -> dict[str, Stored]:
    """The documents by name, in the order of the snapshot."""
    with (folder / _DOCUMENTS).open(encoding="utf-8") as lines:
        return {one.name: one for one in (Stored(*json.loads(line)) for line in lines)}


def save_documents(folder: Path, documents: dict[str, Stored]) -> None:
    """Write the documents in their order."""
    with (folder / _DOCUMENTS).open("w", encoding="utf-8") as file:
        for one in documents.values():
            file.write(json.dumps([one.name, one.key, one.collection, one.chunks, one.units], ensure_ascii=False) + "\n")
