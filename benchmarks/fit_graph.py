"""Fit the models of the concept graph: concepts, definitions and prerequisites.

    python -m benchmarks.fit_graph FOLDER [--write]

FOLDER holds the documents of the collections in data/training/graph, one folder each (`python -m benchmarks.bring`); those that are not
there are left out. The starter course counts as one more, with what the atlas requires between its lessons.

Prints for each model how well it does on each collection when it is fitted on all others, and what the
thresholds let pass. `--write` makes the models of data/models of all collections.
Nothing is ever fitted on the collections that are held back.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from assistant.evaluation.calibration import confidence_bins, expected_error
from benchmarks.fitting.gold import COURSE, collections, load_gold
from benchmarks.fitting.rows import (
    Collection,
    Pairs,
    Rows,
    commonness,
    concept_rows,
    definition_rows,
    prerequisite_rows,
    read_collection,
)
from graph.concepts import definitions, termhood
from graph.prerequisites import features
from graph.text.fitted import Fitted, Trees

DATA = Path(__file__).resolve().parents[1] / "data"
MODELS = DATA / "models"
Numbers = NDArray[np.float64]
CONCEPTS, TITLES, DEFINED_TITLES, BARE_WORDS, ORGANISING_WORDS, DEFINITIONS, STEPS = 0.68, 0.4, 0.3, 0.72, 0.9, 0.52, 0.5
"""Thresholds, chosen with each collection left out in turn: four of five names and definitions above them are right."""
EARLIER = {
    **{f"{signal}>": 2.4 for signal in features.SIGNALS},
    **{f"{signal}<": -1.4 for signal in features.SIGNALS},
    "name>": 5.7,
    "distance": 1.7,
    "order": 1.1,
    "spread>": 0.35,
    "spread<": -0.35,
    "beside>": 1.45,
    "intercept": -2.24,
}
"""The weights of the model before this one, which a person's judgements of notes on machine learning gave."""
LEVELS = {"loose": 0.65, "normal": 0.8, "strict": 0.9}
"""The precision of the prerequisites that each level shows."""
_LEAST_EDGES = 30  # the fewest rows for a meaningful precision


@dataclass(frozen=True, slots=True)
class Way:
    """How a model is fitted.

    `c` is the strength of its prior (smaller is stronger), `trees` how many trees stand beside it; weights of the columns `rising` may
    not be negative, those of `falling` not positive. `earlier` holds the weights of an earlier model, its intercept last, whose log odds
    count as much as the new ones.
    """

    c: float
    trees: int = 0
    rising: tuple[int, ...] = ()
    falling: tuple[int, ...] = ()
    earlier: tuple[float, ...] = ()


def fitted(parts: Sequence[Rows], way: Way, threshold: float = 0.5) -> Fitted:
    """Fit a model to some rows."""
    x, y, w = (np.concatenate(each) for each in zip(*(part.arrays() for part in parts if part.values), strict=True))
    scale = StandardScaler().fit(x, sample_weight=w)
    found = _bounded(scale.transform(x), y, w, way)
    weights = found[1:] / scale.scale_
    intercept = float(found[0] - (weights * scale.mean_).sum())
    trees = _trees(x, y, w, way.trees) if way.trees else None
    if way.earlier:
        weights, intercept = weights / 2 + np.array(way.earlier[:-1]), intercept / 2 + way.earlier[-1]
        trees = replace(trees, start=trees.start / 2, leaves=trees.leaves / 2) if trees else None
    return Fitted(intercept, tuple(map(float, weights)), threshold, trees=trees)


def _bounded(x: Numbers, y: NDArray[np.bool_], w: Numbers, way: Way) -> Numbers:
    """The intercept and the weights of a logistic model whose weights keep to their bounds."""
    signs = np.where(y, 1.0, -1.0)

    def loss(found: Numbers) -> tuple[float, Numbers]:
        margins = signs * (x @ found[1:] + found[0])
        pull = -signs * w / (1 + np.exp(np.clip(margins, -50, 50)))
        value = float((w * np.logaddexp(0, -margins)).sum() + (found[1:] ** 2).sum() / (2 * way.c))
        return value, np.concatenate([[pull.sum()], x.T @ pull + found[1:] / way.c])

    bounds: list[tuple[float | None, float | None]] = [(None, None)] * (x.shape[1] + 1)
    for column in way.rising:
        bounds[column + 1] = (0.0, None)
    for column in way.falling:
        bounds[column + 1] = (None, 0.0)
    return np.asarray(minimize(loss, np.zeros(x.shape[1] + 1), jac=True, bounds=bounds, method="L-BFGS-B").x)


