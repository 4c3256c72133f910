"""Numbers of things in words: `1 step`, `2 steps`."""

from __future__ import annotations


def counted(count: int, noun: str, plural: str = "") -> str:
    """A count with its noun in the right number; `plural` where an s is not enough.

    >>> counted(1, "step"), counted(1200, "query", "queries")
    ('1 step', '1,200 queries')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def held(documents: int, passages: int, concepts: int) -> str:
    """What a library holds: `1 document, 12 passages, 5 concepts`."""
    return f"{counted(documents, 'document')}, {counted(passages, 'passage')}, {counted(concepts, 'concept')}"
