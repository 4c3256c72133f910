"""Check what the signals of the confidence are worth, on questions that are answerable and on ones that are not.

    python -m benchmarks.confidence LIBRARY QUESTIONS [LIBRARY QUESTIONS …] [--check LIBRARY QUESTIONS …]

QUESTIONS is a JSONL file as `study eval` takes it, or a BEIR folder (which is searched by its own passages). A question with gold is a
positive, the search as it is. There are three kinds of negatives: `written`, questions without gold; `removed`, the search for a question
with gold without the passages that hold it, or a good part of their words; and `far`, those of data/evaluation/far.jsonl. Sets after
--check are not fitted on and have written negatives alone. Every set weighs the same, and so do the kinds of negatives in it, `far` half;
three of four questions are taken to be answerable, as of people who ask their own notes, and the calibration error is told for that share.

Prints the weights that these sets alone would give, their threshold for 5 % false silence, and for each set the AUROC
without the far negatives, in ten-fold cross-validation over questions and with the set left out altogether, beside every
single signal's; the share of each kind of negatives that is noticed; and the calibration error in cross-validation. The weights in use are
fitted by benchmarks/fit_certainty.py.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from assistant.answers.confidence.confidence import Signals, signals
from assistant.answers.passages.candidates import Ranker
from assistant.evaluation.answers.scores import calibration_error
from assistant.evaluation.retrieval.searched import index_of
from assistant.evaluation.sets.sets import EvaluationQuestion, read_public_set, read_questions
from assistant.progress import quiet, silent
from assistant.session import Session
from index.metrics.ranking import gold_words, holds
from index.models.encoder import OnnxEncoder, default_model, open_encoder
from index.search import Hit, Index, Query, SearchSettings
from ingest.model import Chunk

FAR = Path(__file__).resolve().parent.parent / "data" / "evaluation" / "far.jsonl"
DEPTH = 160
FALSE_SILENCE = 0.05
FOLDS = 10
ANSWERABLE = 0.75
MOST = 300
ROW = 6
SAME = 0.3
KINDS = {"written": 1.0, "removed": 1.0, "far": 0.5}
NAMES = [field.name for field in fields(Signals)]
PLAIN = ["nearest unit's cosine", "highest BM25", "fused score"]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """A set: its name, what is searched, and its questions."""

    name: str
    index: Index
    encoder: OnnxEncoder
    questions: Sequence[EvaluationQuestion]


@dataclass(frozen=True)
class Rows:
    """Searches of one set: their signals, shape (n, signals), the plain scores of the search, shape (n, 3), whether the documents answer,
    the kind of the question ("" where they do), and the question each belongs to."""

    name: str
    x: Floats
    plain: Floats
    kind: NDArray[np.str_]
    question: NDArray[np.int64]

    @property
    def answered(self) -> NDArray[np.bool_]:
        return np.asarray(self.kind == "")

    @property
    def near(self) -> NDArray[np.bool_]:
        """The rows without far questions."""
        return np.asarray(self.kind != "far")

    @property
    def weights(self) -> Floats:
        share = np.where(self.answered, ANSWERABLE / max(1, self.answered.sum()), 0.0)
        there = {kind: weight for kind, weight in KINDS.items() if (self.kind == kind).any()}
        for kind, weight in there.items():
            share[self.kind == kind] = (1 - ANSWERABLE) * weight / sum(there.values()) / (self.kind == kind).sum()
        return np.asarray(share * 1000)

    def only(self, rows: NDArray[np.bool_]) -> Rows:
        return Rows(self.name, self.x[rows], self.plain[rows], self.kind[rows], self.question[rows])


def read_set(folder: str, source: str) -> Asked:
    name = Path(source).name
    if Path(source).is_dir():
        public = read_public_set(Path(source), "test")
        index = index_of(list(public.chunks.values()), f"beir-{public.digest[:16]}", default_model(), quiet, silent)
        return Asked(name, index, open_encoder(default_model()), public.questions)
    library = Session(Path(folder))
    return Asked(name, library.index, library.encoder, read_questions(Path(source), library))


def rows_of(asked: Asked, far: Sequence[str], remove: bool) -> Rows:
    questions = [asked.questions[at] for at in np.random.default_rng(0).permutation(len(asked.questions))[:MOST]]
    searches = [*_searches(asked, questions, remove), *((-1 - at, asked_far, "far", frozenset[str]()) for at, asked_far in enumerate(far))]
    found: list[tuple[float, ...]] = []
    plain: list[tuple[float, ...]] = []
    for _, question, _, removed in searches:
        query = asked.index.query(question, asked.encoder)
        hits = _search(asked.index, query, removed) if removed else asked.index.search(query, 10)
        found.append(astuple(signals(query, hits, Ranker(asked.index, asked.encoder))) if hits else (0.0,) * len(NAMES))
        cosines = asked.index.unit_cosines(query.vector, [hit.chunk.id for hit in hits])
        nearest = max((float(each.max(initial=0)) for each in cosines), default=0.0)
        plain.append((nearest, max((hit.bm25 or 0.0 for hit in hits), default=0.0), hits[0].score if hits else 0.0))
    kinds, numbers = np.array([kind for _, _, kind, _ in searches]), np.array([number for number, _, _, _ in searches])
    return Rows(asked.name, np.array(found), np.array(plain), kinds, numbers)


def _searches(asked: Asked, questions: Sequence[EvaluationQuestion], remove: bool) -> Iterator[tuple[int, str, str, frozenset[str]]]:
    chunks = {chunk.id: chunk for chunk in asked.index.engine.chunks()}
    for number, question in enumerate(questions):
        yield number, question.question, "" if question.answerable else "written", frozenset()
        if question.answerable and remove:
            query = asked.index.query(question.question, asked.encoder)
            near = {id_ for channel in asked.index.candidates(query, DEPTH, SearchSettings(depth=DEPTH)) for id_ in channel}
            gold = {id_ for id_ in near if _is_gold(question, chunks[id_])}
            alike = {id_ for id_ in near if any(_alike(chunks[id_], chunks[other]) for other in gold)}
            if gold:
                yield number, question.question, "removed", frozenset(gold | alike)


def _search(index: Index, query: Query, removed: frozenset[str]) -> list[Hit]:
    """The ten best passages as if those removed were not there."""
    depth = SearchSettings().depth
    lexical, dense = (
        dict([(id_, score) for id_, score in channel.items() if id_ not in removed][:depth])
        for channel in index.candidates(query, depth + len(removed), SearchSettings())
    )
    return index.fuse(query, lexical, dense, 10)


def _is_gold(question: EvaluationQuestion, chunk: Chunk) -> bool:
    if question.grades:
        return question.grades.get(chunk.document, 0) > 0
    golds = [gold for alternatives in question.evidence for gold in alternatives if gold.document == chunk.document]
    return bool(golds) and any(holds(gold_words(chunk.text), gold_words(gold.snippet)) for gold in golds)


def _alike(one: Chunk, other: Chunk) -> bool:
    """True if two passages share a good part of their word n-grams."""
    runs = [{tuple(words[at : at + ROW]) for at in range(len(words) - ROW + 1)} for words in (gold_words(one.text), gold_words(other.text))]
    return len(runs[0] & runs[1]) >= SAME * max(1, min(map(len, runs)))


def fit(sets: Sequence[Rows]) -> Pipeline:
    weights = np.concatenate([rows.weights for rows in sets]) / len(sets)
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(
        np.concatenate([rows.x for rows in sets]),
        np.concatenate([rows.answered for rows in sets]),
        logisticregression__sample_weight=weights,
    )


def weights_of(model: Pipeline) -> tuple[float, Floats]:
    """The intercept and the weights for signals as they are."""
    scaler, logistic = model[0], model[1]
    weights = logistic.coef_[0] / scaler.scale_
    return float(logistic.intercept_[0] - weights @ scaler.mean_), weights


def cross_validated(rows: Rows, others: list[Rows]) -> Floats:
    """The probability of every search by weights that were fitted without its question."""
    found = np.zeros(len(rows.kind))
    for fold in range(FOLDS):
        inside = rows.question % FOLDS == fold
        found[inside] = fit([rows.only(~inside), *others]).predict_proba(rows.x[inside])[:, 1]
    return found


def describe(rows: Rows, ours: Floats, label: str) -> str:
    answered, near = rows.answered[rows.near], ours[rows.near]
    if answered.all() or not answered.any():
        return label + " not told of one kind alone"
    low, high = np.percentile([roc_auc_score(answered[i], near[i]) for i in resamples(answered)], [2.5, 97.5])
    usual = np.random.default_rng(0).choice(len(ours), 20_000, p=rows.weights / rows.weights.sum())
    error = calibration_error(ours[usual], rows.answered[usual])
    each = [(kind, rows.answered | (rows.kind == kind)) for kind in KINDS if (rows.kind == kind).any()]
    parts = ", ".join(f"{kind} {roc_auc_score(rows.answered[among], ours[among]):.3f}" for kind, among in each)
    return f"{label} {roc_auc_score(answered, near):.3f} ({low:.3f}-{high:.3f}; {parts}), ECE {error:.3f}"


def pooled_quantile(scores: Sequence[Floats], share: float) -> float:
    """The quantile of the scores, with every set weighing the same."""
    values = np.concatenate(scores)
    order = np.argsort(values)
    below = np.cumsum(np.concatenate([np.full(len(each), 1 / len(each) / len(scores)) for each in scores])[order])
    return float(values[order][np.searchsorted(below, share)])


def resamples(answered: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    random = np.random.default_rng(0)
    picks = [random.integers(0, len(answered), len(answered)) for _ in range(300)]
    return [pick for pick in picks if 0 < answered[pick].sum() < len(pick)]


def noticed(rows: Rows, ours: Floats, threshold: float) -> str:
    of = [f"{(ours[rows.kind == kind] < threshold).sum()} of {(rows.kind == kind).sum()} {kind}" for kind in KINDS if kind in rows.kind]
    return f"refused {(ours[rows.answered] < threshold).sum()} of {rows.answered.sum()}, noticed {', '.join(of)}"


def main() -> None:
    words = sys.argv[1:]
    at = words.index("--check") if "--check" in words else len(words)
    asked = [read_set(folder, source) for folder, source in zip(words[:at:2], words[1:at:2], strict=True)]
    far = [json.loads(line)["question"] for line in FAR.read_text(encoding="utf-8").splitlines()]
    sets = [rows_of(each, far, True) for each in asked]
    checks = [rows_of(read_set(folder, source), [], False) for folder, source in zip(words[at + 1 :: 2], words[at + 2 :: 2], strict=True)]
    model = fit(sets)
    intercept, weights = weights_of(model)
    print(f"intercept {intercept:.2f}, weights", dict(zip(NAMES, np.round(weights, 2).tolist(), strict=True)))
    sure: list[Floats] = []
    for rows in sets:
        others = [other for other in sets if other is not rows]
        ours = cross_validated(rows, others)
        sure.append(ours[rows.answered])
        silence = float(np.quantile(sure[-1], FALSE_SILENCE))
        print(f"\n{rows.name}: {rows.answered.sum()} answered, {(~rows.answered).sum()} not")
        print("  " + describe(rows, ours, "AUROC, cross-validated"))
        if others:
            print("  " + describe(rows, fit(others).predict_proba(rows.x)[:, 1], "AUROC, fitted on the other sets"))
        columns = np.hstack([rows.x, rows.plain])[rows.near]
        singles = {name: roc_auc_score(rows.answered[rows.near], columns[:, at]) for at, name in enumerate([*NAMES, *PLAIN])}
        print("  single signals:", ", ".join(f"{name} {value:.3f}" for name, value in singles.items()))
        print(f"  {FALSE_SILENCE:.0%} false silence at {silence:.2f}: {noticed(rows, ours, silence)}")
    threshold = pooled_quantile(sure, FALSE_SILENCE)
    print(f"\nthreshold {threshold:.2f} ({FALSE_SILENCE:.0%} false silence over all sets)")
    for rows in [*sets, *checks]:
        ours = model.predict_proba(rows.x)[:, 1]
        print(f"{rows.name}, {describe(rows, ours, 'AUROC')}: {noticed(rows, ours, threshold)}")


if __name__ == "__main__":
    main()
