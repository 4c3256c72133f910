"""The errors of practice; `assistant/errors.py` draws the whole tree."""

from __future__ import annotations

from assistant.errors import LibraryDamaged
from ingest.errors import StudyError


class PracticeDamaged(LibraryDamaged):
    """The items and reviews of practice cannot be read."""

    code = "practice-damaged"


class UnknownItem(StudyError):
    """No practice item has that id; carries it."""

    code = "unknown-item"

    def __init__(self, item: str, several: int = 0) -> None:
        if several:
            begin = "The id of 1 practice item begins" if several == 1 else f"The ids of {several} practice items begin"
            super().__init__(f"{begin} with {item!r}.", "Type more of it.")
        else:
            super().__init__(f"No practice item has the id {item!r}.", "List the items to see their ids.")
        self.item = item


class NothingToPractise(StudyError):
    """The notes give no items, or none for what was asked for."""

    code = "nothing-to-practise"


class NothingToUndo(StudyError):
    """There is no answer, and no change of a question, to take back."""

    code = "nothing-to-undo"


class BadDeck(StudyError):
    """A file of cards cannot be read or written."""

    code = "bad-deck"


class NoWalk(StudyError):
    """No walk to that concept is under way."""

    code = "no-walk"

    def __init__(self, to: str) -> None:
        super().__init__(f"No walk to {to!r} is under way.", "Begin it.")


class NoStep(StudyError):
    """The walk has no such step."""

    code = "no-step"


class TooFewReviews(StudyError):
    """The log is too short to fit the schedule to it."""

    code = "too-few-reviews"

    def __init__(self, count: int, fewest: int) -> None:
        super().__init__(f"The log has {count:,} answers; {fewest:,} are needed.", "Go on practising, and fit the schedule later.")
