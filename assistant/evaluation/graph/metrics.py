"""Compare a concept graph with judged pairs: recall, direction, precision, each kind of evidence, calibration of the confidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.calibration import confidence_bins, expected_error
from assistant.evaluation.graph.gold import GoldPair, Verdict
from graph.model.values import Graph, Prerequisite
from graph.text.normal import key
from index.metrics.bootstrap import bootstrap
from index.metrics.ranking import Interval

_RESAMPLES = 2000
# For each line of gold and each ratio: whether the line counts for it, and whether it is met.
_RATIOS = ("names", "recall", "recall_direct", "direction", "direction_direct", "precision", "precision_direct", "false_alarms")
_F1 = {"f1": ("precision", "recall"), "f1_direct": ("precision_direct", "recall_direct")}
METRICS = (*_RATIOS, *_F1)


@dataclass(frozen=True, slots=True)
class Bin:
    """Edges with a confidence in [low, high): how many are judged, their mean confidence and the share that is right."""

    low: float
    high: float
    edges: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The number of judged edges, the expected calibration error (Naeini et al. 2015) and the mean squared error of the confidences."""

    edges: int
    ece: float
    brier: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class KindScore:
    """The judged edges with evidence of a kind, those where it is the strongest evidence, and how many of each are right."""

    edges: int
    right: int
    strongest: int
    strongest_right: int


@dataclass(frozen=True, slots=True)
class LineResult:
    """One line of gold: whether the graph has both names, and whether a chain or an edge connects them, in either direction."""

    line: int
    before: str
    after: str
    verdict: Verdict
    found: bool
    forth: bool
    back: bool
    edge: bool
    edge_back: bool

    @property
    def disagrees(self) -> bool:
        """True if the graph disagrees with the person who judged the line."""
        forth, back = (self.back, self.forth) if self.verdict is Verdict.REVERSED else (self.forth, self.back)
        if self.verdict is Verdict.NO:
            return forth
        if self.verdict is Verdict.RELATED:
            return forth or back
        return back or not forth


class Judge:
    """Looks up judged pairs in a graph."""

    def __init__(self, graph: Graph, pairs: Sequence[GoldPair]) -> None:
        names: dict[str, str] = {}
        for concept in graph.concepts.values():
            for name in concept.names:
                names.setdefault(key(name), concept.id)
        self._graph = graph
        self._ids = [tuple(_named(names, side) for side in (pair.before, pair.after)) for pair in pairs]
        self._pairs = pairs
        self._net: nx.DiGraph[str] = nx.DiGraph()
        self._net.add_nodes_from(graph.concepts)
        self._net.add_edges_from((edge.before, edge.after) for edge in graph.prerequisites)

    def lines(self) -> list[LineResult]:
        """The result for every line of gold."""
        after: dict[str, set[str]] = {}
        for one, two in self._ids:
            for name in (one, two):
                if name is not None and name not in after:
                    after[name] = nx.descendants(self._net, name)
        found = []
        for pair, (one, two) in zip(self._pairs, self._ids, strict=True):
            known = one is not None and two is not None and one != two
            forth = known and two in after[one or ""]
            back = known and one in after[two or ""]
            edge = known and self._net.has_edge(one, two)
            found.append(
                LineResult(
                    pair.line,
                    one or pair.before[0],
                    two or pair.after[0],
                    pair.verdict,
                    known,
                    forth,
                    back,
                    edge,
                    known and self._net.has_edge(two, one),
                )
            )
        return found

    def judged(self) -> list[tuple[Prerequisite, bool]]:
        """The edges of the graph on which the gold has a verdict, and whether they are right.

        A chain of the gold's prerequisites makes an edge right too, unless a line says no.
        """
        needs: nx.DiGraph[str] = nx.DiGraph()
        wrong: set[tuple[str, str]] = set()
        for pair, (one, two) in zip(self._pairs, self._ids, strict=True):
            if one is None or two is None or one == two:
                continue
            if pair.verdict is Verdict.YES:
                needs.add_edge(one, two)
            elif pair.verdict is Verdict.REVERSED:
                needs.add_edge(two, one)
            else:
                wrong |= {(one, two), (two, one)} if pair.verdict is Verdict.RELATED else {(one, two)}
        after = {name: nx.descendants(needs, name) for name in needs}
        verdicts = []
        for edge in self._graph.prerequisites:
            forth, back = edge.after in after.get(edge.before, ()), edge.before in after.get(edge.after, ())
            if (edge.before, edge.after) in wrong:
                verdicts.append((edge, False))
            elif forth or back:
                verdicts.append((edge, forth))
        return verdicts


