"""Convert between the part of a concept that is needed for another and the confidence of an authored edge, which stores it."""

from __future__ import annotations

from graph.atlas.values import WHOLE
from graph.model.values import SURE

_PARTLY = 0.7


def confidence_of(part: float) -> float:
    """The confidence of a requirement of the atlas of which this part (0 to 1) is needed."""
    return SURE if part >= WHOLE else round(_PARTLY + (SURE - _PARTLY) * part / WHOLE, 3)


def part_of(confidence: float) -> float:
    """The part that a confidence stands for: the inverse.

    >>> part_of(confidence_of(0.2))
    0.2
    """
    return round(WHOLE * min(1.0, max(0.0, (confidence - _PARTLY) / (SURE - _PARTLY))), 2)
