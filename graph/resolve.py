"""Understanding what a person calls a concept: abbreviations, plurals, beginnings of words, typos."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from difflib import SequenceMatcher

from graph.model import Graph
from graph.words import CLASS, key, words
from ingest.errors import UnknownConcept

_EXACT = 1.0
_SAME = 0.96  # the same name but for the order of its words or a class word
_SURE = 0.86
_FAINT = 0.5
_LIKE = 0.7
_CLOSE = 0.05
_ALTERNATIVES = 5


def find_concept(graph: Graph, text: str) -> tuple[str, tuple[str, ...]]:
    """The id of the concept meant by `text`, and the ids of others that it could mean, best first.

    Exact names come before names without a class word ("adam optimizer"), beginnings of words ("temp scaling"), names that hold all the
    words, and typos. Raises `UnknownConcept` with the nearest names where nothing is near enough.
    """
    scored = matches(graph, text)
    if not scored or scored[0][1] < _SURE:
        near = [name for name, _ in scored[:_ALTERNATIVES]] or _nearest(graph, text)
        raise UnknownConcept(text, [graph.concepts[name].name for name in near])
    best = scored[0][1]
    others = [name for name, score in scored[1:] if score >= 0.7 and (score == best or best < _EXACT)]
    return scored[0][0], tuple(others[:_ALTERNATIVES])


def rivals(graph: Graph, text: str) -> tuple[str, ...]:
    """The ids of the concepts among which only the person can choose: they fit `text` about equally well. Fewer than two: it is clear."""
    scored = matches(graph, text)
    if not scored or scored[0][1] < _SURE:
        return ()
    best = scored[0][1]
    return tuple(name for name, score in scored[: _ALTERNATIVES + 1] if score == best or (best < _EXACT and best - score <= _CLOSE))


def find_named(graph: Graph, text: str) -> str | None:
    """The id of the concept of that name, spelled in any way, with or without its class word; None where there is none."""
    scored = matches(graph, text)
    return scored[0][0] if scored and scored[0][1] >= _SAME else None


def matches(graph: Graph, text: str) -> list[tuple[str, float]]:
    """Ids of the concepts that `text` may mean, each with how well it fits in (0.5, 1.1], best first, then by importance."""
    outline = graph.outline
    wanted = words(text)
    if not wanted:
        return []
    joined = "".join(wanted)
    scores = {
        number: _EXACT
        for number, names in enumerate(outline.names)
        if joined in names or any(name.replace(" ", "") == joined for name in names)
    }
    if text in graph.concepts:
        scores[outline.number(text)] = 1.1
    if not scores:
        likeness = SequenceMatcher(None, "", joined, autojunk=False)
        scores = {
            number: score
            for number, names in enumerate(outline.names)
            if (score := max((_fit(wanted, joined, likeness, name) for name in names), default=0.0)) > _FAINT
        }
    found = sorted(scores, key=lambda number: (-scores[number], -outline.importance[number], outline.ids[number]))
    return [(outline.ids[number], scores[number]) for number in found]


def _fit(wanted: list[str], one: str, likeness: SequenceMatcher[str], written: str) -> float:
    """How well a name fits what is wanted; `one` is that in one word, `likeness` compares with it."""
    name, two = written.split(" "), written.replace(" ", "")
    if not two:
        return 0.0
    if sorted(wanted) == sorted(name):
        return 0.98
    for longer, shorter in ((wanted, name), (name, wanted)):
        if len(longer) == len(shorter) + 1 and longer[:-1] == shorter and longer[-1] in CLASS:
            return 0.96
    if len(wanted) == len(name) and all(
        there.startswith(here) and (len(here) >= 3 or here == there) for here, there in zip(wanted, name, strict=True)
    ):
        return 0.95 - 0.02 * sum(here != there for here, there in zip(wanted, name, strict=True))
    if set(wanted) <= set(name):
        return 0.9 - 0.02 * (len(name) - len(wanted))
    if len(one) >= 4 and two.startswith(one):
        return 0.90 - 0.2 * (1 - len(one) / len(two))
    if len(one) >= 4 and abs(len(one) - len(two)) <= 4 and one[0] == two[0]:
        likeness.set_seq1(two)
        if likeness.real_quick_ratio() > _LIKE and likeness.quick_ratio() > _LIKE:
            ratio = likeness.ratio()
            return min(0.94, ratio) if ratio >= _SURE else ratio * 0.9
    if set(name) <= set(wanted) and len(name) >= 1:
        return 0.6
    return 0.0


def _nearest(graph: Graph, text: str) -> list[str]:
    """The ids of the most similar names when not even a word is shared."""
    wanted, outline = key(text), graph.outline
    scored = ((_similar(wanted, names), outline.ids[number]) for number, names in enumerate(outline.names))
    return [name for score, name in heapq.nlargest(3, scored) if score > 0.3]


def _similar(wanted: str, names: Iterable[str]) -> float:
    return max((SequenceMatcher(None, wanted, name.replace(" ", ""), autojunk=False).quick_ratio() for name in names), default=0.0)
