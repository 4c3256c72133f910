"""An answer has the form that its question asks for: lists whole, steps in order, tables side by side, yes or no first."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from samples import make_index, read_chunks
from terminal import study

from assistant.answers.compose.compose import compose_parts
from assistant.answers.model import Answer, Citation, Formula, ListBlock, Sentence, TableBlock
from assistant.answers.passages.candidates import Ranker
from assistant.answers.passages.lists_in_text import listings
from assistant.answers.passages.surroundings import lines_of
from assistant.cli.questions.drawn import draw
from index.models.encoder import OnnxEncoder
from index.search import Query

BREAD = """# Baking

## Kinds of leavening

There are three kinds of leavening:

- biological: yeast, which makes gas slowly
- chemical: baking soda, which needs an acid
- mechanical: air beaten into eggs
  or into cream

Leavening was known in Egypt.

## How to bake a loaf

How to bake a loaf of bread:
1. Mix flour, water and salt.
2. Knead for ten minutes.
3. Let the dough rise.
4. Bake at 230 degrees.

## Flours

| flour | protein | use |
|---|---|---|
| wheat | 12 % | bread |
| spelt | 14 % | flat bread |
| rye | 9 % | dark bread |

Wheat flour is milled from the kernels of wheat. Rye flour is a flour that makes a dense dough. Wheat dough is elastic.

## Crust

A crust is the dry outer part of a loaf. Its colour comes from the Maillard reaction.
The weight of water is given by

w = h f

where h is the hydration and f the weight of flour.

## Questions

Q: Can bread be baked without salt?
A: Yes. It tastes flat, and the dough is sticky.

Q: Does rye dough need kneading?
A: No. It has hardly any gluten.
"""


def composed(folder: Path, question: str, encoder: OnnxEncoder, note: str = BREAD) -> Answer:
    index = make_index(read_chunks("note.md", note), encoder, folder)
    query = Query.of(question, encoder)
    blocks, citations = compose_parts([(query, index.search(query))], Ranker(index, encoder))
    index.close()
    return Answer(question, blocks, citations, 1.0, False, "extractive", (), 0.0)


def answer(folder: Path, question: str, encoder: OnnxEncoder, note: str = BREAD) -> tuple[tuple[Sentence, ...], tuple[Citation, ...], str]:
    whole = composed(folder, question, encoder, note)
    return whole.sentences, whole.citations, str(whole)


def table(answer: Answer) -> list[list[str]]:
    """The header and the rows of the first block, which is a table."""
    block = answer.blocks[0]
    assert isinstance(block, TableBlock)
    return [list(block.header), *([cell.text for cell in row] for row in block.rows)]


def test_a_list_is_given_whole_under_the_line_that_leads_to_it(tmp_path: Path, encoder: OnnxEncoder) -> None:
    whole = composed(tmp_path, "what are the kinds of leavening", encoder)
    citations, text = whole.citations, str(whole)
    assert isinstance(whole.blocks[0], ListBlock)
    assert whole.sentences[1].text == "biological: yeast, which makes gas slowly"
    assert {sentence.citations for sentence in whole.sentences} == {(1,)}
    assert text == (
        "There are three kinds of leavening:\n- biological: yeast, which makes gas slowly\n"
        "- chemical: baking soda, which needs an acid\n- mechanical: air beaten into eggs or into cream"
    )
    assert [(citation.span.first, citation.span.last) for citation in citations] == [(5, 10)]
    assert citations[0].quote.startswith("There are three kinds")
    assert citations[0].quote.endswith("or into cream")


@pytest.mark.parametrize("question", ["steps of baking a loaf of bread", "how do I bake a loaf of bread"])
def test_steps_are_given_in_order(tmp_path: Path, encoder: OnnxEncoder, question: str) -> None:
    _, _, text = answer(tmp_path, question, encoder)
    assert text.split("\n") == [
        "How to bake a loaf of bread:",
        "1. Mix flour, water and salt.",
        "2. Knead for ten minutes.",
        "3. Let the dough rise.",
        "4. Bake at 230 degrees.",
    ]


def test_a_long_list_is_whole_though_its_passages_were_cut(tmp_path: Path, encoder: OnnxEncoder) -> None:
    words = "anchor barrel crown dial escapement fusee gong hammer jewel lever".split()
    said = [f"The {word} is turned until the small red mark of the {word} meets the other mark on the case." for word in words]
    items = "\n".join(f"{number}. {item}" for number, item in enumerate(said, start=1))
    note = f"# Clocks\n\n## Assembly\n\nThe steps of assembling the clock:\n\n{items}\n\nThen it is wound.\n"
    sentences, citations, text = answer(tmp_path, "what are the steps of assembling the clock", encoder, note)
    assert len(read_chunks("note.md", note)) > 1
    assert [line.split()[0] for line in text.split("\n")[1:]] == [f"{number}." for number in range(1, 11)]
    assert [number for citation in citations for number in (citation.span.first, citation.span.last)] == sorted(
        number for citation in citations for number in (citation.span.first, citation.span.last)
    )
    assert [sentence.citations for sentence in sentences] == sorted(sentence.citations for sentence in sentences)
    assert {number for sentence in sentences for number in sentence.citations} == {citation.id for citation in citations}


def test_what_a_section_says_is_told_in_one_place_and_in_its_order(tmp_path: Path, encoder: OnnxEncoder) -> None:
    paragraph = (
        "The memory of a reef fish has two layers. The first, called the long memory of a fish, holds the places where it hatched. "
        "Nobody knows how large it is. The second, called the short memory of a fish, holds the last few minutes, and is lost in sleep."
    )
    notes = f"# Reefs\n\n## Layers\n\n{paragraph}\n\n## Colours\n\nThe memory of colours is poor in fish.\n"
    said = str(composed(tmp_path, "which two layers has the memory of a fish", encoder, notes))
    first, second = said.index("The first"), said.index("The second")
    assert first < second
    assert said[first:].count("Layers:") == 0
    assert "memory of colours" not in said[first:second]


TISSUES = """# Tissues

