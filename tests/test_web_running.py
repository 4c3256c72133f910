"""Calls in threads: bounded in time, and ended when nobody waits any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator

import anyio
import pytest

from assistant.errors import LibraryBusy
from assistant.progress import Progress
from assistant.web.errors import TookTooLong
from assistant.web.jobs import Jobs
from assistant.web.running import Workers


def test_a_call_that_takes_too_long_is_not_waited_for() -> None:
    async def run() -> None:
        with pytest.raises(TookTooLong):
            await Workers(seconds=0.05).call(time.sleep, 1)

    begun = time.perf_counter()
    anyio.run(run)
    assert time.perf_counter() - begun < 0.9


def test_a_stream_is_closed_when_the_client_leaves() -> None:
    steps: list[int] = []
    closed = threading.Event()

    def model() -> Generator[int, None, None]:
        try:
            for number in range(1_000):
                time.sleep(0.01)
                steps.append(number)
                yield number
        finally:
            closed.set()

    async def run() -> None:
        with anyio.move_on_after(0.2):
            async with Workers().stream(model) as values:
                async for _ in values:
                    pass

    anyio.run(run)
    assert closed.is_set()
    assert 0 < len(steps) < 100


def test_a_stream_that_goes_on_too_long_ends() -> None:
    def endless() -> Generator[int, None, None]:
        while True:
            time.sleep(0.01)
            yield 1

    async def run() -> None:
        async with Workers(asking_seconds=0.1).stream(endless) as values:
            async for _ in values:
                pass

    with pytest.raises(TookTooLong):
        anyio.run(run)


def test_one_job_goes_on_at_a_time() -> None:
    jobs, go_on = Jobs(), threading.Event()

    def work(progress: Progress) -> str:
        progress("Reading", 1, 2)
        go_on.wait(5)
        return "done"

    first = jobs.start("Reading notes", work)
    with pytest.raises(LibraryBusy):
        jobs.start("Reading more", work)
    go_on.set()
    while not first.is_over:
        time.sleep(0.01)
    assert (first.result, first.stage, first.done, first.total) == ("done", "Reading", 1, 2)
    second = jobs.start("Failing", lambda _: (_ for _ in ()).throw(LibraryBusy("It is busy.")))
    while not second.is_over:
        time.sleep(0.01)
    assert second.error is not None
    assert jobs.get(1) is first
    assert jobs.get(99) is None
