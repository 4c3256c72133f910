"""What the user has set, for all libraries on this machine: the models known by a name, and which of them is used.

One readable file, `settings.toml` in the platform's configuration folder.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

import platformdirs

from assistant.errors import BadSettings
from assistant.storage.snapshots import make_private_folder, replace_file

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A model under a name: a GGUF `file` with its recorded `sha256`, `size` and time of change, or a `server` and the `model` there.

    `context` is the most tokens for prompt and answer, 0 for the usual; `repository` says where the file was pulled from.
    """

    file: str = ""
    sha256: str = ""
    size: int = 0
    modified: int = 0
    repository: str = ""
    server: str = ""
    model: str = ""
    context: int = 0


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings; `model` names the one that answers are worded by, none where it is empty."""

    model: str = ""
    models: Mapping[str, NamedModel] = field(default_factory=dict)


def settings_file() -> Path:
    """`settings.toml` in $STUDY_CONFIG, else in the platform's configuration folder."""
    named = os.environ.get("STUDY_CONFIG")
    return (Path(named) if named else Path(platformdirs.user_config_dir("study"))) / "settings.toml"


def load_settings() -> Settings:
    """The settings, empty where there are none. Raises BadSettings where the file does not read as such."""
    file = settings_file()
    try:
        return parse_settings(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise BadSettings(f"{file} cannot be read ({error}).", "Correct it, or move it away and name your models again.") from error


def parse_settings(text: str) -> Settings:
    """The settings in a text. Raises ValueError, TypeError or AttributeError for another text."""
    import tomllib  # only where there are settings

    value = tomllib.loads(text)
    kinds = {one.name: int if one.type == "int" else str for one in fields(NamedModel)}
    models = {}
    for name, entry in value.get("models", {}).items():
        if not is_name(name) or any(not isinstance(entry[key], kinds[key]) for key in entry.keys() & kinds.keys()):
            raise ValueError(f"the model {name!r}")
        models[name] = NamedModel(**{key: entry[key] for key in entry.keys() & kinds.keys()})
    chosen = value.get("model", "")
    return Settings(chosen if chosen in models else "", models)


def save_settings(settings: Settings) -> None:
    """Write the settings so that a reader sees the old or the new ones, whole. Raises BadSettings where that cannot be."""
    file = settings_file()
    try:
        make_private_folder(file.parent)
        replace_file(file, settings_text(settings))
    except OSError as error:
        raise BadSettings(
            f"{file} cannot be written ({error.strerror}).", "Make it writable, or name another folder in $STUDY_CONFIG."
        ) from error


def settings_text(settings: Settings) -> str:
    """The settings as TOML."""
    lines = ["# Your settings. You can edit this file by hand.", f"model = {_quoted(settings.model)}"]
    for name, model in settings.models.items():
        lines += ["", f"[models.{_quoted(name)}]"]
        for one in fields(NamedModel):
            value = getattr(model, one.name)
            if value:
                lines.append(f"{one.name} = {_quoted(value) if isinstance(value, str) else value}")
    return "\n".join(lines) + "\n"


def is_name(name: str) -> bool:
    """Whether a name can be given to a model or a conversation: letters, digits, dots, dashes, 64 at most."""
    return _NAME.fullmatch(name) is not None


def _quoted(text: str) -> str:
    """A TOML string: JSON's escapes are TOML's, but for the one control that JSON leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
