"""A unit's text stands marked inside of its passage, and what is meant can be read back."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.models.context import in_context, read_marked
from index.models.encoder import OnnxEncoder

UNITS = st.lists(st.text(min_size=1, max_size=400), max_size=8)


@given(heading=st.text(max_size=30), units=UNITS)
def test_every_unit_is_read_back_inside_of_a_text_that_begins_with_the_heading(heading: str, units: list[str]) -> None:
    def plain(text: str) -> str:
        return text.replace("\x02", " ").replace("\x03", " ")

    head = f"{plain(heading)}: " if heading else ""
    marked = [read_marked(text) for text in in_context(heading, units)]
    assert [text.part for text in marked] == [plain(unit) for unit in units]
    assert all(text.text.startswith(head) for text in marked)


@given(st.text())
def test_a_text_without_marks_is_meant_as_a_whole(text: str) -> None:
    marked = read_marked(text)
    assert marked.part == marked.text


def test_units_of_a_short_passage_share_one_text() -> None:
    marked = [read_marked(text) for text in in_context("Loss › Hinge", ["One.", "Two."])]
    assert {text.text for text in marked} == {"Loss › Hinge: One.\nTwo."}
    assert [text.part for text in marked] == ["One.", "Two."]


def test_a_long_passage_is_read_in_windows() -> None:
    texts = [read_marked(text).text for text in in_context("Notes", [f"{number} " + "word " * 50 for number in range(20)])]
    assert 1 < len(set(texts)) < 20
    assert max(len(text.split()) for text in texts) <= 241


def test_a_unit_that_is_its_passage_has_the_vector_of_its_text(encoder: OnnxEncoder) -> None:
    inside, plain = encoder.encode([*in_context("", ["Entropy is surprise."]), "Entropy is surprise."])
    np.testing.assert_allclose(inside, plain, atol=1e-5)


def test_a_unit_that_says_it_is_found_by_what_its_neighbour_names(encoder: OnnxEncoder) -> None:
    units = ["Momentum smooths the steps of gradient descent.", "It adds a fraction of the last one."]
    inside = encoder.encode(in_context("", units))[1]
    alone = encoder.encode(units)[1]
    question = encoder.encode(["what does momentum add"])[0]
    assert inside @ question > alone @ question
    assert inside @ alone > 0.5


def test_a_unit_beyond_the_longest_input_is_read_from_its_own_beginning(encoder: OnnxEncoder) -> None:
    far, near = encoder.encode([f"{'noise ' * 1000}\x02entropy of a coin\x03 and more", "\x02entropy of a coin\x03 and more"])
    np.testing.assert_allclose(far, near, atol=1e-5)


def test_a_marked_text_has_the_same_vector_whatever_stands_beside_it(encoder: OnnxEncoder) -> None:
    texts = in_context("Notes", ["The first sentence.", "λ = 3 and ∇f", "A third one that is quite a bit longer than the others are."])
    together = encoder.encode([*texts, "plain text"])
    for text, vector in zip(texts, together, strict=False):
        np.testing.assert_allclose(encoder.encode([text])[0], vector, atol=1e-5)
