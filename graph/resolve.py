"""Understanding what a person calls a concept: abbreviations, plurals, beginnings of words, typos."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from graph.model import Concept, Graph
from graph.words import CLASS, key, words
from ingest.errors import UnknownConcept

_SURE = 0.86
_ALTERNATIVES = 5


def find_concept(graph: Graph, text: str) -> tuple[str, tuple[str, ...]]:
    """The id of the concept meant by `text`, and the ids of others that it could mean, best first.

    Exact names come before names without a class word ("adam optimizer"), beginnings of words ("temp scaling"), names that hold all the
    words, and typos. Raises `UnknownConcept` with the nearest names where nothing is near enough.
    """
    wanted = words(text)
    scored = sorted(
        (
            (-score, -concept.importance, concept.id)
            for concept in graph.concepts.values()
            if (score := _score(wanted, text, concept)) > 0.5
        ),
    )
    if not wanted or not scored or -scored[0][0] < _SURE:
        raise UnknownConcept(text, [graph.concepts[name].name for _, _, name in scored[:_ALTERNATIVES]] or _nearest(graph, text))
    best = scored[0]
    others = [name for score, _, name in scored[1:] if score <= -0.7 and (score == best[0] or -best[0] < 1.0)]
    return best[2], tuple(others[:_ALTERNATIVES])


def _score(wanted: list[str], text: str, concept: Concept) -> float:
    """How well a concept fits, in [0, 1]: 1 for a name of it."""
    if text == concept.id:
        return 1.1
    return max((_fit(wanted, words(name)) for name in concept.names), default=0.0)


def _fit(wanted: list[str], name: list[str]) -> float:
    if not wanted or not name:
        return 0.0
    one, two = "".join(wanted), "".join(name)
    if one == two:
        return 1.0
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
        likeness = SequenceMatcher(None, one, two, autojunk=False)
        if likeness.quick_ratio() > 0.7:
            ratio = likeness.ratio()
            return min(0.94, ratio) if ratio >= _SURE else ratio * 0.9
    if set(name) <= set(wanted) and len(name) >= 1:
        return 0.6
    return 0.0


def _nearest(graph: Graph, text: str) -> list[str]:
    """The most similar names when not even a word is shared."""
    wanted = key(text)
    found = sorted((-_similar(wanted, (key(name) for name in concept.names)), concept.id) for concept in graph.concepts.values())
    return [graph.concepts[name].name for score, name in found[:3] if score < -0.3]


def _similar(wanted: str, names: Iterable[str]) -> float:
    return max((SequenceMatcher(None, wanted, name, autojunk=False).quick_ratio() for name in names), default=0.0)
