"""The errors of libraries, and the one error tree, drawn whole:

    StudyError                        ingest     an error that the user can understand and act on
    ├── UsageError                    ingest     the call itself is wrong (exit code 2; also a ValueError)
    │   ├── BadQuestion               index      the question is empty
    │   ├── BadModelName              assistant  a name that no model can have
    │   ├── NoModel                   assistant  no model is named, and none was chosen for all
    │   └── TooManyConcepts           assistant  more concepts than a page can draw
    ├── NothingToIngest               ingest     the paths named hold no document
    │   └── RootGone                  assistant  a path that was ingested before is no longer there
    ├── BadDocument                   ingest     a file cannot be read as a document
    ├── DataMissing                   ingest     a file that is installed with study is missing
    ├── ModelError                    index
    │   ├── ModelMissing              index      a model, or the package that runs it, is not installed
    │   │   ├── EncoderMissing        index      an encoder's folder is gone, or the hub does not provide it
    │   │   ├── UnknownModel          assistant  no language model has that name, or its file is gone
    │   │   └── HubUnreachable        assistant  the hub of models cannot be asked
    │   ├── ModelDamaged              index      a model's files do not match their checksum or do not load
    │   └── ModelFailed               assistant  a model or its server failed to answer: no connection, nonsense
    │       ├── ModelTooLarge         assistant  the memory is too small for a model
    │       └── ServerWithoutModel    assistant  a server has no model loaded
    ├── IndexDamaged                  index      a stored index is missing or cannot be opened
    ├── EngineMissing                 index      the package of an engine is not installed
    ├── EngineUnavailable             index      the database with the index does not answer
    ├── GraphDamaged                  graph      a stored graph is missing, damaged, or in another version's format
    ├── UnknownConcept                graph      no concept has that name; carries the nearest names
    ├── UnknownEntry                  graph      no concept of the atlas has that name; carries the nearest names
    ├── AmbiguousConcept              graph      a name means several concepts of the atlas; carries their ids
    ├── BadAtlas                      graph      the atlas of concepts is missing or cannot be read; carries file and line
    │   └── AtlasFormat               graph      another version of study wrote the atlas
    ├── LibraryError                  assistant
    │   ├── LibraryMissing            assistant  there is no library where one was named
    │   ├── NotALibrary               assistant  the folder named holds something else
    │   ├── LibraryBusy               assistant  another process is writing to it
    │   ├── LibraryDamaged            assistant  one of its files is missing or does not match its checksum
    │   │   ├── JudgementsDamaged     assistant  the model's judgements of the graph cannot be read
    │   │   ├── ConversationsDamaged  assistant  the conversations cannot be read
    │   │   └── PracticeDamaged       assistant  the items and reviews of practice cannot be read
    │   ├── LibraryFormat             assistant  another version of study wrote it
    │   └── LibraryReadOnly           assistant  its folder cannot be written to, or the disk is full
    ├── UnknownDocument               assistant  no document has that name; carries the nearest names
    ├── UnreadDocument                assistant  a file of that name could not be read
    ├── UnknownCollection             assistant  no collection has that name
    ├── UnknownPlace                  assistant  a document has no such lines, or no such page
    ├── BadCorrections                assistant  the file of corrections is broken; carries the line
    ├── Contradiction                 assistant  a correction is impossible
    │   ├── ContradictsCorrection     assistant  a correction contradicts an earlier one; carries its number
    │   └── ContradictsNotes          assistant  a correction contradicts what a note requires
    ├── UnknownCorrection             assistant  no correction has that number
    ├── UnknownConversation           assistant  no conversation has that name
    ├── UnknownItem                   assistant  no practice item has that id
    ├── NothingToPractise             assistant  the notes give no items, or none for what was asked for
    ├── NothingToUndo                 assistant  no answer and no change of a question can be taken back
    ├── NoWalk                        assistant  no walk to that concept is under way
    ├── NoStep                        assistant  a walk has no such step
    ├── TooFewReviews                 assistant  the log is too short to fit the schedule to it
    ├── BadDeck                       assistant  a file of cards cannot be read or written
    ├── BadSettings                   assistant  the user's settings cannot be read or written
    ├── BadBackup                     assistant  a backup cannot be written or read
    │   └── BackupConflict            assistant  a backup would replace files of the user
    ├── NothingToBackUp               assistant  the user has made nothing yet
    ├── ExtraMissing                  assistant  a package of an optional extra is not installed; carries the extra
    ├── WorkersLost                   assistant  the workers of an ingest die again and again
    ├── WorkersUnavailable            assistant  a cluster that was to do the work does not answer
    ├── NothingToTune                 assistant  too few documents to tune an encoder on, or no tuning to undo
    ├── BadEvaluation                 assistant  an evaluation file is broken; carries the line
    ├── UnknownRun                    assistant  no saved evaluation run has that name
    ├── RunsNotComparable             assistant  two evaluation runs have nothing in common
    ├── OutputExists                  assistant  a file named for output is there already
    ├── BadOutput                     assistant  a file named for output cannot be written, or has no folder
    ├── PortTaken                     assistant  an address or a port cannot be listened at
    ├── TookTooLong                   assistant  a request was not answered within its time
    ├── Stopped                       assistant  the user stopped a background job
    ├── NotServed                     assistant  a server has nothing at an address
    ├── Unexpected                    assistant  something failed that study has no name for
    └── Unaccepted                    assistant  a request that a server does not accept
        ├── TooLarge                  assistant  a request that is too large
        └── TooSlow                   assistant  a request whose body arrives too slowly

Each class is defined in the package named beside it, where its callers are. Each face catches StudyError in one place.
"""

