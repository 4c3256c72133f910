"""Background jobs: reading documents, fetching a model. One runs at a time, with visible progress."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from assistant.errors import LibraryBusy, Unexpected
from assistant.progress import Progress
from assistant.web.errors import Stopped
from ingest.errors import StudyError

_REMEMBERED = 20


@dataclass(slots=True)
class Job:
    """A job with its progress, and in the end its result or its error."""

    number: int
    title: str
    stage: str = ""
    done: int = 0
    total: int = 0
    result: Any = None
    error: StudyError | None = None
    is_over: bool = False
    back: str = "/library"
    changes: int = field(default=0)
    stops_with: str = ""
    """What a job that was stopped leaves behind, in words; empty for a job that cannot be stopped."""
    is_stopping: bool = False

    def progress(self, stage: str, done: int, total: int) -> None:
        """Record its progress. Raises Stopped if the user stopped it."""
        if self.is_stopping:
            raise Stopped(self.stops_with)
        self.stage, self.done, self.total = stage, done, total
        self.changes += 1


class Jobs:
    """The jobs of a server, the running one and the last ones."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._jobs: dict[int, Job] = {}

    @property
    def running(self) -> Job | None:
        return next((job for job in self._jobs.values() if not job.is_over), None)

    def get(self, number: int) -> Job | None:
        return self._jobs.get(number)

    def start(self, title: str, work: Callable[[Progress], Any], back: str = "/library", stops_with: str = "") -> Job:
        """Start a job in its own thread; its page leads to `back` afterwards. Raises LibraryBusy while another one runs."""
        with self._lock:
            if (other := self.running) is not None:
                raise LibraryBusy(f"“{other.title}” is still going on.", "Try again when it is done.")
            job = Job(next(self._numbers), title, back=back, stops_with=stops_with)
            self._jobs[job.number] = job
            for number in [number for number, one in self._jobs.items() if one.is_over][:-_REMEMBERED]:
                del self._jobs[number]
        threading.Thread(target=_run, args=(job, work), daemon=True, name=f"job {job.number}").start()
        return job


def _run(job: Job, work: Callable[[Progress], Any]) -> None:
    try:
        job.result = work(job.progress)
    except StudyError as error:
        job.error = error
    except Exception as error:
        job.error = Unexpected(f"It failed ({type(error).__name__}).", "The server's output says more.")
        raise
    finally:
        job.is_over = True
        job.changes += 1
