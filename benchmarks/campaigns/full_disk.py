"""A disk that fills up at random writes while a library is ingested into, corrected, practised with, chatted with and restored.

    python -m benchmarks.campaigns.full_disk --record disk.json --minutes 5          # as root: the disk is a small tmpfs

The action ends with an error that a person understands, or has room enough. What was done is there, the library still answers on the full
disk, and once there is room again all goes on.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import tempfile
import traceback
from contextlib import suppress
from pathlib import Path

from benchmarks.campaigns.actions import ACTIONS, Lost, change_notes, prepare, steps_logged
from benchmarks.campaigns.record import Record, arguments, until
from ingest.errors import StudyError

_LONGEST = 60.0
_STEPS = 12
_SIZE = 64 * 2**20
_ROOM = {"ingest": 4 * 2**20, "restore": 2**20}
"""About what an action writes; the others write less."""
_LITTLE = 96 * 2**10


def act(name: str, stage: Path, told: Path) -> None:
    """Do an action in this process. The outcome is written to another disk."""
    try:
        ACTIONS[name].do(stage, _STEPS)
        told.write_text("finished")
    except (StudyError, OSError) as error:
        told.write_text(f"refused {error}")
    except BaseException:
        told.write_text(traceback.format_exc())


def main() -> None:
    options = arguments(__doc__ or "").parse_args()
    record = Record(options.record, options.seed)
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["benchmarks.campaigns.actions", "assistant.building.snapshot_writer"])
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryDirectory() as elsewhere:
        os.environ["HOME"] = os.environ["XDG_DATA_HOME"] = os.environ["XDG_CONFIG_HOME"] = made
        disk, base, told = Path(made) / "disk", Path(elsewhere) / "base", Path(elsewhere) / "told"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", disk], check=True)
        try:
            prepare(disk / "stage")
            shutil.copytree(disk / "stage", base)
            for _ in until(record, options.minutes):
                _run(record, processes, base, disk, told)
        finally:
            subprocess.run(["umount", "-l", disk], check=True)
    record.show()


def _run(record: Record, processes: multiprocessing.context.ForkServerContext, base: Path, disk: Path, told: Path) -> None:
    chance = record.chance()
    name = chance.choice(sorted(ACTIONS))
    stage = disk / "stage"
    for entry in disk.iterdir():
        entry.unlink() if entry.is_file() else shutil.rmtree(entry)
    shutil.copytree(base, stage)
    if name == "ingest":
        change_notes(stage, record.runs)
    room = int(chance.random() * _ROOM.get(name, _LITTLE))
    _fill(disk, room)
    told.unlink(missing_ok=True)
    process = processes.Process(target=act, args=(name, stage, told))
    process.start()
    process.join(_LONGEST)
    if process.is_alive():
        process.kill()
        record.fault(f"{name}: did not end in {_LONGEST} s with {room} bytes of room")
    process.join()
    ended = told.read_text() if told.exists() else f"died with {process.exitcode}"
    if not ended.startswith(("finished", "refused")):
        record.fault(f"{name}, {room} bytes of room: {ended[-1500:]}")
    try:
        (disk / "filler").unlink()
        ACTIONS[name].check(stage, steps_logged(stage))
    except Exception:
        record.fault(f"{name}, {room} bytes of room: {traceback.format_exc()[-1500:]}")
    record.note(f"{name} {ended.split()[0]}")


def _fill(disk: Path, room: int) -> None:
    """Fill the disk except for `room` bytes."""
    status = os.statvfs(disk)
    left = status.f_bavail * status.f_frsize - room
    with suppress(OSError), (disk / "filler").open("wb") as file:
        while left > 0:
            left -= file.write(b"\0" * min(left, 2**16))
    if not disk.is_mount():
        raise Lost("the disk is no mount")


if __name__ == "__main__":
    main()
