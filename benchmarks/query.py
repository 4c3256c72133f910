"""What a warm question costs as a library grows, beside the same job with rank_bm25, faiss (flat) and sentence-transformers.

    python -m benchmarks.query [--largest 1000000] [--questions 100]
    python -m benchmarks.query --only 1000000        # one size, beside a bare script over bm25s and the same faiss index

Passages are made up: words of the encoder's own vocabulary, as often used as words are (Zipf), three sentences each. Unit vectors stand in
clusters, as those of texts do; the encoder that reads the questions is the real one. Every side runs in a process of its own, whose peak
memory the system tells. The other side's index is held in memory, so it is left out above 100,000 passages. The bare script (with `--only`)
takes the candidates of both as they are: no rescoring, no texts. On a busy machine trust the ratios.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.fusion import min_max
from index.local.chunks import ChunkStore
from index.local.dense import DenseIndex
from index.local.engine import LocalEngine
from index.local.writer import IndexWriter
from index.models.encoder import default_model, encoder_folder, open_encoder
from index.search import Index
from ingest.model import Chunk, Excerpt, Kind, Span
from ingest.text.terms import analyze

_SIZES = (1_000, 10_000, 50_000, 100_000, 300_000, 1_000_000)
_COMPARED = 100_000
_UNITS, _WORDS, _DIMENSION, _DOCUMENT = 3, 20, 384, 100
DEPTH = 100


class Text:
    """Sentences of words of the encoder's vocabulary, whose order is about that of their frequency."""

    def __init__(self, seed: int) -> None:
        tokenizer = json.loads((encoder_folder(default_model()) / "tokenizer.json").read_text(encoding="utf-8"))
        known = sorted(tokenizer["model"]["vocab"].items(), key=lambda item: item[1])
        self.words = np.array([word for word, _ in known if word.isascii() and word.isalpha() and len(word) > 2])
        self.steps = np.cumsum(1 / np.arange(1, len(self.words) + 1))
        self.random = np.random.default_rng(seed)

    def draw(self, count: int, first: int = 0) -> list[str]:
        """Words by their frequency, those before `first` in the order of frequency left out."""
        low = self.steps[first - 1] if first else 0.0
        places = np.searchsorted(self.steps, self.random.uniform(low, self.steps[-1], count))
        return [str(word) for word in self.words[places]]

    def chunk(self, number: int) -> Chunk:
        line = number % _DOCUMENT * _UNITS + 1
        units = [" ".join(self.draw(_WORDS)).capitalize() + "." for _ in range(_UNITS)]
        excerpts = tuple(Excerpt(unit, Span(line + at, line + at)) for at, unit in enumerate(units))
        document = f"notes-{number // _DOCUMENT}.md"
        return Chunk(f"{number}", document, " ".join(self.draw(2, 500)), (), Kind.PROSE, Span(line, line + 2), "\n".join(units), excerpts)


