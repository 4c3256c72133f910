"""Conversations: follow-ups are understood, turns are remembered, and what stands alone is left alone."""

from __future__ import annotations

import os
import pty
import select
import sqlite3
import subprocess
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terminal import CHECKOUT, study, unprivileged

from assistant.answers.events import SentenceWritten
from assistant.answers.model import sentences_of
from assistant.building.build import ingest
from assistant.conversation.chatting import Chat, in_context
from assistant.conversation.conversations import Turn, add_turn, export_conversation, list_conversations, load_turns
from assistant.conversation.followups import Said, concept_names, understand
from assistant.errors import LibraryDamaged, LibraryFormat, LibraryReadOnly, ModelFailed, UnknownConversation
from assistant.session import Session
from assistant.storage.snapshots import Layout
from assistant.writers.prompt import Exchange, Passage
from ingest.errors import UsageError

NAMES = frozenset({"softmax", "entropy", "adam", "kv cache", "dpo", "ppo", "reward model", "attention", "gqa"})

NOTES = """# Notes

## Softmax

Softmax is a function that turns scores into probabilities.

$$p_i = e^{z_i} / \\sum_j e^{z_j}$$

## Entropy

Entropy is the average surprise of a random variable, counted in bits.

$$H = -\\sum_x p(x) \\log p(x)$$
"""


@pytest.mark.parametrize(
    ("before", "question", "meant"),
    [
        ("what is softmax", "give the formula", "give the formula of softmax?"),
        ("what is softmax", "why?", "why: what is softmax?"),
        ("what is softmax", "and an example?", "an example of softmax?"),
        ("what is softmax", "Why does it saturate?", "Why does softmax saturate?"),
        ("what is Adam", "what are its defaults?", "what are Adam's defaults?"),
        ("what is the formula of softmax", "what about entropy?", "what is the formula of entropy"),
        ("how does DPO work", "and PPO?", "how does PPO work"),
        ("what is the cost of attention in memory", "what about GQA?", "what is the cost of GQA in memory"),
        ("why divide by sqrt d", "and why not by d?", "why not by d: why divide by sqrt d?"),
        ("what is DPO", "does that need a reward model?", "does DPO need a reward model?"),
        ("what is the KV cache", "explain that again", "explain that again: KV cache?"),
        ("which optimisers are there", "what is the second one?", "what is SGD?"),
        ("what is softmax", "ok, thanks, and?", "what is softmax"),
    ],
)
def test_a_follow_up_is_made_to_stand_alone(before: str, question: str, meant: str) -> None:
    assert understand(question, [Said(before, "Optimisers: Adam; SGD; RMSProp.")], NAMES) == meant


@pytest.mark.parametrize("marks", [("-", "-", "-"), ("1.", "2.", "3.")])
def test_the_second_one_may_stand_on_a_line_of_its_own(marks: tuple[str, str, str]) -> None:
    items = ("Adam: scales each step", "SGD: steps; plainly", "RMSProp")
    answer = "\n".join(["Optimisers:", *(f"{mark} {item}" for mark, item in zip(marks, items, strict=True))])
    assert understand("what is the second one?", [Said("which optimisers are there", answer)], NAMES) == "what is SGD?"


@pytest.mark.parametrize(
    "question",
    [
        "what is entropy",
        "softmax formula",
        "how does a transformer treat positions",
        "and what is entropy?",
        "what is softmax and why does it saturate?",
        "is it possible to train without a reward model?",
        "if scores are large, why does it saturate",
        "early stopping",
        "which functions are those that turn scores into probabilities",
        "",
        "?",
    ],
)
def test_a_question_that_stands_alone_stays_as_it_is(question: str) -> None:
    assert understand(question, [Said("what is Adam", "Adam is a method.")], NAMES) == question
    assert understand(question, [], NAMES) == question


def test_a_function_word_that_abbreviates_something_names_nothing() -> None:
    names = concept_names([("inception score", "is"), ("batch norm",)])
    meant = understand("how does it differ from batch norm?", [Said("what is layer norm?", "")], names)
    assert meant == "how does layer norm differ from batch norm?"


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_whatever_is_asked_is_understood_somehow(before: str, answer: str, question: str) -> None:
    meant = understand(question, [Said(before, answer)], NAMES)
    assert isinstance(meant, str)
    assert understand(question, [], NAMES) == question


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("chat")
    (folder / "notes.md").write_text(NOTES)
    ingest(folder / "library", [folder / "notes.md"])
    return folder / "library"


@pytest.fixture
def fresh(library: Path) -> Iterator[Path]:
    """The library without conversations."""
    yield library
    for file in library.glob("conversations.sqlite*"):
        file.unlink()


