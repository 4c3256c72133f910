"""Find the concept that a person names: by abbreviation, plural, beginning of words, or with typos."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from graph.errors import UnknownConcept
from graph.model.columns import Outline
from graph.model.values import Graph
from graph.text.kinds import is_everyday
from graph.text.normal import CLASS, key, words
from ingest.errors import UsageError

_EXACT = 1.0
_SURE = 0.86  # a lower score is only a suggestion
_FAINT = 0.5  # a lower score does not count
_IN_CONTEXT = 0.9  # the score of a name beside the name of a prerequisite or a dependent
_LIKE = 0.7  # the least share of common letters of a name with typos
_CLOSE = 0.05  # scores this near each other are equally good
_ALTERNATIVES = 5
_SHORTEST_TYPED = 4  # shorter texts are like too many names
_SUGGESTED = 3
_SHORTEST_SUGGESTED = 3
_LIKELY = 0.6  # a lower score matches only a part of the name
_VERY_NEAR = 0.82
_NEAR = 75  # in percent of common letters; less similar suggestions look random
_LONG = 6  # a name with this many letters may differ in its first letter
_AUTHORED = {"course", "atlas"}  # origins of concepts that are not from notes


def find_concept(graph: Graph, text: str) -> tuple[str, tuple[str, ...]]:
    """The id of the concept meant by `text`, and the ids of other candidates, best first.

    Exact names rank first, then names that differ by a class word ("adam optimizer") or by the ends of words ("temp scaling"), names that
    contain all the words, and names with typos. Raises `UnknownConcept` with the nearest names if nothing is near enough.
    """
    if not text.strip():
        raise UsageError("The name of the concept is empty.", "Name a concept.")
    every = matches(graph, text)
    scored = _without_jumps(graph, text, every)
    if not scored or scored[0][1] < _SURE:
        raise UnknownConcept(text, _suggested(graph, text, every))
    best = scored[0][1]
    others = [name for name, score in scored[1:] if score >= _LIKE and (score >= _EXACT or best < _EXACT)]
    return scored[0][0], tuple(others[:_ALTERNATIVES])


def rivals(graph: Graph, text: str) -> tuple[str, ...]:
    """The ids of the concepts that fit `text` about equally well, so that only the user can choose; fewer than two if the meaning is
    clear."""
    scored = _without_jumps(graph, text, matches(graph, text))
    if not scored or scored[0][1] < _SURE:
        return ()
    best = scored[0][1]
    among = [name for name, score in scored[: _ALTERNATIVES + 1] if score == best or (best < _EXACT and best - score <= _CLOSE)]
    own = _own(graph).intersection(among)
    return tuple(name for name in among if name in own or not own)  # concepts that only the atlas has do not compete with the user's own


def _without_jumps(graph: Graph, text: str, scored: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """The candidates without those that only the atlas has and that match by one everyday word: "evolution", "Evolution strategy".

    Such a word has the meaning of the user's subject, which the atlas does not know. These are suggested, but not chosen.
    """
    typed = words(text)
    if len(typed) != 1 or not scored or scored[0][1] >= _EXACT or not is_everyday(typed[0]):
        return list(scored)
    outline, own = graph.outline, _own(graph)

    def is_jump(id_: str) -> bool:
        names = outline.names[outline.number(id_)]
        return id_ not in own and not any(" " not in name and _is_near(typed[0], name) for name in names)

    return [(id_, score) for id_, score in scored if not is_jump(id_)]


def _is_near(typed: str, name: str) -> bool:
    from rapidfuzz import fuzz

    return name.startswith(typed) or fuzz.ratio(typed, name) >= 100 * _SURE


def _own(graph: Graph) -> set[str]:
    return {graph.outline.ids[number] for number in graph.outline.own()}


def find_named(graph: Graph, text: str) -> str | None:
    """The id of the concept with that name in any spelling, with or without its class word; None if there is none."""
    outline, wanted = graph.outline, words(text)
    if text in graph.concepts or not wanted:
        return text if wanted else None
    found = outline.named(wanted) or _reordered(outline.names, wanted) or _classed(outline, wanted)
    best = min(found, key=lambda number: (-outline.importance[number], outline.ids[number]), default=None)
    return None if best is None else outline.ids[best]


def _reordered(names: Sequence[Sequence[str]], wanted: Sequence[str]) -> list[int]:
    """The numbers of the concepts with a name of the same words in another order."""
    length, ordered = len(" ".join(wanted)), sorted(wanted)
    alike = ((number, name) for number, several in enumerate(names) for name in several if len(name) == length)
    return list(dict.fromkeys(number for number, name in alike if sorted(name.split(" ")) == ordered))


def _classed(outline: Outline, wanted: Sequence[str]) -> list[int]:
    """The numbers of the concepts with a name that differs from these words by a class word at the end."""
    shorter = " ".join(wanted[:-1]) if wanted[-1] in CLASS else None
    longer = {f"{' '.join(wanted)} {word}" for word in CLASS}
    return [number for number, names in enumerate(outline.names) if shorter in names or not longer.isdisjoint(names)]


def homonyms(graph: Graph, text: str) -> tuple[str, ...]:
    """The ids of concepts that share this name when it is nobody's display name: "bias", if two kinds of bias are told apart."""
    outline = graph.outline
    found = outline.named(words(text)) if text not in graph.concepts else []
    called = any(key(outline.labels[number]) == key(text) for number in found)
    return tuple(outline.ids[number] for number in found) if len(found) > 1 and not called else ()


