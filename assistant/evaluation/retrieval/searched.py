"""An index for evaluation alone, over passages that are no library's: made once, then found again in the cache folder."""

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
from index.models.embeddings import EmbeddingCache
from index.models.encoder import Model, cache_folder, open_encoder
from index.search import Index
from ingest.model import Chunk

_KEY = "key.json"


def index_of(chunks: Sequence[Chunk], name: str, model: Model, progress: Progress, notice: Notice) -> Index:
    """An index of the chunks; `name` says what they are, and the index of that name is made anew where anything else has changed.

    Raises LibraryReadOnly where the cache folder cannot be written, and ModelError.
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
    """What is embedded and shown of the chunks; their ids don't tell, for one without its heading keeps its own."""
    seen = hashlib.sha256()
    for chunk in chunks:
        for text in (chunk.document, chunk.text, *(part.text for part in embedded_parts(chunk))):
            seen.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return seen.hexdigest()


def _code() -> str:
    """The code that reads and indexes: whoever changes it measures the change, not an index made before."""
    packages = Path(__file__).resolve().parents[3]
    seen = hashlib.sha256()
    for file in sorted(file for package in ("ingest", "index") for file in (packages / package).rglob("*.py")):
        seen.update(file.read_bytes())
    return seen.hexdigest()
