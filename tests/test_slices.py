"""A text too large to be held is read in slices, and nobody can tell: same lines, same sections, one document."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import WordEncoder

from assistant.building.build import ingest
from assistant.storage.document_codec import decode_document, encode_document
from assistant.storage.documents import load_document, load_records, load_slices
from assistant.storage.snapshots import Layout, open_snapshot
from index.local.chunks import ChunkStore
from ingest.chunking.chunking import chunk_document
from ingest.errors import BadDocument
from ingest.model import Document, Kind
from ingest.readers import read_document
from ingest.sources.slices import read_slices
from ingest.sources.sources import find_sources


def book(chapters: int = 6, pages: int = 12) -> str:
    lines = ["# A book about things", ""]
    for chapter in range(chapters):
        lines += [f"# Chapter {chapter}", "", f"Chapter {chapter} is about thing {chapter}.", ""]
        for page in range(pages):
            lines += [f"## Part {chapter}.{page}", "", f"The thing {chapter} has a side {page}. It is seen from there.", ""]
            lines += ["```", f"x = {page}", "", "y = 2", "```", "", f"- an item of {page}", "- another item", ""]
    return "\n".join(lines) + "\n"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.sources.slices.SLICE", 1500)


def slices(folder: Path, name: str, data: bytes) -> list[Document]:
    (folder / name).write_bytes(data)
    (source,) = find_sources([folder / name]).sources
    return list(read_slices(source))


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_slices_have_the_lines_blocks_and_sections_of_the_whole(tmp_path: Path, encoding: str, end: str) -> None:
    data = book().replace("\n", end).encode(encoding)
    whole = read_document("book.md", data)
    parts = slices(tmp_path, "book.md", data)
    assert len(parts) > 5
    assert [line for part in parts for line in part.texts[0].lines] == list(whole.texts[0].lines)
    assert [(b.kind, b.span, b.section) for part in parts for b in part.blocks] == [(b.kind, b.span, b.section) for b in whole.blocks]
    assert {(part.title, part.digest) for part in parts} == {(whole.title, whole.digest)}


@pytest.mark.usefixtures("small")
@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(["# A", "## B", "Some text that says a thing.", "", "- item", "```", "Q: why is it?", "| a | b |"]), min_size=200
    )
)
def test_every_line_is_in_its_place_whatever_the_text(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    text = "\n".join(["# Top", *lines])
    parts = slices(tmp_path_factory.mktemp("text"), "a.md", text.encode())
    source = text.split("\n")
    for part in parts:
        for block in part.blocks:
            assert block.text == "\n".join(source[block.span.first - 1 : block.span.last])
        for chunk in chunk_document(part):
            assert chunk.text in "\n".join(source[chunk.span.first - 1 : chunk.span.last])
    covered = [line for part in parts for line in range(part.texts[0].first, part.texts[0].first + len(part.texts[0].lines))]
    assert covered == list(range(1, len(covered) + 1))


@pytest.mark.usefixtures("small")
def test_a_sliced_file_is_one_document_of_the_library(tmp_path: Path) -> None:
    notes, root = tmp_path / "notes", tmp_path / "library"
    notes.mkdir()
    (notes / "book.md").write_text(book())
    assert ingest(root, [notes], encoder=WordEncoder()).documents == 1
    snapshot = open_snapshot(Layout(root))
    whole = read_document("book.md", book().encode())
    assert load_document(snapshot.folder, "book.md") == whole
    assert len(list(load_slices(snapshot.folder, "book.md"))) > 5
    assert [record.name for record in load_records(snapshot.folder)] == ["book.md"]
    chunks = ChunkStore(snapshot.index)
    assert {chunk.section for chunk in chunks.iterate(0, chunks.size) if chunk.kind is Kind.PROSE} >= {
        ("Chapter 5", "Part 5.11"),
        ("Chapter 3", "Part 3.0"),
    }
    assert len({chunk.id for chunk in chunks.iterate(0, chunks.size)}) == chunks.size
    chunks.close()
    snapshot.close()


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"text\n" * 400 + b"\x00" + b"text\n" * 400, "NUL"),
        (b" \n" * 4000, "empty"),
        (b"\xff\xfe" + b"a\x00\x0a\x00" * 2000 + b"\x00\xd8" * 9, "not valid"),
    ],
)
def test_a_large_file_that_is_no_text_is_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    with pytest.raises(BadDocument, match=reason):
        slices(tmp_path, "a.txt", data)


@pytest.mark.usefixtures("small")
def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.sources.slices._LONGEST_LINE", 4000)
    with pytest.raises(BadDocument, match="Break it into lines"):
        slices(tmp_path, "a.txt", b"word " * 4000)


@pytest.mark.usefixtures("small")
def test_source_code_and_old_encodings_are_sliced_too(tmp_path: Path) -> None:
    code = "\n\n".join(f"def function{number}(x):\n    # Größe number {number} of x\n    return x + {number}" for number in range(100))
    parts = slices(tmp_path, "a.py", code.encode("cp1252"))
    assert len(parts) > 2
    assert [section.title for part in parts for section in part.sections] == [f"function{number}" for number in range(100)]


@given(st.text(max_size=300), st.sampled_from(["a.md", "a.txt", "a.py", "a.html"]))
@settings(max_examples=60, deadline=None)
def test_a_document_is_decoded_as_it_was_encoded(text: str, name: str) -> None:
    try:
        document = read_document(name, f"# T\n\n{text}\n\n- x\n".encode("utf-8", "replace"))
    except BadDocument:
        return
    assert decode_document(encode_document(document)) == replace(document, name="")
