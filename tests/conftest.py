"""What every test stands on: a home of its own, one converted encoder for the whole session, and a little encoder that needs no model."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from samples import WordEncoder

from index.models.encoder import OnnxEncoder, default_model, encoder_folder, open_encoder


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """$STUDY_CACHE of the session: whatever asks for an encoder first converts it, all others find it there."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDY_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> None:
    """A job in a shell's background ignores Ctrl-C, and so would every process that a test starts and interrupts."""
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
def encoder_cache(cache: Path) -> Path:
    """$STUDY_CACHE with the default encoder converted in it (10 to 20 seconds, once a session)."""
    open_encoder(default_model())
    assert encoder_folder(default_model()).is_relative_to(cache)
    return cache


@pytest.fixture(scope="session")
def encoder(encoder_cache: Path) -> OnnxEncoder:
    """The default encoder, all-MiniLM-L6-v2."""
    return open_encoder(default_model())


@pytest.fixture
def word_encoder() -> WordEncoder:
    """A deterministic encoder that knows words, not meanings."""
    return WordEncoder()
