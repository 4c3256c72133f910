"""Measure the time of a cold command as a ratio to its bare imports.

    python -m benchmarks.start LIBRARY [QUESTION]

Prints the median of many runs, each a new process, interleaved so that a busy machine slows both sides alike.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 15
STUDY = str(Path(sys.executable).with_name("study"))


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    library = sys.argv[1]
    question = sys.argv[2] if len(sys.argv) > 2 else "why divide by sqrt d"
    commands = {
        "import numpy, onnxruntime, tokenizers, faiss": [sys.executable, "-c", "import numpy, onnxruntime, tokenizers, faiss"],
        "study ask": [STUDY, "ask", question, "--library", library],
        "study search --json": [STUDY, "search", question, "--library", library, "--json"],
        "import click": [sys.executable, "-c", "import click"],
        "study --help": [STUDY, "--help"],
        "study path": [STUDY, "path", "--to", "rlhf", "--library", library],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, command in commands.items():
            times[name].append(seconds(command))
    median = {name: statistics.median(values) for name, values in times.items()}
    for name, value in median.items():
        print(f"{name:45} {value * 1000:6.0f} ms")
    floor, click = median["import numpy, onnxruntime, tokenizers, faiss"], median["import click"]
    print(f"study ask / its imports: {median['study ask'] / floor:.2f} (at most 2.5)")
    print(f"study --help / import click: {median['study --help'] / click:.2f} (at most 3)")


if __name__ == "__main__":
    main()
