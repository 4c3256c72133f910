"""Fit and check the confidence of a prerequisite on judged pairs.

    python -m benchmarks.graph_confidence [--write FILE] LIBRARY GOLD [LIBRARY GOLD …]

GOLD is what `study eval graph` reads. What notes require is taken out of the documents first. If no line of a GOLD says no or related,
the gold counts as complete between its concepts: what does not follow from it is wrong. Prints the weights fitted on all sets, and for
each set the AUROC, the log loss and the calibration of weights fitted on the others alone. `--write data/models/prerequisite.json` makes
them the weights of the product.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import astuple, fields, replace
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score

from assistant.building.graph_input import graph_documents
from assistant.evaluation.graph.gold import GoldPair, Verdict, read_pairs
from assistant.evaluation.graph.metrics import calibrate
from assistant.session import Session
from assistant.storage.documents import load_records
from graph.concepts.extract import Terms, find_terms
from graph.prerequisites.confidence import Features, chains
from graph.prerequisites.evidence import gather
from graph.prerequisites.judge import Judged, candidates
from graph.prerequisites.signs import passages
from graph.text.normal import key
from graph.text.units import read_units

NAMES = [field.name for field in fields(Features)]
CHAIN = NAMES.index("chain")
Rows = tuple[list[Judged], NDArray[np.float64], NDArray[np.bool_], list[int]]


def rows_of(folder: Path, file: Path) -> Rows:
    """All candidates, the features of the judged ones, shape (n, features), whether they are right, and their numbers."""
    with closing(Session(folder)) as library:
        documents, _ = graph_documents(library.snapshot.folder, load_records(library.snapshot.folder))
        bare = [replace(document, front_matter=replace(document.front_matter, requires=None)) for document in documents]
    corpus = read_units(bare)
    terms = find_terms(corpus)
    about = passages(corpus, terms)
    seen = candidates(corpus, terms, about, gather(corpus, terms, about))
    verdict = verdicts(terms, read_pairs(file))
    judged = [number for number, each in enumerate(seen) if (each.before, each.after) in verdict]
    right = np.array([verdict[seen[number].before, seen[number].after] for number in judged])
    return seen, np.array([astuple(seen[number].features) for number in judged]), right, judged


def verdicts(terms: Terms, pairs: Sequence[GoldPair]) -> dict[tuple[int, int], bool]:
    """Whether a is needed for b, for the ordered pairs on which the gold says something."""
    ids = {key(name): number for number, term in enumerate(terms.terms) for name in (term.name, *term.aliases)}
    needs: nx.DiGraph[int] = nx.DiGraph()
    wrong: set[tuple[int, int]] = set()
    for pair in pairs:
        one, two = (next((ids[key(name)] for name in side if key(name) in ids), None) for side in (pair.before, pair.after))
        if one is None or two is None or one == two:
            continue
        if pair.verdict in {Verdict.YES, Verdict.REVERSED}:
            needs.add_edge(*((one, two) if pair.verdict is Verdict.YES else (two, one)))
        else:
            wrong |= {(one, two), (two, one)}
    after = {name: nx.descendants(needs, name) for name in needs}
    complete = not wrong
    known = {(one, two): True for one in needs for two in after[one]}
    every = [(one, two) for one in needs for two in needs] if complete else [(two, one) for one, two in known]
    return {**dict.fromkeys(every, False), **known, **dict.fromkeys(wrong, False)}


def fit(sets: Sequence[Rows], columns: int) -> LogisticRegression:
    return LogisticRegression(C=3, max_iter=5000).fit(
        np.concatenate([x[:, :columns] for _, x, _, _ in sets]), np.concatenate([y for _, _, y, _ in sets])
    )


def chained(rows: Rows, alone: LogisticRegression) -> Rows:
    """The same with the chains that the model of single pairs sees."""
    seen, x, right, judged = rows
    sure = alone.predict_proba(np.array([astuple(each.features)[:CHAIN] for each in seen]))[:, 1]
    chain = chains({(each.before, each.after): float(value) for each, value in zip(seen, sure, strict=True)})
    x = x.copy()
    x[:, CHAIN] = [chain[seen[number].before, seen[number].after] for number in judged]
    return seen, x, right, judged


def weights(model: LogisticRegression) -> dict[str, Any]:
    """A fitted model as graph.prerequisites.confidence.load_models reads it."""
    named = {name: round(float(value), 2) for name, value in zip(NAMES, model.coef_[0], strict=False)}
    return {"intercept": round(float(model.intercept_[0]), 2), "weights": named}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", type=Path)
    parser.add_argument("sets", nargs="+", metavar="LIBRARY GOLD")
    asked = parser.parse_args()
    pairs = list(zip(asked.sets[::2], asked.sets[1::2], strict=True))
    sets = [rows_of(Path(folder), Path(file)) for folder, file in pairs]
    alone = fit(sets, CHAIN)
    chained_model = fit([chained(rows, alone) for rows in sets], CHAIN + 1)
    fitted = {
        "about": "Logistic models of how sure it is that one concept is needed for another (graph/prerequisites/confidence.py).",
        "written_by": "benchmarks/graph_confidence.py",
        "fitted_on": ", ".join(Path(file).name for _, file in pairs),
        "alone": weights(alone),
        "chained": weights(chained_model),
    }
    text = json.dumps(fitted, indent=2) + "\n"
    print(text)
    if asked.write:
        asked.write.write_text(text, encoding="utf-8")
    for number, (_, file) in enumerate(pairs):
        others = [rows for at, rows in enumerate(sets) if at != number]
        if not others:
            continue
        alone = fit(others, CHAIN)
        model = fit([chained(rows, alone) for rows in others], CHAIN + 1)
        _, x, right, _ = chained(sets[number], alone)
        sure = model.predict_proba(x)[:, 1]
        found = calibrate([(float(value), bool(verdict)) for value, verdict in zip(sure, right, strict=True)])
        assert found is not None
        scores = f"AUROC {roc_auc_score(right, sure):.3f}, log loss {log_loss(right, sure):.3f}, ECE {found.ece:.3f}"
        print(f"{file}, fitted on the others: {scores}")
        for each in found.bins:
            print(f"  {each.low:.1f} – {each.high:.1f}: {each.edges} pairs, mean {each.confidence:.2f}, right {each.right:.2f}")


if __name__ == "__main__":
    main()