def _trees(x: Numbers, y: NDArray[np.bool_], w: Numbers, count: int) -> Trees:
    made = GradientBoostingClassifier(n_estimators=count, max_depth=2, learning_rate=0.05, subsample=0.6, max_features=0.3, random_state=0)
    made.fit(x, y, sample_weight=w)
    columns, bounds, leaves = [], [], []
    for (each,) in made.estimators_:
        tree = each.tree_

        def split(node: int, tree: Any = tree) -> tuple[int, float, int, int]:
            """The question of a node and its children; a leaf has itself on both sides."""
            if tree.children_left[node] < 0:
                return 0, 1e30, node, node
            return int(tree.feature[node]), float(tree.threshold[node]), int(tree.children_left[node]), int(tree.children_right[node])

        column, bound, left, right = split(0)
        below = [split(left), split(right)]
        columns.append([column, *(found[0] for found in below)])
        bounds.append([bound, *(found[1] for found in below)])
        leaves.append([made.learning_rate * float(tree.value[end, 0, 0]) for found in below for end in found[2:]])
    start = float(np.log(w[y].sum() / w[~y].sum()))
    return Trees(start, np.array(columns), np.array(bounds), np.array(leaves))


def left_out(parts: dict[str, Rows], way: Way, score: Callable[[Fitted, Numbers], Numbers]) -> dict[str, Numbers]:
    """The log odds of each collection's rows by a model fitted on all other collections."""
    return {
        name: score(fitted([other for key, other in parts.items() if key != name], way), rows.arrays()[0])
        for name, rows in parts.items()
        if rows.values
    }


def probabilities(model: Fitted, values: Numbers) -> Numbers:
    return model.probabilities(values)


def report(title: str, parts: dict[str, Rows], said: dict[str, Numbers], threshold: float) -> None:
    """Print how well the rows of each collection are told apart, and the precision above the threshold."""
    print(f"\n{title}, each collection judged by a model of the others, at {threshold}")
    for name, sure in said.items():
        _, right, _ = parts[name].arrays()
        gold, shown = np.array(parts[name].gold), sure >= threshold
        auroc = roc_auc_score(right, sure) if 0 < right.sum() < len(right) else float("nan")
        read = right[shown & ~gold]
        kept = shown[gold & right]
        line = f"  {name:13} AUROC {auroc:.2f}, of those read {read.mean() if len(read) else float('nan'):.2f} of {len(read)} right"
        print(f"{line}, of what teachers named {kept.mean() if len(kept) else float('nan'):.2f} kept")


def ranked(parts: dict[str, Rows], said: dict[str, Numbers], threshold: float) -> None:
    """Print how often the best candidate for a definition is right."""
    for name, sure in said.items():
        _, right, _ = parts[name].arrays()
        groups = np.array(parts[name].groups)
        best = [max(np.flatnonzero(groups == group), key=lambda at: sure[at]) for group in sorted(set(groups[groups >= 0]))]
        shown = [at for at in best if sure[at] >= threshold]
        if best:
            share = np.mean(right[shown]) if shown else float("nan")
            print(f"  {name:13} {len(shown)} of {len(best)} shown, {share:.2f} at the teacher's place")


def thresholds(parts: dict[str, Pairs], said: dict[str, Numbers]) -> dict[str, float]:
    """The least confidence at each level, and what lies above it; the likelier direction of each pair counts."""
    sure, right, gold, direct = [], [], [], []
    for name, found in parts.items():
        if name == COURSE or name not in said:
            continue
        groups = np.array(found.rows.groups)
        for group in sorted(set(groups)):
            at = max(np.flatnonzero(groups == group), key=lambda number: said[name][number])
            sure.append(said[name][at])
            right.append(found.rows.right[at])
            gold.append(found.named[at] is not None)
            direct.append(found.named[at] in found.direct)
    order = np.argsort(-np.array(sure))
    ranked_right, ranked_gold, ranked_direct = np.array(right)[order], np.array(gold)[order], np.array(direct)[order]
    precision = np.cumsum(ranked_right) / np.arange(1, len(order) + 1)
    total = sum(len(found.direct) for name, found in parts.items() if name != COURSE)
    levels = {}
    print("\nPrerequisites, each collection judged by a model of the others")
    for level, wanted in LEVELS.items():
        fits = [at for at in np.flatnonzero(precision >= wanted) if at >= _LEAST_EDGES]
        last = int(fits[-1]) if fits else 0
        levels[level] = round(float(np.array(sure)[order][last]), 3)
        read = ranked_right[: last + 1][~ranked_gold[: last + 1]]
        named = ranked_right[: last + 1][ranked_gold[: last + 1]]
        print(
            f"  {level:7} from {levels[level]}: {precision[last]:.2f} of {last + 1} right; of named concepts {named.mean():.2f} of "
            f"{len(named)}, of pairs read {read.mean():.2f} of {len(read)}; {ranked_direct[: last + 1].sum()} of {total} direct ones found"
        )
    return levels


