"""Questions, paired with their answers in the ways that notes pair them."""

import pytest

from ingest.model import Document, SectionKind
from ingest.readers import read_document


def read(text: str, name: str = "note.txt") -> Document:
    return read_document(name, text.encode())


def pairs(document: Document) -> list[tuple[str, int, tuple[int, int] | None]]:
    return [(q.text, q.span.first, (q.answer.first, q.answer.last) if q.answer else None) for q in document.questions]


def test_numbered_q_with_answer_mark() -> None:
    text = (
        "Basics\nQ1: What is bias?\nAnswer:\nIt is a systematic error.\nKey points:\n- stays\n"
        "Q2: Explain variance.\nAnswer: It is spread.\n"
    )
    assert pairs(read(text)) == [("What is bias?", 2, (4, 6)), ("Explain variance.", 7, (8, 8))]


def test_repeated_numbers_are_different_questions() -> None:
    text = "Q1: What is one?\nAnswer:\nFirst.\nOther Topics\nQ1: What is two?\nAnswer:\nSecond.\n"
    assert pairs(read(text)) == [("What is one?", 1, (3, 3)), ("What is two?", 5, (7, 7))]


def test_indented_answers_and_unanswered_questions() -> None:
    text = (
        "# Review\n\n## Vectors\n1) What is a norm?\n\n    Its length.\n\n    TODO more\n\n2) Derive the triangle inequality.\n"
        "3) Why does it hold?\n\n   TODO\n\n4) What is a basis?\n\n    1. Independent\n    2. Spanning\n"
    )
    assert pairs(read(text)) == [
        ("What is a norm?", 4, (6, 6)),
        ("Derive the triangle inequality.", 10, None),
        ("Why does it hold?", 11, None),
        ("What is a basis?", 15, (17, 18)),
    ]


def test_unindented_answer_below_a_numbered_question() -> None:
    text = "# Review\n\n1) Why does noise help?\n\nIt leaves sharp minima.\n2) What is warmup?\n"
    assert pairs(read(text)) == [("Why does noise help?", 3, (5, 5)), ("What is warmup?", 6, None)]


def test_quoted_question_with_hidden_answer_ends_with_its_indentation() -> None:
    text = (
        'The quiz\n\n  1. Q. "What is a margin?"\n    Show answer\n\n    A distance.\n\n'
        '  2. Q. "And a kernel?"\n    Show answer\n\n    A product.\n\n'
        "REMEMBER\n  • Both.\n"
    )
    document = read(text)
    assert pairs(document) == [("What is a margin?", 3, (6, 6)), ("And a kernel?", 8, (11, 11))]
    assert document.blocks[-1].section == ("REMEMBER",)


def test_bold_question_marks() -> None:
    assert pairs(read("**Q:** What is a token?\n**A:** A piece of a word.\n", "a.md")) == [("What is a token?", 1, (2, 2))]


def test_headings_that_ask_are_answered_by_their_sections() -> None:
    document = read("# FAQ\n\n## What is it?\n\nA thing.\n\n## Why so?\n\n## Who made it?\n\nWe did.\n", "faq.md")
    assert pairs(document) == [("What is it?", 3, (5, 5)), ("Why so?", 7, None), ("Who made it?", 9, (11, 11))]
    assert [s.title for s in document.sections if s.kind is SectionKind.QUESTION] == ["What is it?", "Who made it?"]


def test_details_hold_an_answer() -> None:
    text = (
        "# Quiz\n\n<details>\n<summary>What is dropout?</summary>\n\nRandom silence.\n\n</details>\n\n"
        "<details>\n<summary>What is decay?</summary>\n\nShrinking.\n</details>\n"
    )
    assert pairs(read(text, "a.md")) == [("What is dropout?", 4, (6, 6)), ("What is decay?", 11, (13, 13))]


def test_an_example_question_inside_an_answer_is_part_of_it() -> None:
    text = "Q1: How are prompts built?\nAnswer:\nFor example:\nQ: Where was she born?\nA: In Ulm.\nQ2: What is a token?\nAnswer: A piece.\n"
    assert [q.text for q in read(text).questions] == ["How are prompts built?", "What is a token?"]


def test_steps_are_no_questions() -> None:
    assert pairs(read("# Setup\n\n1. Install it\n2. Run it\n3. Does it work? Then stop.\n", "a.md")) == []


def test_answer_passages_carry_the_question_in_their_path() -> None:
    document = read("# T\n\n1) What is a norm?\n\n    Its length.\n", "a.md")
    assert document.blocks[-1].section == ("What is a norm?",)


@pytest.mark.parametrize("mark", ["Answer:", "**Answer:**", "A:", "Solution:", "Show answer"])
def test_answer_marks(mark: str) -> None:
    assert pairs(read(f"Q1. What is it?\n{mark}\nA thing.\n")) == [("What is it?", 1, (3, 3))]


def test_q_and_a_may_have_a_full_stop_and_letters_may_number_items() -> None:
    assert pairs(read("Q. When is it withheld?\nA. Below 60.\n\nQ) And then?\nA) Ask.\n")) == [
        ("When is it withheld?", 1, (2, 2)),
        ("And then?", 4, (5, 5)),
    ]
    assert pairs(read("A. apples\nB. pears\n\nP. plums\nQ. Which quinces?\n")) == []


def test_a_short_answer_on_the_line_of_its_mark_is_an_answer() -> None:
    assert pairs(read("Q1: Is it convex?\nAnswer: Yes.\nQ2: Is it smooth?\nA: No.\n")) == [
        ("Is it convex?", 1, (2, 2)),
        ("Is it smooth?", 3, (4, 4)),
    ]


def test_a_folded_callout_that_asks_is_a_question_with_its_answer() -> None:
    text = "# A\n\n> [!question]- What is bias?\n> An error\n> that stays.\n\nText after it.\n\n> [!faq] Why?\n\nNo answer.\n"
    assert pairs(read(text, "a.md")) == [("What is bias?", 3, (4, 5)), ("Why?", 9, None)]
