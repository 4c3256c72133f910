"""Confidence: what the documents don't answer is refused, what they answer is not, and a doubt says what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import WordEncoder, make_chunk, make_index, read_chunks

from assistant.answers.certainty import NONE_BELOW, SURE_FROM, Certainty, certainty_of
from assistant.answers.confidence.confidence import confidence, signals, unknown_words
from assistant.answers.confidence.doubts import doubt
from assistant.answers.confidence.judging import judge
from assistant.answers.passages.candidates import Ranker
from assistant.answers.passages.late_interaction import asked_words, near_words, soft_least
from assistant.answers.question.answer_type import AnswerType, answer_type, holds_type
from index.models.encoder import OnnxEncoder
from index.search import Index
from ingest.model import TokenEncoder

CELLS = Path(__file__).resolve().parent.parent / "data" / "evaluation" / "notes" / "cells"


@pytest.fixture(scope="module")
def cells(encoder: OnnxEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    chunks = [chunk for file in sorted(CELLS.glob("*.md")) for chunk in read_chunks(file.name, file.read_text(encoding="utf-8"))]
    index = make_index(chunks, encoder, tmp_path_factory.mktemp("cells"))
    yield index
    index.close()


def sure(question: str, index: Index, encoder: TokenEncoder) -> float:
    query = index.query(question, encoder)
    return confidence(query, index.search(query), index, encoder)


@pytest.mark.parametrize(
    "question",
    [
        "how thick is the cell membrane",
        "net atp yield of glycolysis",
        "why do erythrocytes lyse in distilled water",
        "repeat sequence at chromosome ends",
        "what does p53 do",
    ],
)
def test_what_the_notes_answer_is_not_refused(cells: Index, encoder: OnnxEncoder, question: str) -> None:
    assert sure(question, cells, encoder) >= NONE_BELOW


@pytest.mark.parametrize(
    "question",
    [
        "when was the bridge of Avignon repaired",
        "best time to prune apple trees",
        "how do I claim travel expenses",
        "asdf qwer zxcv uiop",
        "blorp glimmering snarfle",
        "what is the capital of Mongolia",
    ],
)
def test_what_is_far_from_the_notes_is_refused(cells: Index, encoder: OnnxEncoder, question: str) -> None:
    assert sure(question, cells, encoder) < NONE_BELOW


def test_a_doubt_names_the_words_that_the_notes_lack(cells: Index, encoder: OnnxEncoder) -> None:
    query = cells.query("how does ouabain inhibit the sodium-potassium pump", encoder)
    assert unknown_words(query, cells) == ["ouabain", "inhibit"]
    missing = "No passage mentions “ouabain”, “inhibit”."
    assert doubt(NONE_BELOW - 0.1, query, cells) == missing
    assert doubt(NONE_BELOW, query, cells) == f"{missing} This is the closest your documents come."
    assert doubt(SURE_FROM, query, cells) == ""


def test_an_unsure_answer_says_why(cells: Index, encoder: OnnxEncoder) -> None:
    query = cells.query("how thick is the cell membrane", encoder)
    assert doubt(NONE_BELOW, query, cells) == "Only the topic is near. This is the closest your documents come."
    assert doubt(SURE_FROM, query, cells, unanswered=("who was Belady",)) == "Your documents do not answer “who was Belady”."


@pytest.mark.parametrize(
    ("note", "place"),
    [
        ("Melanin is a pigment.\n\nWhat is the function of keratin?", "note.md:5"),
        ("Keratin is hard.\n\n- What is the function of keratin?\n- What does melanin absorb?", "note.md:5"),
        ("What is the function of keratin? It makes the skin hard and keeps water out.", ""),
        ("What does melanin absorb?\n\nKeratin has the function of a shield.", ""),
    ],
)
def test_what_the_notes_ask_and_leave_open_is_unsure(encoder: OnnxEncoder, tmp_path: Path, note: str, place: str) -> None:
    index = make_index(read_chunks("note.md", f"# Skin\n\n{note}\n"), encoder, tmp_path)
    query = index.query("what is the function of keratin", encoder)
    hits = index.search(query)
    judged = judge(query, hits, Ranker(index, encoder), lambda text: (query, hits))
    index.close()
    assert judged.asked_at == place
    if place:
        assert certainty_of(judged.sure) is not Certainty.SURE
        assert place in doubt(judged.sure, query, index, asked_at=place)


@pytest.mark.parametrize(
    ("confidence", "certainty"),
    [(0.0, Certainty.NONE), (NONE_BELOW, Certainty.UNSURE), (SURE_FROM - 0.01, Certainty.UNSURE), (SURE_FROM, Certainty.SURE)],
)
def test_confidence_has_two_thresholds(confidence: float, certainty: Certainty) -> None:
    assert certainty_of(confidence) is certainty


def test_a_number_that_the_notes_lack_makes_an_answer_doubtful_and_is_named(cells: Index, encoder: OnnxEncoder) -> None:
    lacking = "how large is the golgi apparatus"
    query = cells.query(lacking, encoder)
    found = signals(query, cells.search(query), Ranker(cells, encoder))
    assert found.amiss < 0
    assert doubt(NONE_BELOW - 0.1, query, cells, found.amiss) == "The nearest passages give no number for it."
    there = cells.query("how thick is the cell membrane", encoder)
    assert signals(there, cells.search(there), Ranker(cells, encoder)).amiss == 0


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("how many heads has the model", AnswerType.NUMBER),
        ("what is the default learning rate", AnswerType.NUMBER),
        ("max context length of the decoder", AnswerType.NUMBER),
        ("default max_depth", AnswerType.NUMBER),
        ("how long does mitosis take, in hours", AnswerType.NUMBER),
        ("when was the press invented", AnswerType.DATE),
        ("what year did it appear", AnswerType.DATE),
        ("who proved it", AnswerType.PERSON),
        ("who was Gutenberg", None),
        ("why does the number of heads matter", None),
        ("is the learning rate of Adam high", None),
        ("when is a test significant", None),
        ("attention", None),
    ],
)
def test_the_kind_of_thing_a_question_asks_for_is_read_from_it(question: str, kind: AnswerType | None) -> None:
    assert answer_type(question) is kind


@pytest.mark.parametrize(
    ("kind", "text", "held"),
    [
        (AnswerType.NUMBER, "It takes 11 hours.", True),
        (AnswerType.NUMBER, "A rule of thumb is k = √n.", True),
        (AnswerType.NUMBER, "It has two parts.", True),
        (AnswerType.NUMBER, "3. The GPT-3 model and x_1 are meant.", False),
        (AnswerType.NUMBER, "The 42-line Bible was first.", False),
        (AnswerType.DATE, "It was printed in 1455.", True),
        (AnswerType.DATE, "It was printed in 42 copies.", False),
        (AnswerType.PERSON, "It was shown by Cybenko.", True),
        (AnswerType.PERSON, "The press was shown in the town.", False),
    ],
)
def test_a_text_is_seen_to_hold_what_is_asked_for_unless_the_question_names_it(kind: AnswerType, text: str, held: bool) -> None:
    assert holds_type(kind, text, "what of the 42-line Bible") is held


def test_what_to_do_with_a_subject_is_not_missing(cells: Index, encoder: OnnxEncoder) -> None:
    for question in ("compare osmosis and ouabain", "how do osmosis and ouabain differ", "contrast osmosis with ouabain"):
        said = doubt(NONE_BELOW, cells.query(question, encoder), cells)
        assert said == "No passage mentions “ouabain”. This is the closest your documents come."


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("what is the capital of Mongolia", ["capital", "Mongolia"]),
        ("how does Na-K ATPase pump", ["Na-K", "ATPase"]),
        ("is the sodium-potassium pump in the membrane", []),
        ("mitochondrian matrix", []),
        ("osmosis vs ouabain, explained", ["ouabain"]),
    ],
)
def test_missing_words_are_named_as_they_were_typed_but_not_what_is_misspelt(
    cells: Index, encoder: OnnxEncoder, question: str, missing: list[str]
) -> None:
    assert unknown_words(cells.query(question, encoder), cells) == missing


def test_a_text_is_as_near_to_a_question_as_to_the_word_that_it_lacks() -> None:
    encoder = WordEncoder()
    words = asked_words("what is the melting point of the alloy", encoder.read("what is the melting point of the alloy"))
    whole, part = (encoder.read(text).vectors for text in ("the alloy has a low melting point", "the alloy has a colour"))
    assert soft_least(near_words(words, whole)) == pytest.approx(1, abs=1e-3)
    assert soft_least(near_words(words, part)) < 0.5


@given(question=st.text(min_size=1).filter(str.strip))
@settings(deadline=None, max_examples=40)
def test_confidence_is_a_probability_whatever_is_asked(small: Index, question: str) -> None:
    assert 0 <= sure(question, small, WordEncoder()) <= 1


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    chunks = [make_chunk(f"Entropy of {name} counts bits.\nIt is high.", document=f"{name}.md") for name in ("coins", "dice", "cards")]
    index = make_index(chunks, WordEncoder(), tmp_path_factory.mktemp("small"))
    yield index
    index.close()