def test_a_conversation_on_the_command_line(fresh: Path, tmp_path: Path) -> None:
    ran = study("chat", "exam", "--library", fresh, stdin="what is softmax\n\ngive the formula\nquit\nnever asked\n")
    assert ran.code == 0
    assert "Understood as: give the formula of softmax?" in ran.out
    assert ran.out.count("Understood as") == 1
    assert "e^{z_i}" in ran.out
    value = study("ask", "what about entropy?", "--chat", "exam", "--library", fresh, "--json").json
    assert value["question"] == "what about entropy?"
    assert value["understood"] == "give the formula of entropy?"
    assert "H = " in value["answer"]
    (listed,) = study("chat", "--list", "--library", fresh, "--json").json["conversations"]
    assert (listed["name"], listed["turns"], listed["first"]) == ("exam", 3, "what is softmax")
    assert "exam  3 turns" in study("chat", "--list", "--library", fresh).out

    assert study("chat", "exam", "--export", tmp_path / "exam.md", "--library", fresh).code == 0
    text = (tmp_path / "exam.md").read_text()
    assert text.startswith("# exam\n\n## what is softmax\n\nSoftmax is a function")
    assert "*Understood as: give the formula of entropy?*" in text
    assert "1. notes.md:" in text
    assert study("chat", "exam", "--delete", "--library", fresh).code == 0
    assert study("chat", "--list", "--library", fresh, "--json").json == {"conversations": []}


def test_json_has_one_object_a_line(fresh: Path) -> None:
    lines = study("chat", "--json", "--library", fresh, stdin="what is softmax\ngive the formula\n").lines
    assert [line["understood"] for line in lines] == ["what is softmax", "give the formula of softmax?"]
    batch = study("ask", "--batch", "--chat", "default", "--library", fresh, stdin="why?\n").lines
    assert batch[0]["understood"].endswith("give the formula of softmax?")


@pytest.mark.parametrize("words", [("chat", "none", "--delete"), ("chat", "none", "--export", "-")])
def test_an_unknown_conversation_is_said(fresh: Path, words: tuple[str, ...]) -> None:
    ran = study(*words, "--library", fresh)
    assert ran.code == 1
    assert "No conversation named 'none'" in ran.err


@pytest.mark.parametrize("name", ["../x", "a b", "", "x" * 65])
def test_a_name_is_checked(fresh: Path, name: str) -> None:
    assert study("ask", "what is softmax", "--chat", name, "--library", fresh).code == 2


def test_on_a_terminal_it_prompts_and_ctrl_d_ends_it(fresh: Path) -> None:
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "assistant.cli.main", "chat", "--library", fresh],
        cwd=CHECKOUT, stdin=follower, stdout=follower, stderr=follower, env={**os.environ, "TERM": "dumb"},
    ) as process:  # fmt: skip
        os.close(follower)
        assert "> " in said_until(leader, "> ")
        os.write(leader, b"what is softmax\n")
        assert "[1]" in said_until(leader, "> ", also="Confidence")
        os.write(leader, b"\x04")
        process.wait(timeout=30)
    os.close(leader)
    assert process.returncode == 0


def said_until(terminal: int, sign: str, *, also: str = "") -> str:
    said, end = "", time.monotonic() + 60
    while not (said.endswith(sign) and also in said):
        assert select.select([terminal], [], [], max(0, end - time.monotonic()))[0], said
        said += os.read(terminal, 4096).decode(errors="replace")
    return said


def turn(number: int, text: str = "") -> Turn:
    asked = datetime(2026, 1, 1, 0, number % 60, tzinfo=UTC).isoformat()
    return Turn(f"question {number} {text}", f"meant {number} {text}", f"answer {number}", ("a.md:1",), "extractive", asked)


