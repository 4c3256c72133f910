"""The errors of models and of search. `assistant/errors.py` draws the whole tree."""

from ingest.errors import StudyError, UsageError


class ModelError(StudyError):
    """The root of the errors about models."""

    code = "model-error"


class ModelMissing(ModelError):
    """A model, or the package that runs it, is not installed."""

    code = "model-missing"


class EncoderMissing(ModelMissing):
    """An encoder's folder is gone, or the hub does not provide it."""

    code = "encoder-missing"


class ModelDamaged(ModelError):
    """A model's files do not match their checksum or do not load."""

    code = "model-damaged"


class IndexDamaged(StudyError):
    """A stored index is missing or cannot be opened."""

    code = "index-damaged"


class BadQuestion(UsageError):
    """The question is empty."""

    code = "bad-question"


class EngineMissing(StudyError):
    """The package of an engine is not installed."""

    code = "engine-missing"

    def __init__(self, packages: str, extra: str) -> None:
        super().__init__(f"{packages} is not installed.", f"Install the extra with: pip install 'study-assistant[{extra}]'")
        self.extra = extra


class EngineUnavailable(StudyError):
    """The database with the index does not answer, or another process has its file open."""

    code = "engine-unavailable"

    def __init__(self, uri: str, reason: str) -> None:
        super().__init__(
            f"The database at {uri} does not answer ({reason}).",
            "Start it, or wait until the other process is done: one process at a time can open a file. A server lets many.",
        )