## Types

There are four types of tissue.

### Epithelial tissue

It covers the surfaces of the body. It has no vessels.

### Connective tissue

It holds other tissues together.

### Muscle tissue

It contracts.

### 4. Nervous tissue

It carries signals.

## History

The word was coined in 1801.
"""


@pytest.mark.parametrize("question", ["what are the types of tissue", "four types of tissue", "name the 4 tissue types"])
def test_sections_are_the_items_where_they_are_the_kinds_asked_for(tmp_path: Path, encoder: OnnxEncoder, question: str) -> None:
    whole = composed(tmp_path, question, encoder, TISSUES)
    assert str(whole) == (
        "There are four types of tissue:\n- Epithelial tissue: It covers the surfaces of the body.\n"
        "- Connective tissue: It holds other tissues together.\n- Muscle tissue: It contracts.\n- Nervous tissue: It carries signals."
    )
    assert [citation.span.first for citation in whole.citations] == [5, 9, 13, 17, 21]


@pytest.mark.parametrize("question", ["what are the three types of tissue", "what is a tissue", "when was the word tissue coined"])
def test_sections_are_no_list_where_their_number_or_the_question_is_another(tmp_path: Path, encoder: OnnxEncoder, question: str) -> None:
    assert not any(isinstance(block, ListBlock) for block in composed(tmp_path, question, encoder, TISSUES).blocks)


def test_rows_of_a_table_answer_a_comparison_under_their_header(tmp_path: Path, encoder: OnnxEncoder) -> None:
    whole = composed(tmp_path, "rye vs wheat flour", encoder)
    assert table(whole) == [["flour", "protein", "use"], ["wheat", "12 %", "bread"], ["rye", "9 %", "dark bread"]]
    assert whole.sentences[0].text == "flour: wheat; protein: 12 %; use: bread"
    assert "spelt" not in str(whole)


SCORES = """# Early warning

The early warning score is a sum of points.