def test_turns_are_remembered_in_order(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    for number in range(30):
        add_turn(layout, "one" if number % 2 else "two", turn(number))
    assert load_turns(layout, "one") == [turn(number) for number in range(1, 30, 2)]
    assert [listed.name for listed in list_conversations(layout)] == ["one", "two"]
    assert load_turns(layout, "three") == []
    with pytest.raises(UsageError):
        load_turns(layout, "../three")
    with pytest.raises(UnknownConversation, match="one, two"):
        export_conversation(layout, "three")


def test_the_last_turns_are_in_context_and_older_ones_come_back_when_they_fit() -> None:
    turns = [turn(number, "softmax temperature" if number == 3 else "something else") for number in range(30)]
    found = in_context(turns, "what did you say of the temperature of softmax")
    assert found[-12:] == turns[-12:]
    assert turns[3] in found
    assert len(found) <= 15
    assert in_context(turns[:5], "x") == turns[:5]


def test_odd_bytes_and_any_text_are_kept(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    odd = Turn("a\udc80b\n\u2028", "x'); DROP TABLE turns; --", "", (), "llm", "2026")
    add_turn(layout, "odd", odd)
    assert load_turns(layout, "odd")[0].question == "a\\udc80b\n\u2028"
    assert load_turns(layout, "odd")[0].understood == odd.understood


def test_two_processes_can_add_at_once(tmp_path: Path) -> None:
    script = "import sys; from test_chat import *\nfor n in range(20): add_turn(Layout(Path(sys.argv[1])), 'one', turn(n))"
    both = [
        subprocess.Popen([sys.executable, "-c", script, tmp_path], env={**os.environ, "PYTHONPATH": f"{CHECKOUT}:{CHECKOUT / 'tests'}"})
        for _ in "ab"
    ]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    assert len(load_turns(Layout(tmp_path), "one")) == 40


def test_a_database_of_a_newer_study_a_damaged_and_a_locked_one_are_said(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    add_turn(layout, "one", turn(1))
    base = sqlite3.connect(layout.conversations)
    base.execute("PRAGMA user_version = 99")
    base.close()
    with pytest.raises(LibraryFormat, match="Upgrade"):
        load_turns(layout, "one")
    for file in tmp_path.glob("conversations.sqlite-*"):
        file.unlink()
    layout.conversations.write_bytes(b"no database" * 100)
    with pytest.raises(LibraryDamaged, match="backup"):
        load_turns(layout, "one")
    layout.conversations.unlink()
    with unprivileged(tmp_path), pytest.raises(LibraryReadOnly):
        add_turn(layout, "one", turn(1))


class Rewriting:
    """A writer that rewrites as it is told and writes nothing."""

    def __init__(self, line: str | Exception) -> None:
        self.line, self.asked = line, list[str]()

    def write(self, question: str, passages: Sequence[Passage], before: Sequence[Exchange] = ()) -> Generator[str, None, None]:
        yield ""

    def complete(self, system: str, user: str, grammar: str, most_tokens: int) -> str:
        self.asked.append(user)
        if isinstance(self.line, Exception):
            raise self.line
        return self.line


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("What is the formula of softmax?", "What is the formula of softmax?"),
        ("Softmax is a function.", "give the formula of softmax?"),
        ("What is the formula of bananas?", "give the formula of softmax?"),
        ("", "give the formula of softmax?"),
        (ModelFailed("gone"), "give the formula of softmax?"),
    ],
)
def test_a_model_may_word_a_follow_up_of_the_words_that_were_said(fresh: Path, line: str | Exception, meant: str) -> None:
    opened = Session(fresh)
    writer = Rewriting(line)
    chat = Chat(opened, "one", writer)
    chat.ask("what is softmax")
    assert writer.asked == []
    assert chat.ask("give the formula").understood == meant
    assert "Last question: give the formula" in writer.asked[0]
    opened.close()


class Quoting:
    """A writer that repeats the sentences that it is shown."""

    def write(self, question: str, passages: Sequence[Passage], before: Sequence[Exchange] = ()) -> Generator[str, None, None]:
        yield from (f"{sentence} " for passage in passages for sentence in passage.sentences)


def test_an_answer_that_is_stopped_is_remembered_as_far_as_it_was_written(fresh: Path) -> None:
    with closing(Session(fresh)) as opened:
        chat = Chat(opened, "stopped", Quoting())
        events = chat.answer_events("what is softmax")
        written = next(event for event in events if isinstance(event, SentenceWritten))
        assert chat.turns == []
        events.close()
        assert [turn.answer for turn in chat.turns] == [written.sentence.text]
        assert chat.turns[0].question == "what is softmax"
        chat.answer_events("what is softmax").close()
        assert len(load_turns(Layout(fresh), "stopped")) == 1


def test_an_export_keeps_the_doubt_about_an_answer(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    add_turn(layout, "one", replace(turn(1), note="No passage mentions “xyzzy”.", confidence=0.321))
    add_turn(layout, "one", turn(2))
    text = export_conversation(layout, "one")
    assert "*No passage mentions “xyzzy”.*\n\nanswer 1\n\n1. a.md:1\n\nConfidence 0.32\n" in text
    assert text.count("Confidence") == 1


class Listening(Quoting):
    """A writer that remembers what it was asked."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, tuple[Passage, ...], tuple[Exchange, ...]]] = []

    def write(self, question: str, passages: Sequence[Passage], before: Sequence[Exchange] = ()) -> Generator[str, None, None]:
        self.heard.append((question, tuple(passages), tuple(before)))
        yield from super().write(question, passages)


@pytest.mark.parametrize("follow_up", ["shorter", "why?", "an example?"])
def test_a_model_is_told_what_a_follow_up_follows_and_shown_what_it_has_read(fresh: Path, follow_up: str) -> None:
    with closing(Session(fresh)) as opened:
        writer = Listening()
        chat = Chat(opened, f"listening {follow_up[:3]}".replace(" ", "-"), writer)
        first = chat.ask("what is softmax").result.answer
        chat.ask(follow_up)
    (_, read, nothing), (asked, shown, before) = writer.heard
    assert nothing == ()
    assert asked == follow_up
    assert shown == read
    assert before == (Exchange("what is softmax", " ".join(sentence.text for sentence in sentences_of(first.blocks[:1]))),)
