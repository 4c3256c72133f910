"""Retrieval metrics over ranked passages. Pure: values in, values out. The relevant passages of a question are given in one of two ways.

Snippets: a list of evidence sets; a question is met when each of its sets is. A set is a list of alternatives (document, snippet), and is
met by the first passage of the same document that contains one of its snippets. Grades: the relevance of each document, as in public sets;
every passage is then a whole document. These metrics equal trec_eval's. No library is used for them, because none knows evidence sets or
budgets of words.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.metrics.bootstrap import bootstrap

CUTOFFS = (1, 3, 5, 10)
WORD_BUDGETS = (400, 800)
GRADED_DEPTH = 100
"""The number of passages that are judged by grades. Snippets are searched for in the top ten."""
_DEPTH = 10
_WORD = re.compile(r"\w+|[^\w\s]")
_MARKUP = frozenset("-–—•*|`$#>\\{}")
_SHORTEST_CUT = 6
_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Passage:
    """The parts of a search result that the metrics need. It meets whatever one of its `copies` meets."""

    document: str
    text: str
    copies: tuple[Passage, ...] = ()

    @property
    def versions(self) -> tuple[Passage, ...]:
        """The passage and its copies."""
        return (self, *self.copies)


@dataclass(frozen=True, slots=True)
class Gold:
    """One alternative of an evidence set."""

    document: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over questions with its bootstrap 95 % interval."""

    mean: float
    low: float
    high: float


def gold_words(text: str) -> list[str]:
    """Lower-cased words and signs, without the signs of markup and lists."""
    return [word for word in _WORD.findall(text.lower()) if word not in _MARKUP]