def vectors(count: int) -> Iterator[NDArray[np.float32]]:
    """Unit vectors in clusters of some hundred, the clusters themselves in groups."""
    random = np.random.default_rng(11)
    groups = random.standard_normal((50, _DIMENSION))
    clusters = groups[random.integers(0, 50, max(20, count // 300))] + random.standard_normal((max(20, count // 300), _DIMENSION))
    for first in range(0, count, 10_000):
        of = random.integers(0, len(clusters), min(10_000, count - first))
        block = clusters[of] + 1.5 * random.standard_normal((len(of), _DIMENSION))
        yield (block / np.linalg.norm(block, axis=1, keepdims=True)).astype(np.float32)


def build(folder: Path, size: int) -> dict[str, float]:
    text, start = Text(3), time.perf_counter()
    with closing(IndexWriter(folder)) as writer:
        for first in range(0, size, _DOCUMENT):
            writer.add([text.chunk(number) for number in range(first, min(first + _DOCUMENT, size))])
        writer.finish(lambda _texts, count: vectors(count))
    files = sum(file.stat().st_size for file in folder.iterdir())
    return {"build_s": time.perf_counter() - start, "disk_mb": files / 2**20}


def questions(count: int) -> list[str]:
    text = Text(5)
    return [f"what is the {' '.join(text.draw(4, 300))}" for _ in range(count)]


def ours(folder: Path, asked: Sequence[str]) -> dict[str, float]:
    encoder = open_encoder(default_model())
    base = resident()
    start = time.perf_counter()
    engine = LocalEngine(folder)
    index = Index(engine)
    index.search(index.query(asked[0], encoder))
    opened = time.perf_counter() - start
    encoded = [encoder.encode([question])[0] for question in asked]
    return {
        "open_s": opened,
        **_timed(lambda at: index.search(index.query(asked[at], encoder)), len(asked)),
        "encode_ms": _median(lambda at: encoder.encode([asked[at]]), len(asked)),
        "lexical_ms": _median(lambda at: engine.lexical(analyze(asked[at]), DEPTH), len(asked)),
        "dense_ms": _median(lambda at: engine.dense(encoded[at], DEPTH), len(asked)),
        "memory_mb": resident() - base,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "recall@10": recall_of(engine.dense_index),
    }


def theirs(folder: Path, asked: Sequence[str]) -> dict[str, float]:
    """The usual pipeline with the same terms, vectors and fusion."""
    import faiss
    from rank_bm25 import BM25Okapi
    from sentence_transformers import SentenceTransformer

    from index.models.encoder import _packaged_folder

    model = SentenceTransformer(str(_packaged_folder()), device="cpu")
    base = resident()
    start = time.perf_counter()
    store, dense_index = ChunkStore(folder), DenseIndex.load(folder)
    bm25 = BM25Okapi([analyze(" ".join((chunk.title, chunk.text))) for chunk in store.iterate(0, store.size)])
    flat = faiss.IndexFlatIP(_DIMENSION)
    flat.add(np.asarray(dense_index.vectors, np.float32))
    chunks = np.array(dense_index.chunks)

    def lexical(question: str) -> dict[int, float]:
        scores = bm25.get_scores(analyze(question))
        best = np.argpartition(-scores, min(DEPTH, len(scores) - 1))[:DEPTH]
        return {int(row): float(scores[row]) for row in best}

    def dense(vector: NDArray[np.float32]) -> dict[int, float]:
        cosines, units = flat.search(vector[np.newaxis], 4 * DEPTH)
        found: dict[int, float] = {}
        for row, cosine in zip(chunks[units[0]].tolist(), cosines[0].tolist(), strict=True):
            found.setdefault(row, cosine)
        return dict(list(found.items())[:DEPTH])

    def encode(question: str) -> NDArray[np.float32]:
        return np.asarray(model.encode(question, normalize_embeddings=True, show_progress_bar=False), np.float32)

    def search(at: int) -> object:
        fused = min_max([lexical(asked[at]), dense(encode(asked[at]))], [0.5, 0.5])
        return store.fetch(sorted(fused, key=lambda row: -fused[row])[:10])

    search(0)
    opened = time.perf_counter() - start
    vectors_ = [encode(question) for question in asked]
    return {
        "open_s": opened,
        **_timed(search, len(asked)),
        "encode_ms": _median(lambda at: encode(asked[at]), len(asked)),
        "lexical_ms": _median(lambda at: lexical(asked[at]), len(asked)),
        "dense_ms": _median(lambda at: dense(vectors_[at]), len(asked)),
        "memory_mb": resident() - base,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def bare(folder: Path, asked: Sequence[str]) -> dict[str, float]:
    """A script of thirty lines: bm25s, memory-mapped, and the same faiss index, fused by rank."""
    import bm25s
    import faiss

    encoder = open_encoder(default_model())
    made = folder / "bm25s"
    start = time.perf_counter()
    if not made.exists():
        store = ChunkStore(folder)
        scored = bm25s.BM25(method="robertson", k1=1.5, b=0.75)
        scored.index([analyze(" ".join((chunk.title, chunk.text))) for chunk in store.iterate(0, store.size)], show_progress=False)
        scored.save(made)
        return {"build_s": time.perf_counter() - start, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    base = resident()
    scored = bm25s.BM25.load(made, mmap=True)
    near: Any = faiss.read_index(str(folder / "dense.faiss"))
    near.nprobe = 32
    faiss.omp_set_num_threads(1)
    chunks = np.load(folder / "dense.chunks.npy")

    def lexical(question: str) -> list[int]:
        return [int(row) for row in scored.retrieve([analyze(question)], k=DEPTH, show_progress=False, n_threads=1)[0][0]]

    def dense(vector: NDArray[np.float32]) -> list[int]:
        return list(dict.fromkeys(chunks[near.search(vector[np.newaxis], 4 * DEPTH)[1][0]].tolist()))[:DEPTH]

    def search(at: int) -> object:
        fused: dict[int, float] = {}
        for ranked in (lexical(asked[at]), dense(encoder.encode([asked[at]])[0])):
            for rank, row in enumerate(ranked):
                fused[row] = fused.get(row, 0.0) + 1 / (60 + rank)
        return sorted(fused, key=lambda row: -fused[row])[:10]

    search(0)
    opened = time.perf_counter() - start
    encoded = [encoder.encode([question])[0] for question in asked]
    return {
        "open_s": opened,
        **_timed(search, len(asked)),
        "encode_ms": _median(lambda at: encoder.encode([asked[at]]), len(asked)),
        "lexical_ms": _median(lambda at: lexical(asked[at]), len(asked)),
        "dense_ms": _median(lambda at: dense(encoded[at]), len(asked)),
        "memory_mb": resident() - base,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def recall_of(index: DenseIndex) -> float:
    """The share of the 10 truly nearest units that are found: the faiss index names candidates, and their vectors say which are best."""
    if index.near is None:
        return 1.0
    random = np.random.default_rng(2)
    total, kept = len(index.vectors), 0
    asked = np.asarray(index.vectors[np.sort(random.choice(total, 50, replace=False))], np.float32)
    asked += random.standard_normal(asked.shape).astype(np.float32) * 0.03
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    best: list[list[tuple[float, int]]] = [[] for _ in asked]
    for first in range(0, total, 50_000):
        cosines = asked @ np.asarray(index.vectors[first : first + 50_000], np.float32).T
        for number, row in enumerate(cosines):
            top = np.argpartition(-row, 10)[:10]
            best[number] = sorted([*best[number], *((-float(row[at]), first + int(at)) for at in top)])[:10]
    _, found = index.near.search(asked, 4 * DEPTH)
    for question, true, named in zip(asked, best, found, strict=True):
        units = np.sort(named[named >= 0])
        cosines = np.asarray(index.vectors[units], np.float32) @ question
        kept += len({unit for _, unit in true} & set(units[np.argsort(-cosines)[:10]].tolist()))
    return kept / (10 * len(asked))


def _timed(ask: Callable[[int], object], count: int) -> dict[str, float]:
    """Percentiles of the elapsed time, and the mean processor time, which other programs change little."""
    worked = time.process_time()
    times = _times(ask, count)
    worked = time.process_time() - worked
    return {
        "p50_ms": float(np.percentile(times, 50)),
        "p95_ms": float(np.percentile(times, 95)),
        "cpu_ms": 1000 * worked / count,
    }


def _median(ask: Callable[[int], object], count: int) -> float:
    return float(np.median(_times(ask, count)))


def _times(ask: Callable[[int], object], count: int) -> list[float]:
    times = []
    for at in range(count):
        start = time.perf_counter()
        ask(at)
        times.append(1000 * (time.perf_counter() - start))
    return times


def resident() -> float:
    """The memory of this process in MB, including mapped files."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 2**20


def _run(stage: str, folder: Path, size: int, count: int) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "benchmarks.query",
        "--stage",
        stage,
        "--folder",
        str(folder),
        "--size",
        str(size),
        "--questions",
        str(count),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--largest", type=int, default=_COMPARED)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--only", type=int, help="one size, beside the bare script")
    parser.add_argument("--keep", type=Path, help="where the index of --only is kept, or is already")
    parser.add_argument("--stage", choices=("build", "ours", "theirs", "bare"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--size", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stage == "build":
        print(json.dumps(build(options.folder, options.size)))
    elif options.stage:
        print(json.dumps({"ours": ours, "theirs": theirs, "bare": bare}[options.stage](options.folder, questions(options.questions))))
    elif options.only:
        open_encoder(default_model())
        with tempfile.TemporaryDirectory() as folder:
            _beside_bare(options.keep or Path(folder), options.only, options.questions)
    else:
        open_encoder(default_model())
        for size in (size for size in _SIZES if size <= options.largest):
            with tempfile.TemporaryDirectory() as folder:
                _compare(Path(folder), size, options.questions)


def _beside_bare(folder: Path, size: int, count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        built = _run("build", folder, size, count)
        print(f"{size:,} passages ({size * _UNITS:,} units): built in {built['build_s']:.0f} s, {built['disk_mb']:.0f} MB", flush=True)
    if not (folder / "bm25s").exists():
        made = _run("bare", folder, size, count)
        print(f"bm25s: built in {made['build_s']:.0f} s, peak {made['peak_mb']:.0f} MB", flush=True)
    for side in ("ours", "bare"):
        found = _run(side, folder, size, count)
        print(f"{side:<6}" + ", ".join(f"{name} {value:.2f}" for name, value in found.items()), flush=True)


def _compare(folder: Path, size: int, count: int) -> None:
    built = _run("build", folder, size, count)
    print(f"\n{size:,} passages ({size * _UNITS:,} units): built in {built['build_s']:.0f} s, {built['disk_mb']:.0f} MB", flush=True)
    sides = {side: _run(side, folder, size, count) for side in ("ours", "theirs")[: 2 if size <= _COMPARED else 1]}
    for name, value in sides["ours"].items():
        other = sides.get("theirs", {}).get(name)
        print(f"  {name:<12}{value:>10.2f}" + (f"{other:>12.2f}{other / value:>9.1f} x" if other is not None else ""), flush=True)


if __name__ == "__main__":
    main()
