"""The certainty of an answer, and the model behind it, whose weights and thresholds are fitted by benchmarks/fit_certainty.py."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ingest.data import data_folder


class Certainty(StrEnum):
    """`SURE`: the answer is shown. `UNSURE`: it is shown after a line that says why. `NONE`: it is not shown."""

    SURE = "sure"
    UNSURE = "unsure"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class CertaintyModel:
    """A logistic model over the signals of confidence.py: an intercept, a weight for each signal by its name, and two thresholds."""

    intercept: float
    weights: Mapping[str, float]
    none_below: float
    sure_from: float

    def probability(self, signals: Sequence[float]) -> float:
        """The probability in [0, 1] that the documents answer, from the signals in the order of the weights."""
        total = self.intercept + sum(weight * signal for weight, signal in zip(self.weights.values(), signals, strict=True))
        return 1 / (1 + math.exp(-total))


def load_model(file: Path) -> CertaintyModel:
    """The model of a file as benchmarks/fit_certainty.py writes it."""
    read = json.loads(file.read_text(encoding="utf-8"))
    return CertaintyModel(read["intercept"], read["weights"], read["none_below"], read["sure_from"])


MODEL = load_model(data_folder("models") / "answerable.json")
NONE_BELOW = MODEL.none_below
"""A confidence below this gives no answer."""
SURE_FROM = MODEL.sure_from
"""From this confidence on an answer is sure."""


def certainty_of(confidence: float) -> Certainty:
    """The certainty of an answer with this confidence."""
    if confidence < NONE_BELOW:
        return Certainty.NONE
    return Certainty.SURE if confidence >= SURE_FROM else Certainty.UNSURE
