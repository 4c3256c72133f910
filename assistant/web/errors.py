"""The errors of a server. `assistant/errors.py` draws the whole tree."""

from typing import ClassVar

from ingest.errors import StudyError


class TookTooLong(StudyError):
    """A request was not answered within its time."""

    code = "took-too-long"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"This took longer than {seconds:.0f} seconds.", "Try again, or ask for less.")


class Stopped(StudyError):
    """The user stopped a background job."""

    code = "stopped"

    def __init__(self, left: str) -> None:
        super().__init__("It was stopped.", left)


class NotServed(StudyError):
    """A server has nothing at an address, or not by that method."""

    code = "not-found"


class Unaccepted(StudyError):
    """A request that a server does not accept, with its HTTP status."""

    code = "unaccepted"
    status: ClassVar[int] = 400


class TooLarge(Unaccepted):
    """A request that is too large."""

    code = "too-large"
    status = 413

    def __init__(self) -> None:
        super().__init__("What was sent is too large.", "Send less at a time.")


class TooSlow(Unaccepted):
    """A request whose body arrives too slowly."""

    code = "too-slow"
    status = 408

    def __init__(self) -> None:
        super().__init__("The request took too long to arrive.", "Send it again.")
