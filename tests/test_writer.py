"""Answers worded by a model: what its evidence does not support is dropped, and nothing a model does can cost the answer."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terminal import study
from tiny_gguf import write_tiny_gguf

from assistant.answering import ask
from assistant.build import ingest
from assistant.grounding import NOT_THERE, Written, parse_written, supported
from assistant.library import Library
from assistant.writer import LlamaWriter
from ingest.errors import ModelDamaged, ModelMissing

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
    opened = Library(library)
    answer = ask(opened, "why divide by sqrt d", writer).answer
    opened.close()
    return answer.mode, answer.text


def test_a_supported_sentence_is_kept_with_its_citation(library: Path) -> None:
    opened = Library(library)
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
        "It is divided by √d. [99]",
        NOT_THERE,
        "",
        "no citation at all",
    ],
)
def test_what_is_not_supported_gives_way_to_the_documents_own_words(library: Path, written: str) -> None:
    mode, text = answer_of(library, Saying(written))
    assert mode == "extractive"
    assert "variance" in text


def test_supported_wants_the_terms_and_every_number() -> None:
    assert supported(Written("A saturated softmax has vanishing gradients.", (2,)), EVIDENCE)
    assert not supported(Written("A saturated softmax has vanishing gradients.", (1,)), EVIDENCE)
    assert not supported(Written("The variance of the dot product is 2 d.", (1,)), EVIDENCE)
    assert not supported(Written("The variance is d.", (3,)), EVIDENCE)


@given(
    st.lists(st.tuples(st.text("abc ,.", min_size=3).filter(str.strip), st.lists(st.integers(1, 9), min_size=1, max_size=3)), max_size=4)
)
def test_written_sentences_are_read_back(sentences: list[tuple[str, list[int]]]) -> None:
    text = " ".join(said.strip() + "".join(f"[{number}]" for number in ids) for said, ids in sentences)
    assert parse_written(text) == [Written(said.strip(), tuple(dict.fromkeys(ids))) for said, ids in sentences]
    assert parse_written(text + " cut off before") == parse_written(text)


def test_without_a_model_file_the_answer_is_in_the_documents_own_words(library: Path, tmp_path: Path) -> None:
    ran = study("ask", "why divide by sqrt d", "--model", tmp_path / "none.gguf", "--library", library, "--json")
    assert ran.code == 0
    assert "There is no model at" in ran.err
    assert ran.json["mode"] == "extractive"
    assert ran.json["sentences"]


def test_without_llama_cpp_the_message_has_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llama_cpp", None)
    (tmp_path / "model.gguf").write_bytes(b"GGUF")
    with pytest.raises(ModelMissing, match=r"pip install 'study-assistant\[llm\]'"):
        LlamaWriter(tmp_path / "model.gguf")


@pytest.mark.llm
class TestLlama:
    """With llama.cpp itself."""

    @pytest.fixture(autouse=True)
    def _installed(self) -> None:
        pytest.importorskip("llama_cpp", reason="needs the [llm] extra")

    @pytest.mark.parametrize("seed", range(5))
    def test_a_random_model_cannot_escape_the_grammar(self, tmp_path: Path, seed: int) -> None:
        writer = LlamaWriter(write_tiny_gguf(tmp_path / "tiny.gguf", seed))
        text = writer.write("why divide by sqrt d", EVIDENCE)
        assert text
        assert set(re.findall(r"\[(.*?)\]", text)) <= {"1", "2"}
        assert all(set(written.ids) <= {1, 2} for written in parse_written(text))

    def test_evidence_beyond_the_context_is_left_out(self, tmp_path: Path) -> None:
        writer = LlamaWriter(write_tiny_gguf(tmp_path / "tiny.gguf"))
        text = writer.write("why", [*EVIDENCE, *("A long passage about nothing in particular. " * 20 for _ in range(10))])
        assert set(re.findall(r"\[(\d+)\]", text)) <= {"1", "2"}
        assert writer.write("why " * 2000, EVIDENCE) == ""

    def test_a_random_model_costs_nothing(self, library: Path, tmp_path: Path) -> None:
        model = write_tiny_gguf(tmp_path / "tiny.gguf")
        ran = study("ask", "why divide by sqrt d", "--model", model, "--library", library, "--json")
        assert ran.code == 0
        assert ran.json["sentences"]

    def test_a_broken_model_is_said(self, tmp_path: Path) -> None:
        model = write_tiny_gguf(tmp_path / "tiny.gguf")
        model.write_bytes(model.read_bytes()[:5000])
        with pytest.raises(ModelDamaged, match="does not load"):
            LlamaWriter(model)