def holds(passage: Sequence[str], snippet: Sequence[str]) -> bool:
    """True if a passage contains the words of a snippet in a row. For a snippet of six words or more, which a splitter may have cut, 70 %
    of them in order within one and a half times its length are enough.
    """
    if not snippet:
        return False
    if f" {' '.join(snippet)} " in f" {' '.join(passage)} ":
        return True
    need = _SHARE * len(snippet)
    if len(snippet) < _SHORTEST_CUT or (Counter(passage) & Counter(snippet)).total() < need:
        return False
    width = len(snippet) + max(3, len(snippet) // 2)
    wanted = set(snippet)
    return any(word in wanted and _in_order(snippet, passage[at : at + width]) >= need for at, word in enumerate(passage))


def _in_order(first: Sequence[str], second: Sequence[str]) -> int:
    """The length of the longest common subsequence."""
    above = [0] * (len(second) + 1)
    for word in first:
        row = [0]
        for at, other in enumerate(second):
            row.append(above[at] + 1 if word == other else max(above[at + 1], row[at]))
        above = row
    return above[-1]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The judgement of one question's ranking: the rank of every relevant item, None if it was not found, and every metric."""

    ranks: tuple[int | None, ...]
    metrics: Mapping[str, float]


def judge_snippets(passages: Sequence[Passage], evidence: Sequence[Sequence[Gold]]) -> Judgement:
    """Judge a ranking by evidence sets. The ranks are those of the sets."""
    met = sets_met(passages, evidence)
    ranks = first_ranks(met, len(evidence))
    return Judgement(ranks, snippet_metrics(passages, ranks, [bool(sets) for sets in met]))


def judge_grades(passages: Sequence[Passage], grades: Mapping[str, float]) -> Judgement:
    """Judge a ranking by the grades of documents. The ranks are those of the relevant documents, by name."""
    at: dict[str, int] = {}
    for rank, passage in enumerate(passages, 1):
        for version in passage.versions:
            at.setdefault(version.document, rank)
    ranks = tuple(at.get(name) for name in sorted(grades) if grades[name] > 0)
    return Judgement(ranks, grade_metrics(passages, grades))


def sets_met(passages: Sequence[Passage], evidence: Sequence[Sequence[Gold]]) -> list[frozenset[int]]:
    """For each of the top ten passages the evidence sets that it meets."""
    sets = [[(gold.document, gold_words(gold.snippet)) for gold in alternatives] for alternatives in evidence]

    def met(passage: Passage) -> frozenset[int]:
        text = gold_words(passage.text)
        return frozenset(at for at, golds in enumerate(sets) if any(passage.document == d and holds(text, s) for d, s in golds))

    return [frozenset().union(*map(met, passage.versions)) for passage in passages[:_DEPTH]]


def first_ranks(met: Sequence[frozenset[int]], sets: int) -> tuple[int | None, ...]:
    """For each evidence set the rank, from 1, of the first passage that meets it."""
    return tuple(next((rank for rank, found in enumerate(met, 1) if at in found), None) for at in range(sets))


def snippet_metrics(passages: Sequence[Passage], ranks: Sequence[int | None], relevant: Sequence[bool]) -> dict[str, float]:
    """Every metric of one question from its passages, the ranks of its sets, and which of the top ten passages meet one.

    recall@k: 1 if every set is met within k. recall@Nw: the same within the passages that fit N words, so that long passages have no
    advantage. precision@k: the share of the first k that meet a set. mrr@10: the reciprocal rank of the first set met. map@10 and ndcg@10:
    each set counts once, at the rank where it is first met.
    """
    found = sorted(rank for rank in ranks if rank is not None)
    all_met = len(found) == len(ranks)
    metrics = {f"recall@{k}": float(all_met and found[-1] <= k) for k in CUTOFFS}
    for budget in WORD_BUDGETS:
        metrics[f"recall@{budget}w"] = float(all_met and found[-1] <= fitting(passages, budget))
    metrics |= _precision(relevant)
    metrics["mrr@10"] = 1 / found[0] if found else 0.0
    # A passage that meets two sets at once must not count more than two perfect ranks.
    metrics["map@10"] = sum(min(1.0, number / rank) for number, rank in enumerate(found, 1)) / len(ranks)
    ideal = sum(_discount(rank) for rank in range(1, len(ranks) + 1))
    metrics["ndcg@10"] = min(1.0, sum(map(_discount, found)) / ideal)
    return metrics


def grade_metrics(passages: Sequence[Passage], grades: Mapping[str, float]) -> dict[str, float]:
    """Every metric of one question from its ranked passages and the grades of documents, at least one of them above 0.

    recall@k: the share of the relevant documents within the first k; recall@Nw: within the passages that fit N words. map@10 divides by the
    number of relevant documents, ndcg@10 takes a grade as its gain, both as trec_eval does. The relevant copies of a passage count one
    after the other, and the other copies take no rank.
    """
    found_at = [[gain for gain in (max(0.0, grades.get(one.document, 0.0)) for one in passage.versions) if gain] for passage in passages]
    gains = [gain for place in found_at for gain in sorted(place, reverse=True) or [0.0]]
    ideal = sorted((grade for grade in grades.values() if grade > 0), reverse=True)
    relevant = [gain > 0 for gain in gains]
    metrics = {f"recall@{k}": sum(map(len, found_at[:k])) / len(ideal) for k in (*CUTOFFS, GRADED_DEPTH)}
    for budget in WORD_BUDGETS:
        metrics[f"recall@{budget}w"] = sum(map(len, found_at[: fitting(passages, budget)])) / len(ideal)
    metrics |= _precision([bool(place) for place in found_at])
    found = [rank for rank, hit in enumerate(relevant[:_DEPTH], 1) if hit]
    metrics["mrr@10"] = 1 / found[0] if found else 0.0
    metrics["map@10"] = sum(number / rank for number, rank in enumerate(found, 1)) / len(ideal)
    metrics["ndcg@10"] = _gain(gains) / _gain(ideal)
    return metrics


def fitting(passages: Sequence[Passage], budget: int) -> int:
    """The number of first passages that fit into a budget of words."""
    lengths = np.cumsum([len(passage.text.split()) for passage in passages])
    return int(np.searchsorted(lengths, budget, side="right"))


def _precision(relevant: Sequence[bool]) -> dict[str, float]:
    return {f"precision@{k}": sum(relevant[:k]) / k for k in CUTOFFS if k > 1}


def _gain(gains: Sequence[float]) -> float:
    return sum(gain * _discount(rank) for rank, gain in enumerate(gains[:_DEPTH], 1))


def _discount(rank: int) -> float:
    return 1 / math.log2(rank + 1)


def summarise(rows: Sequence[Mapping[str, float]], resamples: int = 2000, seed: int = 0) -> dict[str, Interval]:
    """The mean of every metric over questions with its bootstrap 95 % interval; all metrics share the resamples."""
    if not rows:
        return {}

    def interval(values: NDArray[np.float64]) -> Interval:
        low, high = bootstrap(lambda draws: values[draws].mean(axis=1), len(values), resamples, seed)
        return Interval(float(values.mean()), float(low), float(high))

    return {name: interval(np.array([row[name] for row in rows])) for name in rows[0]}
