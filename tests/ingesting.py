"""Ingests for processes of their own, with the little encoder."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from samples import WordEncoder

import index.models.embeddings
from assistant.building.build import ingest
from ingest.model import TextPart

SMALL_BATCH = 8


class LoggingEncoder(WordEncoder):
    """Writes down every text that it encodes, and takes its time."""

    def __init__(self, log: Path) -> None:
        self.log = log

    def encode_parts(self, parts: Sequence[TextPart]) -> NDArray[np.float32]:
        with self.log.open("a") as file:
            file.write("".join(hashlib.sha256(repr(part).encode()).hexdigest() + "\n" for part in parts))
        time.sleep(0.01)
        return super().encode_parts(parts)


def ingest_slowly(root: Path, folder: Path, log: Path) -> None:
    """An ingest whose batches are small."""
    index.models.embeddings.BATCH = SMALL_BATCH
    index.models.embeddings.WINDOW = 8 * SMALL_BATCH
    ingest(root, [folder], encoder=LoggingEncoder(log))
