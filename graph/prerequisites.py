"""From signs to prerequisites: first whether two concepts are related, then which comes first, then how sure that is."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import networkx as nx

from graph.concepts import Terms
from graph.distance import reference_distance
from graph.model import Evidence, Origin, Prerequisite, Related, Signal, is_explicit
from graph.order import Order
from graph.signs import Pairs, Passage, Signs
from graph.units import Corpus, Unit

SURE = 0.99
THRESHOLD = 0.36
_UNLISTED = 0.5
_LINKED = 0.15
_TEXTUAL = (Signal.CUE, Signal.DEFINITION, Signal.FORMULA, Signal.NAME, Signal.EXAMPLE, Signal.OPENING, Signal.NESTING, Signal.MENTION)
_ANCHORS = (Signal.CUE, Signal.DEFINITION, Signal.FORMULA, Signal.NAME, Signal.EXAMPLE, Signal.NESTING)


@dataclass(frozen=True, slots=True)
class Judged:
    """An ordered pair with its confidence and signs."""

    before: int
    after: int
    confidence: float
    signs: Signs


def strength(signs: Signs | None) -> float:
    """How strongly signs speak for one direction: a noisy-or over the kinds; seeing a kind again adds a little."""
    if signs is None:
        return 0.0
    doubt = 1.0
    for signal in _TEXTUAL:
        weight = signs.weight.get(signal, 0.0)
        if weight > 0:
            again = min(3.0, 1 + 0.5 * math.log2(signs.count[signal]))
            doubt *= (1 - weight) ** again
    return 1 - doubt


def judge(corpus: Corpus, terms: Terms, about: Sequence[Passage], pairs: Pairs) -> tuple[list[Judged], list[tuple[int, int, float]]]:
    """Prerequisites with confidence, and pairs that are merely related with their strength.

    Where the signs of both directions are about equal, reference distance, order of treatment and generality decide, or nothing does.
    """
    distance = reference_distance(terms, about, pairs)
    firsts = _first_places(corpus, terms)
    trust = _consistency(pairs, firsts)
    edges: list[Judged] = []
    related: list[tuple[int, int, float]] = []
    for one, two in sorted({(min(pair), max(pair)) for pair in pairs}):
        forth, back = pairs.get((one, two)), pairs.get((two, one))
        a, b = strength(forth), strength(back)
        titled = terms.terms[one].authored and terms.terms[two].authored
        if titled:
            a, b = _between_notes(a), _between_notes(b)
        if max(a, b) < 0.15:
            if (forth and forth.count.get(Signal.ORDER)) or (back and back.count.get(Signal.ORDER)):
                related.append((one, two, 0.3))
            continue
        lean = _lean(distance.get((one, two), 0.0), _order(firsts, trust, one, two), terms, one, two)
        a, b = _shift(a, lean), _shift(b, -lean)
        before, after, high, low, signs = (one, two, a, b, forth) if a >= b else (two, one, b, a, back)
        confidence = high * (1 - 0.75 * low) if high - low > 0.06 else 0.0
        anchored = signs is not None and any(signs.weight.get(signal, 0.0) >= 0.25 for signal in _ANCHORS)
        if not anchored and not titled:
            confidence *= 0.8
        confidence *= _generality(terms, before, after, signs)
        if confidence >= THRESHOLD and signs is not None and signs.units:
            edges.append(Judged(before, after, round(confidence, 3), signs))
        else:
            related.append((one, two, round(max(a, b), 3)))
    return edges, related


def _generality(terms: Terms, before: int, after: int, signs: Signs | None) -> float:
    """A factor in [0.5, 1]: what is talked about much less than what it should come before is more likely a case of it."""
    if signs is not None and (signs.weight.get(Signal.NAME, 0.0) > 0 or signs.weight.get(Signal.CUE, 0.0) >= 0.35):
        return 1.0
    return max(0.5, min(1.0, 1 + 0.2 * math.log((3 + terms.spread[before]) / (3 + terms.spread[after])) + 0.05))


def _between_notes(value: float) -> float:
    """A strength between the subjects of two notes: what one note says of another's subject is as good as a link."""
    return 1 - (1 - value) * (1 - _LINKED) if value >= 0.1 else value


