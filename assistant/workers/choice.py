"""The user's choice of workers for an ingest."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.errors import UsageError

if TYPE_CHECKING:
    from assistant.workers.crew import Crew
    from assistant.workers.jobs import Setup

_MOST = 256


@dataclass(frozen=True, slots=True)
class Workforce:
    """`size` processes of this machine, or actors of the Ray cluster at `address`: `ray` for this machine, or `ray://HOST:PORT`.

    With neither, this process does the work, with threads on all cores. A cluster without a size uses all its processors.
    """

    size: int | None = None
    address: str = ""

    @staticmethod
    def make(size: int | None, address: str | None) -> Workforce:
        """A choice from user input. Raises UsageError, and ExtraMissing without the package of the cluster."""
        if size is not None and not 1 <= size <= _MOST:
            raise UsageError(f"There cannot be {size} workers.", f"Name a number from 1 to {_MOST}.")
        if address:
            from assistant.workers.cluster import check_address

            check_address(address)
        return Workforce(size, address or "")

    def open(self, setup: Setup) -> Crew | None:
        """The workers; None if this process works alone. Raises WorkersUnavailable."""
        if self.address:
            from assistant.workers.cluster import RayCrew

            return RayCrew(replace(setup, threads=1), self.address, self.size)
        if self.size is None or self.size == 1:
            return None
        from assistant.workers.processes import Processes

        return Processes(replace(setup, threads=max(1, (os.cpu_count() or 1) // self.size)), self.size)


ALONE = Workforce()
