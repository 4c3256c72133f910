"""Round numbers for output to a meaningful number of places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PLACES = 4
"""Four places are enough for metrics and probabilities; more would be noise of the bootstrap."""


def rounded(value: Any, places: int = PLACES) -> Any:
    """A value with every float in it rounded, through mappings and sequences; anything else stays.

    >>> rounded({"mean": 0.123456, "n": 3, "at": [0.5, None]})
    {'mean': 0.1235, 'n': 3, 'at': [0.5, None]}
    """
    if isinstance(value, Mapping):
        return {name: rounded(entry, places) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(entry, places) for entry in value]
    return round(value, places) if isinstance(value, float) else value
