"""The parameters of the API: read from an address or a JSON body, and described for OpenAPI."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.errors import UsageError
from ingest.model import Part, Span

_TRUE, _FALSE = ("1", "true", "yes"), ("0", "false", "no")
_LONGEST = 8_000
_LINES = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")
_MOST = 100


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter by its name. `kind` is string, integer, number or boolean; `many` allows it several times.

    A number lies between `least` and `most`.
    """

    name: str
    description: str
    kind: str = "string"
    default: Any = None
    many: bool = False
    required: bool = False
    least: float | None = None
    most: float | None = None

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        one: dict[str, Any] = {"type": self.kind}
        if self.least is not None:
            one["minimum"] = self.least
        if self.most is not None:
            one["maximum"] = self.most
        if self.many:
            return {"type": "array", "items": one}
        return one if self.default is None else {**one, "default": self.default}

    def read(self, given: Sequence[Any]) -> Any:
        """Its value from the given strings or JSON value. Raises UsageError."""
        values = [self._one(value) for value in given]
        if self.required and not [value for value in values if value != ""]:
            raise UsageError(f"The parameter {self.name!r} is missing.", self.description)
        if self.many:
            if len(values) > _MOST:
                raise UsageError(f"The parameter {self.name!r} is given too often.")
            return tuple(values)
        return values[-1] if values else self.default

    def _one(self, value: Any) -> Any:
        if self.kind == "string":
            if not isinstance(value, str) or len(value) > _LONGEST:
                raise UsageError(f"The parameter {self.name!r} is a text of at most {_LONGEST:,} characters.")
            return value.encode("utf-8", "replace").decode()
        if self.kind == "boolean":
            text = str(value).lower()
            if text not in (*_TRUE, *_FALSE):
                raise UsageError(f"The parameter {self.name!r} is true or false.")
            return text in _TRUE
        return self._number(value)

    def _number(self, value: Any) -> float | int:
        try:
            number = (int if self.kind == "integer" else float)(value)
        except (ValueError, TypeError, OverflowError):
            number = math.nan
        if isinstance(value, bool) or math.isnan(number) or math.isinf(number) or not self._is_within(number):
            bounds = f" from {self.least:g}" if self.least is not None else ""
            bounds += f" to {self.most:g}" if self.most is not None else ""
            raise UsageError(f"The parameter {self.name!r} is {'a whole' if self.kind == 'integer' else 'a'} number{bounds}.")
        return number

    def _is_within(self, number: float) -> bool:
        return (self.least is None or number >= self.least) and (self.most is None or number <= self.most)


def read_parameters(parameters: Sequence[Parameter], given: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """The values of all parameters. Raises UsageError for one that is missing, unknown or invalid."""
    known = {parameter.name for parameter in parameters}
    for name in given:
        if name not in known:
            raise UsageError(f"There is no parameter {name[:80]!r}.", f"There are: {', '.join(sorted(known))}." if known else "")
    return {parameter.name: parameter.read(given.get(parameter.name, ())) for parameter in parameters}


def read_lines(text: str, part: Part | None) -> Span:
    """The lines of an address: `12` or `12-14`. Raises UsageError."""
    match = _LINES.fullmatch(text)
    if match is None:
        raise UsageError(f"{text[:80]!r} names no lines.", "Name them like this: 12 or 12-14.")
    first, last = match.groups()
    return Span(int(first), int(last or first), part)
