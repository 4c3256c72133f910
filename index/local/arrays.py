"""Write and read npy files block by block, for arrays that do not fit into memory. This uses plain files and not memory maps: a map that is
written to counts as the process's memory, and kills the process when the disk is full.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.lib import format as npy
from numpy.typing import DTypeLike, NDArray

_BLOCK = 16 * 2**20


class ArrayFile:
    """An npy file of known type and shape that is filled from its first row on."""

    def __init__(self, file: Path, dtype: DTypeLike, shape: tuple[int, ...]) -> None:
        self._dtype = np.dtype(dtype)
        self._left = int(np.prod(shape))
        self._stream = file.open("wb")
        npy.write_array_header_1_0(self._stream, {"descr": self._dtype.str, "fortran_order": False, "shape": shape})

    def append(self, rows: NDArray[np.generic]) -> None:
        """Append rows, converted to the file's type."""
        self._left -= rows.size
        self._stream.write(np.ascontiguousarray(rows, dtype=self._dtype).data)

    def __enter__(self) -> ArrayFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stream.close()
        if kind is None and self._left:
            raise ValueError(f"an array lacks {self._left} of its values")


class RowFile:
    """Reads rows of a two-dimensional npy file, from any thread, without mapping them into memory."""

    def __init__(self, file: Path) -> None:
        """Raises OSError and ValueError."""
        with file.open("rb") as stream:
            npy.read_magic(stream)
            shape, _, self._dtype = npy.read_array_header_1_0(stream)
            self._start = stream.tell()
        self._columns = int(shape[1])
        self._width = self._columns * self._dtype.itemsize
        self._file = os.open(file, os.O_RDONLY)
        self.close = weakref.finalize(self, os.close, self._file)

    def read(self, first: Sequence[int], count: int) -> NDArray[np.generic]:
        """`count` rows from each number in `first` on, shape (len(first), count, columns)."""
        found = np.empty((len(first), count, self._columns), self._dtype)
        bytes_, length = found.data.cast("B"), count * self._width
        for at, row in enumerate(first):
            os.preadv(self._file, [bytes_[at * length : (at + 1) * length]], self._start + row * self._width)
        return found


def blocks(file: Path, first: int = 0, stop: int | None = None) -> Iterator[NDArray[np.generic]]:
    """Rows `first` to `stop` (exclusive) of a two-dimensional npy file, in blocks."""
    with file.open("rb") as stream:
        npy.read_magic(stream)
        shape, _, dtype = npy.read_array_header_1_0(stream)
        width = int(shape[1]) * dtype.itemsize
        stream.seek(first * width, 1)
        left = (shape[0] if stop is None else stop) - first
        most = max(1, _BLOCK // max(width, 1))
        while left > 0:
            data = stream.read(min(left, most) * width)
            rows = np.frombuffer(data, dtype).reshape(-1, int(shape[1]))
            yield rows
            left -= len(rows)