def _named(names: Mapping[str, str], wanted: Sequence[str]) -> str | None:
    return next((names[key(name)] for name in wanted if key(name) in names), None)


def measure(lines: Sequence[LineResult], seed: int = 0) -> dict[str, Interval | None]:
    """Every metric with its bootstrap 95 % interval over the lines; None for a metric that no line asks for.

    `recall` is the share of the gold's prerequisites that the graph has, as an edge or as a chain; `direction` the share of those linked
    either way that are linked the right way; `precision` the share of correct ones among the graph's claims about the gold's pairs;
    `false_alarms` the share of pairs judged "no" or "related" that the graph claims; `names` the share of lines of which the graph has both
    names. The `_direct` ones count single edges only.
    """
    counts = np.array([_counts(line) for line in lines], dtype=float).reshape(len(lines), len(_RATIOS), 2)
    values = _values(counts.sum(axis=0)[None])[0]
    lows, highs = bootstrap(lambda draws: _values(_summed(counts, draws)), len(lines), _RESAMPLES, seed)
    return {
        name: None if np.isnan(value) else Interval(float(value), float(low), float(high))
        for name, value, low, high in zip(METRICS, values, lows, highs, strict=True)
    }


def _summed(counts: NDArray[np.float64], draws: NDArray[np.int64]) -> NDArray[np.float64]:
    """The counts summed over each draw of lines, shape (draws, ratios, 2)."""
    times = np.array([np.bincount(drawn, minlength=len(counts)) for drawn in draws])
    return np.tensordot(times, counts, axes=1)


def _values(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Every metric, in the order of METRICS, from sums of shape (n, ratios, 2); NaN if nothing was asked for."""
    met, asked = sums[..., 0], sums[..., 1]
    ratios = np.divide(met, asked, out=np.full(met.shape, np.nan), where=asked > 0)
    columns = [*ratios.T]
    for one, two in _F1.values():
        precision, recall = ratios[:, _RATIOS.index(one)], ratios[:, _RATIOS.index(two)]
        both = precision + recall
        columns.append(np.divide(2 * precision * recall, both, out=np.where(np.isnan(both), np.nan, 0.0), where=both > 0))
    return np.stack(columns, axis=1)


def _counts(line: LineResult) -> list[tuple[bool, bool]]:
    """For each ratio whether one line met it and whether it asked for it."""
    forth, back, edge, edge_back = line.forth, line.back, line.edge, line.edge_back
    if line.verdict is Verdict.REVERSED:
        forth, back, edge, edge_back = back, forth, edge_back, edge
    if line.verdict in {Verdict.YES, Verdict.REVERSED}:
        return [
            (line.found, True),
            (forth, True),
            (edge, True),
            (forth, forth or back),
            (edge, edge or edge_back),
            (forth, forth or back),
            (edge, edge or edge_back),
            (False, False),
        ]
    claimed = forth or (back and line.verdict is Verdict.RELATED)
    direct = edge or (edge_back and line.verdict is Verdict.RELATED)
    return [(line.found, True), *[(False, False)] * 4, (False, claimed), (False, direct), (claimed, True)]


def by_kind(judged: Sequence[tuple[Prerequisite, bool]]) -> dict[str, KindScore]:
    """The scores of each kind of evidence, the most frequent first."""
    rows: dict[str, list[int]] = {}
    for edge, right in judged:
        for kind in {seen.kind.value for seen in edge.evidence}:
            row = rows.setdefault(kind, [0, 0, 0, 0])
            first = edge.evidence[0].kind.value == kind
            for at, counted in enumerate((True, right, first, first and right)):
                row[at] += counted
    return {kind: KindScore(*row) for kind, row in sorted(rows.items(), key=lambda item: (-item[1][0], item[0]))}


def calibrate(judged: Sequence[tuple[float, bool]]) -> Calibration | None:
    """How well confidences in [0, 1] match the share that is right, in ten bins of equal width; None if nothing is judged."""
    if not judged:
        return None
    confidence, right = np.array([value for value, _ in judged]), np.array([verdict for _, verdict in judged])
    found = confidence_bins(confidence, right)
    bins = tuple(Bin(each.low, each.high, each.count, each.confidence, each.right) for each in found)
    return Calibration(len(judged), expected_error(found), float(((confidence - right) ** 2).mean()), bins)
