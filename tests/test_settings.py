"""The user's settings: listed, changed, kept, and followed by every verb that they concern."""

from __future__ import annotations

from pathlib import Path

import pytest
from terminal import study

from assistant import Library
from assistant.settings import Settings, load_settings, parse_settings, settings_file, settings_text

NOTES = "# Osmosis\n\nOsmosis is the diffusion of water.\n\n# Turgor\n\nTurgor builds on osmosis.\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("settings")
    (folder / "notes.md").write_text(NOTES)
    assert study("ingest", folder / "notes.md", "--library", folder / "library").code == 0
    return folder / "library"


@pytest.mark.parametrize(
    ("text", "course"), [("", True), ("course = true", True), ("course = false", False), ("# mine\ncourse = false # no\n", False)]
)
def test_the_course_is_on_unless_it_was_turned_off(text: str, course: bool) -> None:
    assert parse_settings(text).course is course
    assert parse_settings(settings_text(Settings(course=not course), text)).course is not course


def test_settings_are_listed_and_changed() -> None:
    assert study("config", "set", "course", "off").out == "course is off.\n"
    assert study("config", "set", "model", "none", "--json").json["settings"][0]["value"] == "none"
    assert load_settings() == Settings(course=False)
    listed = study("config", "--json").json
    values = {setting["name"]: setting["value"] for setting in listed["settings"]}
    assert values == {
        "course": "off",
        "model": "none",
        "retention": "0.9",
        "credit": "off",
        "day_starts": "4",
        "new_per_day": "10",
        "minutes": "15",
    }
    assert study("config", "set", "retention", "0.85").out == "retention is 0.85.\n"
    assert study("config", "set", "day_starts", "3").out == "day_starts is 3.\n"
    assert study("config", "set", "credit", "on").out == "credit is on.\n"
    assert load_settings() == Settings(course=False, retention=0.85, day_starts=3, credit=True)
    assert listed["file"] == str(settings_file())
    assert "Default: on" in study("config").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("curse", "off"), "There are: course, model"),
        (("course", "maybe"), "Set it to on or off"),
        (("model", "nothing"), "There is no model named 'nothing'"),
        (("credit", "maybe"), "Set it to on or off"),
        (("retention", "much"), "Set it to a number"),
        (("retention", "1.5"), "Set it to a number from 0.7 to 0.98"),
        (("day_starts", "24"), "Set it to an hour from 0 to 23"),
        (("new_per_day", "2.5"), "Set it to a whole number from 0 to 1000"),
        (("minutes", "nan"), "Set it to a number from 0.5 to 1440"),
    ],
)
def test_what_cannot_be_set_is_said(words: tuple[str, ...], said: str) -> None:
    ran = study("config", "set", *words)
    assert ran.code in (1, 2)
    assert said in ran.err
    assert load_settings() == Settings()


def test_every_verb_follows_the_setting_unless_it_is_told_otherwise(library: Path) -> None:
    named = ("--library", library)
    assert study("concept", "softmax", *named).code == 0
    study("config", "set", "course", "off")
    for words in (("concept", "softmax"), ("path", "--to", "softmax"), ("why", "softmax", "entropy"), ("graph", "show", "softmax")):
        assert study(*words, *named).code == 1, words
        assert study(*words, "--course", *named).code == 0, words
    with Library.open(library) as opened:
        assert "softmax" not in opened.graph().concepts
        assert "softmax" in opened.graph(course=True, everything=True).concepts
        assert opened.complete("softm") == []
    assert "softmax" not in study("graph", "--json", *named).out
    assert "softmax" in study("graph", "--course", "--all", "--json", *named).out