def matches(graph: Graph, text: str) -> list[tuple[str, float]]:
    """Ids of the concepts that `text` may mean with their scores in (0.5, 1.1], best first, then by importance."""
    outline = graph.outline
    wanted = words(text)
    if not wanted:
        return []
    joined = "".join(wanted)
    scores = dict.fromkeys(outline.named(wanted), _EXACT)
    if scores and text not in graph.concepts:
        scores = _own_before_aliases(outline, wanted, scores)
    if text in graph.concepts:
        scores[outline.number(text)] = 1.1
    if not scores:
        scores = _loose(outline.names, wanted, joined)
        if max(scores.values(), default=0.0) < _SURE:
            for number, fits in _in_context(outline, wanted):
                scores[number] = max(fits, scores.get(number, 0.0))
    found = sorted(scores, key=lambda number: (-scores[number], -outline.importance[number], outline.ids[number]))
    return [(outline.ids[number], scores[number]) for number in found]


def _own_before_aliases(outline: Outline, wanted: list[str], scores: dict[int, float]) -> dict[int, float]:
    """The scores with the user's own concepts first whose name begins with a word that only the atlas has, and only as an alias.

    In notes on mechanics "Lagrangian" is the beginning of "Lagrangian mechanics" and not another name of the Lagrange multiplier.
    """
    own = set(outline.own())
    if len(wanted) != 1 or len(wanted[0]) < _SHORTEST_TYPED or own.intersection(scores):
        return scores
    if any(key(outline.labels[number]) == wanted[0] for number in scores):
        return scores
    begun = {number for number in own for name in outline.names[number] if name.startswith(f"{wanted[0]} ")}
    return {**dict.fromkeys(begun, _EXACT), **dict.fromkeys(scores, _LIKE)} if begun else scores


def _in_context(outline: Outline, wanted: Sequence[str]) -> Iterator[tuple[int, float]]:
    """The concepts whose name stands beside the name of something they build on or are needed for: "transformer feed-forward network".

    As a rule the name that is meant comes last, so these score higher.
    """
    for at in range(1, len(wanted)):
        for context, rest, fits in ((wanted[:at], wanted[at:], _IN_CONTEXT), (wanted[at:], wanted[:at], _IN_CONTEXT - _CLOSE / 2)):
            around = set(outline.named(context))
            for number in outline.named(rest) if around else ():
                beside = {outline.before[edge] for edge in outline.into(number)} | {outline.after[edge] for edge in outline.out_of(number)}
                if around & beside:
                    yield number, fits


def _loose(names: Sequence[Sequence[str]], wanted: list[str], joined: str) -> dict[int, float]:
    """The scores above `_FAINT` of the concepts with names similar to the wanted words, by number; `joined` is the words without spaces."""
    scores: dict[int, float] = {}
    every, first = frozenset(wanted), wanted[0]
    holds = re.compile("|".join(map(re.escape, every))).search  # a quick test that most names fail
    for number, several in enumerate(names):
        for name in several:
            if holds(name) and (not every.isdisjoint(pieces := name.split(" ")) or name.startswith(first)):
                fits = _fit(wanted, pieces)
                if fits > scores.get(number, _FAINT):
                    scores[number] = fits
    if len(joined) >= _SHORTEST_TYPED:
        for number, fits in _misspelt(names, joined):
            scores[number] = max(scores.get(number, 0.0), fits)
    return scores


