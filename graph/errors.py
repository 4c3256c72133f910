"""The errors of the graph. `assistant/errors.py` draws the whole tree."""

from collections.abc import Sequence

from ingest.errors import StudyError


class GraphDamaged(StudyError):
    """A stored graph is missing, damaged, or in another version's format."""

    code = "graph-damaged"


class UnknownConcept(StudyError):
    """No concept has that name; carries the nearest names, and whether the documents contain its words."""

    code = "unknown-concept"
    mentioned = False

    def __init__(self, name: str, nearest: Sequence[str] = ()) -> None:
        super().__init__(f"No concept named {name!r} in this library.", f"Nearest: {', '.join(nearest)}." if nearest else "")
        self.name = name
        self.nearest = tuple(nearest)


class BadAtlas(StudyError):
    """The atlas of concepts is missing or cannot be read; carries the file and the line (0 for the whole file)."""

    code = "bad-atlas"

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}, line {line}: {reason}." if line else f"{file}: {reason}.")
        self.file = file
        self.line = line
        self.reason = reason


class AtlasFormat(BadAtlas):
    """The atlas is in the format of another version of study; carries that format."""

    code = "atlas-format"

    def __init__(self, file: str, found: object, known: int) -> None:
        super().__init__(file, 0, f"its format is {found}, and this version of study reads format {known}")
        self.hint = "Install the newest version of study."
        self.found = found


class UnknownEntry(StudyError):
    """No concept of the atlas has that name; carries the nearest names."""

    code = "unknown-entry"

    def __init__(self, name: str, nearest: Sequence[str] = ()) -> None:
        super().__init__(f"No concept named {name!r} in the atlas.", f"Nearest: {', '.join(nearest)}." if nearest else "")
        self.name = name
        self.nearest = tuple(nearest)


class AmbiguousConcept(StudyError):
    """A name means several concepts of the atlas; carries their ids."""

    code = "ambiguous-concept"

    def __init__(self, name: str, ask: str, means: Sequence[str]) -> None:
        super().__init__(f"{name!r} means several things: {ask}", f"Name one of: {', '.join(means)}.")
        self.name = name
        self.means = tuple(means)
