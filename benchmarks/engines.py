"""The same passages in local files and in Milvus: do both find the same, and how long does each take.

    python -m benchmarks.engines --uri notes.db --passages 20000          # synthetic passages
    python -m benchmarks.engines --uri http://localhost:19530 --library LIBRARY --questions questions.jsonl
    python -m benchmarks.engines --uri notes.db --beir scifact --passages 2000 --vectors vectors.sqlite

Synthetic passages are those of `benchmarks.query`. Without a cluster at hand, the server of Milvus Lite stands in for one; what it takes
says little about a cluster's time, but its answers are what a cluster's should be.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.sets.sets import read_public_set
from assistant.session import Session
from benchmarks.query import Text, questions, vectors
from index.engine import Embed, Engine
from index.indexed_text import embedded_parts
from index.local.engine import LocalEngine
from index.local.writer import IndexWriter
from index.milvus.engine import MilvusEngine
from index.milvus.writer import MilvusWriter
from index.models.embeddings import EmbeddingCache
from index.models.encoder import Model, OnnxEncoder, default_model, open_encoder
from index.search import Index
from ingest.model import Chunk, TextPart

_ASKED = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uri", required=True)
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--questions", type=Path, nargs="*", default=[])
    parser.add_argument("--beir", type=Path, help="a public set; of its passages all that are right and others up to --passages")
    parser.add_argument("--asked", type=int, default=_ASKED)
    parser.add_argument("--vectors", type=Path, help="where the vectors of a public set are kept")
    given = parser.parse_args()
    grades: list[Mapping[str, float]] = []
    with tempfile.TemporaryDirectory() as work:
        for part in ("local", "milvus"):
            (Path(work) / part).mkdir()
        if given.library:
            session = Session(given.library)
            encoder = open_encoder(Model(**session.snapshot.manifest["settings"]["encoder"]))
            held = session.index.engine
            chunks = list(held.chunks())
            asked = [json.loads(line)["question"] for file in given.questions for line in file.read_text().splitlines()]

            def embed(_parts: Iterable[TextPart], count: int) -> Iterator[NDArray[np.float32]]:
                return iter([np.concatenate(held.units([chunk.id for chunk in chunks]))])
        elif given.beir:
            encoder = open_encoder(default_model(), threads=0)
            held_set = read_public_set(given.beir, "test")
            judged = held_set.questions[: given.asked]
            asked, grades = [one.question for one in judged], [one.grades for one in judged]
            right = {name for one in judged for name in one.grades}
            others = [name for name in held_set.chunks if name not in right][: max(0, given.passages - len(right))]
            chunks = [held_set.chunks[name] for name in [*right, *others]]
            with closing(EmbeddingCache(given.vectors or Path(work) / "vectors.sqlite")) as cache:
                parts = [part for chunk in chunks for part in embedded_parts(chunk)]
                embedded = cache.embed(parts, encoder.name, lambda: encoder, lambda done, total: None)

            def embed(_parts: Iterable[TextPart], count: int) -> Iterator[NDArray[np.float32]]:
                return iter([embedded])
        else:
            text, encoder, asked = Text(3), open_encoder(default_model()), questions(_ASKED)
            chunks = [text.chunk(number) for number in range(given.passages)]

            def embed(_parts: Iterable[TextPart], count: int) -> Iterator[NDArray[np.float32]]:
                return vectors(count)

        made = {
            "local": _build(lambda: IndexWriter(Path(work) / "local"), chunks, embed),
            "milvus": _build(lambda: MilvusWriter(Path(work) / "milvus", given.uri), chunks, embed),
        }
        engines: dict[str, Engine] = {"local": LocalEngine(Path(work) / "local"), "milvus": MilvusEngine(Path(work) / "milvus")}
        found = {name: _asked(engine, encoder, asked) for name, engine in engines.items()}
        pairs = list(zip(found["local"][0], found["milvus"][0], strict=True))
        overlap = [len(set(one) & set(other)) / max(1, len(one)) for one, other in pairs]
        print(f"{len(chunks):,} passages, {len(asked)} questions")
        print(f"the first ten: {statistics.mean(overlap):.3f} in common, {sum(a == b for a, b in pairs)} of {len(pairs)} in the same order")
        for name in engines if grades else ():
            ranked = [[engines[name].fetch([id_])[0].document for id_ in ids] for ids in found[name][0]]
            gains = [[grade.get(document, 0.0) for document in documents] for documents, grade in zip(ranked, grades, strict=True)]
            ndcg = statistics.mean(_dcg(own) / _dcg(sorted(grade.values(), reverse=True)) for own, grade in zip(gains, grades, strict=True))
            mrr = statistics.mean(next((1 / rank for rank, gain in enumerate(own, 1) if gain > 0), 0.0) for own in gains)
            print(f"{name:7} nDCG@10 {ndcg:.4f}, MRR@10 {mrr:.4f}")
        for name in engines:
            times = sorted(found[name][1])
            half, most = (1e3 * times[int(share * len(times))] for share in (0.5, 0.95))
            worked = 1e3 * found[name][2] / len(times)
            print(f"{name:7} built in {made[name]:7.1f} s; a question p50 {half:6.1f} ms, p95 {most:6.1f} ms, processor {worked:6.1f} ms")


def _dcg(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains[:10], 1))


def _build(make: Callable[[], IndexWriter | MilvusWriter], chunks: Sequence[Chunk], embed: Embed) -> float:
    start = time.perf_counter()
    with closing(make()) as writer:
        for _, document in groupby(chunks, key=lambda chunk: chunk.document):
            writer.add(list(document))
        writer.finish(embed)
    return time.perf_counter() - start


def _asked(engine: Engine, encoder: OnnxEncoder, asked: Sequence[str]) -> tuple[list[list[str]], list[float], float]:
    """The ids found, the times, and the seconds of processor time that all took; a file of Milvus Lite is served by this process."""
    index, found, times, worked = Index(engine), [], [], 0.0
    for question in asked:
        query = index.query(question, encoder)
        start, begun = time.perf_counter(), time.process_time()
        hits = index.search(query)
        times.append(time.perf_counter() - start)
        worked += time.process_time() - begun
        found.append([hit.chunk.id for hit in hits])
    return found, times, worked


if __name__ == "__main__":
    main()
