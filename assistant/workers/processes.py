"""Workers in processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait as wait_for
from typing import Any

from assistant.workers.crew import Crew, Lost
from assistant.workers.jobs import Setup, Worker

_Task = tuple[int, Future[Any]]
"""The number of the pool (each death ends a pool), and its task."""


class Processes(Crew):
    """A number of processes. They end with this one, even if it is killed."""

    def __init__(self, setup: Setup, size: int) -> None:
        self.size = size
        self._setup = setup
        self._number = 0
        self._is_broken = False
        self._pool = self._start()

    def send(self, task: str, item: Any) -> _Task:
        try:
            return self._number, self._pool.submit(_do, task, item)
        except BrokenProcessPool:  # a worker died without a task being waited for
            self._is_broken = True
            self.renew()
            return self._number, self._pool.submit(_do, task, item)

    def done(self, tasks: Sequence[_Task]) -> Sequence[_Task]:
        over = wait([future for _, future in tasks], return_when=FIRST_COMPLETED).done
        return [task for task in tasks if task[1] in over]

    def result(self, task: _Task) -> Any:
        try:
            return task[1].result()
        except BrokenProcessPool as error:
            self._is_broken = self._is_broken or task[0] == self._number
            raise Lost("a process was ended by the system, or did not start") from error

    def renew(self) -> None:
        if self._is_broken:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._number += 1
            self._is_broken = False
            self._pool = self._start()

    def close(self) -> None:
        for process in list((self._pool._processes or {}).values()):
            process.kill()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _start(self) -> ProcessPoolExecutor:
        # Not forked: a child would inherit the locks of model threads in this process.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.size, mp_context=context, initializer=_begin, initargs=(self._setup,))


_worker: list[Worker] = []


def _begin(setup: Setup) -> None:
    """Prepare this process: ignore Ctrl-C, which the parent handles, and end with the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    _worker.append(Worker(setup))


def _end_with(sentinel: int) -> None:
    wait_for([sentinel])
    os._exit(1)


def _do(task: str, item: Any) -> Any:
    return getattr(_worker[0], task)(item)
