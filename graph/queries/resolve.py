"""Understanding what a person calls a concept: abbreviations, plurals, beginnings of words, typos."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from graph.errors import UnknownConcept
from graph.model.columns import Outline
from graph.model.values import Graph
from graph.text.normal import CLASS, key, words

_EXACT = 1.0
_SURE = 0.86
_FAINT = 0.5
_LIKE = 0.7
_CLOSE = 0.05
_ALTERNATIVES = 5
_MOST_WRONG = 4  # letters by which a name with typos is longer or shorter
_COMPARED = 100  # names that are compared letter by letter: those that share most pairs of letters


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
    outline, wanted = graph.outline, words(text)
    if text in graph.concepts or not wanted:
        return text if wanted else None
    found = outline.named(wanted) or _reordered(outline.names, wanted) or _classed(outline, wanted)
    best = min(found, key=lambda number: (-outline.importance[number], outline.ids[number]), default=None)
    return None if best is None else outline.ids[best]


def _reordered(names: Sequence[Sequence[str]], wanted: Sequence[str]) -> list[int]:
    """The concepts with a name of the same words in another order."""
    length, ordered = len(" ".join(wanted)), sorted(wanted)
    alike = ((number, name) for number, several in enumerate(names) for name in several if len(name) == length)
    return list(dict.fromkeys(number for number, name in alike if sorted(name.split(" ")) == ordered))


def _classed(outline: Outline, wanted: Sequence[str]) -> list[int]:
    """The concepts with a name of these words but for a class word at their end."""
    shorter = " ".join(wanted[:-1]) if wanted[-1] in CLASS else None
    longer = {f"{' '.join(wanted)} {word}" for word in CLASS}
    return [number for number, names in enumerate(outline.names) if shorter in names or not longer.isdisjoint(names)]


def homonyms(graph: Graph, text: str) -> tuple[str, ...]:
    """The ids of several concepts that bear this name of which none is called by it: "bias", where two kinds of it are told apart."""
    outline = graph.outline
    found = outline.named(words(text)) if text not in graph.concepts else []
    called = any(key(outline.labels[number]) == key(text) for number in found)
    return tuple(outline.ids[number] for number in found) if len(found) > 1 and not called else ()


def matches(graph: Graph, text: str) -> list[tuple[str, float]]:
    """Ids of the concepts that `text` may mean, each with how well it fits in (0.5, 1.1], best first, then by importance."""
    outline = graph.outline
    wanted = words(text)
    if not wanted:
        return []
    joined = "".join(wanted)
    scores = dict.fromkeys(outline.named(wanted), _EXACT)
    if text in graph.concepts:
        scores[outline.number(text)] = 1.1
    if not scores:
        scores = _loose(outline.names, wanted, joined)
    found = sorted(scores, key=lambda number: (-scores[number], -outline.importance[number], outline.ids[number]))
    return [(outline.ids[number], scores[number]) for number in found]


def _loose(names: Sequence[Sequence[str]], wanted: list[str], joined: str) -> dict[int, float]:
    """How well the concepts fit that do so better than faintly, by their numbers. `joined` is what is wanted in one word."""
    scores: dict[int, float] = {}
    like: list[tuple[int, int, str]] = []
    pairs = {joined[at : at + 2] for at in range(len(joined) - 1)} if len(joined) >= 4 else set()
    every, first, sign = frozenset(wanted), wanted[0], joined[0]
    holds = re.compile("|".join(map(re.escape, every))).search  # sees at once that a name has none of the words
    for number, several in enumerate(names):
        for name in several:
            if holds(name) and (not every.isdisjoint(pieces := name.split(" ")) or name.startswith(first)):
                fits = _fit(wanted, pieces)
                if fits > scores.get(number, _FAINT):
                    scores[number] = fits
            if pairs and name[:1] == sign:
                one = name.replace(" ", "")
                if one.startswith(joined):
                    scores[number] = max(scores.get(number, 0.0), 0.90 - 0.2 * (1 - len(joined) / len(one)))
                elif abs(len(one) - len(joined)) <= _MOST_WRONG:
                    like.append((sum(map(one.__contains__, pairs)), number, one))
    likeness = SequenceMatcher(None, "", joined, autojunk=False)
    for _, number, one in heapq.nlargest(_COMPARED, like):
        likeness.set_seq1(one)
        ratio = likeness.ratio() if likeness.real_quick_ratio() > _LIKE and likeness.quick_ratio() > _LIKE else 0.0
        fits = min(0.94, ratio) if ratio >= _SURE else ratio * 0.9
        if fits > max(_FAINT, scores.get(number, 0.0)):
            scores[number] = fits
    return scores


def _fit(wanted: list[str], name: list[str]) -> float:
    """How well the words of a name fit what is wanted."""
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
    return 0.6 if set(name) <= set(wanted) else 0.0


def _nearest(graph: Graph, text: str) -> list[str]:
    """The ids of the most similar names when not even a word is shared."""
    wanted, outline = key(text), graph.outline
    scored = ((_similar(wanted, names), outline.ids[number]) for number, names in enumerate(outline.names))
    return [name for score, name in heapq.nlargest(3, scored) if score > 0.3]


def _similar(wanted: str, names: Iterable[str]) -> float:
    return max((SequenceMatcher(None, wanted, name.replace(" ", ""), autojunk=False).quick_ratio() for name in names), default=0.0)
