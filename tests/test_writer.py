"""Answers worded by a writer: what its evidence does not support is dropped, and nothing that a writer does can cost the answer."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from terminal import study
from tiny_gguf import write_tiny_gguf

from assistant.answers.ask import ask
from assistant.answers.model import Citation, Sentence
from assistant.building.build import ingest
from assistant.errors import ModelFailed
from assistant.session import Session
from assistant.writers.llama import LlamaWriter
from assistant.writers.writing import NOT_THERE
from index.errors import ModelMissing

EVIDENCE = (
    "Scaling: The variance of the dot product of d-dimensional vectors is d.",
    "Softmax: A saturated softmax has vanishing gradients.",
)


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

    def write(self, question: str, evidence: Sequence[str]) -> str:
        numbered = {f"<{word}>": str(number) for number, said in enumerate(evidence, start=1) for word in re.findall(r"\w+", said)}
        return re.sub(r"<\w+>", lambda match: numbered.get(match[0], "1"), self.text)


def answer_of(library: Path, writer: Saying) -> tuple[str, str]:
    opened = Session(library)
    answer = ask(opened, "why divide by sqrt d", writer).answer
    opened.close()
    return answer.mode, answer.text


def test_a_supported_sentence_is_kept_with_its_citation(library: Path) -> None:
    opened = Session(library)
    answer = ask(
        opened, "why divide by sqrt d", Saying("The variance of the dot product is d, so the scores are divided by √d. [<variance>]")
    ).answer
    opened.close()
    assert answer.mode == "llm"
    assert [sentence.citations for sentence in answer.sentences] == [(1,)]
    assert "variance of the dot product is d" in answer.citations[0].quote


@pytest.mark.parametrize(
    "written",
    [
        "The divisor is 16 for d = 64. [<64>]",
        "Bananas ripen faster in paper bags. [1]",
        "The moon is made of cheese. [99]",
        NOT_THERE,
        "",
        "no citation at all",
    ],
)
def test_what_is_not_supported_gives_way_to_the_documents_own_words(library: Path, written: str) -> None:
    mode, text = answer_of(library, Saying(written))
    assert mode == "extractive"
    assert "variance" in text


def test_a_sentence_with_the_wrong_id_is_given_the_right_one(library: Path) -> None:
    opened = Session(library)
    result = ask(opened, "why divide by sqrt d", Saying("For d = 64 the divisor is 8. [<variance>] It is 9 for d = 64. [<64>]"))
    opened.close()
    assert [sentence.text for sentence in result.answer.sentences] == ["For d = 64 the divisor is 8."]
    assert [citation.quote for citation in result.answer.citations] == ["For d = 64 the divisor is 8."]
    assert "given better evidence" in result.answer.sentences[0].why
    assert [(dropped.text, "9" in dropped.reason) for dropped in result.dropped] == [("It is 9 for d = 64.", True)]


def test_where_too_little_holds_the_answer_is_the_documents_own_and_says_why(library: Path) -> None:
    opened = Session(library)
    bad = "".join(f"The divisor is {number} for d = 64. [1] " for number in (11, 12, 13))
    answer = ask(opened, "why divide by sqrt d", Saying(f"The variance of the dot product is d. [<variance>] {bad}")).answer
    opened.close()
    assert answer.mode == "extractive"
    assert "Only 1 of the model's 4 sentences held" in answer.note


def test_explain_says_what_speaks_for_each_sentence(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ran = study("ask", "why divide by sqrt d", "--library", library, "--explain")
    assert "of the question's terms" in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80
    explained = study("ask", "why divide by sqrt d", "--library", library, "--explain", "--json").json
    assert all("relevance" in sentence["why"] for sentence in explained["sentences"])
    assert explained["dropped"] == []
    assert "why" not in study("ask", "why divide by sqrt d", "--library", library, "--json").json["sentences"][0]


FIRST = "The variance of the dot product is d. [<variance>] "
SECOND = "For d = 64 the divisor is 8. [<64>] "


class Halting(Saying):
    """A writer that says something, piece by piece, and then fails."""

    def __init__(self, text: str, error: BaseException) -> None:
        super().__init__(text)
        self.error = error

    def write(self, question: str, evidence: Sequence[str]) -> Iterator[str]:  # type: ignore[override]
        yield from super().write(question, evidence)
        raise self.error


def test_sentences_are_heard_in_order_as_soon_as_they_hold(library: Path) -> None:
    heard: list[str] = []

    class Listening(Saying):
        def write(self, question: str, evidence: Sequence[str]) -> Iterator[str]:  # type: ignore[override]
            for piece in super().write(question, evidence):
                yield piece
                written.append((piece, len(heard)))

    def hear(sentence: Sentence, citations: Sequence[Citation]) -> None:
        assert set(sentence.citations) <= {citation.id for citation in citations}
        heard.append(sentence.text)

    written: list[tuple[str, int]] = []
    opened = Session(library)
    answer = ask(opened, "why divide by sqrt d", Listening(f"{FIRST}Bananas ripen. [1] {SECOND}"), heard=hear).answer
    opened.close()
    assert heard == [sentence.text for sentence in answer.sentences] == [FIRST.partition(" [")[0], SECOND.partition(" [")[0]]
    assert next(at for at, (_, count) in enumerate(written) if count) < len(written) - len(SECOND)


def test_an_interrupted_answer_keeps_what_held(library: Path) -> None:
    opened = Session(library)
    answer = ask(opened, "why divide by sqrt d", Halting(f"{FIRST}{SECOND[:9]}", KeyboardInterrupt())).answer
    with pytest.raises(KeyboardInterrupt):
        ask(opened, "why divide by sqrt d", Halting("The varia", KeyboardInterrupt()))
    opened.close()
    assert answer.text == "The variance of the dot product is d."
    assert answer.note.startswith("Stopped")


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
