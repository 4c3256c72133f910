"""The settings of the user, for all libraries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ingest.errors import UsageError

_ON, _OFF, _NONE = "on", "off", "none"


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as it is shown and typed: its value now, its value if nobody sets it, and what it does."""

    name: str
    value: str
    default: str
    about: str


class Preferences:
    """Settings by name. They are kept in one file that the user may edit.

    >>> library.preferences.set("course", "off")                                      # doctest: +SKIP
    """

    @property
    def file(self) -> Path:
        """The file that holds the settings; it need not exist."""
        from assistant.settings import settings_file

        return settings_file()

    def all(self) -> tuple[Setting, ...]:
        """Every setting in a fixed order. Raises BadSettings."""
        from assistant.settings import load_settings

        now = load_settings()
        course = "The starter course and the atlas complete the concept graph of your notes."
        return (
            Setting("course", _ON if now.course else _OFF, _ON, course),
            Setting("model", now.model or _NONE, _NONE, "The language model that words answers."),
        )

    def set(self, name: str, value: str) -> Setting:
        """Change a setting; what it is now. Raises UsageError for an unknown name or value, UnknownModel, BadSettings."""
        from assistant.settings import load_settings, save_settings
        from assistant.writers.models import use

        known = [setting.name for setting in self.all()]
        if name not in known:
            raise UsageError(f"There is no setting named {name!r}.", f"There are: {', '.join(known)}.")
        if name == "course":
            if value not in (_ON, _OFF):
                raise UsageError(f"{value!r} is not a value of {name!r}.", f"Set it to {_ON} or {_OFF}.")
            save_settings(replace(load_settings(), course=value == _ON))
        else:
            use("" if value == _NONE else value)
        return next(setting for setting in self.all() if setting.name == name)