def directions(parts: dict[str, Pairs], said: dict[str, Numbers]) -> None:
    """Print how often the right direction of a pair is the likelier one."""
    for name, sure in said.items():
        rows = parts[name].rows
        pairs = {group: at for at, group in enumerate(rows.groups) if not rows.right[at]}
        both = [(at, pairs[group]) for at, group in enumerate(rows.groups) if rows.right[at] and group in pairs]
        if both:
            auroc = roc_auc_score(rows.right, sure)
            print(f"  {name:13} AUROC {auroc:.2f}, direction {np.mean([sure[one] > sure[two] for one, two in both]):.2f} of {len(both)}")


def calibration(parts: dict[str, Rows], said: dict[str, Numbers]) -> None:
    """Print the expected calibration error on left-out collections."""
    for name, sure in said.items():
        _, right, _ = parts[name].arrays()
        print(f"  {name:13} expected calibration error {expected_error(confidence_bins(sure, right)):.3f} of {len(right)}")
    names = [name for name in said if name != COURSE]
    sure, right = np.concatenate([said[name] for name in names]), np.concatenate([parts[name].arrays()[1] for name in names])
    print(f"  all but the course: {expected_error(confidence_bins(sure, right)):.3f}")


def calibrated(parts: dict[str, Pairs], said: dict[str, Numbers]) -> tuple[float, float]:
    """The slope and shift that calibrate the log odds of left-out collections."""
    names = [name for name in said if name != COURSE]
    odds = np.concatenate([np.log(said[name] / (1 - said[name])) for name in names])
    right = np.concatenate([parts[name].rows.arrays()[1] for name in names])
    weights = np.concatenate([parts[name].rows.arrays()[2] for name in names])
    model = LogisticRegression(C=1e6).fit(odds[:, None], right, sample_weight=weights)
    return round(float(model.coef_[0, 0]), 3), round(float(model.intercept_[0]), 3)


def to_json(model: Fitted, names: Sequence[str], about: str, fitted_on: Sequence[str], judged: int) -> dict[str, Any]:
    """A model in the format of graph.text.fitted.load_fitted, with its card."""
    found: dict[str, Any] = {
        "about": about,
        "written_by": "benchmarks/fit_graph.py",
        "fitted_on": f"{judged} judged rows of {', '.join(fitted_on)} (data/training/graph)",
        "threshold": model.threshold,
        "intercept": round(model.intercept, 4),
        "weights": {name: round(weight, 4) for name, weight in zip(names, model.weights, strict=True)},
    }
    if model.levels:
        found["levels"] = dict(model.levels)
    if model.slope != 1:
        found |= {"slope": model.slope, "shift": model.shift}
    if model.trees is not None:
        each = zip(model.trees.columns.tolist(), model.trees.bounds.tolist(), model.trees.leaves.tolist(), strict=True)
        found["trees"] = {
            "start": round(model.trees.start, 4),
            "each": [
                {"columns": [names[at] for at in columns], "bounds": bounds, "leaves": [round(leaf, 5) for leaf in leaves]}
                for columns, bounds, leaves in each
            ],
        }
    return found


