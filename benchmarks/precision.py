"""Compare an encoder's weights in 32 and in 8 bits: processor time, and recall@10 of what is found for the questions of BEIR sets.

    python -m benchmarks.precision FOLDER... [--questions 80] [--others 200]

A FOLDER holds a set in BEIR layout. Its questions are asked among their own passages and `--others` more. Time is processor seconds of the
same texts one after the other in one process, so that other work on the machine changes little.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.models.encoder import DEFAULT_MODEL, OnnxEncoder, identify_model, open_encoder
from index.models.precision import SIGN

_K = 10


def read_set(folder: Path, questions: int, others: int) -> tuple[dict[str, str], dict[str, str], dict[str, set[str]]]:
    """The passages, the questions and the right passages of each, cut down to `questions` and `others` more passages than theirs."""
    right: dict[str, set[str]] = {}
    for line in (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        question, passage, grade = line.split("\t")[:3]
        if float(grade) > 0:
            right.setdefault(question, set()).add(passage)
    right = {question: right[question] for question in sorted(right)[:questions]}
    needed = set().union(*right.values())
    rows = [json.loads(line) for line in (folder / "corpus.jsonl").open(encoding="utf-8")]
    held = [row for row in rows if row["_id"] in needed] + [row for row in rows if row["_id"] not in needed][:others]
    asked = {row["_id"]: row["text"] for row in map(json.loads, (folder / "queries.jsonl").open(encoding="utf-8"))}
    passages = {row["_id"]: f"{row.get('title') or ''} {row['text']}".strip() for row in held}
    return passages, {question: asked[question] for question in right}, right


def recall(encoder: OnnxEncoder, passages: dict[str, str], asked: dict[str, str], right: dict[str, set[str]]) -> tuple[float, float]:
    """The mean recall@10 of an encoder, and the processor seconds that the passages took."""
    begin = time.process_time()
    vectors = encoder.encode(list(passages.values()))
    seconds = time.process_time() - begin
    questions: NDArray[np.float32] = np.stack([encoder.read_question(text).whole for text in asked.values()])
    names = list(passages)
    shares = []
    for question, row in zip(asked, questions @ vectors.T, strict=True):
        first = {names[at] for at in np.argsort(-row)[:_K]}
        shares.append(len(first & right[question]) / len(right[question]))
    return float(np.mean(shares)), seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--questions", type=int, default=80)
    parser.add_argument("--others", type=int, default=200)
    options = parser.parse_args()
    encoders = [open_encoder(identify_model(name), threads=1) for name in (DEFAULT_MODEL, DEFAULT_MODEL + SIGN)]
    for folder in options.folders:
        taken = read_set(folder, options.questions, options.others)
        (whole, slow), (small, fast) = (recall(encoder, *taken) for encoder in encoders)
        print(
            f"{folder.name}: recall@10 {whole:.3f} in 32 bits, {small:.3f} in 8 ({small / whole:.3f}); {slow:.1f} s, {fast:.1f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
