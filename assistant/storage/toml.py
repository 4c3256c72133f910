"""Read TOML, with the line of an error."""

from __future__ import annotations

import re
from typing import Any

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class BadToml(ValueError):
    """A text is not TOML; carries the line, from 1, and the reason."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


def read_toml(text: str) -> dict[str, Any]:
    """The values of a text; raises BadToml.

    >>> read_toml("a = 1")
    {'a': 1}
    """
    import tomllib  # most commands find no file to read

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        raise BadToml(line, _PLACE.sub("", str(error))) from error