| Parameter | 2 | 1 | 0 | 1 | 2 |
|---|---|---|---|---|---|
| Breaths a minute | <9 | 9-11 | 12-20 | > 20 | >=25 |
| Temperature by ear in degrees | - 1 | 35.1-36.0 | 36.1-38.0 | 38.1-39.0 | >=39.1 |
"""


def test_cells_keep_their_signs_and_a_header_is_not_said_alone(
    tmp_path: Path, encoder_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "score.md").write_text(SCORES)
    assert study("ingest", tmp_path / "notes", "--library", tmp_path / "library").code == 0
    question = ("ask", "which breaths a minute score two points", "--library", tmp_path / "library")
    answer = study(*question, "--json").json
    cells = {cell["text"] for block in answer["blocks"] if block["type"] == "table" for row in block["rows"] for cell in row}
    assert {"<9", "> 20", ">=25"} <= cells
    assert all("|" not in sentence["text"] for sentence in answer["sentences"])
    drawn = study(*question).out
    assert "…" not in drawn  # nothing of a narrow column is cut off
    assert max(map(len, drawn.splitlines())) <= 50


def test_without_a_table_both_things_are_told_of(tmp_path: Path, encoder: OnnxEncoder) -> None:
    marina = "A marina is a harbour for yachts only; harbours are wider."
    note = f"# Ports\n\nA harbour is a place where ships anchor. {marina} Harbours may be natural.\n"
    text = str(composed(tmp_path, "compare a harbour and a marina", encoder, note))
    assert "A harbour is a place where ships anchor." in text
    assert marina in text


def test_a_row_is_told_under_its_header(tmp_path: Path, encoder: OnnxEncoder) -> None:
    assert table(composed(tmp_path, "what is spelt flour used for", encoder)) == [
        ["flour", "protein", "use"],
        ["spelt", "14 %", "flat bread"],
    ]


def test_rows_that_stand_far_apart_cite_their_own_places(tmp_path: Path, encoder: OnnxEncoder) -> None:
    rows = "\n".join(
        f"| metal {number} | a long remark on how metal {number} is won from its ore and what it is used for |" for number in range(30)
    )
    note = f"# Metals\n\n| metal | remark |\n|---|---|\n| zinc | soft |\n{rows}\n| lead | heavy |\n"
    whole = composed(tmp_path, "zinc vs lead", encoder, note)
    rows_said = {row[0].text: row[0].citations for block in whole.blocks if isinstance(block, TableBlock) for row in block.rows}
    places = {citation.id: citation.span for citation in whole.citations}
    for metal, line in (("zinc", 5), ("lead", 36)):
        assert any(places[number].first <= line <= places[number].last for number in rows_said[metal])
    assert rows_said["zinc"] != rows_said["lead"]


def test_a_list_may_be_a_table(tmp_path: Path, encoder: OnnxEncoder) -> None:
    rows = table(composed(tmp_path, "what types of flour are there and how much protein has each", encoder))
    assert [row[0] for row in rows] == ["flour", "wheat", "spelt", "rye"]


@pytest.mark.parametrize(
    ("question", "first"),
    [("can bread be baked without salt", "Yes. It tastes flat"), ("does rye dough need kneading", "No. It has hardly any gluten")],
)
def test_what_decides_comes_first(tmp_path: Path, encoder: OnnxEncoder, question: str, first: str) -> None:
    assert answer(tmp_path, question, encoder)[2].startswith(first)


def test_a_formula_comes_with_what_its_symbols_mean(tmp_path: Path, encoder: OnnxEncoder) -> None:
    text = answer(tmp_path, "formula for the weight of water", encoder)[2]
    assert "w = h f" in text
    assert "where h is the hydration and f the weight of flour" in text


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("a) one\nb) two", ["one", "two"]),
        ("1. one\n   - below\n2. two", ["one", "two"]),
        ("1. one\n- below\n- below too\n2. two", ["one", "two"]),
        ("1. one\n   a. below\n      - deeper\n2. two", ["one", "two"]),
        ("- one\n\n- two\n\nText after.", ["one", "two"]),
        ("Step 1: cut\nStep 2: glue", ["cut", "glue"]),
        ("\\begin{itemize}\n\\item one\n\\item two\n\\end{itemize}", ["one", "two"]),
        ("- only", []),
        ("no list", []),
    ],
)
def test_lists_are_read_from_their_lines(text: str, items: list[str]) -> None:
    chunk = read_chunks("note.md", f"# A\n\nFirst:\n\n{text}\n")[-1]
    assert [item.text for listing in listings(lines_of(chunk)) for item in listing.items] == items


def test_tables_and_lists_are_drawn_as_wide_as_the_terminal(tmp_path: Path, encoder_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "bread.md").write_text(BREAD)
    assert study("ingest", tmp_path / "notes", "--library", tmp_path / "library").code == 0
    drawn = study("ask", "rye vs wheat flour", "--library", tmp_path / "library").out
    assert "flour   protein   use" in drawn
    assert drawn.split("Wheat flour")[0].count("[1]") == 1
    listed = study("ask", "what are the kinds of leavening", "--library", tmp_path / "library").out
    assert "\n - chemical: baking soda, which needs an acid\n" in listed
    assert max(map(len, (drawn + listed).splitlines())) <= 80


@pytest.mark.parametrize(
    ("formula", "rows"),
    [
        (r"E = mc^2", [r"E = mc^2 [1]"]),
        (r"\begin{aligned}a &= b \\ &= c\end{aligned}", ["a = b", "= c [1]"]),
        (r"f(x) = \begin{split}a & b \\ R\&D \\\end{split}", ["f(x) =", "a b", r"R\&D [1]"]),
        (r"\begin{cases}1 & x > 0 \\ 0\end{cases}", [r"\begin{cases}1 & x > 0 \\ 0\end{cases} [1]"]),
    ],
)
def test_rows_of_a_formula_have_lines_of_their_own(formula: str, rows: list[str]) -> None:
    out = StringIO()
    draw(Console(file=out, width=80), Formula(formula, (1,)))
    assert out.getvalue().splitlines() == rows
