"""The language models that can word an answer: name, download, check and open them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import platformdirs

from assistant.errors import BadModelName, ModelFailed, UnknownModel
from assistant.progress import Notice, Progress, quiet, silent
from assistant.settings import NamedModel, Settings, is_name, load_settings, save_settings
from assistant.writers.catalogue import CATALOGUE
from assistant.writers.writer import CONTEXT, LanguageModel
from index.errors import ModelDamaged
from ingest.sources.digests import file_sha256


def models_folder() -> Path:
    """The folder of downloaded models, for all libraries."""
    return Path(platformdirs.user_data_dir("study")) / "models"


def open_writer(named: str) -> LanguageModel:
    """The model of a name, a GGUF file or the address of a server. Raises ModelError if it cannot be used."""
    settings = load_settings()
    model = settings.models.get(named) or _unnamed(named)
    if model.server:
        from assistant.writers.server import ServerWriter

        return ServerWriter(model.server, model.model, model.context or CONTEXT)
    from assistant.writers.local.llama import LlamaWriter

    if model.sha256:
        checked = _checked(named, model)
        if checked != model:
            save_settings(replace(settings, models={**settings.models, named: checked}))
    return LlamaWriter(Path(model.file), model.context or CONTEXT)


def add(named: str, name: str = "", model: str = "", context: int = 0, notice: Notice = silent) -> str:
    """Name a GGUF file, whose sha256 is recorded, or the address of a server; returns the name.

    A server is tried: if it does not answer, `notice` is called with the reason, and it is not used for answers. Raises ModelError.
    """
    found = _unnamed(named)
    if found.server:
        from assistant.writers.server import Patience, ServerWriter

        writer = ServerWriter(found.server, model, patience=Patience(connect=3.0, silence=5.0, answer=5.0, attempts=1))
        name = name or found.server.partition("://")[2].partition("/")[0].replace(":", "-")
        _refuse_bad_name(name)
        try:
            writer.try_it()
        except ModelFailed as error:
            notice(str(error))
            return _remember(name, replace(found, model=model, context=context), is_ready=False)
        return _remember(name, replace(found, model=model, context=context))
    return _remember(name or Path(found.file).stem[:64], replace(_recorded(Path(found.file)), context=context))


def pull(repository: str, file: str = "", name: str = "", progress: Progress = quiet) -> str:
    """Download a file of a hub repository, or a model of the catalogue by its name, and name it; returns the name. Raises ModelError."""
    from assistant.writers.hub import fetch

    suggested = next((model for model in CATALOGUE if repository == model.name), None)
    if suggested:
        repository, file, name = suggested.repository, suggested.file, name or suggested.name
    if not file:
        raise UnknownModel(f"{repository!r} is not a model of the catalogue.", "Name one that is, or a hub repository and a file in it.")
    name = name or Path(file).stem[:64]
    _refuse_bad_name(name)
    fetched, sha256 = fetch(repository, file, models_folder() / repository.replace("/", "--"), progress)
    recorded = _recorded(fetched)
    if recorded.sha256 != sha256:
        raise ModelDamaged(f"{fetched} changed while it was read.", "Pull it again.")
    return _remember(name, replace(recorded, repository=repository))


def _unknown(name: str, settings: Settings) -> UnknownModel:
    hint = f"Known models: {', '.join(settings.models)}." if settings.models else "There are none yet."
    return UnknownModel(f"There is no model named {name!r}.", hint)


def use(name: str, context: int = 0) -> None:
    """Use this model for answers from now on, or none for an empty name. Raises UnknownModel."""
    settings = load_settings()
    if name and name not in settings.models:
        raise _unknown(name, settings)
    if name and context:
        settings = replace(settings, models={**settings.models, name: replace(settings.models[name], context=context)})
    save_settings(replace(settings, model=name))


def remove(name: str) -> Path | None:
    """Forget a model. A downloaded file is deleted and returned; any other file is the user's and stays. Raises UnknownModel."""
    settings = load_settings()
    if name not in settings.models:
        raise _unknown(name, settings)
    gone = settings.models[name]
    others = {other: model for other, model in settings.models.items() if other != name}
    save_settings(replace(settings, model="" if settings.model == name else settings.model, models=others))
    file = Path(gone.file)
    is_ours = bool(gone.repository) and file.is_relative_to(models_folder())
    if not is_ours or any(model.file == gone.file for model in others.values()) or not file.exists():
        return None
    file.unlink()
    return file


def _unnamed(named: str) -> NamedModel:
    if named.startswith(("http://", "https://")):
        return NamedModel(server=named)
    return NamedModel(file=str(Path(named).expanduser().absolute()))


def _remember(name: str, model: NamedModel, *, is_ready: bool = True) -> str:
    """Save a model under this name; the first one is used for answers at once if it is ready."""
    _refuse_bad_name(name)
    settings = load_settings()
    save_settings(
        replace(settings, model=settings.model if settings.models or not is_ready else name, models={**settings.models, name: model})
    )
    return name


def _refuse_bad_name(name: str) -> None:
    if not is_name(name):
        raise BadModelName(
            f"{name!r} cannot be the name of a model.", "Give it a name of letters, digits, dots and dashes, at most 64 characters."
        )


def _recorded(file: Path) -> NamedModel:
    from assistant.writers.local.model_file import read_model_file

    about = read_model_file(file)
    if int(about.metadata.get("split.count", 0) or 0) > 1:
        raise ModelDamaged(f"{file} is one of several parts of a model.", "Use a file that holds all of it.")
    status = file.stat()
    return NamedModel(file=str(file), sha256=file_sha256(file), size=status.st_size, modified=status.st_mtime_ns)


def _checked(name: str, model: NamedModel) -> NamedModel:
    """The model with the current time of its file, which is hashed only if that changed. Raises UnknownModel or ModelDamaged."""
    file = Path(model.file)
    try:
        status = file.stat()
    except OSError as error:
        raise UnknownModel(f"The model {name} is no longer at {file}.", "Pull or add it again, or remove it from the list.") from error
    if (status.st_size, status.st_mtime_ns) == (model.size, model.modified):
        return model
    if status.st_size != model.size or file_sha256(file) != model.sha256:
        raise ModelDamaged(f"{file} is not the file that was recorded as {name} (its sha256 differs).", "Pull or add it again.")
    return replace(model, modified=status.st_mtime_ns)
