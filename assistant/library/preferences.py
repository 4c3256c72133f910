"""The settings of the user, for all libraries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import UsageError

if TYPE_CHECKING:
    from assistant.settings import Settings

_ON, _OFF, _NONE = "on", "off", "none"


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as text: its value, its default, and a description."""

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
        from assistant.settings import DAY_STARTS, RETENTION, load_settings

        now = load_settings()
        course = "The starter course and the atlas complete the concept graph of your notes."
        retention = "How likely you still know an answer when practice asks for it again, from 0.7 to 0.98."
        return (
            Setting("course", _ON if now.course else _OFF, _ON, course),
            Setting("model", now.model or _NONE, _NONE, "The language model that words answers."),
            Setting("retention", f"{now.retention:g}", f"{RETENTION:g}", retention),
            Setting("credit", _ON if now.credit else _OFF, _OFF, "A good answer lets what its concept builds on wait a little longer."),
            Setting("day_starts", str(now.day_starts), str(DAY_STARTS), "The hour, from 0 to 23, at which a study day begins."),
        )

    def set(self, name: str, value: str) -> Setting:
        """Change a setting. Returns it. Raises UsageError for an unknown name or value, UnknownModel, BadSettings."""
        from assistant.settings import load_settings, save_settings
        from assistant.writers.models import use

        known = [setting.name for setting in self.all()]
        if name not in known:
            raise UsageError(f"There is no setting named {name!r}.", f"There are: {', '.join(known)}.")
        if name in ("course", "credit"):
            if value not in (_ON, _OFF):
                raise UsageError(f"{value!r} is not a value of {name!r}.", f"Set it to {_ON} or {_OFF}.")
            now, is_on = load_settings(), value == _ON
            save_settings(replace(now, course=is_on) if name == "course" else replace(now, credit=is_on))
        elif name in ("retention", "day_starts"):
            save_settings(_with_number(load_settings(), name, value))
        else:
            use("" if value == _NONE else value)
        return next(setting for setting in self.all() if setting.name == name)


def _with_number(settings: Settings, name: str, value: str) -> Settings:
    """The settings with a new number. Raises UsageError if it is not a number or out of range."""
    from assistant.settings import RETENTIONS, is_hour, is_retention

    limits = f"a number from {RETENTIONS[0]} to {RETENTIONS[1]}" if name == "retention" else "an hour from 0 to 23"
    try:
        changed = replace(settings, retention=float(value)) if name == "retention" else replace(settings, day_starts=int(value))
    except ValueError as error:
        raise UsageError(f"{value!r} is not a value of {name!r}.", f"Set it to {limits}.") from error
    if not (is_retention(changed.retention) and is_hour(changed.day_starts)):
        raise UsageError(f"{value!r} is not a value of {name!r}.", f"Set it to {limits}.")
    return changed
