"""The one error tree.

    StudyError
    ├── UsageError            the call itself is wrong (exit 2)
    ├── LibraryError
    │   ├── LibraryMissing    no library where one was named
    │   ├── LibraryBusy       another process is writing to it
    │   ├── LibraryDamaged    a file of it is missing or fails its checksum
    │   ├── LibraryFormat     written by another version of study
    │   └── LibraryReadOnly   the folder cannot be written to, or its disk is full
    ├── ModelError
    │   ├── ModelMissing      a model, or the package that runs it, is not there
    │   ├── ModelDamaged      a model's files fail their checksum or do not load
    │   └── ModelFailed       a model or its server was asked and failed: no memory, no connection, nonsense
    ├── BadSettings           the user's settings cannot be read or written
    ├── BadDocument           a file cannot be read as a document
    ├── NothingToIngest       the paths named hold no document
    ├── BadQuestion           nothing to search for
    ├── UnknownDocument       no document of that name in the library; carries the nearest ones
    ├── UnknownCollection     no collection of that name in the library
    ├── UnknownPlace          a document has no such lines, or no such page
    ├── UnknownConcept        no concept of that name; carries the nearest ones
    ├── BadCorrections        the file of corrections to the graph is broken; carries the line
    ├── Contradiction         a correction that cannot be, or that contradicts another one
    ├── UnknownConversation   no conversation of that name
    ├── BadBackup             a backup cannot be written, is not sound, or would replace what is there
    ├── NothingToTune         the documents give too little to tune an encoder on, or none was tuned
    ├── NothingToBackUp       the user has made nothing yet
    ├── BadEvaluation         an evaluation file is broken; carries the line
    └── UnknownRun            no saved evaluation run of that name, or two that cannot be compared

Every message says what is wrong and what to do next. They are caught in one place, the command line, which prints the message on stderr.
"""

from collections.abc import Sequence


class StudyError(Exception):
    """Something a person can understand and act on."""

    exit_code = 1


class UsageError(StudyError):
    """The call itself is wrong."""

    exit_code = 2


class LibraryError(StudyError):
    """Something about a library."""


class LibraryMissing(LibraryError):
    """No library where one was named."""


class LibraryBusy(LibraryError):
    """Another process is writing to the library."""


class LibraryDamaged(LibraryError):
    """A file of the library is missing or fails its checksum."""


class LibraryFormat(LibraryError):
    """The library was written by another version of study."""


class LibraryReadOnly(LibraryError):
    """The library's folder cannot be written to, or its disk is full."""


class ModelError(StudyError):
    """Something about a model."""


class ModelMissing(ModelError):
    """A model, or the package that runs it, is not there."""


class ModelDamaged(ModelError):
    """A model's files fail their checksum or do not load."""


class ModelFailed(ModelError):
    """A model, or the server it runs on, was asked and failed."""


class BadSettings(StudyError):
    """The user's settings cannot be read or written."""


class BadDocument(StudyError):
    """A file cannot be read as a document."""

    def __init__(self, document: str, reason: str) -> None:
        super().__init__(f"{document}: {reason}")
        self.document = document
        self.reason = reason


class NothingToIngest(StudyError):
    """The paths named hold no document."""


class BadQuestion(StudyError):
    """Nothing to search for."""


class UnknownDocument(StudyError):
    """No document of that name in the library."""

    def __init__(self, name: str, nearest: Sequence[str] = ()) -> None:
        hint = f" Nearest: {', '.join(nearest)}." if nearest else " `study status` says what the library holds."
        super().__init__(f"No document named {name!r} in this library.{hint}")
        self.name = name
        self.nearest = tuple(nearest)


class UnknownCollection(StudyError):
    """No collection of that name in the library."""

    def __init__(self, name: str, known: Sequence[str] = ()) -> None:
        hint = f" There are: {', '.join(known)}." if known else " There are none yet: study ingest PATH --collection NAME"
        super().__init__(f"No collection named {name!r} in this library.{hint}")
        self.name = name


class UnknownPlace(StudyError):
    """A document has no such lines, or no such part."""


class UnknownConcept(StudyError):
    """No concept of that name."""

    def __init__(self, name: str, nearest: Sequence[str] = ()) -> None:
        hint = f" Nearest: {', '.join(nearest)}." if nearest else " `study graph` lists the concepts."
        super().__init__(f"No concept named {name!r} in this library.{hint}")
        self.name = name
        self.nearest = tuple(nearest)


class BadCorrections(StudyError):
    """The file of corrections to the graph is broken."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}, line {line}: {reason}. Mend that line; the file is left as it is.")
        self.file = file
        self.line = line
        self.reason = reason


class Contradiction(StudyError):
    """A correction that cannot be, or that contradicts another one."""


class UnknownConversation(StudyError):
    """No conversation of that name."""

    def __init__(self, name: str, known: Sequence[str] = ()) -> None:
        hint = f" There are: {', '.join(known[:10])}." if known else " There are none yet: study chat"
        super().__init__(f"No conversation named {name!r} in this library.{hint}")
        self.name = name


class BadBackup(StudyError):
    """A backup cannot be written, or is no sound one, or would replace what is there."""


class NothingToBackUp(StudyError):
    """The user has made nothing yet that could be backed up."""


class NothingToTune(StudyError):
    """The documents give too little to tune an encoder on, or there is no tuning to undo."""


class BadEvaluation(StudyError):
    """An evaluation file is broken."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}, line {line}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


class UnknownRun(StudyError):
    """No saved evaluation run of that name, or two that cannot be compared."""
