"""The settings of the user, for all libraries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import UsageError

if TYPE_CHECKING:
    from assistant.settings import Settings

_ON, _OFF, _NONE = "on", "off", "none"
_ABOUT_NUMBERS = {
    "new_per_day": "At most so many questions a day that were never asked before.",
    "minutes": "How long a session of practice takes.",
    "retention": "How likely you still know an answer when practice asks for it again, from 0.7 to 0.98.",
    "day_starts": "The hour, from 0 to 23, at which a study day begins.",
}


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
        from assistant.settings import NUMBERS, load_settings

        now = load_settings()
        course = "The starter course and the atlas complete the concept graph of your notes."
        return (
            Setting("course", _ON if now.course else _OFF, _ON, course),
            Setting("model", now.model or _NONE, _NONE, "The language model that words answers."),
            *(Setting(name, f"{getattr(now, name):g}", f"{NUMBERS[name].usual:g}", about) for name, about in _ABOUT_NUMBERS.items()),
            Setting("credit", _ON if now.credit else _OFF, _OFF, "A good answer lets what its concept builds on wait a little longer."),
        )

    def set(self, name: str, value: str) -> Setting:
        """Change a setting. Returns it. Raises UsageError for an unknown name or value, UnknownModel, BadSettings."""
        self.set_all({name: value})
        return next(setting for setting in self.all() if setting.name == name)

    def set_all(self, values: Mapping[str, str]) -> None:
        """Change several settings, or none if one of the names or values is not allowed. Raises as `set` does."""
        from assistant.settings import load_settings, save_settings
        from assistant.writers.models import use

        changed = before = load_settings()
        known = [setting.name for setting in self.all()]
        for name, value in values.items():
            if name not in known:
                raise UsageError(f"There is no setting named {name!r}.", f"There are: {', '.join(known)}.")
            if name in ("course", "credit"):
                if value not in (_ON, _OFF):
                    raise UsageError(f"{value!r} is not a value of {name!r}.", f"Set it to {_ON} or {_OFF}.")
                changed = replace(changed, course=value == _ON) if name == "course" else replace(changed, credit=value == _ON)
            elif name in _ABOUT_NUMBERS:
                changed = _with_number(changed, name, value)
        if changed != before:
            save_settings(changed)
        if (model := values.get("model")) is not None:
            use("" if model == _NONE else model)


def _with_number(settings: Settings, name: str, value: str) -> Settings:
    """The settings with a new number. Raises UsageError if it is not a number or out of range."""
    from assistant.settings import NUMBERS

    number = NUMBERS[name]
    try:
        read: float = int(value) if isinstance(number.usual, int) else float(value)
    except ValueError:
        read = -1.0
    if not number.accepts(read):
        raise UsageError(f"{value!r} is not a value of {name!r}.", f"Set it to {number.noun}.")
    changed: dict[str, Any] = {name: read}
    return replace(settings, **changed)
