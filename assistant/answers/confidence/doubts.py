"""What is said of an answer that the documents may not hold."""

from __future__ import annotations

from assistant.answers.confidence.confidence import ABSTAIN_BELOW, unknown_words
from assistant.answers.question.answer_type import answer_type
from index.search import Index, Query

UNSURE_BELOW = 0.6
"""Between silence and this an answer is given, but said to be unsure."""
SURE_FROM = 0.8
"""Below this the words that no passage mentions are named."""
AMISS_FROM = 0.1
"""What has no number is nearer to a question for one by this much: it is said."""
_MOST_NAMED = 3


def doubt(sure: float, query: Query, index: Index, amiss: float = 0.0, silent_below: float = ABSTAIN_BELOW) -> str:
    """What makes an answer of this confidence doubtful, in a few sentences; nothing where it is sure enough.

    Words of the question that no passage holds are named, for often it is they that were asked for; and what kind of thing was asked for,
    where `amiss` (a signal of the confidence) says that nothing near has one.
    """
    if sure >= SURE_FROM:
        return ""
    unsure = "Your documents may not answer this. This is the closest they come." if silent_below <= sure < UNSURE_BELOW else ""
    missing = ", ".join(f"“{word}”" for word in unknown_words(query, index)[:_MOST_NAMED])
    kind = answer_type(query.text) if amiss <= -AMISS_FROM else None
    return " ".join(
        filter(
            None,
            (unsure, f"No passage mentions {missing}." if missing else "", f"The nearest passages give no {kind} for it." if kind else ""),
        )
    )
