"""A conversation as people have one: short follow-ups, changes of subject, thanks, and commands."""

from __future__ import annotations

from pathlib import Path

import pytest
from terminal import study

from assistant.conversation.followups import Said, readings
from assistant.conversation.small_talk import Talk, small_talk

NAMES = frozenset({"stomata", "xylem", "phloem", "osmosis", "guard cell"})


@pytest.mark.parametrize(
    ("before", "question", "meant"),
    [
        ("what closes stomata", "what about xylem", ("what closes xylem", "what is xylem")),
        ("when does it rain", "what about the virga", ("what is virga", "the virga: when does it rain")),
        ("what is a guard cell", "what about the phloem?", ("what is a phloem", "what is phloem")),
        ("what are stomata", "and what closes them?", ("what closes stomata?", "and what closes them?")),
        ("what is xylem", "why does a plant wilt", ("why does a plant wilt", "why does a plant wilt: what is xylem?")),
        ("what is xylem", "why?", ("why: what is xylem?",)),
        ("what is xylem", "what is osmosis", ("what is osmosis",)),
        ("why does a plant wilt", "when does it rain", ("when does it rain",)),
    ],
)
def test_what_a_question_may_mean(before: str, question: str, meant: tuple[str, ...]) -> None:
    assert readings(question, [Said(before, "")], NAMES) == meant


@pytest.mark.parametrize(
    ("line", "talk"),
    [
        ("thanks", Talk.THANKS),
        ("Ok, thank you so much!", Talk.THANKS),
        ("hello", Talk.GREETING),
        ("Good morning", Talk.GREETING),
        ("help", Talk.HELP),
        ("what can you do?", Talk.HELP),
        ("ok", Talk.AGREEMENT),
        ("I see.", Talk.AGREEMENT),
        ("hmm", Talk.AGREEMENT),
        ("Bye!", Talk.LEAVING),
        (":q", Talk.LEAVING),
        ("what helps against wilting", None),
        ("ok, and why?", None),
        ("how does osmosis work", None),
        ("no light", None),
        ("?", None),
        ("", None),
    ],
)
def test_what_asks_nothing_of_the_documents(line: str, talk: Talk | None) -> None:
    found = small_talk(line)
    assert (found[0] if found else None) is talk


@pytest.fixture
def library(tmp_path: Path, encoder_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "notes.md").write_text(
        "# Stomata\n\nStomata are pores in a leaf. Abscisic acid closes the stomata.\n\n"
        "# Xylem\n\nXylem is a tissue that carries water upwards.\n\n"
        "# Wilting\n\nA plant wilts when it loses more water than its roots take up.\n"
    )
    assert study("ingest", tmp_path / "notes.md", "--library", tmp_path / "library").code == 0
    monkeypatch.setenv("STUDY_LIBRARY", str(tmp_path / "library"))
    return tmp_path / "library"


def test_a_conversation_of_a_person(library: Path, tmp_path: Path) -> None:
    lines = ("what are stomata", "and what closes them?", "thanks", "what about xylem", "why does a plant wilt", "ok")
    ran = study("chat", "plants", stdin="\n".join(lines) + "\n")
    assert ran.code == 0, ran.err
    assert "Understood as: what closes stomata?" in ran.out
    assert "Understood as: what is xylem" in ran.out
    assert "carries water upwards" in ran.out
    assert "You're welcome." in ran.out
    assert "wilt: " not in ran.out, "a new subject is no follow-up"
    text = study("chat", "plants", "--export", "-").out
    assert "thanks" not in text, "small talk is not kept"
    assert "closes the stomata. [1]" in text, "exports keep the marks of citations"
    assert "1. notes.md:" in text


def test_commands_of_a_conversation(library: Path) -> None:
    ran = study(
        "chat", "one", stdin="/help\nwhat is xylem\n/list\n/new\nwhat are stomata\n/new exam\n/new bad/name\n/what\n/quit\nwhat is this\n"
    )
    assert ran.code == 0, ran.err
    assert "/new [NAME]" in ran.out
    assert "one  1 turn, last" in ran.out
    assert "Conversation one-2, 0 turns so far." in ran.out
    assert "Conversation exam, 0 turns so far." in ran.out
    assert "'bad/name' cannot be the name of a conversation" in ran.out
    assert "There is no command /what." in ran.out
    listed = {one["name"]: one["turns"] for one in study("chat", "--list", "--json").json["conversations"]}
    assert listed == {"one": 1, "one-2": 1}


def test_with_json_every_line_has_its_object(library: Path) -> None:
    lines = study("chat", "two", "--json", stdin="thanks\nwhat is xylem\n/list\n").lines
    assert [line.get("note", "")[:10] for line in lines] == ["You're wel", "", "two  1 tur"]
    assert lines[0]["citations"] == []
