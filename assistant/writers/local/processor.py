"""The processor features and cores that llama.cpp should use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_CPUINFO = Path("/proc/cpuinfo")


def cores() -> int:
    """The cores that this process may use, each counted once: a second thread on the same core makes a model no faster."""
    usable = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))
    found = {place for number, place in _places().items() if number in usable}
    return max(1, len(found) or (len(usable) + 1) // 2)


def traps_matrices() -> bool:
    """True on a virtual machine whose processor has matrix instructions (AMX).

    Some such machines announce these instructions but kill programs that use them, so they are not used.
    """
    flags = next((line.split() for line in _cpuinfo() if line.startswith("flags")), [])
    return "hypervisor" in flags and any(flag.startswith("amx_") for flag in flags)


@contextmanager
def without_matrices(llama_cpp: Any) -> Iterator[None]:
    """A context in which models are loaded with unchanged weights, for which no matrix instructions are used."""
    library = llama_cpp.llama_cpp
    usual = library.llama_model_default_params

    def plain() -> Any:
        parameters = usual()
        parameters.use_extra_bufts = False
        return parameters

    library.llama_model_default_params = plain
    try:
        yield
    finally:
        library.llama_model_default_params = usual


def _places() -> dict[int, tuple[str, str]]:
    """For each processor number the socket and the core that it is on; empty where the system does not say."""
    found: dict[int, tuple[str, str]] = {}
    number, socket = -1, ""
    for line in _cpuinfo():
        name, _, value = (part.strip() for part in line.partition(":"))
        if name == "processor" and value.isdecimal():
            number = int(value)
        elif name == "physical id":
            socket = value
        elif name == "core id":
            found[number] = socket, value
    return found


def _cpuinfo() -> list[str]:
    try:
        return _CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
