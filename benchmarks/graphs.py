"""Measure the time of a path over a large graph, beyond the imports, with and without a correction.

    python -m benchmarks.graphs [CONCEPTS]...

Processor time, as machines are busy. Graphs are made up: every concept needs three earlier ones, so that most of the graph lies behind the
last. Each measurement is in a separate process that has imported everything before the clock starts.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from graph.model.store import save_graph
from graph.model.values import Concept, Evidence, Graph, Origin, Place, Prerequisite, Related, Signal
from ingest.model import Span

RUNS = 9
_TIMED = """
import sys, time
from pathlib import Path
from graph.editing.corrections import Correction, Verb, apply_corrections
from graph.queries.paths import learning_path
from graph.model.store import load_graph
import json, sqlite3, difflib
import assistant.contract.graph as graph_export
folder, target, corrected = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "corrected"
start = time.process_time()
graph = load_graph(folder)
if corrected:
    graph = apply_corrections(graph, [Correction(Verb.ACCEPT, ("concept 1", "concept 7")), Correction(Verb.HIDE, ("concept 3",))]).graph
path = learning_path(graph, target)
json.dumps(graph_export.path_to_json(path))
print(time.process_time() - start)
"""


def made(size: int) -> Graph:
    """A graph of `size` concepts, each with places and evidence as real ones have."""
    chance = random.Random(0)
    place = [
        Place("notes.md", Span(n + 1, n + 3), "Notes", ("A section", "Another"), f"The passage number {n} says so. " * 3, 0.8)
        for n in range(50)
    ]
    concepts = {
        f"concept-{n}": Concept(
            f"concept-{n}", f"concept {n}", (f"thing {n}", f"T{n}"), place[n % 50], 9, Origin.DOCUMENTS, size - n, 3.0,
            tuple(chance.sample(place, 4)), tuple(chance.sample(place, 10)),
        )
        for n in range(size)
    }  # fmt: skip
    seen = [
        Evidence(Signal.CUE, "notes.md", Span(n + 1, n + 1), f"The passage number {n} says so. " * 2, "Notes", ("A section",))
        for n in range(50)
    ]
    pairs = sorted({(chance.randrange(max(0, n - 400), n), n) for n in range(1, size) for _ in range(3)}, key=lambda pair: pair[1])
    edges = [
        Prerequisite(f"concept-{a}", f"concept-{b}", round(chance.uniform(0.4, 0.95), 2), Origin.DOCUMENTS, tuple(chance.sample(seen, 3)))
        for a, b in pairs
    ]
    related = [Related(f"concept-{n}", f"concept-{n + 1}", 0.4, tuple(chance.sample(seen, 1))) for n in range(size - 1)]
    return Graph(concepts, edges, related)


def main() -> None:
    for size in [int(argument) for argument in sys.argv[1:]] or [1_000, 10_000, 50_000]:
        with tempfile.TemporaryDirectory() as name:
            start = time.perf_counter()
            graph = made(size)
            save_graph(graph, Path(name))
            megabytes = sum(file.stat().st_size for file in Path(name).iterdir()) / 1e6
            seconds = time.perf_counter() - start
            print(f"{size} concepts, {len(graph.prerequisites)} prerequisites: {megabytes:.0f} MB, made in {seconds:.1f} s")
            for label, target, corrected in (
                ("path, exact name", f"concept {size - 1}", "as it is"),
                ("path, typo", f"conceptt {size - 1}", "as it is"),
                ("path, two corrections", f"concept {size - 1}", "corrected"),
            ):
                command = [sys.executable, "-c", _TIMED, name, target, corrected]
                times = [float(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(RUNS)]
                print(f"  {label:24} median {statistics.median(times) * 1000:5.0f} ms, fastest {min(times) * 1000:5.0f} ms")


if __name__ == "__main__":
    main()
