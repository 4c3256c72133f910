"""Fixtures of every test: its own home, and for the whole session a converted encoder and a library of the starter course.

Processes that share the tests among them share these as well: the first that needs one makes it, the others wait for it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from samples import WordEncoder

from assistant import Library
from assistant.course import course_folder
from assistant.storage.snapshots import Layout, create_library
from index.models.encoder import OnnxEncoder, default_model, encoder_folder, open_encoder


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of a session share."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Lock the shared folder against the other processes of a session."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session", autouse=True)
def cache(shared: Path) -> Iterator[Path]:
    """$STUDY_CACHE of the session: the first use of an encoder converts it, and all others find it there."""
    folder = shared / "cache"
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDY_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> None:
    """Background jobs of a shell ignore Ctrl-C, and so would every process that a test starts; restore the default."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, with no library named, and no way to the network for models."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / ".local" / "share"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / ".cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / ".config"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.delenv("STUDY_LIBRARY", raising=False)
    return folder


@pytest.fixture(scope="session")
def encoder_cache(cache: Path, shared: Path) -> Path:
    """$STUDY_CACHE with the default encoder converted in it (10 to 20 seconds, once a session)."""
    with alone(shared):
        open_encoder(default_model())
    assert encoder_folder(default_model()).is_relative_to(cache)
    return cache


@pytest.fixture(scope="session")
def encoder(encoder_cache: Path) -> OnnxEncoder:
    """The default encoder, all-MiniLM-L6-v2."""
    return open_encoder(default_model())


@pytest.fixture(scope="session")
def course_library(shared: Path, encoder_cache: Path) -> Path:
    """A library of the starter course, which tests may ask but not change (20 seconds, once a session)."""
    folder = shared / "course"
    with alone(shared):
        if not folder.exists():
            with Library.open(shared / "course being made") as library:
                library.ingest(course_folder())
            (shared / "course being made").rename(folder)
    return folder


@pytest.fixture
def embedded_course(course_library: Path, home: Path) -> None:
    """An empty default library with the vectors of the starter course, which take most of the time."""
    layout = Layout(home / ".local" / "share" / "study" / "library")
    create_library(layout)
    shutil.copy(Layout(course_library).embeddings, layout.embeddings)


@pytest.fixture
def word_encoder() -> WordEncoder:
    """A deterministic encoder that knows words, not meanings."""
    return WordEncoder()
