"""Turn signs into prerequisites: decide whether two concepts are related, which comes first, and with what confidence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import networkx as nx
import numpy as np

from graph.concepts.extract import Terms
from graph.model.acyclic import closing_no_cycle
from graph.model.values import Evidence, LeftOut, Origin, Prerequisite, Related, Signal, is_explicit
from graph.prerequisites.features import NAMES, features
from graph.prerequisites.signs import Pairs, Passage, Signs
from graph.text.fitted import Fitted, load_fitted
from graph.text.units import Corpus, Unit

_RELATED = 0.15
_LEAST_WORTH = 0.45  # a concept that is hardly worth a step of a path is the prerequisite of nothing
_UNLISTED = 0.5
_UNLISTED_LEAST = 0.36


@dataclass(frozen=True, slots=True)
class Judged:
    """An ordered pair with its confidence and its signs."""

    before: int
    after: int
    confidence: float
    signs: Signs


def model() -> Fitted:
    """The model that judges a pair: data/models/prerequisite.json, written by benchmarks/fit_graph.py."""
    return load_fitted("prerequisite", NAMES)


def threshold() -> float:
    """The least confidence of a stored prerequisite. Paths (graph/queries/choosing.py) and levels (graph/model/levels.py) require more."""
    return model().levels["loose"]


def strength(signs: Signs | None) -> float:
    """How strongly signs relate two concepts, in [0, 1]: a noisy-or over the kinds. Repetitions of a kind add a little."""
    if signs is None:
        return 0.0
    doubt = 1.0
    for weight, count in signs.kinds.values():
        if weight > 0:
            doubt *= (1 - weight) ** min(3.0, 1 + 0.5 * math.log2(count))
    return 1 - doubt


def judge(
    corpus: Corpus, terms: Terms, about: Sequence[Passage], pairs: Pairs, without: Signal | None = None
) -> tuple[list[Judged], list[tuple[int, int, float]]]:
    """The prerequisites, and the merely related pairs with their strength. `without` leaves out a kind of evidence.

    Only the more likely direction of a pair is judged. A concept that is not worth a step of a path is no prerequisite.
    """
    rows = features(corpus, terms, about, pairs, without)
    sure = model().probabilities(rows.values.astype(np.float64))
    shown = _Shown(terms)
    edges: list[Judged] = []
    related: list[tuple[int, int, float]] = []
    for number in range(0, len(rows.pairs), 2):
        best = number + int(sure[number + 1] > sure[number])
        before, after = rows.pairs[best]
        forth, back = pairs.get((before, after)), pairs.get((after, before))
        if sure[best] >= threshold() and terms.terms[before].worth >= _LEAST_WORTH:
            edges.append(Judged(before, after, round(float(sure[best]), 3), shown.supported(before, after, forth)))
            continue
        value = max(strength(forth), strength(back))
        if value >= _RELATED or any(signs is not None and Signal.ORDER in signs.kinds for signs in (forth, back)):
            related.append((min(before, after), max(before, after), round(max(value, 0.3 if value < _RELATED else 0.0), 3)))
    return edges, related


class _Shown:
    """Finds evidence for a pair without explicit signs: the first lines that mention both."""

    def __init__(self, terms: Terms) -> None:
        self._units: list[list[int]] = [[] for _ in terms.terms]
        for number, here in enumerate(terms.mentions):
            for concept in {mention.concept for mention in here}:
                self._units[concept].append(number)

    def supported(self, before: int, after: int, signs: Signs | None) -> Signs:
        """The signs, with the first unit that mentions both concepts if none of them has a quotable unit."""
        found = signs or Signs()
        if not any(weight > 0 for weight, _, _ in found.units):
            both = sorted(set(self._units[before]) & set(self._units[after])) or [*self._units[after], *self._units[before]]
            for unit in both[:1]:
                found.add(Signal.MENTION, 0.05, unit)
        return found


def acyclic(edges: Iterable[Prerequisite], notes: list[LeftOut], settled: Sequence[Prerequisite] = ()) -> list[Prerequisite]:
    """The edges without cycles: of each cycle the edge with the lowest confidence is dropped.

    `settled` edges outrank all others, followed by requirements of notes and mined edges. If requirements themselves close a cycle, the
    last of them is dropped. Each loss is noted.
    """
    rest = list(edges)
    explicit = [edge for edge in rest if is_explicit(edge)]
    mined = sorted((edge for edge in rest if not is_explicit(edge)), key=lambda edge: (-edge.confidence, edge.before, edge.after))
    ranked = [*settled, *explicit, *mined]
    kept: list[Prerequisite] = []
    for edge, fits in zip(ranked, closing_no_cycle([(edge.before, edge.after) for edge in ranked]), strict=True):
        if fits:
            kept.append(edge)
            continue
        if is_explicit(edge):
            against = "the documents say otherwise" if settled else "other requirements come first"
            text = f"{edge.after} requires {edge.before}, which would close a cycle: left out, {against}"
        else:
            text = f"{edge.before} before {edge.after} ({edge.confidence:.2f}) would close a cycle: left out"
        notes.append(LeftOut(text, (edge.before, edge.after)))
    return kept


def defer(
    mined: Iterable[Prerequisite], authored: Sequence[Prerequisite], nothing: frozenset[str] = frozenset()
) -> tuple[list[Prerequisite], list[Related]]:
    """The mined edges that are kept beside the requirements of notes, and those that become merely related.

    A note that lists its requirements states its direct prerequisites. A mined edge into it counts half, unless a listed requirement needs
    the same; an edge against a listed one is dropped. No edge leads into a concept whose note says that it needs `nothing`.
    """
    listed = {(edge.before, edge.after) for edge in authored}
    needs: nx.DiGraph = nx.DiGraph(listed)
    stating = {edge.after for edge in authored}
    earlier = {name: nx.ancestors(needs, name) for name in stating}
    kept: list[Prerequisite] = []
    related: list[Related] = []
    for edge in mined:
        if (edge.before, edge.after) in listed or (edge.after, edge.before) in listed:
            continue
        if edge.after in stating and edge.before not in earlier[edge.after]:
            edge = replace(edge, confidence=round(_UNLISTED * edge.confidence, 3))
        denied = edge.after in nothing and edge.after not in stating
        if not denied and edge.confidence >= (_UNLISTED_LEAST if edge.after in stating else threshold()):
            kept.append(edge)
        else:
            first, second = sorted((edge.before, edge.after))
            related.append(Related(first, second, edge.confidence, edge.evidence[:1]))
    return kept, related


def quoted(corpus: Corpus, kind: Signal, number: int) -> Evidence:
    """A unit as evidence. A long one is cut at a word; the rest stays verbatim."""
    unit: Unit = corpus.units[number]
    document, section = corpus.documents[unit.document], corpus.section(unit)
    return Evidence(kind, document.name, unit.span, shorten(unit.text), document.title, section.path if section else ())


def shorten(text: str, longest: int = 400) -> str:
    """The beginning of a text, cut at white space, of at most `longest` signs."""
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(None, 1)[0]


def evidence_of(corpus: Corpus, signs: Signs, most: int = 4) -> tuple[Evidence, ...]:
    """The best units of some signs as evidence, each unit once, strongest first."""
    found: dict[int, Evidence] = {}
    for weight, signal, unit in sorted(signs.units, key=lambda seen: (-seen[0], seen[2])):
        if weight > 0 and unit not in found and len(found) < most:
            found[unit] = quoted(corpus, signal, unit)
    return tuple(found.values())


def to_edges(corpus: Corpus, terms: Terms, judged: Iterable[Judged]) -> list[Prerequisite]:
    """Judged pairs as prerequisites between concept ids."""
    return [
        Prerequisite(
            terms.terms[edge.before].slug, terms.terms[edge.after].slug, edge.confidence, Origin.DOCUMENTS, evidence_of(corpus, edge.signs)
        )
        for edge in judged
    ]


def to_related(corpus: Corpus, terms: Terms, pairs: Pairs, found: Iterable[tuple[int, int, float]]) -> list[Related]:
    """Related pairs between concept ids, with lines of evidence."""
    related = []
    for one, two, value in found:
        shown = [seen for pair in ((one, two), (two, one)) if pair in pairs for seen in pairs[pair].units]
        best = min(shown, key=lambda seen: (-seen[0], seen[2]), default=None)
        first, second = sorted((terms.terms[one].slug, terms.terms[two].slug))
        related.append(Related(first, second, value, (quoted(corpus, best[1], best[2]),) if best else ()))
    return related
