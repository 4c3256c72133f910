"""What is said of an answer that the documents may not hold."""

from __future__ import annotations

from assistant.answers.confidence import ABSTAIN_BELOW, unknown_words
from index.search import Index, Query

UNSURE_BELOW = 0.6
"""Between silence and this an answer is given, but said to be unsure."""
SURE_FROM = 0.8
"""Below this the words that no passage mentions are named."""
_MOST_NAMED = 3


def doubt(sure: float, query: Query, index: Index, silent_below: float = ABSTAIN_BELOW) -> str:
    """What makes an answer of this confidence doubtful, in a sentence or two; nothing where it is sure enough.

    Words of the question that no passage holds are named: often it is they that were asked for.
    """
    unsure = "Your documents may not answer this; what follows is nearest." if silent_below <= sure < UNSURE_BELOW else ""
    unknown = unknown_words(query, index)[:_MOST_NAMED] if sure < SURE_FROM else []
    missing = ", ".join(f"“{word}”" for word in unknown)
    return " ".join(filter(None, (unsure, f"No passage mentions {missing}." if missing else "")))
