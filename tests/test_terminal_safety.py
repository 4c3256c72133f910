"""Whatever stands in a note, its title, its name or a model's words: no control byte of it reaches a terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terminal import study

from assistant.wording.safe import displayable, escaped_json

HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
PLANTED = "\x1b[2J\x1b]52;c;ZXZpbA==\x07 \x9b31m \u202e \u2066"


@given(st.text())
def test_displayed_text_is_harmless_and_says_the_same_otherwise(text: str) -> None:
    shown = displayable(text)
    assert not HARMFUL.search(shown)
    assert len(shown) == len(text)
    assert all(after == before for before, after in zip(text, shown, strict=True) if not HARMFUL.match(before))


@given(st.dictionaries(st.text(), st.text()))
def test_json_is_harmless_and_verbatim(value: dict[str, str]) -> None:
    text = escaped_json(json.dumps(value, ensure_ascii=False))
    assert not HARMFUL.search(text)
    assert json.loads(text) == value


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "notes").mkdir()
    plain = "An ordinary sentence about purring follows here. " * 30
    (folder / "notes" / "cats \x1b[2J.md").write_text(
        f"---\ntitle: Cats {PLANTED}\naliases: [felines {PLANTED}]\n---\n\n# Cats {PLANTED}\n\n"
        f"Cats are animals {PLANTED} that purr. {plain}\n\n## Purring {PLANTED}\n\nPurring builds on cats {PLANTED}.\n\n"
        f"- a list {PLANTED}\n- of things\n\n| cat | size {PLANTED} |\n|--|--|\n| lion | {PLANTED} |\n"
    )
    page = f"<title>Dogs &#27;[2J</title><p>Dogs are animals &#27;]0;evil&#7; that bark. {plain}</p>"
    (folder / "notes" / "page.html").write_text(page)
    assert study("ingest", folder / "notes", "--library", folder / "library").code == 0
    return folder / "library"


COMMANDS = (
    ("ask", "what are cats"),
    ("ask", "what are dogs", "--explain"),
    ("search", "purring", "--explain"),
    ("show", "cats \x1b[2J.md"),
    ("show", "page.html page 1:1"),
    ("path", "--to", "purring"),
    ("path", "--to", "purring", "--markdown"),
    ("path", "--to", "purring", "--dot"),
    ("concept", "purring"),
    ("why", "cats", "purring"),
    ("graph",),
    ("graph", "stats"),
    ("graph", "export", "--format", "graphml"),
    ("graph", "accept", "purring", "cats"),
    ("graph", "corrections"),
    ("graph", "undo"),
    ("status",),
    ("documents",),
    ("config",),
    ("ask", "and dogs", "--chat", "one"),
    ("forget", "nothing \x1b[2J like it"),
    ("ingest", "nothing \x1b[2J like it"),
    ("documents", "--collection", "nothing \x1b[2J like it"),
    ("eval", "show", "nothing \x1b[2J like it"),
    ("doctor",),
    ("ask", "and what are cats", "--chat", "one"),
    ("chat", "one", "--export", "-"),
    ("chat", "--list"),
    ("ask", "x \x1b[2J y"),
    ("concept", "nothing \x1b[2J like it"),
    ("search", "cats", "--document", "nothing \x1b[2J like it"),
    ("model", "list"),
)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("as_json", [False, True])
def test_no_command_lets_a_control_character_through(library: Path, words: tuple[str, ...], as_json: bool) -> None:
    if as_json and ({"--markdown", "--dot", "graphml", "-"} & {*words}):
        pytest.skip("prints one thing or the other")
    named = () if words[0] in ("model", "config") else ("--library", library)
    ran = study(*words, *named, *(["--json"] if as_json else []))
    assert ran.code in (0, 1), ran.err
    assert ran.out or ran.err
    assert not HARMFUL.search(ran.out), repr(HARMFUL.search(ran.out))
    assert not HARMFUL.search(ran.err), repr(HARMFUL.search(ran.err))
