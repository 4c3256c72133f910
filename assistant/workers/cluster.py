"""Workers as actors of a Ray cluster (extra `ray`): one that runs at an address, or one that is started on this machine for the ingest."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from assistant.errors import ExtraMissing, WorkersUnavailable
from assistant.workers.crew import Crew, Lost
from assistant.workers.jobs import Setup, Worker
from ingest import READING_VERSION
from ingest.errors import UsageError

_SECONDS = 10.0
"""Seconds to wait for an address."""
_START = 120.0
"""Seconds to wait for the first worker, whose node may have to open an encoder from a slow disk."""
_HERE = "ray"


def check_address(address: str) -> None:
    """Raise UsageError for an invalid address, and ExtraMissing without the package."""
    if address != _HERE and not _endpoint(address):
        raise UsageError(f"{address!r} is no address of a cluster.", "There are ray, for this machine, and ray://HOST:PORT.")
    if find_spec("ray") is None:
        raise ExtraMissing("ray", "ray")


class RayCrew(Crew):
    """Actors, each of which opens its encoder once. `size` of them, or as many as the cluster has processors."""

    def __init__(self, setup: Setup, address: str, size: int | None) -> None:
        """Connect. Raises WorkersUnavailable, UsageError and ExtraMissing."""
        check_address(address)
        self._address = address
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        if address != _HERE:
            _reach(address)
        ray: Any = import_module("ray")  # which is typed in part
        self._ray = ray
        _silence()
        options: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
        try:
            if address == _HERE:
                found = {"env_vars": {"PYTHONPATH": os.pathsep.join(sys.path)}}  # the same packages as in this process
                ray.init(address="local", include_dashboard=False, num_cpus=size, runtime_env=found, **options)
            else:
                ray.init(address=address, **options)
            self.size = size or max(1, int(ray.cluster_resources().get("CPU", 1)))
            actor = ray.remote(num_cpus=setup.threads or 1, max_restarts=-1, max_task_retries=0)(_Actor)
            self._actors = [actor.remote(setup, READING_VERSION) for _ in range(self.size)]
            ready, _ = ray.wait([one.version.remote() for one in self._actors], num_returns=1, timeout=_START)
            if not ready:
                raise WorkersUnavailable(f"The cluster at {address} gives no worker a processor.", "Ask for fewer workers.")
            version = ray.get(ready[0])
        except (ConnectionError, TimeoutError, RuntimeError, ray.exceptions.RayError) as error:
            self.close()
            reason = (str(error).strip().splitlines() or [type(error).__name__])[-1][:300]
            raise WorkersUnavailable(
                f"The cluster at {address} does not work ({reason}).", "Every node needs this version of study, its encoder and Python."
            ) from error
        except BaseException:
            self.close()
            raise
        if version != READING_VERSION:
            self.close()
            raise WorkersUnavailable(
                f"The cluster at {address} has another version of study (reads as {version}, here {READING_VERSION}).",
                "Install the same version on every node.",
            )
        self._given: dict[Any, int] = {}
        self._load = [0] * self.size

    def send(self, task: str, item: Any) -> Any:
        at = self._load.index(min(self._load))
        sent = getattr(self._actors[at], task).remote(item)
        self._given[sent] = at
        self._load[at] += 1
        return sent

    def done(self, tasks: Sequence[Any]) -> Sequence[Any]:
        try:
            return list(self._ray.wait(list(tasks), num_returns=1)[0])
        except (ConnectionError, self._ray.exceptions.RayError) as error:
            raise self._gone(error) from error

    def result(self, task: Any) -> Any:
        self._load[self._given.pop(task)] -= 1
        raised = self._ray.exceptions
        try:
            return self._ray.get(task)
        except raised.RayTaskError as error:
            raise (error.cause if isinstance(getattr(error, "cause", None), Exception) else error) from None
        except (raised.RayActorError, raised.WorkerCrashedError, raised.OutOfMemoryError, raised.ObjectLostError) as error:
            raise Lost(f"an actor of {self._address} died") from error
        except (ConnectionError, raised.RayError) as error:
            raise self._gone(error) from error

    def renew(self) -> None:
        """Wait until Ray has restarted the actors, which it does by itself."""
        end = time.monotonic() + _START
        for actor in self._actors:
            while True:
                try:
                    self._ray.get(actor.version.remote(), timeout=_START)
                    break
                except (ConnectionError, self._ray.exceptions.RayError) as error:
                    if time.monotonic() > end:
                        raise self._gone(error) from error
                    time.sleep(0.2)

    def close(self) -> None:
        with suppress(Exception):  # it may have ended already
            self._ray.shutdown()

    def _gone(self, error: Exception) -> WorkersUnavailable:
        return WorkersUnavailable(
            f"The cluster at {self._address} is gone ({type(error).__name__}).",
            "Ingest again once it is back: what was finished is kept.",
        )


class _Actor:
    """A worker in a process of the cluster."""

    def __init__(self, setup: Setup, version: int) -> None:
        self._worker = Worker(setup)
        self._expected = version

    def version(self) -> int:
        return READING_VERSION

    def read(self, item: Any) -> Any:
        return self._worker.read(item)

    def encode(self, item: Any) -> Any:
        return self._worker.encode(item)


def _silence() -> None:
    """Keep what nodes say about dead workers off the standard output, where Ray always prints it, since results are printed there."""
    import_module("ray._private.worker").print_to_stdstream = lambda *_, **__: None  # type: ignore[attr-defined]


def _endpoint(address: str) -> tuple[str, int] | None:
    """The host and the port of `ray://HOST:PORT`."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    return (host, int(port)) if address.startswith("ray://") and colon and host and port.isdigit() else None


def _reach(address: str) -> None:
    """Raise WorkersUnavailable if nothing listens; the client of Ray would retry for minutes."""
    endpoint = _endpoint(address)
    assert endpoint is not None
    try:
        socket.create_connection(endpoint, timeout=_SECONDS).close()
    except OSError as error:
        raise WorkersUnavailable(
            f"Nothing answers at {address} ({error.strerror or error}).",
            "Start the cluster with its client server (port 10001 by default), or use workers of this machine.",
        ) from error
