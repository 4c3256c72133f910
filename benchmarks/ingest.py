"""Measure an ingest: reading and cutting alone, all of it against encoding alone, a second one with nothing to do, and the peak memory.

    python -m benchmarks.ingest [--megabytes 200] [--files 20000] [--encoded 0.5]
    python -m benchmarks.ingest --encoded 0.3 --workers 2        # one process with all threads, and two processes

The text is made in a temporary folder. Every stage runs in a process of its own, so that the system knows its peak memory. The large file
and the many files are embedded by a stand-in that costs next to nothing, since the real encoder would take hours, and its memory does not
depend on the text. The ratio to encoding alone is measured with the real encoder, on `--encoded` megabytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.course import course_folder
from ingest.model import TextPart


class Stand:
    """An encoder that gives equal texts equal vectors, at the cost of a hash."""

    name = "stand-in@1"
    dimension = 384

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encode_parts([TextPart.whole(text) for text in texts])

    def encode_parts(self, parts: Sequence[TextPart]) -> NDArray[np.float32]:
        said = (f"{part.first} {part.stop} {part.text}".encode("utf-8", "surrogatepass") for part in parts)
        digests = b"".join(hashlib.shake_128(each).digest(self.dimension) for each in said)
        vectors = np.frombuffer(digests, np.uint8).reshape(len(parts), self.dimension).astype(np.float32) - 127.5
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


class Writer:
    """Writes random notes with the word frequencies of the starter course."""

    def __init__(self) -> None:
        self.random = np.random.default_rng(7)
        text = " ".join(file.read_text(encoding="utf-8") for file in sorted(course_folder().glob("*.md")))
        counted = Counter(word.lower() for word in re.findall(r"[A-Za-z]+", text))
        self.words = np.array(list(counted))
        weights = np.array(list(counted.values()), dtype=float)
        self.weights = np.cumsum(weights / weights.sum())

    def note(self, characters: int, title: str) -> str:
        """A note of about `characters` characters."""
        parts = [f"# {title}\n"]
        size = 0
        while size < characters:
            words = self.words[np.searchsorted(self.weights, self.random.random(120)).clip(max=len(self.words) - 1)].tolist()
            sentences = [" ".join(words[at : at + 15]).capitalize() + "." for at in range(0, 120, 15)]
            parts.append(f"\n## {' '.join(words[:3]).capitalize()}\n\n{' '.join(sentences[:4])}\n\n{' '.join(sentences[4:])}\n")
            size += len(parts[-1])
        return "".join(parts)


def make_file(folder: Path, megabytes: int) -> None:
    """Write one text of `megabytes` megabytes."""
    writer = Writer()
    with (folder / "large.md").open("w", encoding="utf-8") as file:
        for number in range(megabytes):
            file.write(writer.note(2**20, f"Chapter {number}") + "\n")


def make_folder(folder: Path, files: int, characters: int = 4000) -> None:
    """Write many notes into subfolders."""
    writer = Writer()
    for number in range(files):
        home = folder / f"part{number // 500}"
        home.mkdir(exist_ok=True)
        (home / f"note{number}.md").write_text(writer.note(characters, f"Note {number}"), encoding="utf-8")


def read_and_cut(folder: str) -> dict[str, float]:
    """Read and cut, and store nothing."""
    from index.models.encoder import default_model, encoder_window
    from ingest.chunking.chunking import chunk_document
    from ingest.sources.slices import read_slices
    from ingest.sources.sources import find_sources

    window = encoder_window(default_model())
    sources = find_sources([folder]).sources
    start = time.perf_counter()
    passages = sum(len(chunk_document(part, window=window)) for source in sources for part in read_slices(source))
    seconds = time.perf_counter() - start
    size = sum(source.path.stat().st_size for source in sources)
    return {"seconds": seconds, "megabytes a second": size / 1e6 / seconds, "passages": passages}


def ingest_cheaply(folder: str, library: str) -> dict[str, float]:
    """Ingest with the stand-in for the encoder."""
    from assistant.building.build import ingest

    marks: dict[str, float] = {}
    start = time.perf_counter()

    def progress(stage: str, done: int, total: int) -> None:
        if done == total:
            marks[f"until {stage.lower()} was done"] = time.perf_counter() - start

    report = ingest(Path(library), [Path(folder)], encoder=Stand(), progress=progress)
    return {"seconds": time.perf_counter() - start, "passages": report.chunks, **marks}


def ingest_really(folder: str, library: str, workers: str = "1") -> dict[str, float]:
    """Ingest with the real encoder, in this process with all threads, or with several workers."""
    from assistant.building.build import ingest
    from assistant.workers.choice import Workforce

    start = time.perf_counter()
    ingest(Path(library), [Path(folder)], workforce=Workforce(int(workers)))
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {"seconds": time.perf_counter() - start, "processor seconds": sum(each.ru_utime + each.ru_stime for each in used)}


def encode_alone(library: str) -> dict[str, float]:
    """Encode every text that a library has a vector of, each once, in batches as an ingest does."""
    from assistant.session import Session
    from index.indexed_text import embedded_parts
    from index.models.embeddings import BATCH, WINDOW
    from index.models.encoder import default_model, open_encoder

    opened = Session(Path(library))
    parts = list(dict.fromkeys(part for chunk in opened.index.engine.chunks() for part in embedded_parts(chunk)))
    opened.close()
    start = time.perf_counter()
    encoder = open_encoder(default_model(), threads=0)
    for at in range(0, len(parts), WINDOW):
        window = sorted(parts[at : at + WINDOW], key=lambda part: len(part.text))
        for first in range(0, len(window), BATCH):
            encoder.encode_parts(window[first : first + BATCH])
    return {"seconds": time.perf_counter() - start, "texts": len(parts)}


_STAGES: dict[str, Callable[..., dict[str, float]]] = {
    each.__name__: each for each in (read_and_cut, ingest_cheaply, ingest_really, encode_alone)
}


def measured(stage: str, *arguments: Path | str) -> dict[str, float]:
    """Run a stage in a process of its own, and return its figures with its peak memory in MB."""
    command = [sys.executable, "-m", "benchmarks.ingest", "--stage", stage, *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    print(
        f"{stage} {' '.join([Path(arguments[0]).name, *map(str, arguments[2:])])}: "
        + ", ".join(f"{name} {value:,.1f}" for name, value in found.items()),
        flush=True,
    )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--encoded", type=float, default=0.5)
    parser.add_argument(
        "--workers", type=int, nargs="*", default=[], help="only compare ingests of --encoded megabytes with so many workers"
    )
    parser.add_argument("--stage", nargs="+")
    options = parser.parse_args()
    if options.stage:
        found = _STAGES[options.stage[0]](*options.stage[1:])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps({**found, "peak MB": peak / (2**20 if sys.platform == "darwin" else 2**10)}))
        return
    with tempfile.TemporaryDirectory() as made:
        work = Path(made)
        for name in ("large", "many", "few"):
            (work / name).mkdir()
        if options.workers:
            make_folder(work / "few", max(1, int(options.encoded * 250)))
            for turn in range(3):  # alternating, since others use the machine
                for count in (1, *options.workers):
                    measured("ingest_really", work / "few", work / f"library-{count}-{turn}", str(count))
            return
        if options.encoded:
            make_folder(work / "few", max(1, int(options.encoded * 250)))
            measured("read_and_cut", work / "few")
            whole = measured("ingest_really", work / "few", work / "few-library")
            again = measured("ingest_really", work / "few", work / "few-library")
            alone = measured("encode_alone", work / "few-library")
            print(f"ingest / encoding alone: {whole['seconds'] / alone['seconds']:.2f}; again: {again['seconds']:.2f} s")
        for name, size, make in (("large", options.megabytes, make_file), ("many", options.files, make_folder)):
            if size:
                make(work / name, size)
                measured("ingest_cheaply", work / name, work / f"{name}-library")
                measured("ingest_cheaply", work / name, work / f"{name}-library")


if __name__ == "__main__":
    main()
