"""Texts made to do harm, in every format: one endless line, deep nesting, broken encodings, binaries by a text's name."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from formats import check, words
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.chunking.chunking import chunk_document
from ingest.errors import BadDocument
from ingest.readers import LINE_READERS, read_document
from ingest.sources.sources import find_sources

DEEP = 100
TEXT_SUFFIXES = [".md", ".txt", ".tex", ".rst", ".org", ".py", ".html"]


@pytest.mark.parametrize("suffix", [".md", ".txt", ".tex", ".rst", ".org"])
def test_ten_megabytes_on_one_line_are_read(suffix: str) -> None:
    document = read_document(f"a{suffix}", b"word after word. " * 600_000)
    assert len(document.texts[0].lines) == 1
    assert [block.span.last for block in document.blocks] == [1]


@pytest.mark.parametrize("sign", ["[", "$", "`", "**", "\\", "{", "<", "|", "> ", "1. ", "\\begin{", "_a", "::", "[[", ". A", "é"])
def test_a_line_of_one_sign_over_and_over_is_read(sign: str) -> None:
    for suffix in (".md", ".tex", ".rst", ".org"):
        check(read_document(f"a{suffix}", f"x{sign * (6000 // len(sign))}\n\n{sign * 300}\ny".encode()))


def nested(suffix: str) -> str:
    """The word `deep` below a hundred levels of whatever a format nests."""
    levels = range(DEEP)
    if suffix == ".md":
        return "\n".join([f"{'  ' * at}- item {at}" for at in levels] + ["", f"{'> ' * DEEP}quote", "", "<details>" * DEEP, "", "deep"])
    if suffix == ".tex":
        lists = "".join(f"\\begin{{itemize}}\n\\item level {at}\n" for at in levels) + "deep\n" + "\\end{itemize}\n" * DEEP
        return f"\\section{{{'{' * DEEP}A{'}' * DEEP}}}\n{lists}"
    if suffix == ".rst":
        return "\n".join([f"{'   ' * at}.. note:: level {at}\n" for at in levels] + ["   " * DEEP + "deep"])
    if suffix == ".org":
        return "\n".join([f"{'*' * (at + 1)} level {at}" for at in levels] + ["deep"])
    if suffix == ".html":
        return "<div><ul><li>" * DEEP + "deep"
    return "\n".join([f"{'    ' * at}def level_{at}():" for at in levels] + [f"{'    ' * DEEP}deep = 1"])


@pytest.mark.parametrize("suffix", [".md", ".tex", ".rst", ".org", ".html", ".py"])
def test_a_hundred_levels_are_read(suffix: str) -> None:
    assert "deep" in words(check(read_document(f"a{suffix}", nested(suffix).encode())))


def test_a_hundred_levels_of_office_tables_and_of_json_are_read_or_refused() -> None:
    from docx import Document as Word

    word = Word()
    cell = word.add_table(1, 1).cell(0, 0)
    for _ in range(DEEP):
        cell = cell.add_table(1, 1).cell(0, 0)
    cell.text = "deep"
    out = io.BytesIO()
    word.save(out)
    assert "deep" in words(check(read_document("a.docx", out.getvalue())))
    source = json.loads("[" * DEEP + "]" * DEEP)
    with pytest.raises(BadDocument, match="text"):
        read_document("a.ipynb", json.dumps({"cells": [{"cell_type": "markdown", "source": source}]}).encode())


@pytest.mark.parametrize("suffix", TEXT_SUFFIXES)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32", "latin-1", "cp1252"])
def test_every_text_is_read_in_the_encoding_it_is_in(suffix: str, encoding: str) -> None:
    text = "Größe und naïve Maße\n\nzweite Zeile, café\n"
    data = text.encode(encoding)
    if encoding == "utf-16-be":
        data = b"\xfe\xff" + data
    assert "Größe und naïve Maße" in words(check(read_document(f"a{suffix}", data)))


@pytest.mark.parametrize("suffix", TEXT_SUFFIXES)
def test_a_text_in_two_encodings_keeps_what_is_sound(suffix: str) -> None:
    document = check(read_document(f"a{suffix}", b"plain words\n" + "Größe\n".encode() + "Größe\n".encode("latin-1") + b"more\n"))
    assert words(document).startswith("plain words")
    assert words(document).endswith("more")


@pytest.mark.parametrize("suffix", sorted(LINE_READERS))
@pytest.mark.parametrize("data", [b"text\0with\0nul", b"\x7fELF\x02\x01\x01" + bytes(200), bytes(range(1, 32)) * 40])
def test_a_binary_by_the_name_of_a_text_is_refused(suffix: str, data: bytes) -> None:
    with pytest.raises(BadDocument, match="binary"):
        read_document(f"a{suffix}", data)


def test_entities_of_a_web_page_do_not_grow() -> None:
    grown = [f"<!ENTITY {b} '&{a};&{a};&{a};&{a};&{a};&{a};'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    bomb = f"<!DOCTYPE x [<!ENTITY a 'lollol'>{''.join(grown)}"
    for name in ("a.html", "a.xhtml"):
        document = read_document(name, f"{bomb}]><html><body><p>&i; text</p></body></html>".encode())
        assert sum(len(line) for line in document.texts[0].lines) < 1000


@pytest.mark.parametrize(("name", "instead"), [("a.doc", ".docx"), ("a.ppt", ".pptx"), ("a.mobi", ".epub"), ("a.xlsx", ".txt")])
def test_a_format_that_is_not_read_says_what_to_save_it_as(name: str, instead: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"x")
    (failure,) = find_sources([tmp_path / name]).failures
    assert f"Save it as {instead}" in failure.reason


def test_one_folder_of_them_all_stops_nothing(tmp_path: Path, encoder_cache: Path) -> None:
    from assistant.cli.main import study

    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "good.md").write_text("# Entropy\n\nEntropy measures uncertainty.\n")
    broken = {
        "nul.md": b"a\0b",
        "elf.txt": b"\x7fELF\x02\x01\x01" + bytes(200),
        "cut.pdf": b"%PDF-1.7\n1 0 obj",
        "cut.docx": b"PK\x03\x04cut",
    }
    broken |= {"cut.epub": b"PK\x03\x04", "cut.pptx": b"PK", "empty.tex": b"", "bad.ipynb": b"{", "none.html": b"<script>x</script>"}
    broken |= {"blank.rst": b"\n \n", "torn.org": b"\xff\xfe\x00\xd8A\x00"}
    for name, data in broken.items():
        (notes / name).write_bytes(data)
    library = str(tmp_path / "library")
    result = CliRunner().invoke(study, ["ingest", str(notes), "--library", library, "--json"])
    assert result.exit_code == 0
    value = json.loads(result.stdout)
    assert {failure["document"] for failure in value["failures"]} == broken.keys()
    assert all(failure["reason"].endswith(".") for failure in value["failures"])
    found = CliRunner().invoke(study, ["search", "entropy", "--library", library, "--json"])
    assert json.loads(found.stdout)["hits"][0]["document"] == "good.md"


_SAID = "the kernel of a matrix is small, and it grows. Why? Because it does: see below!".split()
_WORDS = st.lists(st.sampled_from(_SAID), min_size=1, max_size=12)
_LINES = st.lists(_WORDS.map(" ".join), min_size=1, max_size=3)


@st.composite
def made_text(draw: st.DrawFn, suffix: str) -> str:
    """A document as a person writes it: sections, paragraphs, lists, code, formulas, in the marks of a format."""
    head = {".md": "## {}", ".txt": "{}", ".tex": "\\section{{{}}}", ".rst": f"{{}}\n{'-' * 60}", ".org": "* {}"}
    item = {".md": "- {}", ".txt": "• {}", ".tex": "\\item {}", ".rst": "- {}", ".org": "+ {}"}
    verbatim, source = "\\begin{{verbatim}}\n{}\n\\end{{verbatim}}", "#+begin_src\n{}\n#+end_src"
    code = {".md": "```\n{}\n```", ".txt": "{}", ".tex": verbatim, ".rst": "::\n\n    {}", ".org": source}
    formula = {".md": "$$\n{}\n$$", ".txt": "{}", ".tex": "\\[\n{}\n\\]", ".rst": ".. math:: {}", ".org": "\\[\n{}\n\\]"}
    pieces = []
    for kind in draw(st.lists(st.sampled_from(["head", "text", "list", "code", "formula"]), min_size=1, max_size=8)):
        lines = draw(_LINES)
        if kind == "head":
            pieces.append(head[suffix].format(lines[0][:50].title()))
        elif kind == "text":
            pieces.append("\n".join(lines))
        elif kind == "list":
            pieces.append("\n".join(item[suffix].format(line) for line in lines))
        elif kind == "code":
            pieces.append(code[suffix].format("x = 1"))
        else:
            pieces.append(formula[suffix].format("y = x^2"))
    return draw(st.sampled_from(["\n", "\r\n", "\r"])).join("\n\n".join(pieces).split("\n"))


@pytest.mark.parametrize("suffix", [".md", ".txt", ".tex", ".rst", ".org"])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_quote_of_any_document_stands_at_its_lines(suffix: str, data: st.DataObject) -> None:
    text = data.draw(made_text(suffix))
    document = check(read_document(f"a{suffix}", text.encode()))
    quoted = " ".join(chunk.text for chunk in chunk_document(document))
    assert all(word in quoted for word in ("kernel", "matrix") if word in text)