def write(name: str, found: dict[str, Any]) -> None:
    """Write a model, with one weight or tree per line."""
    lines = []
    for member, value in found.items():
        if member == "trees":
            trees = ",\n    ".join(json.dumps(tree) for tree in value["each"])
            lines.append(f'"trees": {{"start": {value["start"]}, "each": [\n    {trees}\n  ]}}')
        elif member in {"weights", "words"}:
            inside = ",\n    ".join(f"{json.dumps(key)}: {json.dumps(each)}" for key, each in value.items())
            lines.append(f'"{member}": {{\n    {inside}\n  }}')
        else:
            lines.append(f"{json.dumps(member)}: {json.dumps(value)}")
    (MODELS / f"{name}.json").write_text("{\n  " + ",\n  ".join(lines) + "\n}\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    folders = {name: asked.folder / name for name in collections() if (asked.folder / name).is_dir()} | {COURSE: DATA / "course"}
    read = {name: read_collection(name, folder, load_gold(name)) for name, folder in folders.items()}
    others = fit_concepts(read, asked.write)
    fit_definitions({name: each for name, each in read.items() if name != COURSE}, others, asked.write)
    fit_prerequisites(read, others, asked.write)


Models = dict[str, Fitted]
"""Models by the names of their files."""


@contextmanager
def using(models: Models) -> Iterator[None]:
    """Judge names with these models, of other collections, in place of those that are installed: what is fitted next sees no answers."""
    with patch.object(termhood, "load_fitted", lambda name, _: models[name]):
        yield


def fit_concepts(read: dict[str, Collection], writing: bool) -> dict[str, Models]:
    """Fit the models of concepts and of steps.

    A subject's own words count as common only in the models that are written. Returns for each collection the models that are fitted on all
    others.
    """
    words = {name: each.words() for name, each in read.items()}
    rows, steps = {}, {}
    for name, each in read.items():
        rows[name], steps[name] = concept_rows(each, commonness([count for other, count in words.items() if other != name]))
    common = commonness(list(words.values()))
    levels = {"title": TITLES, "defined title": DEFINED_TITLES, "bare word": BARE_WORDS, "organising word": ORGANISING_WORDS}
    way = Way(0.1, 100, rising=tuple(termhood.NAMES.index(name) for name in termhood.SPEAKING))
    report("Concepts", rows, left_out(rows, way, probabilities), CONCEPTS)
    report("Steps", steps, left_out(steps, way, probabilities), STEPS)
    if writing:
        about = "How sure it is that a name is worth a step of a path (graph/concepts/termhood.py)."
        model = fitted(list(steps.values()), way, STEPS)
        write("step", to_json(model, termhood.NAMES, about, list(steps), sum(len(part.values) for part in steps.values())))
        model = replace(
            fitted(list(rows.values()), way, CONCEPTS),
            levels=levels,
        )
        about = "How sure it is that a name is a concept (graph/concepts/termhood.py)."
        write("termhood", to_json(model, termhood.NAMES, about, list(rows), sum(len(part.values) for part in rows.values())))
        said = "For words of at least three subjects: the share of subjects that use them, and log10 of how often among a million words."
        write("commonness", {"about": said, "written_by": "benchmarks/fit_graph.py", "words": common})
        _forget()
    return {
        name: {
            "termhood": replace(fitted([part for key, part in rows.items() if key != name], way, CONCEPTS), levels=levels),
            "step": fitted([part for key, part in steps.items() if key != name], way, STEPS),
        }
        for name in read
    }


def fit_definitions(read: dict[str, Collection], others: dict[str, Models], writing: bool) -> None:
    """Fit the model of definitions."""
    rows = {}
    for name, each in read.items():
        with using(others[name]):
            rows[name] = definition_rows(each)
    way = Way(0.03, rising=tuple(definitions.NAMES.index(name) for name in definitions.SPEAKING))
    said = left_out(rows, way, probabilities)
    report("Definitions", rows, said, DEFINITIONS)
    ranked(rows, said, DEFINITIONS)
    if writing:
        model = fitted(list(rows.values()), way, DEFINITIONS)
        about = "How sure it is that a unit says what a concept is (graph/concepts/definitions.py)."
        write("definition", to_json(model, definitions.NAMES, about, list(rows), sum(len(part.values) for part in rows.values())))
        _forget()


def fit_prerequisites(read: dict[str, Collection], others: dict[str, Models], writing: bool) -> None:
    """Fit the model of prerequisites."""
    pairs = {}
    for name, each in read.items():
        with using(others[name]):
            pairs[name] = prerequisite_rows(each)
    rows = {name: each.rows for name, each in pairs.items()}
    columns = features.NAMES
    rising = tuple(columns.index(f"{name}>") for name in features.SPEAKING)
    falling = tuple(columns.index(f"{name}<") for name in features.OPPOSING)
    way = Way(0.03, 200, rising, falling, (*(EARLIER.get(name, 0.0) for name in columns), EARLIER["intercept"]))
    said = left_out(rows, way, probabilities)
    slope, shift = calibrated(pairs, said)
    said = {name: 1 / (1 + np.exp(-(slope * np.log(sure / (1 - sure)) + shift))) for name, sure in said.items()}
    levels = thresholds(pairs, said)
    directions(pairs, said)
    calibration(rows, said)
    if writing:
        model = fitted(list(rows.values()), way)
        chosen = Fitted(model.intercept, model.weights, levels["normal"], levels, model.trees, slope, shift)
        about = "How sure it is that one concept is needed for another (graph/prerequisites/features.py)."
        write("prerequisite", to_json(chosen, features.NAMES, about, list(rows), sum(len(part.values) for part in rows.values())))


def _forget() -> None:
    """Reload the models, since the next fit depends on those just written."""
    from graph.text.fitted import load_fitted

    load_fitted.cache_clear()


if __name__ == "__main__":
    main()
