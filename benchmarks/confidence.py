"""Fit and check the confidence of an answer on questions that are answerable, and the same with the passages that answer them taken away.

    python benchmarks/confidence.py LIBRARY QUESTIONS.jsonl [LIBRARY QUESTIONS.jsonl …]

For every question with gold there is one positive (the search as it is) and one negative (the passages that hold gold left out before the
fusion); questions without gold are further negatives. Every set weighs the same. Prints the weights fitted on all sets, and for each set
the AUROC of weights fitted on the others alone, beside the best single signal's.
"""

from __future__ import annotations

import sys
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.confidence import Signals, signals
from assistant.evaluation_sets import EvaluationQuestion, read_questions
from assistant.library import Library
from index.evaluation import gold_words, holds
from index.search import SearchSettings, search_dense, search_lexical

MARGIN = 60
FALSE_SILENCE = 0.05
Rows = tuple[NDArray[np.float64], NDArray[np.bool_]]


def rows_of(library: Library, questions: list[EvaluationQuestion]) -> Rows:
    """Signals, shape (n, 3), and whether the documents answer."""
    index, depth = library.index, SearchSettings().depth
    words = [gold_words(chunk.text) for chunk in index.chunks.fetch(range(index.chunks.size))]
    names = [chunk.document for chunk in index.chunks.fetch(range(index.chunks.size))]
    found, answered = [], []
    for question in questions:
        query = library.query(question.question)
        lexical = search_lexical(index.lexical, query.terms, depth + MARGIN)
        dense = search_dense(index.dense, query.vector, depth + MARGIN)
        golds = [(gold.document, gold_words(gold.snippet)) for alternatives in question.evidence for gold in alternatives]
        held = {row for row in {*lexical, *dense} if any(names[row] == name and holds(words[row], snippet) for name, snippet in golds)}
        for without in [set(), held] if question.evidence else [set()]:
            left, near = (
                dict(sorted(((r, s) for r, s in c.items() if r not in without), key=lambda x: -x[1])[:depth]) for c in (lexical, dense)
            )
            found.append(astuple(signals(query, index.fuse(left, near, 10), index)))
            answered.append(bool(question.evidence) and not without)
    return np.array(found), np.array(answered)


def fit(sets: list[Rows]) -> LogisticRegression:
    weights = np.concatenate([np.where(answered, 0.5 / answered.sum(), 0.5 / (~answered).sum()) for _, answered in sets]) * 1000 / len(sets)
    model = LogisticRegression(C=10, max_iter=1000)
    return model.fit(np.concatenate([x for x, _ in sets]), np.concatenate([y for _, y in sets]), sample_weight=weights)


def main() -> None:
    pairs = list(zip(sys.argv[1::2], sys.argv[2::2], strict=True))
    sets = []
    for folder, file in pairs:
        library = Library(Path(folder))
        sets.append(rows_of(library, read_questions(Path(file), library)))
        library.close()
    model = fit(sets)
    print(
        "intercept",
        np.round(model.intercept_, 2),
        "weights",
        dict(zip([f.name for f in fields(Signals)], np.round(model.coef_[0], 2), strict=True)),
    )
    for number, ((_, file), (x, y)) in enumerate(zip(pairs, sets, strict=True)):
        single = max(roc_auc_score(y, x[:, column]) for column in range(x.shape[1]))
        others = [rows for at, rows in enumerate(sets) if at != number]
        ours = model.predict_proba(x)[:, 1]
        line = f"{file}: {y.sum()} answered, {(~y).sum()} not; AUROC {roc_auc_score(y, ours):.3f}, best single signal {single:.3f}"
        if others:
            line += f", fitted on the other sets {roc_auc_score(y, fit(others).predict_proba(x)[:, 1]):.3f}"
        threshold = float(np.quantile(ours[y], FALSE_SILENCE))
        print(f"{line}; {FALSE_SILENCE:.0%} false silence at {threshold:.2f}, silent on {np.mean(ours[~y] < threshold):.0%} of the others")


if __name__ == "__main__":
    main()
