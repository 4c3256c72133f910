"""Explain why one concept comes before another, or why not."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, field
from enum import StrEnum

from graph.model.columns import Outline
from graph.model.values import ATLAS, COURSE, Evidence, Graph, Prerequisite, Related, Signal, reason_of
from graph.queries.resolve import find_concept

SAID = {
    Signal.REQUIRES: "the note requires it",
    Signal.ATLAS: "the atlas says so",
    Signal.LINK: "the note links to it",
    Signal.CUE: "the text says so",
    Signal.GENUS: "the text calls it a kind of this",
    Signal.USE: "the text uses it to say what it is",
    Signal.PART: "a part or step of it",
    Signal.DEFINITION: "used in the definition",
    Signal.FORMULA: "part of the formula",
    Signal.NAME: "part of the name",
    Signal.EXAMPLE: "given as a kind of it",
    Signal.OPENING: "used in the first sentences about it",
    Signal.NESTING: "its section is inside the other's",
    Signal.MENTION: "mentioned in passages about it",
    Signal.REFERENCE: "passages about it refer back",
    Signal.ORDER: "covered earlier",
    Signal.CORRECTION: "you said so",
    Signal.MODEL: "a language model judged so",
}
"""The kinds of evidence in words."""


def said(seen: Evidence) -> str:
    """A piece of evidence in words."""
    if seen.kind is Signal.REQUIRES and seen.document.startswith(COURSE):
        return "the starter course requires it"
    if seen.kind is Signal.DEFINITION and seen.document.startswith(ATLAS):
        return "the atlas names it"
    return SAID[seen.kind]


class Verdict(StrEnum):
    """The verdict on "A before B"."""

    SAME = "same"  # two names of one concept
    PREREQUISITE = "prerequisite"  # one edge says so
    CHAIN = "chain"  # a chain of edges says so
    REJECTED = "rejected"  # the user took it out
    REVERSED = "reversed"  # one edge says the opposite
    REVERSED_CHAIN = "reversed chain"  # a chain of edges says the opposite
    RELATED = "related"  # they belong together, neither needs the other
    NOTHING = "nothing"  # the documents do not connect them


@dataclass(frozen=True, slots=True)
class Why:
    """The explanation of `before` being learned before `after`.

    `chain` holds the edge, or the chain of edges with the highest confidence, behind the verdict, in its own direction; `notes` has edges
    between the two that were left out to avoid a cycle.
    """

    before: str
    after: str
    verdict: Verdict
    chain: tuple[Prerequisite, ...] = ()
    related: Related | None = None
    rejected: Evidence | None = None
    notes: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    graph: Graph = field(default_factory=Graph, repr=False, compare=False)

    @property
    def confidence(self) -> float:
        """The confidence of the chain: the product of its edges' confidences; 0 without a chain."""
        return math.prod(edge.confidence for edge in self.chain) if self.chain else 0.0


def why(graph: Graph, before: str, after: str) -> Why:
    """The evidence for and against learning `before` before `after`. Raises UnknownConcept."""
    one, others = find_concept(graph, before)
    two, more = find_concept(graph, after)
    alternatives = (*others, *more)
    if one == two:
        return Why(one, two, Verdict.SAME, alternatives=alternatives, graph=graph)
    forward, backward = surest_chain(graph.outline, one, two), surest_chain(graph.outline, two, one)
    related = next((pair for pair in graph.related_to(one) if two in (pair.first, pair.second)), None)
    rejected = graph.rejected.get((one, two))
    if forward:
        verdict = Verdict.PREREQUISITE if len(forward) == 1 else Verdict.CHAIN
    elif backward:
        verdict = Verdict.REVERSED if len(backward) == 1 else Verdict.REVERSED_CHAIN
    else:
        verdict = Verdict.RELATED if related is not None else Verdict.NOTHING
    if rejected is not None and not forward:
        verdict = Verdict.REJECTED
    chain = tuple(graph.prerequisites[edge] for edge in forward or backward)
    return Why(one, two, verdict, chain, related, rejected, _notes(graph, one, two), alternatives, graph)


def surest_chain(outline: Outline, start: str, goal: str) -> list[int]:
    """The edges from start to goal whose confidences have the largest product, in order; empty without a chain. A direct edge is preferred
    to any detour.
    """
    first, last = outline.number(start), outline.number(goal)
    direct = [edge for edge in outline.out_of(first) if outline.after[edge] == last]
    if direct:
        return direct[:1]
    via: dict[int, int] = {}
    heap = [(0.0, first, -1)]
    while heap:
        cost, number, edge = heapq.heappop(heap)
        if number in via:
            continue
        via[number] = edge
        if number == last:
            break
        for further in outline.out_of(number):
            if outline.after[further] not in via:
                loss = cost - math.log(max(outline.confidence[further], 1e-9)) + 1e-6
                heapq.heappush(heap, (loss, outline.after[further], further))
    chain: list[int] = []
    number = last
    while via.get(number, -1) >= 0:
        chain.append(via[number])
        number = outline.before[via[number]]
    return chain[::-1]


def _notes(graph: Graph, one: str, two: str) -> tuple[str, ...]:
    """The notes on edges between the two that were left out since they would have closed a cycle."""
    return tuple(note.text for note in graph.notes if note.cycle in {(one, two), (two, one)})


def reason(edge: Prerequisite) -> str:
    """The reason for an edge in words: the atlas's reason, else the strongest kind of evidence."""
    given = reason_of(edge)
    return given.quote if given is not None else said(best_evidence(edge))


def speaks(seen: Evidence) -> bool:
    """True if the quote itself is the reason: front matter and names are reasons without a quote."""
    return seen.kind not in (Signal.REQUIRES, Signal.NAME)


def best_evidence(edge: Prerequisite) -> Evidence:
    """The most informative piece of evidence: the reason of the atlas, else a sentence before a label, and text before front matter.

    A mere mention in a label comes last.
    """
    return min(enumerate(edge.evidence), key=lambda pair: (_silence(pair[1]), pair[0]))[1]


def _silence(seen: Evidence) -> int:
    if seen.kind is Signal.ATLAS:
        return -1
    if seen.kind in (Signal.CORRECTION, Signal.MODEL):
        return 2
    if seen.kind is Signal.REQUIRES:
        return 4
    if seen.kind is Signal.NAME:
        return 3
    if len(seen.quote.split()) >= _SENTENCE:
        return 0
    return 5 if seen.kind is Signal.MENTION else 1  # a title that mentions a concept explains nothing


_SENTENCE = 5
