"""A model fetched from the page of settings: its progress, its end, its failure with the reason, and stopping it."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from hubs import Hub, served_hub
from terminal import study, study_process
from tiny_gguf import write_tiny_gguf

from assistant.settings import load_settings

NAME = "qwen2.5-1.5b"
FILE = "Qwen/Qwen2.5-1.5B-Instruct-GGUF/resolve/main/qwen2.5-1.5b-instruct-q4_k_m.gguf"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with served_hub(write_tiny_gguf(tmp_path / "served.gguf").read_bytes() + bytes(24 << 20), FILE) as server:
        yield server


@contextmanager
def serving(hub: Hub, library: Path) -> Iterator[httpx.Client]:
    """In a process of its own: huggingface_hub reads its environment when it is imported."""
    environment = {**os.environ, "HF_ENDPOINT": f"http://127.0.0.1:{hub.server_port}", "HF_HUB_OFFLINE": "0"}
    with study_process("serve", "--port", "0", "--library", library, env=environment) as process:
        assert process.stdout is not None
        url = re.search(r"http://[\d.:]+", process.stdout.readline())
        assert url is not None
        try:
            with httpx.Client(base_url=url[0], follow_redirects=True, timeout=30) as client:
                yield client
        finally:
            hub.may_send.set()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)


def until(read: Callable[[], str], said: str) -> str:
    end = time.monotonic() + 20
    while said not in (text := read()):
        assert time.monotonic() < end, text
        time.sleep(0.05)
    return text


def test_a_model_is_fetched_stopped_continued_and_fails_with_the_reason(hub: Hub, tmp_path: Path, home: Path) -> None:
    with serving(hub, tmp_path / "library") as client:
        assert NAME in client.get("/settings").text

        def fetch() -> str:
            started = client.post("/settings/models/pull", data={"name": NAME})
            assert f"Fetching {NAME}" in started.text
            return started.url.path

        hub.status, hub.error = 404, "EntryNotFound"
        address = fetch()
        assert 'role="alert">The hub does not have Qwen/' in until(lambda: client.get(address).text, "failed")

        hub.status = 0
        hub.may_send.clear()
        address = fetch()
        half = until(lambda: client.get(address).text, " MB of 26 MB")
        assert re.search(r"Fetching: \d+ MB of 26 MB", half)
        assert "<progress value=" in half
        assert client.get("/api/v1/concepts/osmosis").status_code in (200, 404)  # nothing else waits for it
        assert "still going on" in client.post("/settings/models/pull", data={"name": NAME}).text
        client.post(f"{address}/stop")
        hub.may_send.set()
        assert "It was stopped. What arrived is kept" in until(lambda: client.get(address).text, "failed")
        assert load_settings().models == {}
        (part,) = home.rglob("*.part")
        assert part.stat().st_size > 0

        address = fetch()
        until(lambda: client.get(address).text, "Done.")
        assert NAME in client.get("/settings").text
    assert load_settings().model == NAME
    assert Path(load_settings().models[NAME].file).read_bytes() == hub.data
    assert study("model", "remove", NAME).code == 0
