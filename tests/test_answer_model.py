"""An answer is typed blocks: as text, sentences, JSON and Markdown it says the same, and none of them has to be parsed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answers.blocks import block_from_json, block_to_json
from assistant.answers.markdown import to_markdown
from assistant.answers.model import (
    DONT_SAY,
    Answer,
    Block,
    Cell,
    Citation,
    Code,
    Formula,
    Item,
    ListBlock,
    Paragraph,
    Sentence,
    TableBlock,
)
from assistant.contract.answers import answer_to_json, empty_answer
from ingest.model import Part, Span

BLOCKS: tuple[Block, ...] = (
    Paragraph((Sentence("Bread is baked.", (1,)), Sentence("It rises.", (1, 2)))),
    ListBlock(
        Sentence("Steps:", (2,)),
        (
            Item(Sentence("Mix.", (2,)), ListBlock(None, (Item(Sentence("Sift.", (2,))), Item(Sentence("Stir.", (3,)))), True)),
            Item(Sentence("Bake.", (3,))),
        ),
        ordered=True,
    ),
    TableBlock(("flour", "protein"), ((Cell("wheat", (4,)), Cell("12 %", (5,))), (Cell("rye | dark", (4,)), Cell("")))),
    Formula("w = h f", (6,), label="Water"),
    Code("x = 1\n  y = 2", (7,)),
)


def answer(*blocks: Block) -> Answer:
    citation = Citation(1, "notes/bread.md", "Bread", ("Baking",), Span(37, 38), "Bread is baked.")
    return Answer("what is bread", blocks, (citation,), 0.91234567, not blocks, "extractive", ("bread",), 0.12345678)


def test_the_text_of_an_answer_is_plain() -> None:
    assert str(answer(*BLOCKS)).split("\n") == [
        "Bread is baked. It rises.",
        "Steps:",
        "1. Mix.",
        "   a) Sift.",
        "   b) Stir.",
        "2. Bake.",
        "flour: wheat; protein: 12 %",
        "flour: rye | dark",
        "Water: w = h f",
        "x = 1",
        "  y = 2",
    ]
    assert str(answer()) == DONT_SAY


def test_the_sentences_are_all_of_the_text_in_order_each_with_its_citations() -> None:
    assert [(sentence.text, sentence.citations) for sentence in answer(*BLOCKS).sentences] == [
        ("Bread is baked.", (1,)),
        ("It rises.", (1, 2)),
        ("Steps:", (2,)),
        ("Mix.", (2,)),
        ("Sift.", (2,)),
        ("Stir.", (3,)),
        ("Bake.", (3,)),
        ("flour: wheat; protein: 12 %", (4, 5)),
        ("flour: rye | dark", (4,)),
        ("Water: w = h f", (6,)),
        ("x = 1\n  y = 2", (7,)),
    ]


def test_markdown_shows_the_blocks_as_what_they_are() -> None:
    assert to_markdown(BLOCKS).split("\n") == [
        "Bread is baked. [1] It rises. [1][2]",
        "",
        "Steps: [2]",
        "",
        "1. Mix. [2]",
        "    1. Sift. [2]",
        "    2. Stir. [3]",
        "2. Bake. [3]",
        "",
        "| flour | protein |",
        "|---|---|",
        "| wheat [4] | 12 % [5] |",
        "| rye \\| dark [4] |  |",
        "",
        "Water:",
        "",
        "$$",
        "w = h f",
        "$$",
        "[6]",
        "",
        "```",
        "x = 1",
        "  y = 2",
        "```",
        "[7]",
    ]
    assert to_markdown([Code("```", ())]) == "````\n```\n````"


@pytest.mark.parametrize(
    ("span", "place"),
    [
        (Span(37, 38), "notes/bread.md:37-38"),
        (Span(37, 37), "notes/bread.md:37"),
        (Span(1, 2, Part("page", 3)), "notes/bread.md page 3:1-2"),
    ],
)
def test_a_citation_names_its_place(span: Span, place: str) -> None:
    assert Citation(1, "notes/bread.md", "", (), span, "").place == place


def test_an_answer_in_json_has_the_members_of_the_contract() -> None:
    value = answer_to_json(answer(*BLOCKS))
    assert list(value) == [
        *(
            "question",
            "answer",
            "abstained",
            "certainty",
            "confidence",
            "mode",
            "blocks",
            "sentences",
            "citations",
            "related",
            "learn_first",
            "seconds",
        )
    ]
    assert (value["confidence"], value["seconds"], value["abstained"]) == (0.9123, 0.1235, False)
    assert value["answer"] == str(answer(*BLOCKS))
    assert value["sentences"][1] == {"text": "It rises.", "citations": [1, 2]}
    assert value["citations"] == [
        {
            "id": 1,
            "document": "notes/bread.md",
            "title": "Bread",
            "section": ["Baking"],
            "part": None,
            "lines": [37, 38],
            "quote": "Bread is baked.",
            "copies": [],
        }
    ]
    assert [block["type"] for block in value["blocks"]] == ["paragraph", "list", "table", "formula", "code"]
    assert value["blocks"][1]["items"][0]["nested"]["items"][1] == {"text": "Stir.", "citations": [3], "nested": None}
    assert value["blocks"][2]["rows"][0][1] == {"text": "12 %", "citations": [5]}
    assert empty_answer("why")["answer"] == ""


texts = st.text(max_size=8)
numbers = st.lists(st.integers(1, 9), max_size=2).map(tuple)
sentences = st.builds(Sentence, texts, numbers, texts)
lists = st.recursive(
    st.builds(ListBlock, st.none(), st.lists(st.builds(Item, sentences), min_size=1, max_size=3).map(tuple), st.booleans()),
    lambda nested: st.builds(
        ListBlock,
        st.none() | sentences,
        st.lists(st.builds(Item, sentences, st.none() | nested), min_size=1, max_size=3).map(tuple),
        st.booleans(),
    ),
    max_leaves=3,
)
cells = st.lists(st.builds(Cell, texts, numbers), min_size=1, max_size=3).map(tuple)
blocks = st.one_of(
    st.builds(Paragraph, st.lists(sentences, max_size=3).map(tuple)),
    lists,
    st.builds(TableBlock, st.lists(texts, max_size=3).map(tuple), st.lists(cells, min_size=1, max_size=3).map(tuple), texts),
    st.builds(Formula, texts, numbers, texts, texts),
    st.builds(Code, texts, numbers, texts),
)


@settings(max_examples=100)
@given(blocks)
def test_a_block_is_read_back_from_its_json(block: Block) -> None:
    assert block_from_json(json.loads(json.dumps(block_to_json(block, explain=True)))) == block


@pytest.mark.parametrize("value", [{}, {"type": "page"}, {"type": "list", "ordered": True}, {"type": "table", "rows": [[3]], "header": []}])
def test_what_is_no_block_is_refused(value: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        block_from_json(value)
