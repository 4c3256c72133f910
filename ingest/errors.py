"""The root of the error tree, and the errors of reading documents. `assistant/errors.py` draws the whole tree.

An error has a `code` for programs, a `message` that says what is wrong, and a `hint` that says what to do next. Neither text mentions a
command or an option: a face with commands, such as the command line, adds them according to the code.
"""

from typing import ClassVar


class StudyError(Exception):
    """An error that the user can understand and act on.

    `code` is stable, lower-case and hyphenated: "library-missing". `message` and `hint` are sentences; the hint is empty where nothing can
    be done. `str(error)` is both. `exit_code` is the exit code of a process that ends with it.
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
    """The call itself is wrong: an impossible value, or two values that contradict each other."""

    code = "usage"
    exit_code = 2


class BadDocument(StudyError):
    """A file cannot be read as a document; `reason` is the text for a list of failures."""

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
