"""Mutated inputs for every reader, in isolated processes with little memory and little time.

    python -m benchmarks.campaigns.mutations --record mutations.json --minutes 5 [--inputs FOLDER]

A file is read or refused with a reason; a reader that raises anything else, runs longer than ten seconds, takes more than two gigabytes or
ends its process is a fault. `--inputs` adds real files to those that the tests make.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import random
import resource
import signal
import sys
import time
import traceback
import zipfile
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType

from benchmarks.campaigns.record import Record, arguments, until

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

_SECONDS = 10
_MEMORY = 2 * 2**30
_AT_ONCE = 50
_PIECES = [
    *(b"\0", b"\xff\xfe", b"\xe2\x80\xae", b"\r", b"\n\n", b"9" * 40),
    *(b"```", b"$$", b"<table>", b"\\begin{", b"{", b"}", b"[[", b"|", b"&#x110000;"),
]


class TooLong(Exception):
    """A reader exceeds its time."""


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The input with some bytes changed; in a zip file often bytes of a member."""
    if data[:2] == b"PK" and chance.random() < 0.7:
        return _member_mutated(data, chance)
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        at = chance.randrange(len(changed) + 1)
        match chance.randrange(7):
            case 0:
                changed[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del changed[at:]
            case 2:
                del changed[at : at + chance.randrange(1, 300)]
            case 3:
                changed[at:at] = chance.choice(_PIECES) * chance.choice((1, 1, 2, 50))
            case 4:
                changed[at:at] = changed[at : at + chance.randrange(1, 400)] * chance.randrange(1, 30)
            case 5:
                other = chance.randrange(len(changed) + 1)
                changed[at:at] = changed[other : other + chance.randrange(1, 400)]
            case _:
                changed[at : at + 4] = chance.randbytes(4)
    return bytes(changed[: 4 * 2**20])


def _member_mutated(data: bytes, chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as read, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as write:
        names = read.namelist()
        chosen = chance.choice(names)
        for name in names:
            content = read.read(name)
            if name == chosen and chance.random() < 0.1:
                continue
            write.writestr(name, mutated(content, chance) if name == chosen else content)
    return out.getvalue()


def serve(inputs: list[tuple[str, bytes]], asked: Connection) -> None:
    """Read the requested inputs, and report the outcome of each."""
    from formats import check

    from ingest.errors import BadDocument
    from ingest.readers import read_document

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    signal.signal(signal.SIGALRM, _ring)
    while (seed := asked.recv()) is not None:
        chance = random.Random(seed)
        name, data = chance.choice(inputs)
        start = time.monotonic()
        try:
            signal.alarm(_SECONDS)
            check(read_document(name, mutated(data, chance)))
            ended = "read"
        except BadDocument:
            ended = "refused"
        except BaseException:
            ended = traceback.format_exc()[-1500:]
        finally:
            signal.alarm(0)
        asked.send((name, ended, time.monotonic() - start))


def _ring(_signal: int, _frame: FrameType | None) -> None:
    raise TooLong


def main() -> None:
    from formats import MADE

    parser = arguments(__doc__ or "")
    parser.add_argument("--inputs", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    record = Record(options.record, options.seed)
    inputs = [(name, make()) for name, make in sorted(MADE.items())]
    inputs += [
        (file.name, file.read_bytes())
        for folder in options.inputs
        for file in sorted(folder.rglob("*"))
        if file.is_file() and 0 < file.stat().st_size < 300_000
    ]
    reader = _Reader(inputs)
    for _ in until(record, options.minutes):
        for _ in range(_AT_ONCE):
            name, ended, seconds = reader.ask(f"{record.seed} {record.runs}")
            record.note(ended if ended in ("read", "refused") else "faulty", seconds)
            if ended not in ("read", "refused"):
                record.fault(f"{name}: {ended}")
            record.runs += 1
        record.runs -= 1  # `until` counts the last
    reader.close()
    record.show()


class _Reader:
    """The reading process, restarted when it ends."""

    def __init__(self, inputs: list[tuple[str, bytes]]) -> None:
        self._inputs = inputs
        self._start()

    def ask(self, seed: str) -> tuple[str, str, float]:
        """The name of the input with this seed, how reading it ended, and how long it took."""
        start = time.monotonic()
        self._ours.send(seed)
        try:
            if not self._ours.poll(3 * _SECONDS):
                raise EOFError("hangs where no signal reaches it")
            name, ended, seconds = self._ours.recv()
            return str(name), str(ended), float(seconds)
        except EOFError as error:
            self._process.kill()
            self._process.join()
            name = random.Random(seed).choice(self._inputs)[0]
            code = self._process.exitcode
            self._start()
            return name, f"seed {seed!r} ended the process with {code} {error}", time.monotonic() - start

    def close(self) -> None:
        self._ours.send(None)
        self._process.join()

    def _start(self) -> None:
        processes = multiprocessing.get_context("fork")
        self._ours, theirs = processes.Pipe()
        self._process = processes.Process(target=serve, args=(self._inputs, theirs))
        self._process.start()
        theirs.close()


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
