"""The user's settings for all libraries on this machine: the models known by a name, which of them is used, and the starter course.

They are one readable file, `settings.toml` in the platform's configuration folder. The user may edit it: comments and unknown keys stay.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import platformdirs

from assistant.errors import BadSettings
from assistant.storage.snapshots import make_private_folder, replace_file
from assistant.storage.toml import BadToml, read_toml

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HEAD = "# Your settings. You can edit this file by hand.\n"
RETENTION, DAY_STARTS, NEW_PER_DAY, MINUTES = 0.9, 4, 10, 15.0


@dataclass(frozen=True, slots=True)
class Number:
    """A setting that is a number: its value if nobody sets it, the least and the most that may be set, and what it is called."""

    usual: float
    least: float
    most: float
    noun: str

    def accepts(self, value: object) -> bool:
        """True for a value that may be set; a whole number if the usual one is whole."""
        kinds = int if isinstance(self.usual, int) else (int, float)
        return isinstance(value, kinds) and not isinstance(value, bool) and self.least <= value <= self.most


NUMBERS = {
    "retention": Number(RETENTION, 0.7, 0.98, "a number from 0.7 to 0.98"),
    "day_starts": Number(DAY_STARTS, 0, 23, "an hour from 0 to 23"),
    "new_per_day": Number(NEW_PER_DAY, 0, 1000, "a whole number from 0 to 1000"),
    "minutes": Number(MINUTES, 0.5, 1440, "a number from 0.5 to 1440"),
}


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A model under a name: a GGUF `file` with its recorded `sha256`, `size` and time of change, or a `server` and the `model` there.

    `context` bounds the tokens of prompt and answer together, 0 for the default; `repository` is where the file was downloaded from.
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
    """The settings.

    `model` is the name of the model that words answers, empty if none does. `course` says whether authored knowledge (the starter course
    and the atlas) completes the concept graph of every library. `retention` is the probability that an answer is still known when practice
    asks for it again; a study day begins at the hour `day_starts`. `credit` says whether an answer delays the items of its concept's
    prerequisites. At most `new_per_day` questions a day are new, and a session takes `minutes`.
    """

    model: str = ""
    models: Mapping[str, NamedModel] = field(default_factory=dict)
    course: bool = True
    retention: float = RETENTION
    day_starts: int = DAY_STARTS
    credit: bool = False
    new_per_day: int = NEW_PER_DAY
    minutes: float = MINUTES


def settings_file() -> Path:
    """`settings.toml` in $STUDY_CONFIG, by default in the platform's configuration folder."""
    named = os.environ.get("STUDY_CONFIG")
    return (Path(named) if named else Path(platformdirs.user_config_dir("study"))) / "settings.toml"


def load_settings() -> Settings:
    """The user's settings; empty ones if there is no file. Raises BadSettings with the line if the file is broken."""
    return parse_settings(_read())


def parse_settings(text: str) -> Settings:
    """The settings in a text. Raises BadSettings."""
    value = _values(text)
    models = value.get("models", {})
    if not isinstance(models, dict):
        raise _broken("`models` is not a table")
    kinds = {one.name: int if one.type == "int" else str for one in fields(NamedModel)}
    found = {}
    for name, entry in models.items():
        known = {key: entry[key] for key in entry.keys() & kinds.keys()} if isinstance(entry, dict) else None
        if known is None or not is_name(name) or any(not isinstance(each, kinds[key]) for key, each in known.items()):
            raise _broken(f"the model {name!r} has a name or a value that is not allowed")
        found[name] = NamedModel(**known)
    chosen, course = value.get("model", ""), value.get("course", True)
    if not isinstance(course, bool):
        raise _broken("`course` is neither true nor false")
    credit = value.get("credit", False)
    if not isinstance(credit, bool):
        raise _broken("`credit` is neither true nor false")
    numbers = {name: value.get(name, number.usual) for name, number in NUMBERS.items()}
    for name, number in NUMBERS.items():
        if not number.accepts(numbers[name]):
            raise _broken(f"`{name}` is not {number.noun}")
    return Settings(chosen if chosen in found else "", found, course, credit=credit, **numbers)


def save_settings(settings: Settings) -> None:
    """Write the settings into the user's file; concurrent readers see the complete old or new file.

    Raises BadSettings if the file is broken, which is then unchanged, or if it cannot be written.
    """
    file = settings_file()
    text = settings_text(settings, _read())
    try:
        make_private_folder(file.parent)
        replace_file(file, text)
    except OSError as error:
        raise BadSettings(
            f"{file} cannot be written ({error.strerror}).", "Make it writable, or name another folder in $STUDY_CONFIG."
        ) from error


def settings_text(settings: Settings, text: str = "") -> str:
    """The text of a settings file with these settings; comments and unknown keys of `text` stay. Raises BadSettings."""
    import tomlkit

    _values(text)
    document = tomlkit.parse(text or _HEAD)
    document["model"] = settings.model
    if not settings.course or "course" in document:
        document["course"] = settings.course
    kept = (*((name, getattr(settings, name), number.usual) for name, number in NUMBERS.items()), ("credit", settings.credit, False))
    for name, now, usual in kept:
        if now != usual or name in document:
            document[name] = now
    if settings.models and "models" not in document:
        document["models"] = tomlkit.table(is_super_table=True)
    models: Any = document.get("models", {})
    for name in [name for name in models if name not in settings.models]:
        del models[name]
    for name, model in settings.models.items():
        if name not in models:
            models[name] = tomlkit.table()
        for one in fields(NamedModel):
            value = getattr(model, one.name)
            if not value:
                models[name].pop(one.name, None)
            elif models[name].get(one.name) != value:  # an unchanged value keeps its quotes and its comment
                models[name][one.name] = value
    return tomlkit.dumps(document)


def is_name(name: str) -> bool:
    """True if a model or a conversation can have this name: letters, digits, dots, underscores and dashes, 64 at most.

    >>> is_name("qwen2.5-1.5b")
    True
    """
    return _NAME.fullmatch(name) is not None


def _read() -> str:
    try:
        return settings_file().read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise _broken(str(error)) from error


def _values(text: str) -> dict[str, Any]:
    try:
        return read_toml(text)
    except BadToml as error:
        raise _broken(str(error)) from error


def _broken(reason: str) -> BadSettings:
    return BadSettings(f"{settings_file()} cannot be read: {reason}.", "Correct it, or move it away to begin with none.")
