"""SIGKILL at random moments while a library is ingested into, corrected, practised with, chatted with and restored.

    python -m benchmarks.campaigns.kills --record kills.json --minutes 5

Actions completed before the kill have to be there, the interrupted one may be, the library answers at once, and the next ingest repairs
interrupted work.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import tempfile
import time
import traceback
from pathlib import Path

from benchmarks.campaigns.actions import ACTIONS, change_notes, prepare, steps_logged
from benchmarks.campaigns.record import Record, arguments, own_time, until

_LONGEST = 10.0
_STEPS = 200
"""More steps than there is time for before the kill."""


def act(name: str, stage: Path) -> None:
    """Do an action in this process."""
    (stage / "began").touch()
    ACTIONS[name].do(stage, _STEPS)


def main() -> None:
    options = arguments(__doc__ or "").parse_args()
    record = Record(options.record, options.seed)
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["benchmarks.campaigns.actions", "assistant.building.snapshot_writer"])
    with tempfile.TemporaryDirectory() as made:
        os.environ["HOME"] = os.environ["XDG_DATA_HOME"] = os.environ["XDG_CONFIG_HOME"] = made
        base, stage = Path(made) / "base", Path(made) / "stage"
        prepare(stage)
        shutil.copytree(stage, base)
        lasts = dict.fromkeys(ACTIONS, 2.0)
        for _ in until(record, options.minutes):
            chance = record.chance()
            name = chance.choice(sorted(ACTIONS))
            shutil.rmtree(stage, ignore_errors=True)
            shutil.copytree(base, stage)
            if name == "ingest":
                change_notes(stage, record.runs)
            process = processes.Process(target=act, args=(name, stage))
            process.start()
            while not (stage / "began").exists():
                time.sleep(0.005)
            start = time.monotonic()
            process.join(chance.uniform(0, 1.2 * lasts[name]))
            killed = process.is_alive()
            process.kill()
            process.join()
            if not killed and not ACTIONS[name].loops:
                lasts[name] = (lasts[name] + time.monotonic() - start) / 2
            begun = own_time()
            try:
                ACTIONS[name].check(stage, steps_logged(stage))
            except Exception:
                record.fault(f"{name}: {traceback.format_exc()[-1500:]}")
            took = own_time() - begun
            if took > _LONGEST:
                record.fault(f"{name}: the check took {took:.0f} s")
            record.note(f"{name} {'killed' if killed else 'finished'}", took)
    record.show()


if __name__ == "__main__":
    main()
