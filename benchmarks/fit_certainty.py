"""Fit how sure an answer is, and its two thresholds, to questions that documents answer and to ones that they do not.

    python -m benchmarks.fit_certainty FOLDER [--work DIR]

FOLDER holds the documents of data/training (`python -m benchmarks.bring`). The notes of data/evaluation are fitted on too; not
the course, whose lessons have come to answer questions that are marked as unanswerable, nor the training sets that are left out. Each set
weighs the same; three of four questions are taken to be answerable, as of people who ask their own notes, and far questions count half as
much as near ones.

Prints for each set, with weights fitted on all others: the AUROC of answerable against near questions, and the shares of each kind that are
refused and that are surely answered. Writes data/models/answerable.json with weights fitted on all sets but those left out.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.answers.certainty import CertaintyModel
from assistant.answers.confidence.confidence import Signals, signals
from assistant.answers.passages.candidates import Ranker
from assistant.evaluation.sets.sets import read_questions
from assistant.session import Session
from assistant.storage.snapshots import Layout
from benchmarks.ablation.sets import DATA, Source, make_library
from index.models.cache import cache_folder

OUT = DATA / "models" / "answerable.json"
ANSWERABLE = 0.75
FAR = 0.5
NONE_BELOW = 0.12
"""Chosen with each set left out in turn: about 1 % of the answerable questions lie below, and more than half of the far ones."""
SURE_FROM = 0.7
"""So too: about 15 % of the answerable questions lie below."""
NAMES = [field.name for field in fields(Signals)]


@dataclass(frozen=True, slots=True)
class Judged:
    """A question's signals; `kind` is answerable, near or far."""

    set: str
    kind: str
    signals: tuple[float, ...]


def main() -> None:
    sources, left_out, work = given(__doc__)
    rows = [row for source in sources for row in judged(source, work)]
    for name in dict.fromkeys(row.set for row in rows):
        print(described(name, fit([row for row in rows if row.set != name]), [row for row in rows if row.set == name]))
    _write(fit([row for row in rows if row.set not in left_out]), [source.name for source in sources if source.name not in left_out])


def given(about: str | None) -> tuple[list[Source], set[str], Path]:
    """The command line's arguments: all sets, the names of the left-out ones, and the folder for libraries."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--work", type=Path, default=cache_folder() / "certainty", help="where libraries and embeddings are kept")
    said = parser.parse_args()
    said.work.mkdir(parents=True, exist_ok=True)
    return *_training_sources(said.folder), said.work


def _training_sources(folder: Path) -> tuple[list[Source], set[str]]:
    """All sets, and the names of the left-out ones."""
    evaluation = DATA / "evaluation"
    found = [
        Source("notes", evaluation / "notes", (evaluation / "notes.jsonl",)),
        Source("mixed", evaluation / "mixed", (evaluation / "mixed.jsonl",)),
    ]
    left_out = set()
    for each in sorted(each for each in (DATA / "training").iterdir() if (folder / each.name).is_dir()):
        found.append(Source(each.name, folder / each.name, (each / "questions.jsonl",)))
        if json.loads((each / "source.json").read_text(encoding="utf-8"))["split"] == "left out":
            left_out.add(each.name)
    return found, left_out


def judged(source: Source, work: Path) -> Iterator[Judged]:
    """The signals of every question of a set; its library is made if it does not exist."""
    root = work / "libraries" / source.name
    if not Layout(root).live.exists():
        make_library(source, work, source.name)
    library = Session(root)
    for file in source.questions:
        for question in read_questions(file, library):
            query = library.query(question.question)
            hits = library.index.search(query, 10)
            if hits:
                kind = "answerable" if question.answerable else "far" if question.kind == "far" else "near"
                yield Judged(source.name, kind, astuple(signals(query, hits, Ranker(library.index, library.encoder))))
    library.close()
    print(f"{source.name}: read", flush=True)


def fit(rows: Sequence[Judged]) -> CertaintyModel:
    """The logistic model that fits the rows best."""
    x: NDArray[np.float64] = np.array([row.signals for row in rows])
    spread = x.std(axis=0)
    counts = Counter((row.set, row.kind) for row in rows)
    shares = {"answerable": ANSWERABLE, "near": (1 - ANSWERABLE) / (1 + FAR), "far": (1 - ANSWERABLE) * FAR / (1 + FAR)}
    weights = np.array([shares[row.kind] / counts[row.set, row.kind] for row in rows])
    model = LogisticRegression(max_iter=5000).fit(
        x / spread, [row.kind == "answerable" for row in rows], sample_weight=weights / weights.mean()
    )
    by_name = {name: round(float(weight), 2) for name, weight in zip(NAMES, model.coef_[0] / spread, strict=True)}
    return CertaintyModel(round(float(model.intercept_[0]), 2), by_name, NONE_BELOW, SURE_FROM)


def described(name: str, model: CertaintyModel, rows: Sequence[Judged]) -> str:
    """A line on a set that the model was not fitted on."""
    found = {kind: [model.probability(row.signals) for row in rows if row.kind == kind] for kind in ("answerable", "near", "far")}
    parts = [
        f"{kind} {len(each)}: none {np.mean(np.array(each) < model.none_below):.2f}, sure {np.mean(np.array(each) >= model.sure_from):.2f}"
        for kind, each in found.items()
        if each
    ]
    answerable, near = found["answerable"], found["near"]
    auroc = roc_auc_score([1] * len(answerable) + [0] * len(near), answerable + near) if answerable and near else float("nan")
    return f"{name}: AUROC {auroc:.2f}; " + "; ".join(parts)


def _write(model: CertaintyModel, sets: Sequence[str]) -> None:
    value = {
        "about": "Logistic model of whether the documents answer, and the thresholds of certainty (assistant/answers/confidence).",
        "written_by": "benchmarks/fit_certainty.py",
        "fitted_on": f"the sets {', '.join(sets)} (data/evaluation, data/training)",
        "intercept": model.intercept,
        "weights": model.weights,
        "none_below": model.none_below,
        "sure_from": model.sure_from,
    }
    OUT.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
