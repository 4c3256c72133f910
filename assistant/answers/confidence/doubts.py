"""Notes on answers that may not be in the documents."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from assistant.answers.certainty import Certainty, certainty_of
from assistant.answers.confidence.confidence import unknown_words
from assistant.answers.question.answer_type import answer_type
from index.search import Index, Query
from ingest.language.language import Language
from ingest.text.notation import tokens
from ingest.text.terms import STOP_WORDS, analyze

AMISS_FROM = 0.1
"""If units without a number match a question for a number better by this much, the note says so."""
NOTHING_NAMED = "The question does not say what it is about."
_CLOSEST = "This is the closest your documents come."
_MOST_NAMED = 3


@cache
def _asked_for() -> frozenset[str]:
    """The terms that say what to do with a subject, which nobody expects in the documents: "compare", "differ"."""
    tasks = (word for word in Language.load("en").groups("question_leads")["task"] if word.isalpha())
    return frozenset(term for word in (*tasks, "differ") for term in analyze(word))


def names_nothing(question: str) -> bool:
    """True for a question made only of function words: "why?". A word in capital letters counts as a name: "what is AND".

    >>> names_nothing("what is it?"), names_nothing("what is AND?")
    (True, False)
    """
    if any(len(word) > 1 and word.isupper() for word in question.split()) and not question.isupper():
        return False
    return all(token in STOP_WORDS for token in tokens(question))


def doubt(sure: float, query: Query, index: Index, amiss: float = 0.0, unanswered: Sequence[str] = (), asked_at: str = "") -> str:
    """Explain in a few sentences why an answer of this certainty is doubtful; empty if it is sure.

    The note names words of the question that no passage contains, which are often its subject, and the kind of thing that was asked for, if
    `amiss` (a signal of the confidence) says that no similar unit has one. `unanswered` are parts of the question that the documents do not
    answer; they are always named. `asked_at` is where the documents ask the same and leave it open.
    """
    if names_nothing(query.text):
        return NOTHING_NAMED
    parts = "; ".join(f"“{part}”" for part in unanswered)
    said = [f"Your documents do not answer {parts}."] if parts else []
    certainty = certainty_of(sure)
    if certainty is Certainty.SURE:
        return " ".join(said)
    words = [word for word in unknown_words(query, index) if not _asked_for().issuperset(analyze(word))][:_MOST_NAMED]
    missing = ", ".join(f"“{word}”" for word in words)
    kind = answer_type(query.text) if amiss <= -AMISS_FROM else None
    reasons = [
        *([f"Your notes ask this themselves ({asked_at})."] if asked_at else []),
        *([f"No passage mentions {missing}."] if missing else []),
        *([f"The nearest passages give no {kind} for it."] if kind else []),
    ]
    if certainty is Certainty.UNSURE:
        reasons = [*(reasons or ["Only the topic is near."]), _CLOSEST]
    return " ".join([*said, *reasons])
