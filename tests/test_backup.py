"""Everything that the user made goes into one file and comes back, on another machine too; hostile or damaged files change nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from terminal import study

from assistant.backup.backup import Restored, back_up, restore
from assistant.backup.errors import BadBackup
from assistant.conversation.conversations import Turn, add_turn, load_turns
from assistant.settings import NamedModel, Settings, load_settings, save_settings, settings_file
from assistant.sources.kept import keep
from assistant.storage.snapshots import Layout
from ingest.errors import StudyError

CORRECTIONS = '[[correction]]\nverb = "hide"\nconcept = "softmax"\n'


def turn(text: str) -> Turn:
    return Turn(text, text, f"About {text}.", ("a.md:1",), "extractive", "2026-01-01T00:00:00+00:00")


@pytest.fixture
def made(tmp_path: Path) -> Layout:
    """A library whose user has made something of each kind."""
    layout = Layout(tmp_path / "library")
    layout.root.mkdir()
    layout.mark.write_text('{"format": 2}')
    for text in ("softmax", "entropy"):
        add_turn(layout, "exam", turn(text))
    layout.corrections.write_text("# none yet\n")
    keep(layout, "ferns.md", b"# Ferns\n\nFerns have no seeds.\n")
    save_settings(Settings("mine", {"mine": NamedModel(server="http://127.0.0.1:8080")}))
    return layout


def state(layout: Layout) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in layout.root.rglob("*") if file.is_file() and file.name != "lock"}


def test_a_backup_comes_back_on_another_machine(made: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "backup.zip"
    ran = study("backup", file, "--library", made.root)
    assert ran.out == f"{file} holds: conversations, corrections, files added to the library, settings.\n"
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "elsewhere"))
    there = Layout(tmp_path / "other" / "library")
    value = study("restore", file, "--library", there.root, "--json").json
    assert value == {
        "restored": ["conversations.sqlite", "corrections.toml", "uploads", "settings.toml"],
        "kept": None,
        "settings_kept": None,
    }
    assert load_turns(there, "exam") == load_turns(made, "exam")
    assert there.corrections.read_text() == made.corrections.read_text()
    assert [(file.name, file.read_text()) for file in there.uploads.iterdir()] == [("ferns.md", "# Ferns\n\nFerns have no seeds.\n")]
    assert load_settings().model == "mine"
    assert settings_file().is_relative_to(tmp_path / "elsewhere")
    assert (
        study("restore", file, "--library", there.root).out == "Nothing to do: the library already has everything that the backup holds.\n"
    )


def test_what_is_there_is_replaced_only_when_told_and_kept_then(made: Layout, tmp_path: Path) -> None:
    back_up(made, tmp_path / "backup.zip")
    add_turn(made, "exam", turn("later"))
    before = load_turns(made, "exam")
    ran = study("restore", tmp_path / "backup.zip", "--library", made.root)
    assert ran.code == 1
    assert "already has conversations." in ran.err
    assert f"study restore BACKUP --replace --library {made.root}" in ran.err
    assert load_turns(made, "exam") == before
    done = restore(made, tmp_path / "backup.zip", replace=True)
    assert done.changed == ("conversations.sqlite",)
    kept = done.kept
    assert [turn.question for turn in load_turns(made, "exam")] == ["softmax", "entropy"]
    assert kept is not None
    with sqlite3.connect(kept / "conversations.sqlite") as base:
        assert base.execute("SELECT COUNT(*) FROM turns").fetchone() == (3,)
    base.close()


def test_settings_hold_for_all_libraries_and_are_replaced_only_when_named(made: Layout, tmp_path: Path) -> None:
    file, there = tmp_path / "backup.zip", tmp_path / "there"
    back_up(made, file)
    save_settings(Settings("other", {"other": NamedModel(server="http://127.0.0.1:9090")}))
    before = settings_file().read_text()
    ran = study("restore", file, "--library", there)
    assert "settings" not in ran.out
    assert "apply to all libraries and stay" in ran.err
    assert settings_file().read_text() == before
    ran = study("restore", file, "--library", there)
    assert ran.out == "Nothing to do: apart from settings, the library already has everything that the backup holds.\n"
    ran = study("restore", file, "--settings", "--library", there)
    assert f"will apply to all libraries. Yours: {settings_file()}" in ran.err
    (old,) = settings_file().parent.glob("settings-*.toml")
    assert ran.out == f"Restored: settings.\nThe settings apply to all libraries.\nThe settings from before are in {old}\n"
    assert old.read_text() == before
    assert load_settings().model == "mine"
    assert not (there / "replaced").exists()


def test_a_library_in_use_is_backed_up_as_of_one_moment(made: Layout, tmp_path: Path) -> None:
    writer = sqlite3.connect(made.conversations)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("UPDATE turns SET answer = 'changed'")  # not committed
    back_up(made, tmp_path / "backup.zip")
    writer.close()
    there = Layout(tmp_path / "there")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDY_CONFIG", str(tmp_path / "config"))
        restore(there, tmp_path / "backup.zip")
    assert [turn.answer for turn in load_turns(there, "exam")] == ["About softmax.", "About entropy."]


def test_nothing_to_back_up_and_nowhere_to_write_are_said(made: Layout, tmp_path: Path) -> None:
    assert "no folder" in study("backup", tmp_path / "none" / "b.zip", "--library", made.root).err
    settings_file().unlink()
    assert "nothing to back up" in study("backup", tmp_path / "b.zip", "--library", tmp_path / "new").err
    assert "There is no file" in study("restore", tmp_path / "b.zip", "--library", tmp_path / "new").err


Change = Callable[[dict[str, Any], dict[str, bytes]], None]


def altered(file: Path, change: Change) -> None:
    """Write the backup again, changed, with sizes and checksums that fit."""
    with zipfile.ZipFile(file) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if name != "manifest.json"}
        manifest = json.loads(archive.read("manifest.json"))
    change(manifest, files)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        for name, data in files.items():
            archive.writestr(name, data)


def record(manifest: dict[str, Any], files: dict[str, bytes], name: str, data: bytes) -> None:
    files[name] = data
    manifest["files"][name] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def database(script: str) -> bytes:
    base = sqlite3.connect(":memory:")
    base.executescript(script)
    data = base.serialize()
    base.close()
    return data


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda m, f: record(m, f, "../escaped.toml", b""), "does not know"),
        (lambda m, f: record(m, f, "/tmp/escaped.toml", b""), "does not know"),
        (lambda m, f: record(m, f, "reviews.sqlite", b""), "Upgrade"),
        (lambda m, f: f.update({"unrecorded.txt": b"x"}), "does not know"),
        (lambda m, f: m.update(format=2), "Upgrade"),
        (lambda m, f: m.update(format="1"), "Upgrade"),
        (lambda m, f: m.pop("files"), "manifest"),
        (lambda m, f: m.update(files=[1]), "manifest"),
        (lambda m, f: m["files"].update({"settings.toml": {"size": "1", "sha256": ""}}), "manifest"),
        (lambda m, f: f.pop("settings.toml"), "does not know"),
        (lambda m, f: f.update({"settings.toml": b"model = ''\n"}), "larger|checksum"),
        (lambda m, f: m["files"]["settings.toml"].update(size=10**15), "too many for its size"),
        (lambda m, f: m["files"]["settings.toml"].update(size=-1), "too many for its size"),
        (lambda m, f: record(m, f, "settings.toml", bytes(30 << 20)), "too many for its size"),
        (lambda m, f: record(m, f, "settings.toml", b"model = ["), "cannot be read"),
        (lambda m, f: record(m, f, "corrections.toml", b"[[correction]]\nverb = 7\n"), "cannot be read"),
        (lambda m, f: record(m, f, "conversations.sqlite", b"no database" * 99), "cannot be read"),
        (lambda m, f: record(m, f, "conversations.sqlite", database("PRAGMA user_version = 99; CREATE TABLE t (a)")), "Upgrade"),
        (lambda m, f: record(m, f, "conversations.sqlite", database("CREATE TABLE conversations (a)")), "cannot be read"),
    ],
)
def test_a_hostile_or_damaged_backup_changes_nothing(made: Layout, tmp_path: Path, change: Change, reason: str) -> None:
    file = tmp_path / "backup.zip"
    back_up(made, file)
    altered(file, change)
    before = state(made)
    with pytest.raises(BadBackup, match=reason):
        restore(made, file, replace=True)
    assert state(made) == before
    assert not list(tmp_path.rglob("escaped*"))


def test_a_link_and_a_name_twice_are_refused(made: Layout, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    back_up(made, file)
    data = settings_file().read_bytes()
    with zipfile.ZipFile(file, "w") as archive:
        link = zipfile.ZipInfo("settings.toml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, data)
        recorded = {"settings.toml": {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}}
        archive.writestr("manifest.json", json.dumps({"format": 1, "files": recorded}))
    with pytest.raises(BadBackup, match="link"):
        restore(made, file, replace=True)
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("settings.toml", data)
    with pytest.raises(BadBackup, match="not a backup"):
        restore(made, file, replace=True)


def test_a_move_that_fails_takes_back_those_before(made: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    back_up(made, tmp_path / "backup.zip")
    add_turn(made, "exam", turn("later"))
    made.corrections.write_text("# changed\n")
    before = (load_turns(made, "exam"), made.corrections.read_text())
    move, count = shutil.move, iter(range(100))

    def failing(source: Path, target: Path) -> None:
        if next(count) == 3:
            raise OSError(28, "No space left on device")
        move(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "move", failing)
        with pytest.raises(StudyError, match="No space left"):
            restore(made, tmp_path / "backup.zip", replace=True)
    assert (load_turns(made, "exam"), made.corrections.read_text()) == before


KILLED = """
import os, shutil, sys
from pathlib import Path
from assistant.backup.backup import restore
from assistant.storage.snapshots import Layout

