"""Answers worded by a writer: what its evidence does not support is dropped, and nothing that a writer does can cost the answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from terminal import study
from tiny_gguf import write_tiny_gguf

from assistant.answers.ask import answer_events, ask
from assistant.answers.blocks import block_from_json, block_to_json
from assistant.answers.events import Done, Event, Searched, SentenceDropped, SentenceWritten, WordsCame, result_so_far
from assistant.answers.model import Paragraph, sentences_of
from assistant.building.build import ingest
from assistant.cli.questions.speaking import collect, result_of
from assistant.errors import ModelFailed
from assistant.session import Session
from assistant.writers.local.llama import LlamaWriter
from assistant.writers.prompt import Exchange, Passage
from index.errors import ModelMissing


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("writer")
    (folder / "notes").mkdir()
    (folder / "notes" / "scaling.md").write_text(
        "# Scaling\n\nThe scores are divided by √d because the variance of the dot product is d.\n\nFor d = 64 the divisor is 8.\n"
    )
    ingest(folder / "library", [folder / "notes"])
    return folder / "library"


class Saying:
    """A writer that says one thing."""

    def __init__(self, text: str) -> None:
        self.text = text

    def write(self, question: str, passages: Sequence[Passage], before: Sequence[Exchange] = ()) -> Generator[str, None, None]:
        yield from self.text


def answer_of(library: Path, writer: Saying) -> tuple[str, str]:
    opened = Session(library)
    answer = ask(opened, "why divide by sqrt d", writer).answer
    opened.close()
    return answer.mode, str(answer)


def test_a_supported_sentence_is_kept_with_its_citation(library: Path) -> None:
    opened = Session(library)
    answer = ask(opened, "why divide by sqrt d", Saying("The variance of the dot product is d, so the scores are divided by √d.")).answer
    opened.close()
    assert answer.mode == "llm"
    written, *below = answer.blocks
    assert isinstance(written, Paragraph)
    assert written.written
    assert [sentence.citations for sentence in written.sentences] == [(1,)]
    assert "variance of the dot product is d" in answer.citations[0].quote
    assert not any(getattr(block, "written", False) for block in below)
    assert sentences_of(below)[0].text == answer.citations[0].quote
    assert sentences_of(below)[0].citations == (1,)
    assert json.dumps(block_to_json(written)).count('"written": true') == 1
    assert block_from_json(block_to_json(written)) == replace(written, sentences=tuple(replace(s, why="") for s in written.sentences))


@pytest.mark.parametrize(
    "written",
    [
        "The divisor is 16 for d = 64.",
        "Bananas ripen faster in paper bags.",
        "The moon is made of cheese.",
        "Not in the documents.",
        "",
        "Yes.",
    ],
)
def test_what_is_not_supported_gives_way_to_the_documents_own_words(library: Path, written: str) -> None:
    mode, text = answer_of(library, Saying(written))
    assert mode == "extractive"
    assert "variance" in text


def test_each_sentence_is_given_the_line_that_it_rests_on(library: Path) -> None:
    opened = Session(library)
    result = ask(opened, "why divide by sqrt d", Saying("For d = 64 the divisor is 8. It is 9 for d = 64."))
    opened.close()
    written = result.answer.blocks[0]
    assert [sentence.text for sentence in sentences_of([written])] == ["For d = 64 the divisor is 8."]
    assert result.answer.citations[0].quote == "For d = 64 the divisor is 8."
    assert [(dropped.text, "9" in dropped.reason) for dropped in result.dropped] == [("It is 9 for d = 64.", True)]


def test_where_too_little_holds_the_answer_is_the_documents_own_and_says_why(library: Path) -> None:
    opened = Session(library)
    bad = "".join(f"The divisor is {number} for d = 64. " for number in (11, 12, 13))
    answer = ask(opened, "why divide by sqrt d", Saying(f"The variance of the dot product is d. {bad}")).answer
    opened.close()
    assert answer.mode == "extractive"
    assert "Only 1 of the model's 4 sentences was supported" in answer.note


def test_explain_says_what_speaks_for_each_sentence(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ran = study("ask", "why divide by sqrt d", "--library", library, "--explain")
    assert "of the question's terms" in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80
    explained = study("ask", "why divide by sqrt d", "--library", library, "--explain", "--json").json
    assert all("relevance" in sentence["why"] for sentence in explained["sentences"])
    assert explained["dropped"] == []
    assert "why" not in study("ask", "why divide by sqrt d", "--library", library, "--json").json["sentences"][0]


FIRST = "The variance of the dot product is d. "
SECOND = "For d = 64 the divisor is 8. "


class Halting(Saying):
    """A writer that says something, piece by piece, and then fails."""

    def __init__(self, text: str, error: BaseException) -> None:
        super().__init__(text)
        self.error = error

    def write(self, question: str, passages: Sequence[Passage], before: Sequence[Exchange] = ()) -> Generator[str, None, None]:
        yield from super().write(question, passages)
        raise self.error


class Watched(Saying):
    """A writer that notes how much it has written, and that it was closed."""

    written = 0
    is_closed = False

    def write(self, question: str, passages: Sequence[Passage], before: Sequence[Exchange] = ()) -> Generator[str, None, None]:
        try:
            for piece in super().write(question, passages):
                self.written += len(piece)
                yield piece
        finally:
            self.is_closed = True


def test_sentences_come_in_order_as_soon_as_they_are_checked(library: Path) -> None:
    writer = Watched(f"{FIRST}Bananas ripen. {SECOND}")
    seen: list[Event] = []
    written_at_first = 0
    with closing(Session(library)) as opened:
        for event in answer_events(opened, "why divide by sqrt d", writer):
            seen.append(event)
            if isinstance(event, SentenceWritten) and not written_at_first:
                written_at_first = writer.written
    assert [type(event) for event in seen if not isinstance(event, WordsCame)] == [
        Searched,
        SentenceWritten,
        SentenceDropped,
        SentenceWritten,
        Done,
    ]
    unchecked = [event.text for event in seen if isinstance(event, WordsCame)]
    assert "The variance of" in unchecked
    assert max(map(len, unchecked)) <= len(FIRST)
    assert 0 < written_at_first < writer.written - len(SECOND)
    sentences = [event.sentence for event in seen if isinstance(event, SentenceWritten)]
    cited = [[citation.id for citation in event.citations] for event in seen if isinstance(event, SentenceWritten)]
    assert [sentence.text for sentence in sentences] == [FIRST.strip(), SECOND.strip()]
    assert [list(sentence.citations) for sentence in sentences] == cited == [[1], [2]]
    result = result_so_far(seen)
    assert result is not None
    assert sentences_of(result.answer.blocks[:1]) == tuple(sentences)


def test_a_stream_closed_halfway_stops_the_writer_and_keeps_what_was_written(library: Path) -> None:
    writer = Watched(FIRST + SECOND)
    seen: list[Event] = []
    with closing(Session(library)) as opened, closing(answer_events(opened, "why divide by sqrt d", writer)) as events:
        for event in events:
            seen.append(event)
            if isinstance(event, SentenceWritten):
                break
    assert writer.is_closed
    assert writer.written < len(FIRST + SECOND)
    result = result_so_far(seen)
    assert result is not None
    assert str(result.answer) == "The variance of the dot product is d."
    assert result.answer.note.startswith("Stopped")
    assert [citation.id for citation in result.answer.citations] == [1]
    assert result_so_far(seen[:1]) is None


def test_ctrl_c_keeps_what_was_written(library: Path) -> None:
    with closing(Session(library)) as opened:
        halfway = collect(answer_events(opened, "why divide by sqrt d", Halting(f"{FIRST}{SECOND[:9]}", KeyboardInterrupt())))
        assert str(result_of(halfway).answer) == "The variance of the dot product is d."
        with pytest.raises(KeyboardInterrupt):
            collect(answer_events(opened, "why divide by sqrt d", Halting("The varia", KeyboardInterrupt())))


def test_a_writer_that_fails_midway_gives_way_and_it_is_said(library: Path) -> None:
    opened = Session(library)
    answer = ask(opened, "why divide by sqrt d", Halting(FIRST + SECOND, ModelFailed("The server dropped."))).answer
    opened.close()
    assert answer.mode == "extractive"
    assert answer.sentences
    assert answer.note.startswith("The server dropped.")


def test_without_a_model_file_the_answer_is_in_the_documents_own_words(library: Path, tmp_path: Path) -> None:
    ran = study("ask", "why divide by sqrt d", "--model", tmp_path / "none.gguf", "--library", library, "--json")
    assert ran.code == 0
    assert "There is no model at" in ran.err
    assert ran.json["mode"] == "extractive"
    assert ran.json["sentences"]


def test_without_llama_cpp_the_message_has_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llama_cpp", None)
    with pytest.raises(ModelMissing, match=r"pip install 'study-assistant\[llm\]'"):
        LlamaWriter(write_tiny_gguf(tmp_path / "model.gguf"))
