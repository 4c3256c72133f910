"""Models by name: added, pulled over real connections from a hub on loopback, checked, used, removed; and the settings that keep them."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hubs import Hub, served_hub
from hypothesis import given, settings
from hypothesis import strategies as st
from terminal import study, study_process
from tiny_gguf import write_tiny_gguf

from assistant.settings import NamedModel, Settings, is_name, load_settings, parse_settings, settings_file, settings_text
from assistant.writers.catalogue import CATALOGUE, suggested
from assistant.writers.local.model_file import read_model_file


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with served_hub(write_tiny_gguf(tmp_path / "served.gguf").read_bytes()) as server:
        yield server


def run(hub: Hub | None, *words: str, offline: bool = False) -> subprocess.CompletedProcess[str]:
    """In a process of its own: huggingface_hub reads its environment when it is imported."""
    address = f"http://127.0.0.1:{hub.server_port}" if hub else "http://127.0.0.1:9"
    process = study_process("model", *words, env={**os.environ, "HF_ENDPOINT": address, "HF_HUB_OFFLINE": str(int(offline))})
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(words, process.returncode, out, err)


def test_a_model_is_pulled_recorded_used_and_removed(hub: Hub, home: Path) -> None:
    ran = run(hub, "pull", "owner/repo", "tiny.gguf")
    assert (ran.returncode, ran.stdout) == (0, "tiny is added and words the answers from now on.\n")
    assert f"Fetching: {len(hub.data)} done" in ran.stderr
    kept = load_settings()
    model = kept.models["tiny"]
    assert kept.model == "tiny"
    assert model.sha256 == hub.etag
    assert Path(model.file).read_bytes() == hub.data
    assert Path(model.file).is_relative_to(home)
    assert study("model", "list", "--json").json["models"][0]["used"] is True
    assert "deleted" in study("model", "remove", "tiny").out
    assert not Path(model.file).exists()
    assert load_settings() == Settings()


def test_a_download_that_broke_off_goes_on_where_it_stopped(hub: Hub, home: Path) -> None:
    hub.data += bytes(14 << 20)
    hub.etag = hashlib.sha256(hub.data).hexdigest()
    hub.breaks_after = 12 << 20
    broken = run(hub, "pull", "owner/repo", "tiny.gguf")
    assert broken.returncode == 1
    assert "bytes that arrived are kept" in broken.stderr
    (part,) = home.rglob("*.part")
    kept = part.stat().st_size
    assert 0 < kept <= 12 << 20
    hub.status, hub.breaks_after = 0, None
    hub.asked.clear()
    ran = run(hub, "pull", "owner/repo", "tiny.gguf")
    assert ran.returncode == 0, ran.stderr
    assert [asked for method, _, asked in hub.asked if method == "GET"][-1] == f"bytes={kept}-"
    assert Path(load_settings().models["tiny"].file).read_bytes() == hub.data
    assert not list(home.rglob("*.part"))


def test_a_hub_that_cannot_resume_sends_the_file_again(hub: Hub, home: Path) -> None:
    hub.data += bytes(4 << 20)
    hub.etag = hashlib.sha256(hub.data).hexdigest()
    hub.breaks_after = 2 << 20
    assert run(hub, "pull", "owner/repo", "tiny.gguf").returncode == 1
    hub.status, hub.breaks_after, hub.knows_ranges = 0, None, False
    ran = run(hub, "pull", "owner/repo", "tiny.gguf")
    assert ran.returncode == 0, ran.stderr
    assert Path(load_settings().models["tiny"].file).read_bytes() == hub.data


def test_another_hash_than_announced_is_refused(hub: Hub, home: Path) -> None:
    hub.etag = "0" * 64
    ran = run(hub, "pull", "owner/repo", "tiny.gguf")
    assert ran.returncode == 1
    assert "is not the file that the hub announced" in ran.stderr
    assert not list(home.rglob("tiny.gguf"))
    assert load_settings() == Settings()


def test_what_the_hub_has_not_or_cannot_is_said(hub: Hub) -> None:
    assert "The hub does not have owner/repo/other.gguf" in run(hub, "pull", "owner/repo", "other.gguf").stderr
    hub.status = 500
    assert "The hub failed" in run(hub, "pull", "owner/repo", "tiny.gguf").stderr
    hub.status, hub.error = 403, "GatedRepo"
    assert "asks for consent to its licence" in run(hub, "pull", "owner/repo", "tiny.gguf").stderr
    offline = run(None, "pull", "qwen2.5-1.5b")
    assert offline.returncode == 1
    assert "copy a GGUF file to this machine" in offline.stderr
    assert "Traceback" not in offline.stderr
    assert "$HF_HUB_OFFLINE forbids" in run(hub, "pull", "owner/repo", "tiny.gguf", offline=True).stderr


def test_a_name_that_is_none_is_said_at_once() -> None:
    assert "study model list" in study("model", "pull", "nonsense").err
    assert "not the name of a repository" in study("model", "pull", "a/b/c", "x.gguf").err


def test_a_file_is_added_under_a_name_and_stays_the_users(tmp_path: Path) -> None:
    model = write_tiny_gguf(tmp_path / "mine.gguf")
    assert study("model", "add", model, "--name", "mine", "--context", "1024").code == 0
    assert load_settings().models["mine"].context == 1024
    assert "mine" in study("model", "list").out
    assert study("model", "remove", "mine").out == "mine is forgotten.\n"
    assert model.exists()


def test_a_server_that_does_not_answer_is_added_and_not_used() -> None:
    ran = study("model", "add", "http://127.0.0.1:1", "--name", "far")
    assert "does not answer" in ran.err
    assert (ran.code, ran.out) == (0, "far is added. To use it: study model use far\n")
    assert load_settings().model == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "none.gguf"), "no model at"),
        (("add", "ftp://x"), "no model at"),
        (("add", "http://"), "not the address of a server"),
        (("use", "none"), "There is no model named"),
        (("remove", "none"), "There is no model named"),
    ],
)
def test_what_is_not_there_is_said(words: tuple[str, ...], said: str) -> None:
    ran = study("model", *words)
    assert ran.code == 1
    assert said in ran.err


def test_a_note_is_no_model_and_a_bad_name_no_name(tmp_path: Path) -> None:
    (tmp_path / "note.gguf").write_text("# A note")
    assert "not a GGUF file" in study("model", "add", tmp_path / "note.gguf").err
    model = write_tiny_gguf(tmp_path / "tiny.gguf")
    assert "cannot be the name" in study("model", "add", model, "--name", "../x").err


@pytest.mark.llm
def test_ask_uses_the_chosen_model_unless_told_not_to(tmp_path: Path, encoder_cache: Path) -> None:
    pytest.importorskip("llama_cpp", reason="needs the [llm] extra")
    (tmp_path / "note.md").write_text("# Scaling\n\nThe scores are divided by √d because the variance of the dot product is d.\n")
    library = tmp_path / "library"
    assert study("ingest", tmp_path / "note.md", "--library", library).code == 0
    model = write_tiny_gguf(tmp_path / "tiny.gguf")
    study("model", "add", model)

    def asked(*words: str) -> Any:
        return study("ask", "why divide by sqrt d", "--library", library, "--json", *words)

    assert "model wrote" in asked().json["note"]
    assert "note" not in asked("--no-model").json
    assert "model wrote" in asked("--model", "tiny").json["note"]
    assert asked("--no-model", "--model", "tiny").code == 2

    os.utime(model, (1, 1))
    assert "model wrote" in asked().json["note"]
    assert load_settings().models["tiny"].modified == 10**9
    data = model.read_bytes()
    model.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    ran = asked()
    assert (ran.code, ran.json["mode"]) == (0, "extractive")
    assert "its sha256 differs" in ran.err
    model.unlink()
    assert "no longer at" in asked().err
    study("model", "use", "--none")
    assert asked().err == ""


def test_settings_that_cannot_be_read_are_said(encoder_cache: Path) -> None:
    settings_file().parent.mkdir(parents=True)
    text = "model = 'x'\n\n[models\n"
    settings_file().write_text(text)
    for words in (("list",), ("use", "--none")):
        ran = study("model", *words)
        assert ran.code == 1
        assert f"{settings_file()} cannot be read: line 3: " in ran.err
        assert settings_file().read_text() == text


texts = st.text(st.characters(codec="utf-8"), max_size=20)
named = st.builds(NamedModel, texts, texts, st.integers(0, 2**60), st.integers(0, 2**60), texts, texts, texts, st.integers(0, 2**20))


@settings(max_examples=100)
@given(st.dictionaries(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True), named, max_size=3))
def test_settings_are_toml_and_come_back(models: dict[str, NamedModel]) -> None:
    kept = Settings(next(iter(models), ""), models)
    text = settings_text(kept)
    assert tomllib.loads(text)
    assert parse_settings(text) == kept
    assert parse_settings(settings_text(Settings(), text)) == Settings()
    assert parse_settings(settings_text(kept, settings_text(Settings()))) == kept


def test_what_the_user_wrote_into_the_settings_stays() -> None:
    text = "# mine\ncolour = 'blue'\nmodel = 'old' # the small one\n\n[models.old]\nfile = 'a.gguf' # here\nsize = 7\n\n[other]\nx = 1\n"
    kept = Settings("new", {"old": NamedModel(file="a.gguf", context=512), "new": NamedModel(server="http://x")})
    written = settings_text(kept, text)
    assert parse_settings(written) == kept
    assert [line for line in text.split("\n") if line and line not in written] == ["model = 'old' # the small one", "size = 7"]
    assert 'model = "new" # the small one' in written
    without = settings_text(Settings("new", {"new": kept.models["new"]}), written)
    assert "a.gguf" not in without
    assert tomllib.loads(without)["other"] == {"x": 1}


@pytest.mark.parametrize("name", ["", "../x", "a b", "-x", ".x", "x" * 65, "ü", "a/b"])
def test_a_name_is_plain(name: str) -> None:
    assert not is_name(name)


def test_the_suggestion_fits_the_memory_and_the_cores() -> None:
    assert [suggested(64 << 30, cores).name for cores in (1, 2, 4, 8)] == ["qwen2.5-1.5b", "qwen2.5-1.5b", "phi-3-mini", "qwen2.5-7b"]
    assert [suggested(gb << 30, 16).name for gb in (2, 4, 8, 16, 64)] == [
        "qwen2.5-1.5b",
        "qwen2.5-1.5b",
        "phi-3-mini",
        "qwen2.5-7b",
        "qwen2.5-7b",
    ]
    assert all(is_name(model.name) and 1 <= model.billions <= 8 for model in CATALOGUE)


def test_a_header_tells_what_running_takes(tmp_path: Path) -> None:
    about = read_model_file(write_tiny_gguf(tmp_path / "tiny.gguf", context=512))
    assert about.trained_context == 512
    assert about.memory(1000) - about.size == 2 * 2 * 1000 * 64 * 2
