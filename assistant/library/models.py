"""The language models that the user has named, for all libraries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.progress import Notice, silent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.progress import Progress
    from assistant.settings import NamedModel
    from assistant.writers.catalogue import Suggestions


class Models:
    """Models by name: GGUF files, and servers that speak OpenAI's protocol. None is needed. They belong to the user, not to a library.

    >>> library.models.add("~/models/mistral.gguf", name="mistral")                   # doctest: +SKIP
    >>> library.models.use("mistral")
    """

    def __init__(self, progress: Progress, notice: Notice = silent) -> None:
        self._progress, self._notice = progress, notice

    def all(self) -> Mapping[str, NamedModel]:
        """The named models by their names. Raises BadSettings."""
        from assistant.settings import load_settings

        return load_settings().models

    @property
    def chosen(self) -> str:
        """The name of the model that words answers, empty without one. Raises BadSettings."""
        from assistant.settings import load_settings

        return load_settings().model

    def suggestions(self) -> Suggestions:
        """Models that can be pulled by their name, with the memory that each needs, and the one that suits this machine."""
        from assistant.writers.catalogue import suggestions
        from assistant.writers.local.model_file import total_memory
        from assistant.writers.local.processor import cores

        return suggestions(total_memory(), cores())

    def add(self, model: str | Path, *, name: str = "", served: str = "", context: int = 0) -> str:
        """Name a GGUF file, whose sha256 is recorded, or the address of a server. Returns the name. Raises ModelError.

        The first model is used for answers from then on. A server is tried: if it does not answer, `notice` is called with the reason, and
        it is not used.

        `served` names the model on a server (default: the first it lists), `context` bounds the tokens of prompt and answer together.
        """
        from assistant.writers.models import add

        return add(str(model), name, served, context, self._notice)

    def pull(self, repository: str, file: str = "", *, name: str = "") -> str:
        """Fetch a suggested model, or a file of any hub repository, and name it. Returns the name. Raises ModelError."""
        from assistant.writers.models import pull

        return pull(repository, file, name, self._progress)

    def use(self, name: str, *, context: int = 0) -> None:
        """Use this model for answers from now on, or none for an empty name. Raises ModelMissing for an unknown name."""
        from assistant.writers.models import use

        use(name, context)

    def remove(self, name: str) -> Path | None:
        """Forget a model. A file that was pulled is deleted and returned; the user's own stays. Raises ModelMissing."""
        from assistant.writers.models import remove

        return remove(name)
