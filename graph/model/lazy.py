"""Sequences and mappings whose entries are created on access: one alone, some, or all at once."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, Sequence, ValuesView
from typing import TypeVar, overload

_Value = TypeVar("_Value")


class Items(Sequence[_Value]):
    """A sequence of `length` entries: `some` creates the entries with given numbers, `every` creates all in order."""

    def __init__(self, length: int, some: Callable[[Sequence[int]], Iterable[_Value]], every: Callable[[], Iterable[_Value]]) -> None:
        self._length = length
        self._some = some
        self._every = every
        self._known: dict[int, _Value] = {}

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, at: int) -> _Value: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[_Value, ...]: ...
    def __getitem__(self, at: int | slice) -> _Value | tuple[_Value, ...]:
        if isinstance(at, slice):
            return tuple(self)[at]
        number = range(self._length)[at]
        if number not in self._known:
            self.read([number])
        return self._known[number]

    def read(self, numbers: Iterable[int]) -> None:
        """Create these entries at once."""
        missing = [number for number in dict.fromkeys(numbers) if number not in self._known]
        if missing:
            self._known.update(zip(missing, self._some(missing), strict=True))

    def __iter__(self) -> Iterator[_Value]:
        if len(self._known) < self._length:
            self._known = dict(enumerate(self._every()))
        return (self._known[number] for number in range(self._length))

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, Sequence) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))


class ByName(Mapping[str, _Value]):
    """The entries of a sequence by their names."""

    def __init__(self, names: Iterable[str], entries: Sequence[_Value]) -> None:
        self._numbers = {name: number for number, name in enumerate(names)}
        self._entries = entries

    def __getitem__(self, name: str) -> _Value:
        return self._entries[self._numbers[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, name: object) -> bool:
        return name in self._numbers

    def read(self, names: Iterable[str]) -> None:
        """Create the entries with these names at once."""
        read_ahead(self._entries, map(self._numbers.__getitem__, names))

    def values(self) -> ValuesView[_Value]:
        iter(self._entries)  # reads all of them at once
        return super().values()

    def items(self) -> ItemsView[str, _Value]:
        iter(self._entries)
        return super().items()


def read_ahead(entries: Sequence[_Value], numbers: Iterable[int]) -> None:
    """Read the entries with these numbers in one query, if they are lazy."""
    if isinstance(entries, Items):
        entries.read(numbers)


def read_named(entries: Mapping[str, _Value], names: Iterable[str]) -> None:
    """Read the entries with these names in one query, if they are lazy."""
    if isinstance(entries, ByName):
        entries.read(names)
