"""Lists inside an answer: the leading line of a list is given with all items, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.answers.compose.asked import Asked
from assistant.answers.compose.lists import holds, state_list
from assistant.answers.passages.candidates import Candidate
from assistant.answers.passages.lists_in_text import Listing, is_item, listings
from assistant.answers.passages.surroundings import lines_about
from assistant.answers.question.intent import Intent
from assistant.answers.statements import ListStatement
from ingest.model import Kind

_WORDS = 90  # between 45 and 180 no key point of three sets changes
"""The most words of a list that is given in full. Of a longer list only the beginning of each item is given."""
_LEAD_WORDS = 5
"""The fewest words of a sentence that leads to a list. A label has fewer."""
_LISTED = (Kind.LIST, Kind.CALLOUT, Kind.DEFINITION)


def lists_in_runs(asked: Asked, runs: Sequence[Sequence[Candidate]]) -> list[tuple[Listing, ListStatement]]:
    """The lists that are partly in an answer: their leading line was chosen, or several of their items were."""
    if asked.intent in (Intent.NUMBER, Intent.FORMULA):
        return []  # one item is asked for
    chosen = [candidate for run in runs for candidate in run]
    found: dict[tuple[str, object, int], Listing] = {}
    for candidate in chosen:
        chunk = candidate.hit.chunk
        if not chunk.holds(_LISTED):
            continue
        for listing in _led(asked, chunk.id):
            held = [each for each in chosen if holds(listing, each)]
            if held and (len(held) > 1 or any(_leads(listing, each) for each in held)):
                first = listing.lines[0]
                found.setdefault((first.chunk.document, first.chunk.span.part, first.number), listing)
    return [(listing, state_list(asked, listing, _WORDS, "the whole list that its leading line announces")) for listing in found.values()]


def with_whole_lists(
    runs: Sequence[Sequence[Candidate]], lists: Sequence[tuple[Listing, ListStatement]]
) -> Iterator[list[Candidate] | ListStatement]:
    """The runs in order, with each list in place of its first unit, and without its other units."""
    given: set[int] = set()
    for run in runs:
        piece: list[Candidate] = []
        for candidate in run:
            at = next((number for number, (listing, _) in enumerate(lists) if holds(listing, candidate)), None)
            if at is None:
                piece.append(candidate)
            elif at not in given:
                given.add(at)
                if piece:
                    yield piece
                piece = []
                yield lists[at][1]
        if piece:
            yield piece


def _led(asked: Asked, id_: str) -> Iterator[Listing]:
    """The lists of a passage that a sentence with a colon leads to. Items under a label can be given singly."""
    for listing in listings(lines_about(asked.index, id_, is_item)):
        said = " ".join(line.text for line in listing.lead).rstrip("*_ ")
        if said.endswith((":", "：")) and len(said.split()) >= _LEAD_WORDS:
            yield listing


def _leads(listing: Listing, candidate: Candidate) -> bool:
    """True if a unit contains the leading line of a list, but not the whole list."""
    last = listing.lead[-1].number
    span = candidate.unit.span
    return span.first <= last <= span.last and span.last < listing.lines[-1].number
