"""A user's actions on a library, logged when done, and the check that nothing is lost and nothing else is there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant import Library
from assistant.practice.keeping.store import load_log

NOTES = Path(__file__).resolve().parents[2] / "docs" / "guide" / "notes"
_QUESTION = "why does a plant wilt"
_CHAT = "exam"
_BACKED_UP = (1, 1)
"""The turns and the corrections in the backup."""


class Lost(AssertionError):
    """A logged action is missing in the library, or it has something that nobody did."""


@dataclass(frozen=True, slots=True)
class Action:
    """`do` acts on the library of a stage and logs each step; `check` raises Lost, given the number of steps that were logged.

    `loops` is true if it takes a given number of steps.
    """

    do: Callable[[Path, int], None]
    check: Callable[[Path, int], None]
    loops: bool


def prepare(stage: Path) -> None:
    """A library with notes, corrections, an answer and a conversation, and the backup of an earlier state of it.

    It stays where it is, since its notes have absolute paths; a copy of it elsewhere brings it back after each run.
    """
    stage.mkdir()
    shutil.copytree(NOTES, stage / "notes")
    with _opened(stage) as library:
        library.ingest(stage / "notes")
        library.practice.refresh()
        library.chat(_CHAT, model=False).ask(_QUESTION)
        library.correct.rename("diffusion", "Diffusion 0")
        library.back_up(stage / "backup.zip")
        library.correct.rename("osmosis", "Osmosis 0")
        library.practice.review(library.practice.items()[0].item.id, 3)
        library.chat(_CHAT, model=False).ask("what is osmosis")
    for name in ("turns", "reviews", "corrections"):
        (stage / name).write_text(str(_count(stage, name)))


def change_notes(stage: Path, run: int) -> None:
    """The user edits: one note is new, one is changed, one is gone."""
    (stage / "notes" / "new.md").write_text(f"# Turgor\n\nTurgor number {run} keeps a leaf stiff, since water presses on its walls.\n")
    (stage / "notes" / "diffusion.md").unlink()
    with (stage / "notes" / "osmosis.md").open("a") as file:
        file.write(f"\nRun {run} fills the vacuoles of a root hair.\n")


def steps_logged(stage: Path) -> int:
    """The number of logged steps."""
    log = stage / "log"
    return len(log.read_text().splitlines()) if log.exists() else 0


@contextmanager
def _opened(stage: Path) -> Iterator[Library]:
    with Library.open(stage / "library") as library:
        yield library


def _log(stage: Path) -> None:
    with (stage / "log").open("a") as file:
        file.write("done\n")
        file.flush()
        os.fsync(file.fileno())


def _ingest(stage: Path, _steps: int) -> None:
    with _opened(stage) as library:
        library.ingest(stage / "notes")
    _log(stage)


def _correct(stage: Path, steps: int) -> None:
    with _opened(stage) as library:
        for number in range(1, steps + 1):
            library.correct.rename("osmosis", f"Osmosis {number}")
            _log(stage)


def _review(stage: Path, steps: int) -> None:
    with _opened(stage) as library:
        items = [entry.item.id for entry in library.practice.items()]
        for number in range(steps):
            library.practice.review(items[number % len(items)], 3)
            _log(stage)


def _chat(stage: Path, steps: int) -> None:
    with _opened(stage) as library:
        chat = library.chat(_CHAT, model=False)
        for _ in range(steps):
            chat.ask(_QUESTION)
            _log(stage)


def _restore(stage: Path, _steps: int) -> None:
    with _opened(stage) as library:
        library.restore(stage / "backup.zip", replace=True)
    _log(stage)


def _count(stage: Path, name: str) -> int:
    with _opened(stage) as library:
        if name == "turns":
            return len(library.chat(_CHAT).turns)
        if name == "reviews":
            return len(load_log(library.layout))
        return len(library.correct.all())


def _grown(name: str) -> Callable[[Path, int], None]:
    """The check that all steps count, and at most one more."""

    def check(stage: Path, steps: int) -> None:
        had, has = int((stage / name).read_text()), _count(stage, name)
        if has - had not in (steps, steps + 1):
            raise Lost(f"{steps} {name} were made, {has - had} are there")
        _serves(stage)

    return check


def _serves(stage: Path) -> None:
    """The library answers, and every passage stands in the file that it names."""
    with _opened(stage) as library:
        hits = library.search(_QUESTION)
        if not hits:
            raise Lost("nothing is found")
        for hit in hits:
            if not library.show(f"{hit.chunk.document}:{hit.chunk.span.first}-{hit.chunk.span.last}").lines:
                raise Lost(f"{hit.chunk.document} has not the lines of a hit")


def _ingested(stage: Path, steps: int) -> None:
    before = {file.name for file in NOTES.iterdir()}
    after = before - {"diffusion.md"} | {"new.md"}
    _serves(stage)
    with _opened(stage) as library:
        names = {record.name for record in library.documents()}
        if names not in ((after,) if steps else (before, after)):
            raise Lost(f"the documents are {sorted(names)}")
        new = any("root hair" in hit.chunk.text for hit in library.search("what fills the vacuoles of a root hair"))
        if new != (names == after):
            raise Lost("the passages are of another state than the documents")
        library.ingest(stage / "notes")
        if {record.name for record in library.documents()} != after:
            raise Lost("the next ingest does not mend it")
        damage = library.session().snapshot.damage()
        if damage:
            raise Lost(f"damaged files: {damage}")


def _restored(stage: Path, steps: int) -> None:
    old = tuple(int((stage / name).read_text()) for name in ("turns", "corrections"))
    found = (_count(stage, "turns"), _count(stage, "corrections"))
    if found not in ((_BACKED_UP,) if steps else (old, _BACKED_UP)):
        raise Lost(f"turns and corrections are {found}, neither {old} nor {_BACKED_UP}")
    _serves(stage)


ACTIONS = {
    "ingest": Action(_ingest, _ingested, False),
    "corrections": Action(_correct, _grown("corrections"), True),
    "reviews": Action(_review, _grown("reviews"), True),
    "chat": Action(_chat, _grown("turns"), True),
    "restore": Action(_restore, _restored, False),
}
