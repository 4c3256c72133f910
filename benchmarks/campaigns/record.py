"""The record of a campaign in a file, from which it continues. Its seed determines every run."""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path


class Record:
    """The runs of a campaign: how they ended, by name, and every fault with the number of its run."""

    def __init__(self, file: Path, seed: int) -> None:
        self._file = file
        said = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        self.seed: int = said.get("seed", seed)
        self.runs: int = said.get("runs", 0)
        self.seconds: float = said.get("seconds", 0.0)
        self.outcomes: dict[str, int] = said.get("outcomes", {})
        self.faults: list[dict[str, object]] = said.get("faults", [])
        self.slowest: float = said.get("slowest", 0.0)

    def chance(self) -> random.Random:
        """What the present run draws from."""
        return random.Random(f"{self.seed} {self.runs}")

    def note(self, outcome: str, seconds: float = 0.0, count: int = 1) -> None:
        """Record the outcome of the present run, or of a part of it."""
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + count
        self.slowest = max(self.slowest, seconds)

    def fault(self, what: str) -> None:
        """Record a fault of the present run."""
        self.faults.append({"run": self.runs, "what": what})
        print(f"run {self.runs}: {what}", flush=True)

    def save(self, count: int = 1, seconds: float = 0.0) -> None:
        """Save the record after a number of runs."""
        self.runs += count
        self.seconds += seconds
        state = {name: getattr(self, name) for name in ("seed", "runs", "seconds", "slowest")}
        text = json.dumps({**state, "outcomes": dict(sorted(self.outcomes.items())), "faults": self.faults}, indent=1)
        beside = self._file.with_name(f".{self._file.name}")
        beside.write_text(text, encoding="utf-8")
        beside.replace(self._file)

    def show(self) -> None:
        """Print the figures."""
        outcomes = ", ".join(f"{count:,} {name}" for name, count in sorted(self.outcomes.items()))
        print(f"{self.runs:,} runs in {self.seconds / 60:.0f} minutes: {outcomes}; slowest {self.slowest:.1f} s; {len(self.faults)} faults")


def arguments(about: str) -> argparse.ArgumentParser:
    """The arguments of every campaign."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", type=Path, required=True, help="the file that a campaign goes on from")
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=1)
    return parser


def until(record: Record, minutes: float) -> Iterator[None]:
    """Yield runs until the minutes are over, at least one. Each is saved at its end."""
    end = time.monotonic() + 60 * minutes
    while True:
        start = time.monotonic()
        yield
        record.save(seconds=time.monotonic() - start)
        if time.monotonic() >= end:
            break


def own_time() -> float:
    """The time without what this thread spent waiting for a processor that others used, in seconds from some moment on."""
    waiting = Path("/proc/thread-self/schedstat")
    return time.monotonic() - (int(waiting.read_text().split()[1]) / 1e9 if waiting.exists() else 0.0)