def _shift(value: float, lean: float) -> float:
    """A strength moved by what leans for or against its direction."""
    return value + (1 - value) * lean * 0.5 if lean > 0 else value * (1 + 0.6 * lean)


def _lean(distance: float, order: float, terms: Terms, one: int, two: int) -> float:
    """What speaks for one before two without naming a reason, in [-1, 1]: reference distance, order of treatment, generality."""
    general = math.log((2 + terms.spread[one]) / (2 + terms.spread[two]))
    return max(-1.0, min(1.0, 1.2 * max(-0.5, min(0.5, distance)) + 0.15 * order + 0.12 * max(-1.5, min(1.5, general))))


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
    """How far each document treats things in the order its plain evidence asks for: from 0 (as often as not) to 1 (always)."""
    kept: dict[int, list[int]] = defaultdict(lambda: [1, 2])
    for (before, after), signs in pairs.items():
        if any(signs.weight.get(signal, 0.0) >= 0.4 for signal in (Signal.CUE, Signal.DEFINITION, Signal.NAME)):
            for document in firsts[before].keys() & firsts[after].keys():
                kept[document][0] += firsts[before][document] < firsts[after][document]
                kept[document][1] += 1
    return {document: max(0.0, 2 * right / total - 1) for document, (right, total) in kept.items()}


def _order(firsts: Sequence[dict[int, int]], trust: dict[int, float], one: int, two: int) -> float:
    """In [-1, 1]: whether documents treat one before two, weighted by how far their order can be trusted."""
    shared = firsts[one].keys() & firsts[two].keys()
    if not shared:
        return 0.0
    return sum(
        (1 if firsts[one][document] < firsts[two][document] else -1) * trust.get(document, 0.0) for document in sorted(shared)
    ) / len(shared)


def acyclic(edges: Iterable[Prerequisite], notes: list[str], settled: Sequence[Prerequisite] = ()) -> list[Prerequisite]:
    """The edges without cycles: the surest are kept first, so that the weakest of a cycle goes.

    `settled` edges come before all. What a note requires outranks all that is mined; if requirements themselves close a cycle, the
    last of them is left out. Each loss is noted.
    """
    rest = list(edges)
    explicit = [edge for edge in rest if is_explicit(edge)]
    mined = sorted((edge for edge in rest if not is_explicit(edge)), key=lambda edge: (-edge.confidence, edge.before, edge.after))
    ranked = [*settled, *explicit, *mined]
    whole = nx.DiGraph((edge.before, edge.after) for edge in ranked)
    component = {node: number for number, nodes in enumerate(nx.strongly_connected_components(whole)) for node in nodes}
    numbers = {node: number for number, node in enumerate(sorted(whole))}
    order = Order(len(numbers))
    kept: list[Prerequisite] = []
    for edge in ranked:
        if edge.before != edge.after and (
            component[edge.before] != component[edge.after] or order.add(numbers[edge.before], numbers[edge.after])
        ):
            kept.append(edge)
        elif is_explicit(edge):
            against = "the documents say otherwise" if settled else "other requirements come first"
            notes.append(f"{edge.after} requires {edge.before}, which would close a cycle: left out, {against}")
        else:
            notes.append(f"{edge.before} before {edge.after} ({edge.confidence:.2f}) would close a cycle: left out")
    return kept


def defer(mined: Iterable[Prerequisite], authored: Sequence[Prerequisite]) -> tuple[list[Prerequisite], list[Related]]:
    """What is mined beside requirements that a note states, and what of it is then merely related.

    A note that lists its requirements says what comes directly before it. What else leads into it counts half, unless the listed ones
    need it themselves; what runs against a listed one is dropped.
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
        if edge.confidence >= THRESHOLD:
            kept.append(edge)
        else:
            first, second = sorted((edge.before, edge.after))
            related.append(Related(first, second, edge.confidence, edge.evidence[:1]))
    return kept, related


def quoted(corpus: Corpus, kind: Signal, number: int) -> Evidence:
    """A unit as evidence, shortened at a word where it is long (what is left stays verbatim)."""
    unit: Unit = corpus.units[number]
    document, section = corpus.documents[unit.document], corpus.section(unit)
    return Evidence(kind, document.name, unit.span, shorten(unit.text), document.title, section.path if section else ())


def shorten(text: str, longest: int = 400) -> str:
    """The beginning of a text, cut at white space."""
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