def _misspelt(names: Sequence[Sequence[str]], joined: str) -> Iterator[tuple[int, float]]:
    """Concepts whose name begins with the wanted letters or differs from them by a few, each with its score.

    The first letter has to be right: people seldom mistype it.
    """
    from rapidfuzz import fuzz, process  # imported only for a name that no concept has

    numbers: list[int] = []
    others: list[str] = []
    for number, several in enumerate(names):
        for name in several:
            if name[:1] == joined[0]:
                one = name.replace(" ", "")
                if one.startswith(joined):
                    yield number, 0.90 - 0.2 * (1 - len(joined) / len(one))
                else:
                    numbers.append(number)
                    others.append(one)
    for _, percent, at in process.extract(joined, others, scorer=fuzz.ratio, score_cutoff=100 * _LIKE, limit=None):
        ratio = percent / 100
        fits = min(0.94, ratio) if ratio >= _SURE else 0.9 * ratio
        if fits > _FAINT:
            yield numbers[at], fits


def _fit(wanted: list[str], name: list[str]) -> float:
    """How well the words of a name fit the wanted words, in [0, 1]."""
    if sorted(wanted) == sorted(name):
        return 0.98
    for longer, shorter in ((wanted, name), (name, wanted)):
        if len(longer) == len(shorter) + 1 and longer[:-1] == shorter and longer[-1] in CLASS:
            return 0.96
    if len(wanted) == len(name) and all(
        there.startswith(here) and (len(here) >= 3 or here == there) for here, there in zip(wanted, name, strict=True)
    ):
        return 0.95 - 0.02 * sum(here != there for here, there in zip(wanted, name, strict=True))
    if _is_initialled(wanted, name):
        return 0.93
    if set(wanted) <= set(name):
        return 0.9 - 0.02 * (len(name) - len(wanted))
    if 1 < len(name) < len(wanted) < 2 * len(name) and name in (wanted[: len(name)], wanted[-len(name) :]):
        return 0.87  # a name with an additional word: "matrix factorization recommender"
    return 0.6 if set(name) <= set(wanted) else 0.0


def _is_initialled(wanted: list[str], name: list[str]) -> bool:
    """True if the wanted words are those of a name, except that one abbreviates several by their initials: "JS divergence"."""
    at = 0
    for word in wanted:
        if name[at : at + 1] == [word]:
            at += 1
        elif len(word) > 1 and "".join(piece[0] for piece in name[at : at + len(word)]) == word:
            at += len(word)
        else:
            return False
    return at == len(name)


def _suggested(graph: Graph, text: str, scored: Sequence[tuple[str, float]]) -> list[str]:
    """The names of the concepts that the user may have meant; empty if none is similar.

    A concept that is not in the user's notes is suggested only if none of theirs is similar and its own name is very similar.
    """
    if len(key(text)) < _SHORTEST_SUGGESTED:
        return []  # every name is similar to one or two letters
    found = {**dict(_nearest(graph, text)), **{id_: score for id_, score in scored if score >= _LIKELY}}
    ranked = sorted(found, key=lambda id_: -found[id_])
    own = [id_ for id_ in ranked if graph.concepts[id_].origin not in _AUTHORED]
    authored = (id_ for id_ in ranked if found[id_] >= _VERY_NEAR and _is_like(text, graph.concepts[id_].name))
    return [graph.concepts[id_].name for id_ in own or authored][:_SUGGESTED]


def _is_like(text: str, name: str) -> bool:
    """True if a name as it is shown holds the words of a text or is very near to it: "Policy" is no suggestion for an alias of it."""
    from rapidfuzz import fuzz

    return set(words(text)) <= set(words(name)) or fuzz.ratio(key(text), key(name)) >= 100 * _VERY_NEAR


def _nearest(graph: Graph, text: str) -> list[tuple[str, float]]:
    """The ids of the concepts whose names have the most letters in common with a text, with the share of common letters."""
    from rapidfuzz import fuzz, process

    outline = graph.outline
    numbers = [number for number, several in enumerate(outline.names) for _ in several]
    joined = [name.replace(" ", "") for several in outline.names for name in several]
    found = process.extract(key(text), joined, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=10)
    near = [at for at in found if len(at[0]) >= _LONG or at[0][:1] == key(text)[:1]]
    return [(outline.ids[numbers[at]], percent / 100) for _, percent, at in reversed(near)]
