"""Retrieval metrics over ranked passages and snippet gold. Pure: values in, values out.

Gold is a list of evidence sets; a question is met when each of its sets is. A set is a list of alternatives (document, snippet), and is
met by the first passage of the same document that holds one of its snippets.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CUTOFFS = (1, 3, 5, 10)
WORD_BUDGETS = (400, 800)
_DEPTH = 10
_WORD = re.compile(r"\w+|[^\w\s]")
_MARKUP = frozenset("-–—•*|`$#>\\{}")
_SHORTEST_CUT = 6
_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Passage:
    """What a search returned: only what the metrics look at."""

    document: str
    text: str


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
    """Whether a passage's words hold a snippet's.

    They do in a row, or, where a splitter cut a snippet of six words or more, if at least 70 % of them stand in order within one and a half
    times its length.
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


def first_ranks(passages: Sequence[Passage], evidence: Sequence[Sequence[Gold]]) -> tuple[int | None, ...]:
    """For each evidence set the rank, from 1, of the first of the top ten passages that meets it."""
    top = [(passage.document, gold_words(passage.text)) for passage in passages[:_DEPTH]]
    sets = [[(gold.document, gold_words(gold.snippet)) for gold in alternatives] for alternatives in evidence]
    return tuple(
        next((rank for rank, (document, text) in enumerate(top, 1) if any(document == d and holds(text, s) for d, s in alternatives)), None)
        for alternatives in sets
    )


def question_metrics(passages: Sequence[Passage], ranks: Sequence[int | None]) -> dict[str, float]:
    """Every metric of one question from its passages and the ranks of `first_ranks`.

    recall@k: 1 if every set is met within k. recall@Nw: the same within the passages that fit N words, so that long passages don't win
    by being long. mrr@10: the reciprocal rank of the first set met. ndcg@10: each set counts once, where it is first met.
    """
    found = [rank for rank in ranks if rank is not None]
    metrics = {f"recall@{k}": float(len(found) == len(ranks) and max(found) <= k) for k in CUTOFFS}
    lengths = np.cumsum([len(passage.text.split()) for passage in passages])
    for budget in WORD_BUDGETS:
        fit = int(np.searchsorted(lengths, budget, side="right"))
        metrics[f"recall@{budget}w"] = float(len(found) == len(ranks) and max(found) <= fit)
    metrics["mrr@10"] = 1 / min(found) if found else 0.0
    ideal = sum(1 / np.log2(rank + 1) for rank in range(1, len(ranks) + 1))
    metrics["ndcg@10"] = float(min(1.0, sum(1 / np.log2(rank + 1) for rank in found) / ideal))
    return metrics


def summarise(rows: Sequence[Mapping[str, float]], resamples: int = 2000, seed: int = 0) -> dict[str, Interval]:
    """The mean of every metric over questions, with the percentile bootstrap's 95 % interval (Efron 1979), the same resamples for all."""
    if not rows:
        return {}
    picks = np.random.default_rng(seed).integers(0, len(rows), (resamples, len(rows)))

    def interval(values: NDArray[np.float64]) -> Interval:
        low, high = np.percentile(values[picks].mean(axis=1), [2.5, 97.5])
        return Interval(float(values.mean()), float(low), float(high))

    return {name: interval(np.array([row[name] for row in rows])) for name in rows[0]}
