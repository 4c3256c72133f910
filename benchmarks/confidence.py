"""Fit and check the confidence of an answer on questions that are answerable, and on ones that are not.

    python -m benchmarks.confidence LIBRARY QUESTIONS [LIBRARY QUESTIONS …] [--check LIBRARY QUESTIONS …]

QUESTIONS is a JSONL file as `study eval` takes it, or a BEIR folder (which is searched by its own passages). Of every question with gold
there is one positive, the search as it is, and one negative, the search without the passages that hold the gold; questions without gold are
further negatives. Sets after --check are not fitted on and have no negatives made. Every set weighs the same; in each, three of four
questions are taken to be answerable, as of people who ask their own notes, and the calibration error is told for that share.

Prints the weights for assistant/answers/confidence.py, the threshold for 5 % false silence, and for each set the AUROC in ten-fold cross-
validation over questions and with the set left out altogether, beside every single signal's, and the calibration error in cross-validation.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.answers.confidence import Signals, signals
from assistant.evaluation.answer_scores import calibration_error
from assistant.evaluation.searched import index_of
from assistant.evaluation.sets import EvaluationQuestion, read_public_set, read_questions
from assistant.library import Library
from assistant.progress import quiet, silent
from index.encoder import default_model, open_encoder
from index.evaluation import gold_words, holds
from index.search import Index, SearchSettings, search_dense, search_lexical
from ingest.model import Chunk, Encoder

MARGIN = 60
FALSE_SILENCE = 0.05
FOLDS = 10
ANSWERABLE = 0.75
MOST = 300
NAMES = [field.name for field in fields(Signals)]
PLAIN = ["nearest unit's cosine", "highest BM25", "fused score"]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """Searches of one set: their signals, shape (n, signals), the plain scores of the search, shape (n, 3), whether the documents answer,
    and the question each belongs to."""

    name: str
    x: Floats
    plain: Floats
    answered: NDArray[np.bool_]
    question: NDArray[np.int64]

    @property
    def weights(self) -> Floats:
        share = np.where(self.answered, ANSWERABLE / max(1, self.answered.sum()), (1 - ANSWERABLE) / max(1, (~self.answered).sum()))
        return np.asarray(share * 1000)

    def only(self, rows: NDArray[np.bool_]) -> Rows:
        return Rows(self.name, self.x[rows], self.plain[rows], self.answered[rows], self.question[rows])


def read_set(folder: str, source: str, remove: bool) -> Rows:
    if Path(source).is_dir():
        public = read_public_set(Path(source), "test")
        index = index_of(list(public.chunks.values()), f"beir-{public.digest[:16]}", default_model(), quiet, silent)
        return rows_of(source, index, open_encoder(default_model()), public.questions, remove)
    library = Library(Path(folder))
    return rows_of(source, library.index, library.encoder, read_questions(Path(source), library), remove)


def rows_of(name: str, index: Index, encoder: Encoder, questions: Sequence[EvaluationQuestion], remove: bool) -> Rows:
    depth = SearchSettings().depth
    chunks = index.chunks.fetch_all()
    words: dict[int, list[str]] = {}
    asked = [questions[at] for at in np.random.default_rng(0).permutation(len(questions))[:MOST]]
    found: list[tuple[float, ...]] = []
    plain: list[tuple[float, ...]] = []
    answered: list[bool] = []
    of: list[int] = []
    for number, question in enumerate(asked):
        query = index.query(question.question, encoder)
        lexical = search_lexical(index.lexical, query.terms, depth + MARGIN)
        dense = search_dense(index.dense, query.vector, depth + MARGIN)
        held = {row for row in {*lexical, *dense} if is_gold(question, chunks[row], words, row)}
        for without in [set(), held] if question.answerable and remove else [set[int]()]:
            left, near = (
                dict(sorted(((r, s) for r, s in c.items() if r not in without), key=lambda x: -x[1])[:depth]) for c in (lexical, dense)
            )
            hits = index.fuse(query, left, near, 10)
            found.append(astuple(signals(query, hits, index)) if hits else (0.0,) * len(NAMES))
            nearest = max((float(index.dense.unit_cosines(query.vector, hit.row).max(initial=0)) for hit in hits), default=0.0)
            plain.append((nearest, max(left.values(), default=0.0), hits[0].score if hits else 0.0))
            answered.append(question.answerable and not without)
            of.append(number)
    return Rows(Path(name).name, np.array(found), np.array(plain), np.array(answered), np.array(of))


def is_gold(question: EvaluationQuestion, chunk: Chunk, words: dict[int, list[str]], row: int) -> bool:
    if question.grades:
        return question.grades.get(chunk.document, 0) > 0
    text = words.setdefault(row, gold_words(chunk.text))
    golds = (gold for alternatives in question.evidence for gold in alternatives)
    return any(chunk.document == gold.document and holds(text, gold_words(gold.snippet)) for gold in golds)


def fit(sets: list[Rows]) -> LogisticRegression:
    weights = np.concatenate([rows.weights for rows in sets]) / len(sets)
    return LogisticRegression(C=10, max_iter=5000).fit(
        np.concatenate([rows.x for rows in sets]), np.concatenate([rows.answered for rows in sets]), sample_weight=weights
    )


def cross_validated(rows: Rows, others: list[Rows]) -> Floats:
    """The probability of every search by weights that were fitted without its question."""
    found = np.zeros(len(rows.answered))
    for fold in range(FOLDS):
        inside = rows.question % FOLDS == fold
        found[inside] = fit([rows.only(~inside), *others]).predict_proba(rows.x[inside])[:, 1]
    return found


def describe(rows: Rows, ours: Floats, label: str) -> str:
    low, high = np.percentile([roc_auc_score(rows.answered[i], ours[i]) for i in resamples(rows.answered)], [2.5, 97.5])
    usual = np.random.default_rng(0).choice(len(ours), 20_000, p=rows.weights / rows.weights.sum())
    error = calibration_error(ours[usual], rows.answered[usual])
    return f"{label} {roc_auc_score(rows.answered, ours):.3f} ({low:.3f}-{high:.3f}), ECE {error:.3f}"


def resamples(answered: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    random = np.random.default_rng(0)
    picks = [random.integers(0, len(answered), len(answered)) for _ in range(300)]
    return [pick for pick in picks if 0 < answered[pick].sum() < len(pick)]


def main() -> None:
    words = sys.argv[1:]
    at = words.index("--check") if "--check" in words else len(words)
    sets = [read_set(folder, source, True) for folder, source in zip(words[:at:2], words[1:at:2], strict=True)]
    checks = [read_set(folder, source, False) for folder, source in zip(words[at + 1 :: 2], words[at + 2 :: 2], strict=True)]
    model = fit(sets)
    print(f"intercept {model.intercept_[0]:.2f}, weights", dict(zip(NAMES, np.round(model.coef_[0], 2).tolist(), strict=True)))
    silence = []
    for rows in sets:
        others = [other for other in sets if other is not rows]
        ours = cross_validated(rows, others)
        silence.append(float(np.quantile(ours[rows.answered], FALSE_SILENCE)))
        print(f"\n{rows.name}: {rows.answered.sum()} answered, {(~rows.answered).sum()} not")
        print("  " + describe(rows, ours, "AUROC, cross-validated"))
        if others:
            print("  " + describe(rows, fit(others).predict_proba(rows.x)[:, 1], "AUROC, fitted on the other sets"))
        columns = np.hstack([rows.x, rows.plain])
        singles = {name: roc_auc_score(rows.answered, columns[:, at]) for at, name in enumerate([*NAMES, *PLAIN])}
        print("  single signals:", ", ".join(f"{name} {value:.3f}" for name, value in singles.items()))
        below = np.mean(ours[~rows.answered] < silence[-1])
        print(f"  {FALSE_SILENCE:.0%} false silence at {silence[-1]:.2f}: then silent on {below:.0%} of the others")
    threshold = float(min(silence))
    print(f"\nthreshold {threshold:.2f} (the lowest of these)")
    for rows in checks:
        ours = model.predict_proba(rows.x)[:, 1]
        refused, noticed = int((ours[rows.answered] < threshold).sum()), int((ours[~rows.answered] < threshold).sum())
        print(
            f"{rows.name}, not fitted on: refused {refused} of {rows.answered.sum()}, noticed {noticed} of {(~rows.answered).sum()}; ",
            end="",
        )
        print(describe(rows, ours, "AUROC"))


if __name__ == "__main__":
    main()
