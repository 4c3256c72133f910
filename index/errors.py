"""The errors of models and of search. `assistant/errors.py` draws the whole tree."""

from ingest.errors import StudyError


class ModelError(StudyError):
    """Something about a model."""

    code = "model-error"


class ModelMissing(ModelError):
    """A model, or the package that runs it, is not installed."""

    code = "model-missing"


class EncoderMissing(ModelMissing):
    """An encoder is not where it was, or the hub does not give it."""

    code = "encoder-missing"


class ModelDamaged(ModelError):
    """A model's files do not match their checksum or do not load."""

    code = "model-damaged"


class IndexDamaged(StudyError):
    """A stored index is missing, or does not open."""

    code = "index-damaged"


class BadQuestion(StudyError):
    """There is nothing to search for."""

    code = "bad-question"
