"""The errors of libraries, and the one error tree, drawn whole:

    StudyError                    ingest    something that a person can understand and act on
    ├── UsageError                ingest    the call itself is wrong (exit code 2; also a ValueError)
    ├── NothingToIngest           ingest    the paths named hold no document
    ├── BadDocument               ingest    a file cannot be read as a document
    ├── DataMissing               ingest    a file that is installed with study is missing
    ├── ModelError                index
    │   ├── ModelMissing          index     a model, or the package that runs it, is not installed
    │   ├── ModelDamaged          index     a model's files do not match their checksum or do not load
    │   └── ModelFailed           assistant a model or its server failed to answer: no memory, no connection, nonsense
    ├── IndexDamaged              index     a stored index is missing, or does not open
    ├── BadQuestion               index     there is nothing to search for
    ├── GraphDamaged              graph     a stored graph is missing, damaged, or in another version's format
    ├── UnknownConcept            graph     no concept has that name; carries the nearest names
    ├── LibraryError              assistant
    │   ├── LibraryMissing        assistant there is no library where one was named
    │   ├── LibraryBusy           assistant another process is writing to it
    │   ├── LibraryDamaged        assistant one of its files is missing or does not match its checksum
    │   ├── LibraryFormat         assistant another version of study wrote it
    │   └── LibraryReadOnly       assistant its folder cannot be written to, or the disk is full
    ├── UnknownDocument           assistant no document has that name; carries the nearest names
    ├── UnknownCollection         assistant no collection has that name
    ├── UnknownPlace              assistant a document has no such lines, or no such page
    ├── BadCorrections            assistant the file of corrections is broken; carries the line
    ├── Contradiction             assistant a correction is impossible, or contradicts another one
    ├── UnknownConversation       assistant no conversation has that name
    ├── BadSettings               assistant the user's settings cannot be read or written
    ├── BadBackup                 assistant a backup cannot be written or read, or would replace files of the user
    ├── NothingToBackUp           assistant the user has made nothing yet
    ├── NothingToTune             assistant too few documents to tune an encoder on, or no tuning to undo
    ├── BadEvaluation             assistant an evaluation file is broken; carries the line
    └── UnknownRun                assistant no saved evaluation run has that name, or two runs cannot be compared

Each class is defined in the package named beside it, where its callers are. Each face catches StudyError in one place.
"""

from collections.abc import Sequence

from index.errors import ModelError
from ingest.errors import StudyError


class LibraryError(StudyError):
    """Something about a library."""

    code = "library-error"


class LibraryMissing(LibraryError):
    """There is no library where one was named."""

    code = "library-missing"


class LibraryBusy(LibraryError):
    """Another process is writing to the library."""

    code = "library-busy"


class LibraryDamaged(LibraryError):
    """A file of the library is missing or does not match its checksum."""

    code = "library-damaged"


class LibraryFormat(LibraryError):
    """Another version of study wrote the library."""

    code = "library-format"


class LibraryReadOnly(LibraryError):
    """The library's folder cannot be written to, or its disk is full."""

    code = "library-read-only"


class ModelFailed(ModelError):
    """A model, or the server that runs it, failed to answer."""

    code = "model-failed"


class BadSettings(StudyError):
    """The user's settings cannot be read or written."""

    code = "bad-settings"


class UnknownDocument(StudyError):
    """No document of the library has that name; carries the nearest names."""

    code = "unknown-document"

    def __init__(self, name: str, nearest: Sequence[str] = ()) -> None:
        super().__init__(f"No document named {name!r} in this library.", f"Nearest: {', '.join(nearest)}." if nearest else "")
        self.name = name
        self.nearest = tuple(nearest)


class UnknownCollection(StudyError):
    """No collection of the library has that name."""

    code = "unknown-collection"

    def __init__(self, name: str, known: Sequence[str] = ()) -> None:
        hint = f"There are: {', '.join(known)}." if known else "There are none yet; name one when you ingest."
        super().__init__(f"No collection named {name!r} in this library.", hint)
        self.name = name


class UnknownPlace(StudyError):
    """A document has no such lines, or no such part."""

    code = "unknown-place"


class BadCorrections(StudyError):
    """The file of corrections to the graph is broken; carries the line."""

    code = "bad-corrections"

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}, line {line}: {reason}.", "Correct that line; the file was left as it is.")
        self.file = file
        self.line = line
        self.reason = reason


class Contradiction(StudyError):
    """A correction is impossible, or contradicts another one."""

    code = "contradiction"


class UnknownConversation(StudyError):
    """No conversation of the library has that name."""

    code = "unknown-conversation"

    def __init__(self, name: str, known: Sequence[str] = ()) -> None:
        hint = f"There are: {', '.join(known[:10])}." if known else "There are none yet."
        super().__init__(f"No conversation named {name!r} in this library.", hint)
        self.name = name


class BadBackup(StudyError):
    """A backup cannot be written or read, or would replace files of the user."""

    code = "bad-backup"


class NothingToBackUp(StudyError):
    """The user has made nothing yet that could be backed up."""

    code = "nothing-to-back-up"


class NothingToTune(StudyError):
    """The documents are too few to tune an encoder on, or there is no tuning to undo."""

    code = "nothing-to-tune"


class BadEvaluation(StudyError):
    """An evaluation file is broken; carries the line."""

    code = "bad-evaluation"

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}, line {line}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


class UnknownRun(StudyError):
    """No saved evaluation run has that name, or two runs cannot be compared."""

    code = "unknown-run"
