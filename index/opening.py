"""Open the engine of an index: local files, or a database. The snapshot's folder tells which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from index.engine import Engine, EngineWriter
from index.errors import EngineMissing
from ingest.errors import UsageError

_MILVUS = "milvus.json"
"""The file that marks a snapshot with its index in Milvus (`index.milvus.manifest.FILE`, not imported here since that would slow down every
question)."""


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """The engine of a library: `local`, or `milvus` at a `uri`, which is a server's address or the file of Milvus Lite."""

    name: str = "local"
    uri: str = ""

    @staticmethod
    def make(name: str, uri: str) -> EngineChoice:
        """A choice from user input. Raises UsageError, and EngineMissing if the package is not installed."""
        if name == "local":
            if uri:
                raise UsageError("The local engine has no address.", "Leave the address out, or choose the engine milvus.")
            return LOCAL
        if name != "milvus":
            raise UsageError(f"There is no engine {name!r}.", "There are local and milvus.")
        if not uri:
            raise UsageError(
                "The engine milvus needs an address.", "A server's, such as http://localhost:19530, or a file that ends in .db."
            )
        if find_spec("pymilvus") is None:
            raise EngineMissing("pymilvus", "milvus")
        from index.milvus.database import address

        return EngineChoice(name, address(uri))

    @staticmethod
    def recorded(settings: Mapping[str, Any]) -> EngineChoice:
        """The choice recorded in a snapshot's settings."""
        return EngineChoice(**settings["engine"]) if "engine" in settings else LOCAL


LOCAL = EngineChoice()


def open_engine(folder: Path, told: Callable[[str], None] = lambda _: None) -> Engine:
    """The engine of the index in a folder; `told` is called with notices of temporary trouble. Raises IndexDamaged and
    EngineUnavailable."""
    if (folder / _MILVUS).exists():
        if find_spec("pymilvus") is None:
            raise EngineMissing("pymilvus", "milvus")
        from index.milvus.engine import MilvusEngine

        return MilvusEngine(folder, told)
    from index.local.engine import LocalEngine

    return LocalEngine(folder)


def engine_writer(
    folder: Path, choice: EngineChoice, earlier: Path | None, replaced: Path | None, told: Callable[[str], None] = lambda _: None
) -> EngineWriter:
    """A writer into an empty folder.

    `earlier` is the folder of the live index if its documents may be copied, `replaced` the same folder in any case.
    """
    if choice.name == "milvus":
        from index.milvus.writer import MilvusWriter

        return MilvusWriter(folder, choice.uri, earlier, replaced, told)
    from index.local.writer import IndexWriter

    return IndexWriter(folder, earlier)