steps = iter(range(1000))

def dying(step):
    def stepped(*arguments):
        if next(steps) == int(sys.argv[3]):
            os._exit(9)
        return step(*arguments)
    return stepped

shutil.move = dying(shutil.move)
for name in ("replace", "unlink"):
    setattr(Path, name, dying(getattr(Path, name)))
restore(Layout(Path(sys.argv[1])), Path(sys.argv[2]), replace=True, settings=True)
"""


def test_a_restore_that_is_killed_leaves_the_old_or_the_new_state(made: Layout, tmp_path: Path) -> None:
    """Killed before every step that changes anything, one after the other: whatever opens the library next finds all of one state."""
    back_up(made, tmp_path / "backup.zip")
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    add_turn(made, "exam", turn("later"))
    made.corrections.write_text("# changed\n")
    save_settings(Settings("other", {"other": NamedModel(server="http://127.0.0.1:9090")}))
    before = tmp_path / "before"
    shutil.copytree(made.root, before)
    shutil.copy(settings_file(), tmp_path / "settings")
    seen: set[tuple[int, str, str]] = set()
    for step in range(1000):
        ran = subprocess.run([sys.executable, script, made.root, tmp_path / "backup.zip", str(step)], check=False)
        assert study("status", "--library", made.root).code in (0, 1)
        seen.add((len(load_turns(made, "exam")), made.corrections.read_text(), load_settings().model))
        assert not list(made.root.glob(".restoring.json"))
        if ran.returncode == 0:
            break
        shutil.rmtree(made.root)
        shutil.copytree(before, made.root)
        shutil.copy(tmp_path / "settings", settings_file())
    assert step > 8
    assert seen == {(3, "# changed\n", "other"), (2, "# none yet\n", "mine")}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_flipped_or_cut_it_is_refused_or_harmless(made: Layout, tmp_path: Path, data: st.DataObject) -> None:
    file = tmp_path / "backup.zip"
    if not file.exists():
        back_up(made, file)
        file.rename(tmp_path / "whole.zip")
    whole = bytearray((tmp_path / "whole.zip").read_bytes()) if (tmp_path / "whole.zip").exists() else bytearray()
    for at in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=3)):
        whole[at] ^= data.draw(st.integers(1, 255))
    file.write_bytes(whole[: data.draw(st.integers(0, len(whole)))] if data.draw(st.booleans()) else whole)
    turns = load_turns(made, "exam")
    with suppress(BadBackup):
        restore(made, file, replace=True)
    assert load_turns(made, "exam") == turns


def test_the_same_backup_twice_changes_nothing_whatever_form_a_database_has(made: Layout, tmp_path: Path) -> None:
    back_up(made, tmp_path / "backup.zip")
    there = Layout(tmp_path / "there")
    restore(there, tmp_path / "backup.zip")
    with sqlite3.connect(there.conversations) as base:
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("VACUUM")
    base.close()
    assert restore(there, tmp_path / "backup.zip") == Restored()
