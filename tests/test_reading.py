"""What a caller sees of a document that was read: its lines, tree, kinds and title."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import BadDocument
from ingest.model import Document, Kind, SectionKind
from ingest.readers import read_document


def read(text: str, name: str = "note.txt") -> Document:
    return read_document(name, text.encode())


def titles(document: Document, kind: SectionKind = SectionKind.HEADING) -> list[str]:
    return [s.title for s in document.sections if s.kind is kind]


def kinds(document: Document) -> list[Kind]:
    return [b.kind for b in document.blocks]


def owners(document: Document) -> list[int]:
    """How many blocks each line with content belongs to."""
    lines = document.texts[0].lines
    return [sum(b.span.first <= n <= b.span.last for b in document.blocks) for n, line in enumerate(lines, 1) if line.strip()]


def test_lines_end_at_newlines_and_carriage_returns_only() -> None:
    document = read("one\r\ntwo\rthree\u2028still three\x0band \x85 on\nfour\n")
    assert document.texts[0].lines == ("one", "two", "three\u2028still three\x0band \x85 on", "four")


@pytest.mark.parametrize(
    "data",
    [
        "Größe λ".encode("utf-8-sig"),
        "Größe λ".encode("utf-16"),
        "Größe λ".encode(),
        b"\xfe\xff" + "Größe λ".encode("utf-16-be"),
        "Größe λ".encode("utf-32"),
    ],
)
def test_unicode_encodings_are_told_apart(data: bytes) -> None:
    assert read_document("a.txt", data).texts[0].lines == ("Größe λ",)


def test_old_single_byte_text_is_read() -> None:
    assert read_document("a.txt", "naïve café – “so”".encode("cp1252")).texts[0].lines == ("naïve café – “so”",)


@pytest.mark.parametrize(
    "data", [b"", b" \n\t\n", b"ab\0cd", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", bytes(range(1, 32)) * 40, b"\xff\xfe\x00\xd8\x41\x00"]
)
def test_what_is_not_text_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(BadDocument) as caught:
        read_document("folder/a.txt", data)
    assert caught.value.document == "folder/a.txt"
    assert caught.value.reason.endswith(".")


def test_digest_and_name_are_kept() -> None:
    document = read_document("deep/a.md", b"# A\n")
    assert document.name == "deep/a.md"
    assert document.digest == hashlib.sha256(b"# A\n").hexdigest()


def test_markdown_headings_make_a_tree() -> None:
    document = read("# Title\n\nIntro.\n\n## Part\n\ntext\n\n### Inner\n\ntext\n\nSet\n---\n\nmore\n", "a.md")
    assert [s.path for s in document.sections] == [
        ("Title",),
        ("Part",),
        ("Part", "Inner"),
        ("Set",),
    ]
    assert document.title == "Title"
    assert document.sections[1].span.first == 5
    assert document.sections[1].span.last == 11
    assert document.blocks[-1].section == ("Set",)


def test_numbered_headings_of_a_text_without_markup_nest() -> None:
    text = (
        "Notes\n\nChapter 1\n\nBasics\n\n1.1 Overfitting vs Underfitting\n\n- high variance\n- high bias\n\n1.1.1 The Cure\n\nUse data."
        "\n\n1.2 R^2 and F1\n\nBoth.\n"
    )
    assert [s.path for s in read(text).sections] == [
        ("Notes",),
        ("Chapter 1: Basics",),
        ("Chapter 1: Basics", "1.1 Overfitting vs Underfitting"),
        ("Chapter 1: Basics", "1.1 Overfitting vs Underfitting", "1.1.1 The Cure"),
        ("Chapter 1: Basics", "1.2 R^2 and F1"),
    ]


def test_isolated_short_lines_are_headings_and_sentences_are_not() -> None:
    text = (
        "Where the textbook curve breaks\n\nCapacity up, bias down, and the error is shaped like a U.\n\nThis one is a sentence.\n\n"
        "Why momentum helps\n\nIt damps the zigzag across a narrow valley.\n\nx = y + 1\n\nSee https://example.org/a\n\nMarch 2024\n"
    )
    assert titles(read(text)) == ["Where the textbook curve breaks", "Why momentum helps"]


def test_dense_text_finds_headings_by_title_case() -> None:
    text = (
        "Learning Theory\nWhat This Covers\n- bias\n- variance\nKey Topics\n1. Model Choice\nSimple: low variance\n- stable\n"
        "2. Data Choice\nMore: better\n- always\nCore Ideas\nTheory tells you why a method works and when it fails.\n"
    )
    assert titles(read(text)) == ["Learning Theory", "What This Covers", "Key Topics", "1. Model Choice", "2. Data Choice", "Core Ideas"]
    assert ("Key Topics", "2. Data Choice") in [s.path for s in read(text).sections]


def test_numbered_list_is_no_heading() -> None:
    assert titles(read("Steps to take here\n\n1. Collect Data\n2. Train Model\n3. Ship It\n\nDone after that.\n")) == ["Steps to take here"]


def test_labels_open_sections() -> None:
    document = read("# A\n\n**Solutions:**\n\n1. clip\n2. skip\n\nAfterwards all is well.\n\nKey points:\n- one\n- two\n", "a.md")
    assert titles(document, SectionKind.LABEL) == ["Solutions", "Key points"]
    afterwards = next(b for b in document.blocks if b.text.startswith("Afterwards"))
    assert afterwards.section == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("- a\n- b\n  deeper\n\n- c", Kind.LIST),
        ("| a | b |\n|---|---|\n| 1 | 2 |", Kind.TABLE),
        ("a | b\n:--|--:\n1 | 2\n3 | 4", Kind.TABLE),
        ("Bandwidth\n: How far a point reaches.", Kind.DEFINITION),
        ("> [!warning]- Mind\n> the sign.", Kind.CALLOUT),
        ("```python\nx = 1\n\n# no heading\n```", Kind.CODE),
        ("$$\n\\sum_i x_i\n$$", Kind.FORMULA),
        ("θ ← θ − η ∇L\nm̂ = m / (1 − β)", Kind.FORMULA),
        ("def f(x):\nreturn x + 1", Kind.CODE),
        ("**Entropy** measures uncertainty.", Kind.DEFINITION),
        ("A kernel is a similarity function.", Kind.DEFINITION),
        ("**Note:** mind the sign.", Kind.CALLOUT),
        ("Key insight: Scale before you measure.", Kind.CALLOUT),
        ("Problem: Some features dwarf the others.", Kind.PROSE),
        ("Margin: Distance to the nearest point.", Kind.DEFINITION),
        ("> [!TIP] Warm up\n> slowly.", Kind.CALLOUT),
        ("TODO: derive this", Kind.TODO),
        ("- [One](#one)\n- [Two](#two)\n- [Three](#three)", Kind.CONTENTS),
        ("| 1 | Basics | 3 |\n| 1.1 | Norms | 3 |\n| 1.2 | Bases | 5 |\n| 2 | More | 7 |\n| 2.1 | End | 9 |", Kind.CONTENTS),
        ("See notes/attention.md for the derivation.", Kind.CONTENTS),
        ("---", Kind.METADATA),
        ("<!-- hidden\nremark -->", Kind.METADATA),
        ("RateStep size\nConvexO(1/k) in objectiveSmall\nNon-convexNo guaranteeHeuristic", Kind.TABLE),
    ],
)
def test_block_kinds(text: str, kind: Kind) -> None:
    document = read(f"# Heading\n\n{text}\n\nA sentence that ends the note.\n", "a.md")
    assert kinds(document) == [Kind.HEADING, kind, Kind.PROSE]


def test_table_of_contents_ends_at_the_next_heading() -> None:
    document = read("# Contents\n\n- Basics\n- Training\n\n# Basics\n\nText of the chapter.\n", "a.md")
    assert kinds(document) == [Kind.HEADING, Kind.CONTENTS, Kind.HEADING, Kind.PROSE]


def test_callouts_without_markup_are_typed_and_titled() -> None:
    text = (
        "Adam and friends\n\nIt keeps two moving averages.\n\nPITFALL\n"
        "Forgetting the bias correction.\nREMEMBER\n  • First.\n  • Second.\n\n"
        "THE INSIGHT\n\nNoise is a feature\n\nIt finds flat minima.\n"
    )
    document = read(text)
    assert titles(document, SectionKind.LABEL) == ["PITFALL", "REMEMBER", "THE INSIGHT: Noise is a feature"]
    assert kinds(document).count(Kind.CALLOUT) == 3


def test_front_matter_is_read_with_lines() -> None:
    text = (
        "---\ntitle: Scaled attention\naliases: [SDPA]\nrequires:\n  - dot product\n  - softmax\nminutes: 12\ngoals:\n"
        "  - say why\n---\n# Other\n\nText.\n"
    )
    document = read(text, "a.md")
    front = document.front_matter
    assert document.title == front.title == "Scaled attention"
    assert (front.aliases, front.minutes) == (("SDPA",), 12.0)
    assert [(e.text, e.span.first) for e in front.requires or ()] == [("dot product", 5), ("softmax", 6)]
    assert document.blocks[0].kind is Kind.METADATA
    assert set(owners(document)) == {1}


@pytest.mark.parametrize("front", ["---\n: [broken\n---\n", "---\njust a sentence\n---\n", "---\ntitle: never closed\n"])
def test_what_does_not_look_like_fields_is_text(front: str) -> None:
    document = read(front + "\nBody text.\n", "a.md")
    assert document.front_matter.title is None
    assert set(owners(document)) == {1}
    assert not document.notices


@pytest.mark.parametrize(
    ("fields", "left_out", "tags"),
    [
        ("title: Curry: hot\ntags: [spice]", "title (line 2)", ("spice",)),
        ("tags: [spice, herb\naliases: [curry]", "tags (line 2)", ()),
        ("tags: [spice]\ndate: {{date}}", "date (line 3)", ("spice",)),
        ("tags: [spice]\nrequires:\n  - rice\n\t- stock", "requires (line 3)", ("spice",)),
        ("title: a\nx: [1\n\ntags: [spice]", "x (line 3)", ("spice",)),
    ],
)
def test_front_matter_that_is_no_yaml_is_metadata_and_told(fields: str, left_out: str, tags: tuple[str, ...]) -> None:
    document = read(f"---\n{fields}\n---\n# Curry\n\nCurry is a dish.\n", "a.md")
    assert {block.kind for block in document.blocks if block.span.last <= fields.count("\n") + 3} == {Kind.METADATA}
    assert document.front_matter.tags == tags
    (said,) = document.notices
    assert f"Left out: {left_out}." in said


@pytest.mark.parametrize("text", ["#\n\nCaves are hollow.\n\n##\n\nThey are dark.\n", "# **\n\nCaves are hollow.\n\n###  ###\n\nDark.\n"])
def test_headings_without_words_open_no_section(text: str) -> None:
    document = read(text, "deep/my caves.md")
    assert not document.sections
    assert document.title == "my caves"
    assert {block.kind for block in document.blocks} == {Kind.METADATA, Kind.PROSE}


def test_title_falls_back_to_the_file_name() -> None:
    assert read("this is only a sentence, and no title.\n", "deep/my notes.txt").title == "my notes"


def test_text_file_with_markdown_inside_is_read_as_markdown() -> None:
    assert titles(read("# One\n\ntext\n\n## Two\n\ntext\n")) == ["One", "Two"]


def test_comments_in_code_without_fences_are_no_headings() -> None:
    text = "Intro to the code below.\ndef f(x):\n# double it\ny = 2 * x\n# and give it back\nreturn y\n"
    assert titles(read(text)) == []


_SNIPPETS = st.sampled_from(
    [
        "# H",
        "Title Line",
        "1. One",
        "1) Why?",
        "Q1: What?",
        "Answer:",
        "- item",
        "  - deep",
        "```",
        "$$",
        "| a | b |",
        "TODO x",
        "TL;DR",
        "",
        "---",
        "> q",
        "Label:",
        "text that goes on",
        "x = y + z",
        "def f():",
        "<!--",
        "-->",
        "<details>",
        "2.1 Norms",
        "See a.md",
        "\u2028",
        "\x0b",
        "    code",
        "Contents",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.lists(_SNIPPETS, max_size=30).map("\n".join), st.text(max_size=200)), st.sampled_from(["a.md", "a.txt"]))
def test_every_content_line_belongs_to_exactly_one_block(text: str, name: str) -> None:
    try:
        document = read_document(name, text.encode("utf-8", "surrogatepass"))
    except BadDocument:
        return
    lines = document.texts[0].lines
    assert all(count == 1 for count in owners(document))
    assert [b.span.first for b in document.blocks] == sorted(b.span.first for b in document.blocks)
    for block in document.blocks:
        assert block.text == "\n".join(lines[block.span.first - 1 : block.span.last])
    for section in document.sections:
        assert 1 <= section.span.first <= section.span.last <= len(lines)
        assert section.path[-1] == section.title
        assert len(section.path) == section.level
    for question in document.questions:
        assert question.answer is None or question.answer.first >= question.span.first


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        document = read_document("x.txt", data)
    except BadDocument:
        return
    assert all(count == 1 for count in owners(document))


@pytest.mark.parametrize(
    ("text", "title", "paths"),
    [
        ("# Torts\n\n# Assault\n\nFear of contact.\n\n# Battery\n\nContact.\n", "Torts", [("Assault",), ("Battery",)]),
        ("# Assault\n\nFear of contact.\n\n# Battery\n\nContact.\n", "torts", [("Assault",), ("Battery",)]),
        ("# Assault\n\nFear of contact.\n\n## Defences\n\nConsent.\n", "Assault", [(), ("Defences",)]),
        ("# Assault\n\n## Defences\n\nConsent.\n\n# Battery\n\nContact.\n", "torts", [("Assault", "Defences"), ("Battery",)]),
        (
            "# Torts\n\nWrongs, in short.\n\n# Assault\n\nFear.\n\n# Battery\n\nContact.\n\n# Nuisance\n\nNoise.\n",
            "Torts",
            [(), ("Assault",), ("Battery",), ("Nuisance",)],
        ),
        ("# Assault\n\n```\n# Battery\n```\n\nFear of contact.\n", "Assault", [(), ()]),
    ],
)
def test_the_first_of_several_headings_is_no_title(text: str, title: str, paths: list[tuple[str, ...]]) -> None:
    document = read(text, "torts.md")
    assert document.title == title
    assert [block.section for block in document.blocks if block.kind is not Kind.HEADING] == paths
