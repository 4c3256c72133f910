"""Switch a rule off: a function or a constant is replaced in every module of the product that has it, and restored afterwards."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

PACKAGES = ("ingest", "index", "graph", "assistant")


@dataclass(frozen=True, slots=True)
class Switch:
    """`target` is `module:name` or `module:Class.name`; `make` takes the present value and returns its replacement."""

    target: str
    make: Callable[[Any], Any]

    def holder(self) -> tuple[Any, str]:
        """The object with the target, and the target's name in it. Raises LookupError if it does not exist."""
        module, _, path = self.target.partition(":")
        *outer, name = path.split(".")
        try:
            holder: Any = import_module(module)
            for part in outer:
                holder = getattr(holder, part)
        except (ImportError, AttributeError) as error:
            raise LookupError(f"{self.target} does not exist ({error})") from error
        if name not in vars(holder):
            raise LookupError(f"{self.target} does not exist")
        return holder, name


def returns(value: Any) -> Callable[[Any], Any]:
    """The replacement of a function that always returns `value`."""
    return lambda _original: lambda *_args, **_named: value


def returns_new(make: Callable[[], Any]) -> Callable[[Any], Any]:
    """The replacement of a function that returns a new, empty value every time."""
    return lambda _original: lambda *_args, **_named: make()


def returns_argument(at: int) -> Callable[[Any], Any]:
    """The replacement of a function by one that returns one of its arguments."""
    return lambda _original: lambda *args, **_named: args[at]


def becomes(value: Any) -> Callable[[Any], Any]:
    """The replacement of a constant."""
    return lambda _original: value


def calls(function: Callable[..., Any]) -> Callable[[Any], Any]:
    """The replacement of a function by another one."""
    return lambda _original: function


def without(words: Callable[[], frozenset[str]]) -> Callable[[Any], Any]:
    """The replacement of a set of words that was made of others: the same without `words`, found when it is switched off."""
    return lambda original: original - words()


@contextmanager
def switched(switches: Sequence[Switch]) -> Iterator[None]:
    """Replace every target, one after the other, and put all back at the end. Raises LookupError if a target does not exist."""
    with ExitStack() as stack:
        for switch in switches:
            stack.enter_context(_replaced(switch))
        _forget()
        try:
            yield
        finally:
            stack.close()
            _forget()


@contextmanager
def _replaced(switch: Switch) -> Iterator[None]:
    holder, name = switch.holder()
    original = vars(holder)[name]
    replacement = switch.make(original)
    setattr(holder, name, replacement)
    by_name = not callable(original)
    for module, bound in _bindings(original, name if by_name else None):
        setattr(module, bound, replacement)
    try:
        yield
    finally:
        # Modules imported in the meantime have the replacement too.
        for module, bound in _bindings(replacement, name):
            setattr(module, bound, original)
        for module, bound in _bindings(replacement, None) if not by_name else ():
            setattr(module, bound, original)
        setattr(holder, name, original)


def _bindings(value: Any, name: str | None) -> list[tuple[Any, str]]:
    """The modules of the product that have this very object; a constant only under its own name, since 0.5 may be many things."""
    found = []
    for module in _modules():
        for bound, there in list(vars(module).items()) if name is None else [(name, vars(module).get(name))]:
            if there is value and value is not None:
                found.append((module, bound))
    return found


def _modules() -> list[Any]:
    return [module for name, module in list(sys.modules.items()) if module is not None and name.partition(".")[0] in PACKAGES]


def _forget() -> None:
    """Empty the caches of functions, which hold results with another rule."""
    for module in _modules():
        for value in list(vars(module).values()):
            clear = getattr(value, "cache_clear", None)
            if clear is not None and callable(clear):
                clear()