from collections.abc import Sequence
from pathlib import Path

from assistant.wording.counts import counted
from index.errors import ModelError, ModelMissing
from ingest.errors import NothingToIngest, StudyError, UsageError


class RootGone(NothingToIngest):
    """A path that was ingested before is no longer there."""

    code = "root-gone"

    def __init__(self, path: str, documents: int) -> None:
        super().__init__(
            f"{path} is no longer there; the library keeps {counted(documents, 'document')} read from it.",
            "Ingest its new place, or take these documents out of the library.",
        )
        self.path = path


class LibraryError(StudyError):
    """The root of the errors about libraries."""

    code = "library-error"


class LibraryMissing(LibraryError):
    """There is no library where one was named; carries the folder."""

    code = "library-missing"

    def __init__(self, message: str, hint: str, library: Path) -> None:
        super().__init__(message, hint)
        self.library = library


class NotALibrary(LibraryError):
    """The folder named as a library holds something else."""

    code = "not-a-library"


class LibraryBusy(LibraryError):
    """Another process is writing to the library."""

    code = "library-busy"


class LibraryDamaged(LibraryError):
    """A file of the library is missing or does not match its checksum."""

    code = "library-damaged"


class JudgementsDamaged(LibraryDamaged):
    """A language model's judgements of the graph cannot be read."""

    code = "judgements-damaged"


class ConversationsDamaged(LibraryDamaged):
    """The library's conversations cannot be read."""

    code = "conversations-damaged"


class LibraryFormat(LibraryError):
    """Another version of study wrote the library."""

    code = "library-format"


class LibraryReadOnly(LibraryError):
    """The library's folder cannot be written to, or its disk is full."""

    code = "library-read-only"


class OutputExists(StudyError):
    """A file named for output is there already."""

    code = "output-exists"


class BadOutput(StudyError):
    """A file named for output cannot be written, or its folder does not exist."""

    code = "bad-output"


class PortTaken(StudyError):
    """An address or a port cannot be listened at, mostly because another program does."""

    code = "port-taken"


class UnknownModel(ModelMissing):
    """No language model has that name, or its file is gone."""

    code = "unknown-model"


class HubUnreachable(ModelMissing):
    """The hub of models cannot be asked."""

    code = "hub-unreachable"


class BadModelName(UsageError):
    """A name that no model can have."""

    code = "bad-model-name"


