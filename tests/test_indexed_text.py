"""What is indexed of a chunk: each unit is embedded as a part of its passage, read inside it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from samples import make_chunk

from index.indexed_text import embedded_parts, in_context, lexical_text
from index.models.encoder import OnnxEncoder
from ingest.model import TextPart

UNITS = st.lists(st.text(min_size=1, max_size=400), max_size=8)


@given(heading=st.text(max_size=30), units=UNITS)
def test_every_unit_is_a_part_of_a_text_that_begins_with_the_heading(heading: str, units: list[str]) -> None:
    head = f"{heading}: " if heading else ""
    parts = in_context(heading, units)
    assert [part.part for part in parts] == units
    assert all(part.text.startswith(head) and part.first >= len(head) for part in parts)


def test_a_unit_is_embedded_inside_its_passage_under_its_nearest_headings() -> None:
    parts = embedded_parts(make_chunk("One.\nTwo.", section=("Loss", "Hinge")))
    assert [(part.text, part.part) for part in parts] == [("Loss › Hinge: One.\nTwo.", "One."), ("Loss › Hinge: One.\nTwo.", "Two.")]


def test_bm25_sees_titles_and_text() -> None:
    assert lexical_text(make_chunk("One.\nTwo.", section=("Loss", "Hinge"))) == "Notes Loss Hinge One.\nTwo."


def test_a_long_passage_is_read_in_windows() -> None:
    texts = [part.text for part in in_context("Notes", [f"{number} " + "word " * 50 for number in range(20)])]
    assert 1 < len(set(texts)) < 20
    assert max(len(text.split()) for text in texts) <= 241


def test_a_unit_that_is_its_passage_has_the_vector_of_its_text(encoder: OnnxEncoder) -> None:
    inside = encoder.encode_parts(in_context("", ["Entropy is surprise."]))
    np.testing.assert_allclose(inside, encoder.encode(["Entropy is surprise."]), atol=1e-5)


def test_a_unit_that_says_it_is_found_by_what_its_neighbour_names(encoder: OnnxEncoder) -> None:
    units = ["Momentum smooths the steps of gradient descent.", "It adds a fraction of the last one."]
    inside = encoder.encode_parts(in_context("", units))[1]
    alone = encoder.encode(units)[1]
    question = encoder.encode(["what does momentum add"])[0]
    assert inside @ question > alone @ question
    assert inside @ alone > 0.5


def test_a_unit_beyond_the_longest_input_is_read_from_its_own_beginning(encoder: OnnxEncoder) -> None:
    long, unit = "noise " * 1000, "entropy of a coin"
    parts = [TextPart(f"{long}{unit} and more", len(long), len(long) + len(unit)), TextPart(f"{unit} and more", 0, len(unit))]
    far, near = encoder.encode_parts(parts)
    np.testing.assert_allclose(far, near, atol=1e-5)


def test_a_part_has_the_same_vector_whatever_else_is_encoded(encoder: OnnxEncoder) -> None:
    parts = in_context("Notes", ["The first sentence.", "λ = 3 and ∇f", "A third one that is quite a bit longer than the others are."])
    together = encoder.encode_parts([*parts, TextPart.whole("plain text")])
    for part, vector in zip(parts, together, strict=False):
        np.testing.assert_allclose(encoder.encode_parts([part])[0], vector, atol=1e-5)


def test_control_characters_in_a_text_are_text(encoder: OnnxEncoder) -> None:
    """No character means "only this": what stands between two of them, and what does not, both count."""
    marked, plain, part = encoder.encode(["entropy of \x02a coin\x03 and a die", "entropy of a coin and a die", "a coin"])
    np.testing.assert_allclose(marked, plain, atol=1e-5)
    assert marked @ part < 0.99
