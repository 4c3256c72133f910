"""Fit the scorer of units to questions with the places that answer them.

    python -m benchmarks.fit_scorer FOLDER [--work DIR]

FOLDER holds the documents of data/training (`python -m benchmarks.bring`). The notes of data/evaluation are fitted on too; not the training
sets that are left out. A question counts by the probability that a softmax over its units gives to those that hold a wanted place, or
lie in one; sets weigh by the square root of their questions.

Prints for each set, with weights fitted on all others, in how many answers the right unit comes first, and its mean reciprocal rank: by the
cosine, by the first model, and by both. Writes data/models/scorer.json with weights fitted on all sets but those left out.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from assistant.answers.passages import candidates
from assistant.answers.passages.candidates import Ranker
from assistant.answers.passages.features import CHEAP, FEATURES
from assistant.answers.passages.scorer import ScorerModel, chosen_to_read, with_unread
from assistant.answers.question.intent import intent_of
from assistant.evaluation.sets.sets import EvaluationQuestion, read_questions
from assistant.session import Session
from assistant.storage.snapshots import Layout
from benchmarks.ablation.sets import DATA, Source, make_library
from benchmarks.ablation.switching import Switch, calls, switched
from benchmarks.fit_certainty import given
from index.metrics.ranking import gold_words, holds

OUT = DATA / "models" / "scorer.json"
PENALTY = 0.005
_SHORTEST = 3
"""A unit with at most this many words is inside many places by chance."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Rated:
    """The units found for a question: their features with all passages read, the passage of each, and whether it answers."""

    set: str
    rows: Floats
    passages: tuple[int, ...]
    right: NDArray[np.bool_]


def main() -> None:
    sources, left_out, work = given(__doc__)
    rated = [each for source in sources if source.name not in left_out for each in rate(source, work)]
    answered = [each for each in rated if each.right.any()]
    names = list(dict.fromkeys(each.set for each in answered))
    lines = [described(name, fit([each for each in answered if each.set != name]), [e for e in rated if e.set == name]) for name in names]
    model = fit(answered)
    write(model, names, len(answered), lines)


def rate(source: Source, work: Path) -> Iterator[Rated]:
    """The units found for every answerable question of a set; its library is made anew unless there is one."""
    root = work / "libraries" / source.name
    if not Layout(root).live.exists():
        make_library(source, work, source.name)

    def all_of_them(_: object, passages: Sequence[int]) -> list[int]:
        return sorted(set(passages))

    all_read = [Switch("assistant.answers.passages.scorer:chosen_to_read", calls(all_of_them))]
    with closing(Session(root)) as library, switched(all_read):
        ranker = Ranker(library.index, library.encoder)
        for file in source.questions:
            for question in read_questions(file, library):
                if question.answerable:
                    yield _rated(source.name, library, ranker, question)
    print(f"{source.name}: read", flush=True)


def _rated(name: str, library: Session, ranker: Ranker, question: EvaluationQuestion) -> Rated:
    query = library.query(question.question)
    hits = library.index.search(query, candidates.PASSAGES)
    found = ranker.rank(query, hits, intent_of(question.question))
    wanted = [(gold.document, gold_words(gold.snippet)) for alternatives in question.evidence for gold in alternatives]

    def is_right(document: str, text: str) -> bool:
        words = gold_words(text)
        return any(document == d and (holds(words, s) or (len(words) > _SHORTEST and holds(s, words))) for d, s in wanted)

    return Rated(
        name,
        np.array([each.features for each in found]).reshape(-1, len(FEATURES)),
        tuple(each.hit.rank for each in found),
        np.array([is_right(each.hit.chunk.document, each.unit.text) for each in found], dtype=np.bool_),
    )


def fit(rated: Sequence[Rated]) -> ScorerModel:
    """Both models: the second one on features as they are where only the passages are read that the first one chooses.

    To fit it, no passage is left out for being far behind: it learns more from those that are read.
    """
    first = _fitted(rated, [each.rows[:, : len(CHEAP)] for each in rated])
    model = ScorerModel(dict(zip(CHEAP, first, strict=True)), {})
    weights = _fitted(rated, [as_read(model, each, math.inf) for each in rated])
    return ScorerModel(model.first, dict(zip(FEATURES, weights, strict=True)))


def as_read(model: ScorerModel, rated: Rated, *behind: float) -> Floats:
    """The features, those of passages that the first model does not choose filled in as if they were not read."""
    read = chosen_to_read(model.first_scores(rated.rows[:, : len(CHEAP)]), rated.passages, *behind)
    rows = rated.rows.copy()
    rows[[passage not in read for passage in rated.passages], len(CHEAP) :] = np.nan
    return with_unread(rows)


def _fitted(rated: Sequence[Rated], features: Sequence[Floats]) -> list[float]:
    """The weights of the softmax over a question's units that give the right ones the highest probability (ListNet, Cao et al. 2007)."""
    rows, right = np.vstack(features), np.concatenate([each.right for each in rated])
    spread = rows.std(axis=0) + 1e-9
    rows = rows / spread
    sizes = [len(each.right) for each in rated]
    starts, of = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(rated)), sizes)
    counts = Counter(each.set for each in rated)
    counted = np.array([counts[each.set] ** -0.5 for each in rated])
    counted /= counted.sum()

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = rows @ weights
        shares = np.exp(scores - np.maximum.reduceat(scores, starts)[of])
        shares /= np.add.reduceat(shares, starts)[of]
        found = np.add.reduceat(shares * right, starts) + 1e-12
        pull = (shares * right / found[of] - shares) * counted[of]
        return float(-(counted @ np.log(found)) + PENALTY * weights @ weights), -(rows.T @ pull) + 2 * PENALTY * weights

    found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return [round(float(weight), 3) for weight in found.x / spread]


def described(name: str, model: ScorerModel, rated: Sequence[Rated]) -> str:
    """A line on a set that the model was not fitted on. A question whose right unit was not found counts as 0."""
    ways: dict[str, Callable[[Rated], Floats]] = {
        "cosine": lambda each: each.rows[:, 0],
        "first model": lambda each: model.first_scores(each.rows[:, : len(CHEAP)]),
        "both": lambda each: model.scores(as_read(model, each)),
    }
    parts = []
    for way, score in ways.items():
        orders = [each.right[np.argsort(-score(each), kind="stable")] for each in rated if len(each.right)]
        first = sum(float(order[0]) for order in orders) / len(rated)
        rank = sum(1 / (1 + int(np.argmax(order))) for order in orders if order.any()) / len(rated)
        parts.append(f"{way} {first:.3f}, {rank:.3f}")
    line = f"{name} ({len(rated)}): " + "; ".join(parts)
    print(line, flush=True)
    return line


def write(model: ScorerModel, sets: Sequence[str], questions: int, lines: Sequence[str]) -> None:
    """The model with its card."""
    value = {
        "about": "Two linear models that score the units of passages (assistant/answers/passages/scorer.py); the features are described in "
        "assistant/answers/passages/features.py.",
        "written_by": "benchmarks/fit_scorer.py",
        "fitted_on": f"{questions} questions of the sets {', '.join(sets)} (data/evaluation, data/training)",
        "right_unit_first_and_mean_reciprocal_rank_with_the_set_left_out": list(lines),
        "first": model.first,
        "weights": model.weights,
    }
    OUT.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
