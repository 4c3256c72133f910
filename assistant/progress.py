"""Callbacks for progress and notices, so that no library function depends on a terminal."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the stage, the amount done, and the total."""

Notice = Callable[[str], None]
"""Called with a message for the user."""


class Remark(str):
    """A notice that a face may add to by its `code`, as it does to an error: the command line adds the command to type."""

    code: str

    def __new__(cls, code: str, text: str) -> "Remark":
        remark = super().__new__(cls, text)
        remark.code = code
        return remark


def quiet(stage: str, done: int, total: int) -> None:
    """A progress callback that does nothing."""


def silent(message: str) -> None:
    """A notice callback that does nothing."""
