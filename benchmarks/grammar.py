"""Whether a model can escape the citation grammar: random models write sentences until there are enough, and every id is looked at.

    python -m benchmarks.grammar [SENTENCES]

The models are random and their sampling is warm, so everything that the grammar admits is written sooner or later. Stops and brackets are
made likelier, so that sentences end.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from random_writing import escapes, sampled

from assistant.writers.writing import read_sentences


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    start = time.perf_counter()
    sentences = texts = 0
    escaped: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(10):
            for ids, text in sampled(Path(folder), seed):
                texts += 1
                sentences += len(list(read_sentences([text])))
                escaped += escapes(ids, text)
                if sentences >= wanted * (seed + 1) / 10:
                    break
    print(f"{sentences} sentences in {texts} texts of 10 random models, {len(escaped)} escapes, {time.perf_counter() - start:.0f} s")
    for text in escaped[:10]:
        print(f"  {text!r}")
    sys.exit(bool(escaped))


if __name__ == "__main__":
    main()
