"""Encoder weights in 32 bits or in 8 bits. Eight bits are about twice as fast where the processor can multiply them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

SIGN = ":int8"
"""The suffix of a model's name for its weights in 8 bits."""
_SUFFIX = "-int8"
_INSTRUCTIONS = frozenset({"avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm"})
"""Linux's names of the required instructions. Without them products overflow at 16 bits, and vectors are wrong."""


def named(name: str) -> str:
    """The name of a model's weights in 8 bits. Since their vectors differ, their name has to differ too."""
    return name + _SUFFIX


def is_int8(name: str) -> bool:
    """True for the name of weights in 8 bits."""
    return name.endswith(_SUFFIX)


@cache
def has_instructions(file: Path = Path("/proc/cpuinfo")) -> bool:
    """True if this processor can multiply numbers of 8 bits exactly. False if that cannot be found out."""
    try:
        return not _INSTRUCTIONS.isdisjoint(file.read_text(encoding="utf-8", errors="replace").split())
    except OSError:
        return False
