"""The values of practice items."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from ingest.model import Span


class ItemKind(StrEnum):
    """The kinds of items, the best first."""

    QUESTION = "question"  # a question that the notes ask and answer
    DEFINITION = "definition"  # what a term means
    TERM = "term"  # which term a definition belongs to
    FORMULA = "formula"  # write a formula
    SYMBOL = "symbol"  # what a symbol of a formula stands for
    CLOZE = "cloze"  # a gap in a sentence
    WHY = "why"  # the reason for something
    LIST = "list"  # the points of a list
    STEPS = "steps"  # the steps of a procedure, in order
    COMPARE = "compare"  # the difference between two siblings
    EXPLAIN = "explain"  # a concept explained aloud
    ORDER = "order"  # which of two concepts comes first
    WRITTEN = "written"  # a question that a language model wrote
    CARD = "card"  # a card from another program


RANK = {kind: rank for rank, kind in enumerate(ItemKind)}
"""The place of each kind in the order of preference."""
GAP = "____"
"""The gap in a prompt in place of the answer."""


@dataclass(frozen=True, slots=True)
class Item:
    """A question with the place of its answer.

    `points` are what an answer has to contain; `answer` is the wording of the notes. `concept` is the id of its concept, or "". `quote` is
    the verbatim source at `span`. An item that was just made has no `id` yet; `key` is the hash that its id is taken from.
    """

    id: str
    key: str
    kind: ItemKind
    prompt: str
    answer: str
    points: tuple[str, ...]
    concept: str
    document: str
    span: Span
    quote: str

    def called(self, id_: str) -> Item:
        """The same item with an id."""
        return replace(self, id=id_)
