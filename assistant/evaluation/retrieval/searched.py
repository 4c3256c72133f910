"""An index for an evaluation, over passages that belong to no library: built once and kept in the cache folder."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from assistant.errors import LibraryReadOnly
from assistant.progress import Notice, Progress
from index.indexed_text import embedded_parts
from index.local.engine import LocalEngine
from index.local.writer import write_index
from index.models.cache import cache_folder
from index.models.embeddings import EmbeddingCache
from index.models.encoder import Model, open_encoder
from index.search import Index
from ingest.model import Chunk

_KEY = "key.json"


def index_of(chunks: Sequence[Chunk], name: str, model: Model, progress: Progress, notice: Notice) -> Index:
    """The index of the chunks under a name; it is built anew if the chunks, the encoder or the code have changed.

    Raises LibraryReadOnly if the cache folder cannot be written to, and ModelError.
    """
    folder = cache_folder() / "evaluation" / name
    key = json.dumps({"encoder": model.name, "code": _code(), "chunks": _digest(chunks)})
    if not _is_there(folder, key):
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            _build(chunks, folder, key, model, progress, notice)
        except OSError as error:
            raise LibraryReadOnly(f"Cannot write to {folder}: {error.strerror or error}.", "Set STUDY_CACHE to another folder.") from error
    return Index(LocalEngine(folder))


def _build(chunks: Sequence[Chunk], folder: Path, key: str, model: Model, progress: Progress, notice: Notice) -> None:
    with closing(EmbeddingCache(folder.parent / "embeddings.sqlite")) as cache:
        vectors = cache.embed(
            [part for chunk in chunks for part in embedded_parts(chunk)],
            model.name,
            lambda: open_encoder(model, threads=0, verify=True, notice=notice),
            lambda done, total: progress("Embedding", done, total),
        )
    work = Path(tempfile.mkdtemp(prefix=".building-", dir=folder.parent))
    try:
        write_index(chunks, vectors, work)
        (work / _KEY).write_text(key, encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _is_there(folder: Path, key: str) -> bool:
    try:
        return (folder / _KEY).read_text(encoding="utf-8") == key
    except OSError:
        return False


def _digest(chunks: Sequence[Chunk]) -> str:
    """A hash of the chunks' texts. Their ids are not enough: a chunk keeps its id when its heading is hidden."""
    seen = hashlib.sha256()
    for chunk in chunks:
        for text in (chunk.document, chunk.text, *(part.text for part in embedded_parts(chunk))):
            seen.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return seen.hexdigest()


def _code() -> str:
    """A hash of the code that reads and indexes, so that a change of it is measured and not an older index."""
    packages = Path(__file__).resolve().parents[3]
    seen = hashlib.sha256()
    for file in sorted(file for package in ("ingest", "index") for file in (packages / package).rglob("*.py")):
        seen.update(file.read_bytes())
    return seen.hexdigest()
