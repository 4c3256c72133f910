"""Make prerequisites of signs: decide if two concepts are related, which comes first, and how sure that is."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import networkx as nx

from graph.concepts.extract import Terms
from graph.model.acyclic import closing_no_cycle
from graph.model.values import Evidence, LeftOut, Origin, Prerequisite, Related, Signal, is_explicit
from graph.prerequisites.confidence import ALONE, CHAINED, Features, chains, evidence
from graph.prerequisites.distance import reference_distance
from graph.prerequisites.signs import Pairs, Passage, Signs
from graph.text.units import Corpus, Unit

SURE = 0.99
THRESHOLD = 0.53
_MERELY = 0.99  # the least confidence where nothing but mentions speaks for it
_LEAST = 0.1  # the strength in the text from which a direction is considered at all
_RELATED = 0.15
_UNLISTED = 0.5
_UNLISTED_LEAST = 0.36
_TEXTUAL = (
    Signal.LINK,
    Signal.CUE,
    Signal.DEFINITION,
    Signal.FORMULA,
    Signal.NAME,
    Signal.EXAMPLE,
    Signal.OPENING,
    Signal.NESTING,
    Signal.MENTION,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """An ordered pair with its confidence, what that rests on, and its signs."""

    before: int
    after: int
    confidence: float
    features: Features
    signs: Signs


def strength(signs: Signs | None, without: Signal | None = None) -> float:
    """How strongly signs speak for one direction, in [0, 1]: a noisy-or over the kinds. Seeing a kind again adds a little."""
    if signs is None:
        return 0.0
    doubt = 1.0
    for signal in _TEXTUAL:
        if signal not in signs.kinds or signal is without:
            continue
        weight, count = signs.kinds[signal]
        if weight > 0:
            again = min(3.0, 1 + 0.5 * math.log2(count))
            doubt *= (1 - weight) ** again
    return 1 - doubt


def judge(
    corpus: Corpus, terms: Terms, about: Sequence[Passage], pairs: Pairs, without: Signal | None = None
) -> tuple[list[Judged], list[tuple[int, int, float]]]:
    """The prerequisites, and the pairs that are merely related with their strength. `without` leaves out a kind of evidence.

    Only the text makes two concepts related. Reference distance, order of treatment and generality speak for a direction.
    """
    edges: list[Judged] = []
    related: list[tuple[int, int, float]] = []
    best: dict[tuple[int, int], Judged] = {}
    for seen in candidates(corpus, terms, about, pairs, without):
        pair = min(seen.before, seen.after), max(seen.before, seen.after)
        if pair not in best or seen.confidence > best[pair].confidence:
            best[pair] = seen
    for one, two in sorted({(min(pair), max(pair)) for pair in pairs}):
        forth, back = pairs.get((one, two)), pairs.get((two, one))
        surest = best.get((one, two))
        if surest is None:
            if any(signs and Signal.ORDER in signs.kinds for signs in (forth, back)):
                related.append((one, two, 0.3))
        elif surest.confidence >= (_MERELY if not surest.features.notes and _is_mere(surest.signs) else THRESHOLD) and surest.signs.units:
            edges.append(surest)
        else:
            related.append((one, two, round(max(strength(forth, without), strength(back, without)), 3)))
    return edges, related


def _is_mere(signs: Signs) -> bool:
    """True if one concept is only mentioned where the other is treated."""
    return all(signal in {Signal.MENTION, Signal.ORDER} or weight <= 0 for signal, (weight, _) in signs.kinds.items())


def candidates(corpus: Corpus, terms: Terms, about: Sequence[Passage], pairs: Pairs, without: Signal | None = None) -> list[Judged]:
    """Both directions of every related pair, without those for which the text says nothing."""
    seen = list(_alone(corpus, terms, about, pairs, without))
    chain = chains({(each.before, each.after): ALONE.probability(each.features) for each in seen})
    found = []
    for each in seen:
        features = replace(each.features, chain=chain[each.before, each.after])
        found.append(replace(each, features=features, confidence=round(CHAINED.probability(features), 3)))
    return found


def _alone(corpus: Corpus, terms: Terms, about: Sequence[Passage], pairs: Pairs, without: Signal | None) -> Iterator[Judged]:
    strengths = {
        (one, two): (strength(pairs.get((one, two)), without), strength(pairs.get((two, one)), without))
        for one, two in sorted({(min(pair), max(pair)) for pair in pairs})
    }
    related = {pair: strong for pair, strong in strengths.items() if max(strong) >= _RELATED}
    distance = reference_distance(terms, about, related)
    firsts = _first_places(corpus, terms)
    trust = _consistency(pairs, firsts)
    sections = _sections(corpus, terms)
    for (one, two), strong in related.items():
        apart = max(-0.5, min(0.5, distance.get((one, two), 0.0))) if without is not Signal.REFERENCE else 0.0
        earlier = _order(firsts, trust, one, two) if without is not Signal.ORDER else 0.0
        general = max(-2.0, min(2.0, math.log((2 + terms.spread[one]) / (2 + terms.spread[two]))))
        notes = float(terms.terms[one].authored and terms.terms[two].authored)
        shared = len(sections[one] & sections[two])
        for before, after, forth, back in ((one, two, *strong), (two, one, strong[1], strong[0])):
            signs = pairs.get((before, after))
            if forth < _LEAST or signs is None:
                continue
            sign = 1 if before == one else -1
            features = Features(
                forth=evidence(forth),
                back=evidence(back),
                name=signs.weight(Signal.NAME) if without is not Signal.NAME else 0.0,
                distance=sign * apart,
                order=sign * earlier,
                generality=sign * general,
                notes=notes,
                shared=shared / (1 + len(sections[after])),
            )
            yield Judged(before, after, 0.0, features, signs)


def _sections(corpus: Corpus, terms: Terms) -> list[set[tuple[int, int]]]:
    """The sections that mention each concept."""
    found: list[set[tuple[int, int]]] = [set() for _ in terms.terms]
    for unit, here in zip(corpus.units, terms.mentions, strict=True):
        for mention in here:
            found[mention.concept].add((unit.document, unit.section))
    return found


def _first_places(corpus: Corpus, terms: Terms) -> list[dict[int, int]]:
    """For each concept the document and unit where it is first treated (a section or defining unit about it)."""
    found: list[dict[int, int]] = []
    for subjects in terms.about:
        here: dict[int, int] = {}
        for subject in subjects:
            if subject.unit >= 0 and subject.weight >= 0.5:
                here[subject.document] = min(subject.unit, here.get(subject.document, subject.unit))
        found.append(here)
    return found


def _consistency(pairs: Pairs, firsts: Sequence[dict[int, int]]) -> dict[int, float]:
    """How far the order of each document can be trusted: 0 if it follows the plain evidence half the time or less, 1 if always."""
    kept: dict[int, list[int]] = defaultdict(lambda: [1, 2])
    for (before, after), signs in pairs.items():
        if any(signs.weight(signal) >= 0.4 for signal in (Signal.CUE, Signal.DEFINITION, Signal.NAME)):
            for document in firsts[before].keys() & firsts[after].keys():
                kept[document][0] += firsts[before][document] < firsts[after][document]
                kept[document][1] += 1
    return {document: max(0.0, 2 * right / total - 1) for document, (right, total) in kept.items()}


def _order(firsts: Sequence[dict[int, int]], trust: dict[int, float], one: int, two: int) -> float:
    """In [-1, 1], positive if documents treat `one` first. Each document counts as far as its order can be trusted."""
    shared = firsts[one].keys() & firsts[two].keys()
    if not shared:
        return 0.0
    return sum(
        (1 if firsts[one][document] < firsts[two][document] else -1) * trust.get(document, 0.0) for document in sorted(shared)
    ) / len(shared)


def acyclic(edges: Iterable[Prerequisite], notes: list[LeftOut], settled: Sequence[Prerequisite] = ()) -> list[Prerequisite]:
    """The edges without cycles: of each cycle the edge goes that is the least sure.

    `settled` edges outrank all others, then comes what notes require, then what is mined. If requirements themselves close a cycle, the
    last of them goes. Each loss is noted.
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
    """The mined edges that are kept beside what notes require, and those that become merely related.

    A note that lists its requirements says what comes directly before it. A mined edge into it counts half, unless a listed requirement
    needs the same; an edge against a listed one is dropped. No edge leads into a concept whose note says that it needs `nothing`.
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
        if not denied and edge.confidence >= (_UNLISTED_LEAST if edge.after in stating else THRESHOLD):
            kept.append(edge)
        else:
            first, second = sorted((edge.before, edge.after))
            related.append(Related(first, second, edge.confidence, edge.evidence[:1]))
    return kept, related


def quoted(corpus: Corpus, kind: Signal, number: int) -> Evidence:
    """A unit as evidence. A long one is cut at a word; what is left stays verbatim."""
    unit: Unit = corpus.units[number]
    document, section = corpus.documents[unit.document], corpus.section(unit)
    return Evidence(kind, document.name, unit.span, shorten(unit.text), document.title, section.path if section else ())


def shorten(text: str, longest: int = 400) -> str:
    """The beginning of a text, cut at white space, of at most `longest` signs."""
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(None, 1)[0]


def evidence_of(corpus: Corpus, signs: Signs, most: int = 4) -> tuple[Evidence, ...]:
    """The best units of some signs as evidence, one a unit, strongest first."""
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
    """Related pairs between concept ids, with the lines that show it."""
    related = []
    for one, two, value in found:
        shown = [seen for pair in ((one, two), (two, one)) if pair in pairs for seen in pairs[pair].units]
        best = min(shown, key=lambda seen: (-seen[0], seen[2]), default=None)
        first, second = sorted((terms.terms[one].slug, terms.terms[two].slug))
        related.append(Related(first, second, value, (quoted(corpus, best[1], best[2]),) if best else ()))
    return related
