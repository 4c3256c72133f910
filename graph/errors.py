"""The errors of the graph. `assistant/errors.py` draws the whole tree."""

from collections.abc import Sequence

from ingest.errors import StudyError


class GraphDamaged(StudyError):
    """A stored graph is missing, damaged, or in another version's format."""

    code = "graph-damaged"


class UnknownConcept(StudyError):
    """No concept has that name; carries the nearest names."""

    code = "unknown-concept"

    def __init__(self, name: str, nearest: Sequence[str] = ()) -> None:
        super().__init__(f"No concept named {name!r} in this library.", f"Nearest: {', '.join(nearest)}." if nearest else "")
        self.name = name
        self.nearest = tuple(nearest)