class NoModel(UsageError):
    """No language model is named, and none was chosen for all."""

    code = "no-model"

    def __init__(self) -> None:
        super().__init__("No language model is named, and none was chosen for all.", "Name one, or choose one.")


class TooManyConcepts(UsageError):
    """There are more concepts than a page can draw."""

    code = "too-many-concepts"


class ModelFailed(ModelError):
    """A model, or the server that runs it, failed to answer."""

    code = "model-failed"


class ModelTooLarge(ModelFailed):
    """The memory is too small for a model."""

    code = "model-too-large"


class ServerWithoutModel(ModelFailed):
    """A server has no model loaded."""

    code = "server-without-model"


class BadSettings(StudyError):
    """The user's settings cannot be read or written."""

    code = "bad-settings"


class UnknownDocument(StudyError):
    """No document of the library has that name; carries the nearest names."""

    code = "unknown-document"

    def __init__(self, name: str, nearest: Sequence[str] = ()) -> None:
        fits = "matches" if any(sign in name for sign in "*?[") else "named"
        super().__init__(f"No document {fits} {name!r} in this library.", f"Nearest: {', '.join(nearest)}." if nearest else "")
        self.name = name
        self.nearest = tuple(nearest)


class UnreadDocument(StudyError):
    """A document has that name, but its file could not be read."""

    code = "unreadable-files"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} is not in this library, since it could not be read: {reason}", "All such files are listed in the status.")
        self.name = name


class UnknownCollection(StudyError):
    """No collection of the library has that name; carries the names there are."""

    code = "unknown-collection"

    def __init__(self, name: str, known: Sequence[str] = (), nearest: Sequence[str] = ()) -> None:
        there = f"There are: {', '.join(known)}." if known else "There are none yet; name one when you ingest."
        hint = f"Nearest: {', '.join(nearest)}." if nearest else there
        super().__init__(f"No collection named {name!r} in this library.", hint)
        self.name = name
        self.known = tuple(known)


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
    """A correction is impossible."""

    code = "contradiction"


class ContradictsCorrection(Contradiction):
    """A correction contradicts an earlier one; carries the earlier one's number."""

    code = "contradicts-correction"

    def __init__(self, message: str, number: int) -> None:
        super().__init__(message, f"Take correction {number} back first.")
        self.number = number


class ContradictsNotes(Contradiction):
    """A correction contradicts what a note requires; carries the names of the two concepts."""

    code = "contradicts-notes"

    def __init__(self, message: str, before: str, after: str) -> None:
        super().__init__(message, "Change that note, or reject that requirement first.")
        self.before = before
        self.after = after


class UnknownCorrection(StudyError):
    """No correction has that number."""

    code = "unknown-correction"


class UnknownConversation(StudyError):
    """No conversation of the library has that name; carries the names there are."""

    code = "unknown-conversation"

    def __init__(self, name: str, known: Sequence[str] = ()) -> None:
        hint = f"There are: {', '.join(known[:10])}." if known else "There are none yet."
        super().__init__(f"No conversation named {name!r} in this library.", hint)
        self.name = name
        self.known = tuple(known)


class ExtraMissing(StudyError):
    """A package of an optional extra is not installed; carries the extra's name."""

    code = "extra-missing"

    def __init__(self, packages: str, extra: str) -> None:
        super().__init__(f"{packages} is not installed.", f"Install the extra with: pip install 'study-assistant[{extra}]'")
        self.extra = extra


class WorkersLost(StudyError):
    """The workers of an ingest die again and again."""

    code = "workers-lost"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The workers end again and again ({reason}).",
            "What they finished is kept. Use fewer workers if memory is short; a script that ingests with several needs "
            "the guard if __name__ == '__main__'.",
        )


class WorkersUnavailable(StudyError):
    """A cluster that was to do the work does not answer, or has another version of study."""

    code = "workers-unavailable"


class NothingToTune(StudyError):
    """The documents are too few to tune an encoder on, or there is no tuning to undo."""

    code = "nothing-to-tune"


class Unexpected(StudyError):
    """Something failed that study has no name for."""

    code = "unexpected"
