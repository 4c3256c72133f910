"""The root of the error tree, and the errors of reading documents. `assistant/errors.py` draws the whole tree.

An error has a `code` that programs compare, a `message` that says what is wrong, and a `hint` that says what to do next. None of them
mentions a command or an option: a face that has commands, such as the command line, adds them by the code.
"""

from typing import ClassVar


class StudyError(Exception):
    """Something that a person can understand and act on.

    `code` is stable, lower-case and hyphenated: "library-missing". `message` and `hint` are sentences; the hint is empty where nothing
    can be done. `str(error)` is both. `exit_code` is what a process that fails by it ends with.
    """

    code: ClassVar[str] = "study-error"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class UsageError(StudyError, ValueError):
    """The call itself is wrong: a value that cannot be, or two that contradict each other."""

    code = "usage"
    exit_code = 2


class BadDocument(StudyError):
    """A file cannot be read as a document; `reason` is what a list of failures says of it."""

    code = "bad-document"

    def __init__(self, document: str, problem: str, hint: str = "") -> None:
        super().__init__(f"{document}: {problem}", hint)
        self.document = document
        self.reason = f"{problem} {hint}".rstrip()


class NothingToIngest(StudyError):
    """The paths named hold no document."""

    code = "nothing-to-ingest"


class DataMissing(StudyError):
    """A file that is installed with study (the course, a word list, a fitted model) is missing."""

    code = "data-missing"
