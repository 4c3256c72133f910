"""Cache a model's state after the constant beginning of the prompt in a file, so that the next process does not evaluate it again."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.models.cache import cache_folder

_DIGEST = hashlib.sha256().digest_size


class ReadBefore:
    """The saved state of one model.

    A damaged or unwritable file is ignored. llama.cpp crashes on a damaged state, so a digest is stored with it.
    """

    def __init__(self, library: Any, llama: Any, model: Path) -> None:
        self._library, self._llama = library, llama
        status = model.stat()
        self._model = f"{library.__version__} {model.absolute()} {status.st_size} {status.st_mtime_ns} {llama.n_ctx()}"

    def recall(self, tokens: Sequence[int]) -> None:
        """Restore the model's state after these tokens, the beginning of its prompt, unless the model has been used already."""
        if self._llama.n_tokens or not tokens:
            return
        named = hashlib.sha256(f"{self._model} {list(tokens)}".encode()).hexdigest()[:32]
        file = cache_folder() / "prompts" / f"{named}.state"
        if not self._load(file, tokens):
            self._llama.eval(list(tokens))
            self._save(file)

    def _load(self, file: Path, tokens: Sequence[int]) -> bool:
        try:
            saved = file.read_bytes()
        except OSError:
            return False
        state = saved[_DIGEST:]
        if hashlib.sha256(state).digest() != saved[:_DIGEST]:
            return False
        held = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
        if not self._library.llama_state_seq_set_data(self._llama.ctx, held, len(state), 0):
            self._llama.reset()
            return False
        self._llama.input_ids[: len(tokens)] = tokens
        self._llama.n_tokens = len(tokens)
        return True

    def _save(self, file: Path) -> None:
        size = self._library.llama_state_seq_get_size(self._llama.ctx, 0)
        held = (ctypes.c_uint8 * size)()
        if self._library.llama_state_seq_get_data(self._llama.ctx, held, size, 0) != size:
            return
        state = bytes(held)
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            handle, part = tempfile.mkstemp(prefix=".", suffix=".part", dir=file.parent)
            with os.fdopen(handle, "wb") as stream:
                stream.write(hashlib.sha256(state).digest() + state)
            Path(part).replace(file)
