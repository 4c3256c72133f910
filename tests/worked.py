"""What the computed examples of the course share: numbers as notes print them, vectors, softmax, sigmoid."""

import math
import re

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = NDArray[np.float64]


def at(digits: int, *values: ArrayLike) -> list[str]:
    """The values as a note prints them: rounded to so many digits, thousands apart by commas."""
    flat = [float(number) for value in values for number in np.asarray(value, dtype=np.float64).ravel()]
    texts = [f"{number:,.{digits}f}" for number in flat]
    return [text.removeprefix("-") if not re.search(r"[1-9]", text) else text for text in texts]


def vector(*numbers: float) -> Vector:
    return np.array(numbers, dtype=np.float64)


def softmax(scores: ArrayLike) -> Vector:
    powers = np.exp(np.asarray(scores, dtype=np.float64) - np.max(scores))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-score))
