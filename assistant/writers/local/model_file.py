"""The header of a GGUF file, read without llama.cpp: enough to list a model and to check whether it fits into memory."""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from assistant.errors import UnknownModel
from index.errors import ModelDamaged, ModelMissing

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
# The numbers of the value types and how they are packed: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
# Limits for a damaged or hostile file. Real models have some dozens of keys, vocabularies of 300,000 items and templates of some kilobytes.
_MOST_KEYS = 10_000
_MOST_ITEMS = 4_000_000
_LONGEST = 8 << 20
_F16 = 2  # bytes

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A GGUF file: its metadata without the arrays, and its size in bytes."""

    metadata: Mapping[str, Value]
    size: int

    @property
    def name(self) -> str:
        return str(self.metadata.get("general.name", ""))

    @property
    def trained_context(self) -> int | None:
        """The longest context in tokens that the model was trained for; None if the file does not say."""
        return self._number("context_length")

    def memory(self, context: int) -> int:
        """The estimated bytes of memory for running the model: the weights, and keys and values of `context` tokens in half precision."""
        layers, width = self._number("block_count") or 0, self._number("embedding_length") or 0
        heads = self._number("attention.head_count") or 1
        shared = self._number("attention.head_count_kv") or heads
        head = self._number("attention.key_length") or width // max(1, heads)
        return self.size + 2 * layers * context * shared * head * _F16

    def _number(self, key: str) -> int | None:
        value = self.metadata.get(f"{self.metadata.get('general.architecture')}.{key}")
        return value if isinstance(value, int) and value >= 0 else None


def read_model_file(file: Path) -> ModelFile:
    """The header of a GGUF file. Raises ModelMissing if there is no file, ModelDamaged if it is invalid."""
    try:
        with file.open("rb") as stream:
            if stream.read(4) != _MAGIC:
                raise ModelDamaged(f"{file} is not a GGUF file.", "Name one that is, or a model that was added.")
            version, _, keys = struct.unpack("<IQQ", _read(stream, 20))
            if version not in _VERSIONS or keys > _MOST_KEYS:
                raise ModelDamaged(
                    f"{file} is a GGUF file of version {version}; only versions 2 and 3 can be read.", "Get a newer file of the model."
                )
            metadata = {}
            for _ in range(keys):
                key, value = _string(stream), _value(stream, _unsigned(stream, "I"))
                if value is not None:
                    metadata[key] = value
            return ModelFile(metadata, os.fstat(stream.fileno()).st_size)
    except FileNotFoundError as error:
        raise UnknownModel(f"There is no model at {file}.", "Name a GGUF file, or a model that was added.") from error
    except OSError as error:
        raise ModelMissing(f"The model {file} cannot be read ({error.strerror}).") from error
    except (struct.error, ValueError, KeyError) as error:
        raise ModelDamaged(f"{file} cannot be read as a GGUF model ({error}).", "Download it again.") from error


def free_memory() -> int:
    """The bytes of available memory, or of all memory if the system does not say."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return total_memory()


def total_memory() -> int:
    """The machine's memory in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _value(stream: BinaryIO, kind: int) -> Value | None:
    if kind == _STRING:
        return _string(stream)
    if kind == _ARRAY:
        _skip_array(stream)
        return None
    (number,) = struct.unpack(f"<{_NUMBERS[kind]}", _read(stream, struct.calcsize(f"<{_NUMBERS[kind]}")))
    found: Value = number
    return found


def _skip_array(stream: BinaryIO) -> None:
    kind, count = _unsigned(stream, "I"), _unsigned(stream, "Q")
    if count > _MOST_ITEMS:
        raise ValueError(f"an array of {count} values")
    if kind == _STRING:
        for _ in range(count):
            _string(stream)
    elif kind == _ARRAY:
        raise ValueError("arrays inside an array")
    else:
        stream.seek(count * struct.calcsize(f"<{_NUMBERS[kind]}"), os.SEEK_CUR)


def _string(stream: BinaryIO) -> str:
    length = _unsigned(stream, "Q")
    if length > _LONGEST:
        raise ValueError(f"a string of {length} bytes")
    return _read(stream, length).decode("utf-8", "replace")


def _unsigned(stream: BinaryIO, form: str) -> int:
    (number,) = struct.unpack(f"<{form}", _read(stream, struct.calcsize(f"<{form}")))
    return int(number)


def _read(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise ValueError("it is cut off")
    return data
