"""Eight processes that write to one library and eight that read it, at the same time.

    python -m benchmarks.campaigns.crowd --record crowd.json --minutes 5

Writers ingest folders of their own, answer items, correct, and chat; readers search, ask and follow paths. Nobody fails, nobody but an
ingest waits longer than ten seconds (beside the time that it waits for a processor), no reader sees a note in two states, and at the end
everything that was written is there.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import tempfile
import time
import traceback
from collections import Counter
from multiprocessing.queues import Queue
from pathlib import Path

from assistant import Library
from assistant.practice.keeping.store import load_log
from benchmarks.campaigns.actions import prepare
from benchmarks.campaigns.record import Record, arguments, own_time, until

_WRITERS, _READERS = 8, 8
_LONGEST = 10.0
_Told = tuple[str, int, float, str]
"""Who tells, how often it was done, the longest time, and what went wrong."""


def write(number: int, stage: Path, end: float, told: Queue[_Told]) -> None:
    """Write until the end."""
    verbs = ("ingest", "review", "correct", "chat")
    verb = verbs[number % len(verbs)]
    folder = stage / f"own{number}"
    folder.mkdir(exist_ok=True)
    done, longest, wrong = 0, 0.0, ""
    try:
        with Library.open(stage / "library") as library:
            items = [entry.item.id for entry in library.practice.items()] if verb == "review" else []
            while time.time() < end:
                start = own_time()
                if verb == "ingest":
                    words = f"Cell {number} holds turgor {done}."
                    (folder / f"mine{number}.md").write_text(f"# Mine {number}\n\n{words}\n\n## More\n\nAgain: {words}\n")
                    library.ingest(folder, wait=True)
                elif verb == "review":
                    library.practice.review(items[done % len(items)], 3)
                elif verb == "correct":
                    library.correct.rename("osmosis", f"Osmosis {number} {done}")
                else:
                    library.chat(f"chat{number}", model=False).ask("why does a plant wilt")
                done += 1
                longest = max(longest, own_time() - start)
                time.sleep(0.2)
    except BaseException:
        wrong = traceback.format_exc()[-1500:]
    told.put((f"{verb} {number}", done, longest, wrong))


def read(number: int, stage: Path, end: float, told: Queue[_Told]) -> None:
    """Read until the end."""
    chance = random.Random(number)
    done, longest, wrong = 0, 0.0, ""
    try:
        with Library.open(stage / "library") as library:
            while time.time() < end:
                start = own_time()
                kind = chance.randrange(3)
                if kind == 0:
                    for hit in library.search(f"cell {chance.choice((0, 4))} turgor"):
                        own = [line for line in hit.chunk.text.splitlines() if "holds turgor" in line]
                        if len({line.removeprefix("Again: ") for line in own}) > 1:
                            raise AssertionError(f"a note in two states: {own}")
                elif kind == 1:
                    library.ask("why does a plant wilt", model=False)
                else:
                    library.path("transpiration")
                done += 1
                longest = max(longest, own_time() - start)
                time.sleep(0.2)
    except BaseException:
        wrong = traceback.format_exc()[-1500:]
    told.put((f"read {number}", done, longest, wrong))


def main() -> None:
    options = arguments(__doc__ or "").parse_args()
    record = Record(options.record, options.seed)
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["benchmarks.campaigns.actions", "assistant.building.snapshot_writer"])
    with tempfile.TemporaryDirectory() as made:
        os.environ["HOME"] = os.environ["XDG_DATA_HOME"] = os.environ["XDG_CONFIG_HOME"] = made
        stage = Path(made) / "stage"
        prepare(stage)
        had = {name: int((stage / name).read_text()) for name in ("reviews", "corrections")}
        for _ in until(record, 0):  # one run, of so many minutes
            told: Queue[_Told] = processes.Queue()
            end = time.time() + 60 * options.minutes
            crowd = [processes.Process(target=write, args=(number, stage, end, told)) for number in range(_WRITERS)]
            crowd += [processes.Process(target=read, args=(number, stage, end, told)) for number in range(_READERS)]
            for process in crowd:
                process.start()
            done: Counter[str] = Counter()
            for name, count, longest, wrong in (told.get(timeout=60 * options.minutes + 300) for _ in crowd):
                kind = name.split()[0]
                done[kind] += count
                record.note(kind, longest, count)
                if wrong:
                    record.fault(f"{name}: {wrong}")
                if kind != "ingest" and longest > _LONGEST:
                    record.fault(f"{name} took {longest:.0f} s")
                print(f"{name}: {count}, longest {longest:.1f} s", flush=True)
            for process in crowd:
                process.join()
            with Library.open(stage / "library") as library:
                found = {
                    "review": len(load_log(library.layout)) - had["reviews"],
                    "correct": len(library.correct.all()) - had["corrections"],
                    "chat": sum(len(library.chat(f"chat{number}").turns) for number in range(_WRITERS)),
                }
            for kind, count in found.items():
                if count != done[kind]:
                    record.fault(f"{done[kind]} times {kind}, {count} are there")
    record.show()


if __name__ == "__main__":
    main()
