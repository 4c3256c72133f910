"""The dense index alone, at sizes whose texts would take too long to make: the costs of building, storing and searching it.

    python -m benchmarks.nearest [--units 3000000] [--questions 100] [--folder FOLDER]

Three million units are about a million passages. The vectors are those of `benchmarks.query`. Each question is near a unit; the figure
beside the time is the share of the ten truly nearest units that are found.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.query import DEPTH, recall_of, resident, vectors
from index.local.dense import DenseIndex, write_dense

_UNITS = 3


def build(folder: Path, units: int) -> dict[str, float]:
    start = time.perf_counter()
    write_dense(folder, vectors(units), [_UNITS] * (units // _UNITS), 384)
    files = sum(file.stat().st_size for file in folder.iterdir())
    return {"build_s": time.perf_counter() - start, "disk_mb": files / 2**20}


def ask(folder: Path, questions: int) -> dict[str, float]:
    base, start = resident(), time.perf_counter()
    index = DenseIndex.load(folder)
    opened = time.perf_counter() - start
    random = np.random.default_rng(4)
    asked = np.asarray(index.vectors[np.sort(random.choice(len(index.vectors), questions, replace=False))], np.float32)
    asked += random.standard_normal(asked.shape).astype(np.float32) * 0.03
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    before, times, worked = resident(), [], time.process_time()
    for question in asked:
        start = time.perf_counter()
        index.search(question, DEPTH)
        times.append(1000 * (time.perf_counter() - start))
    worked = time.process_time() - worked
    return {
        "open_s": opened,
        "p50_ms": float(np.percentile(times, 50)),
        "p95_ms": float(np.percentile(times, 95)),
        "processor_ms": 1000 * worked / questions,
        "memory_mb": resident() - before,
        "with_opening_mb": resident() - base,
        "recall@10": recall_of(index),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=3_000_000)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--folder", type=Path, help="where the index is kept, or is already")
    parser.add_argument("--stage", choices=("build", "ask"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stage:
        found = build(options.folder, options.units) if options.stage == "build" else ask(options.folder, options.questions)
        print(json.dumps({**found, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
        return
    with tempfile.TemporaryDirectory() as made:
        folder = options.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        for stage in ("ask",) if any(folder.iterdir()) else ("build", "ask"):
            command = [sys.executable, "-m", "benchmarks.nearest", "--stage", stage, "--folder", str(folder)]
            command += ["--units", str(options.units), "--questions", str(options.questions)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            figures = json.loads(done.stdout.splitlines()[-1])
            print(f"{stage:<6}" + ", ".join(f"{name} {value:.3g}" for name, value in figures.items()), flush=True)


if __name__ == "__main__":
    main()
