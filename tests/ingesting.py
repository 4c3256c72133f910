"""Ingests in separate processes, with the small encoder."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from samples import WordEncoder

import index.models.embeddings
from assistant.building.build import ingest
from assistant.workers.choice import Workforce
from ingest.model import TextPart

SMALL_BATCH = 8


class LoggingEncoder(WordEncoder):
    """Logs every text that it encodes, slowly."""

    def __init__(self, log: Path) -> None:
        self.log = log

    mark = ""

    def encode_parts(self, parts: Sequence[TextPart]) -> NDArray[np.float32]:
        with self.log.open("a") as file:
            file.write("".join(f"{self.mark}{hashlib.sha256(repr(part).encode()).hexdigest()}\n" for part in parts))
        time.sleep(0.01)
        return super().encode_parts(parts)


def ingest_slowly(root: Path, folder: Path, log: Path) -> None:
    """An ingest whose batches are small."""
    index.models.embeddings.BATCH = SMALL_BATCH
    index.models.embeddings.WINDOW = 8 * SMALL_BATCH
    ingest(root, [folder], encoder=LoggingEncoder(log))


class MarkingEncoder(LoggingEncoder):
    """Logs in front of each text the process that encoded it."""

    @property
    def mark(self) -> str:  # type: ignore[override]
        return f"{os.getpid()} "


def ingest_with_two_slow_workers(root: Path, folder: Path, log: Path) -> None:
    """An ingest by two workers whose batches are small and slow."""
    index.models.embeddings.BATCH = SMALL_BATCH
    ingest(root, [folder], encoder=MarkingEncoder(log), workforce=Workforce(2))


class Deadly(WordEncoder):
    """Ends its process at a text that says so: always, or only the first time, which is recorded in a file."""

    def __init__(self, memory: Path | None = None) -> None:
        self._memory = memory

    def encode_parts(self, parts: Sequence[TextPart]) -> NDArray[np.float32]:
        if any("poison" in part.part for part in parts) and not (self._memory and self._memory.exists()):
            if self._memory:
                self._memory.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().encode_parts(parts)
