"""The tasks of a worker: reading and cutting files, and encoding batches of texts. Models are opened once, on first use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assistant.progress import Notice, silent
from index.models.encoder import Model, encoder_window, open_encoder
from ingest.chunking.chunking import chunk_document
from ingest.chunking.settings import ChunkSettings, Strategy
from ingest.chunking.tokens import Window
from ingest.errors import BadDocument
from ingest.model import Chunk, Document, Encoder, Failure, TextPart
from ingest.sources.slices import SLICE, read_slices
from ingest.sources.sources import Source


@dataclass(frozen=True, slots=True)
class Setup:
    """How files are read and encoded. `encoder` embeds instead of the model. 0 `threads` means all cores."""

    model: Model
    chunking: ChunkSettings
    encoder: Encoder | None = None
    threads: int = 0


Wanted = tuple[Source, str]
"""A file, and the name of its document, which the ids of its chunks depend on."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """The document of a file and its chunks."""

    document: Document
    chunks: tuple[Chunk, ...]


class Worker:
    """Works in the process that calls it."""

    def __init__(self, setup: Setup, notice: Notice = silent) -> None:
        self._setup = setup
        self._notice = notice

    @cached_property
    def encoder(self) -> Encoder:
        """The open encoder. Raises ModelError."""
        given = self._setup.encoder
        return given or open_encoder(self._setup.model, threads=self._setup.threads, verify=True, packed=True, notice=self._notice)

    @cached_property
    def window(self) -> Window:
        """The window of the encoder. Raises ModelError, and UsageError if passages of the requested size do not fit."""
        window = Window() if self._setup.encoder is not None else encoder_window(self._setup.model, self._notice)
        self._setup.chunking.check(window)
        return window

    def cut(self, document: Document) -> list[Chunk]:
        """The chunks of a document."""
        chunking = self._setup.chunking
        return chunk_document(document, chunking, self.window, self.encoder if chunking.strategy is Strategy.SEMANTIC else None)

    def read(self, wanted: Wanted) -> ReadFile | Failure | None:
        """Read and cut a file. Returns the failure if it cannot be read, and None for a file that is large or not on this machine, which
        the writing process reads."""
        source, name = wanted
        try:
            if source.path.stat().st_size > SLICE:
                return None
            document = replace(next(read_slices(source)), name=name)
            return ReadFile(document, tuple(self.cut(document)))
        except FileNotFoundError:
            return None
        except BadDocument as error:
            return Failure(error.document, error.reason)

    def encode(self, parts: Sequence[TextPart]) -> NDArray[np.float32]:
        """The vectors of a batch."""
        return self.encoder.encode_parts(parts)
