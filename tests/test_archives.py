"""Word, PowerPoint and EPUB files: what is kept of them, and archives made to do harm."""

from __future__ import annotations

import io
import re
import tracemalloc
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from formats import book, check, section_of, slides, word_document, words

from ingest.errors import BadDocument
from ingest.model import Document, Kind, Part
from ingest.readers import read_document

MAIN = {"a.docx": "word/document.xml", "a.pptx": "ppt/slides/slide1.xml", "a.epub": "EPUB/package.opf"}
MAKE = {"a.docx": word_document, "a.pptx": slides, "a.epub": book}


def read(name: str) -> Document:
    return check(read_document(name, MAKE[name]()))


def changed(data: bytes, members: Mapping[str, bytes | None]) -> bytes:
    """An archive with some members replaced, added or (None) taken out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in members:
                new.writestr(entry, old.read(entry))
        for name, content in members.items():
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def member(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def lines(document: Document, part: int = 1) -> list[str]:
    return [line for line in document.texts[part - 1].lines if line]


def test_a_word_document_keeps_its_structure() -> None:
    document = read("a.docx")
    assert document.title == "Notes on ensembles"
    assert [text.part for text in document.texts] == [Part("document", 1)]
    assert [section.path for section in document.sections[1:]] == [("Bagging",), ("Bagging", "Boosting")]
    assert lines(document)[4:10] == ["- bootstrap", "  - of rows", "- average", "## Boosting", "1. fit", "2. reweigh"]
    assert [b.text for b in document.blocks if b.kind is Kind.TABLE] == ["| name | bias |\n|---|---|\n| boosting | low¦er |"]
    assert [b.text for b in document.blocks if b.kind is Kind.CODE] == ["```\nfor tree in trees:\n    total += tree(x)\n```"]
    assert section_of(document, "After the code") == ("Bagging", "Boosting")


def test_formulas_of_word_are_written_in_one_line() -> None:
    def element(name: str, *inside: str) -> str:
        return f"<m:{name}>{''.join(inside)}</m:{name}>"

    def run(text: str) -> str:
        return element("r", element("t", text))

    sub = element("sSub", element("e", run("α")), element("sub", run("i")))
    total = element(
        "nary", '<m:naryPr><m:chr m:val="∑"/></m:naryPr>', element("sub", run("i=1")), element("sup", run("n")), element("e", sub)
    )
    half = element("f", element("num", run("a+b")), element("den", run("2")))
    root = element("rad", element("e", run("x")))
    math = element("oMath", run("f"), element("d", element("e", run("x"))), run("="), total, half, root)
    space = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    data = word_document()
    xml = member(data, "word/document.xml").replace(
        b"<w:t>After the code.</w:t></w:r>", f"<w:t>Let </w:t></w:r>{math.replace('<m:oMath>', f'<m:oMath {space}>', 1)}".encode()
    )
    assert words(check(read_document("a.docx", changed(data, {"word/document.xml": xml})))).endswith("Let f(x)=∑_{i=1}^n α_i(a+b)/2√(x)")


def test_what_was_deleted_in_word_is_not_read() -> None:
    data = word_document()
    xml = member(data, "word/document.xml").replace(
        b"<w:t>After the code.</w:t>", b"<w:t>After</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:t> it.</w:t>"
    )
    text = words(check(read_document("a.docx", changed(data, {"word/document.xml": xml}))))
    assert text.endswith("After it.")


def test_a_presentation_is_read_slide_by_slide() -> None:
    document = read("a.pptx")
    assert document.title == "Optimisers"
    assert [text.part for text in document.texts] == [Part("slide", number) for number in (1, 2, 3)]
    assert lines(document, 2) == [
        "# Adam",
        "- keeps two running means",
        "  - of the gradient",
        "  - of its square",
        "- corrects their bias",
        "**Speaker notes:**",
        "Say why the correction matters early on.",
    ]
    assert lines(document, 3)[1:] == ["| name | state |", "|---|---|", "| Adam | two means |"]
    assert section_of(document, "corrects") == ("Adam",)
    assert section_of(document, "running mean of") == ()


def test_a_book_is_read_chapter_by_chapter() -> None:
    document = read("a.epub")
    assert document.title == "A book of trees"
    read_parts = [text for text in document.texts if text.lines]
    assert [text.part and text.part.kind for text in read_parts] == ["chapter"] * 3
    assert section_of(document, "overfit") == ("Roots", "Depth")
    assert section_of(document, "underfit") == ("Roots", "Depth")
    assert section_of(document, "pure") == ("Leaves",)
    assert "Größe & λ." in words(document)


def test_a_locked_book_is_refused() -> None:
    data = book()
    inside = [entry for entry in zipfile.ZipFile(io.BytesIO(data)).namelist() if entry.endswith("xhtml") and "toc" not in entry][-1]
    lock = f'<encryption><EncryptedData><CipherData><CipherReference URI="{inside}"/></CipherData></EncryptedData></encryption>'
    with pytest.raises(BadDocument, match="DRM"):
        read_document("a.epub", changed(data, {"META-INF/encryption.xml": lock.encode()}))


@pytest.mark.parametrize("name", MAKE)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_truncated_archive_is_refused(name: str, share: float) -> None:
    data = MAKE[name]()
    with pytest.raises(BadDocument, match="cut short"):
        read_document(name, data[: int(share * len(data))])


@pytest.mark.parametrize("name", MAKE)
def test_a_missing_member_is_named(name: str) -> None:
    with pytest.raises(BadDocument, match="missing"):
        read_document(name, changed(MAKE[name](), {MAIN[name]: None}))


@pytest.mark.parametrize("name", MAKE)
def test_a_zip_bomb_is_refused_before_it_unpacks(name: str) -> None:
    bomb = changed(MAKE[name](), {MAIN[name]: b"<a>" + b" " * 60_000_000 + b"</a>"})
    tracemalloc.start()
    with pytest.raises(BadDocument, match="bomb"):
        read_document(name, bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 150_000_000


def test_many_members_that_are_large_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.archive._LARGEST_TOTAL", 10_000)
    with pytest.raises(BadDocument, match="bomb"):
        read_document("a.pptx", slides())


@pytest.mark.parametrize("name", MAKE)
@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">',
        '<!ENTITY c SYSTEM "file:///etc/passwd">',
    ],
)
def test_an_entity_bomb_and_an_outside_entity_are_refused(name: str, declared: str) -> None:
    xml = f"<!DOCTYPE x [{declared}]><x>&c;</x>".encode()
    with pytest.raises(BadDocument, match="entities"):
        read_document(name, changed(MAKE[name](), {MAIN[name]: xml}))


@pytest.mark.parametrize("name", MAKE)
def test_names_that_lead_out_of_an_archive_lead_nowhere(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.rglob("*"))
    data = changed(MAKE[name](), {"../../evil.txt": b"x", "/evil.txt": b"x", "a\\..\\..\\evil.txt": b"x"})
    assert read_document(name, data).blocks == read_document(name, MAKE[name]()).blocks
    assert set(tmp_path.rglob("*")) == before
    assert not (tmp_path.parent / "evil.txt").exists()


@pytest.mark.parametrize("href", [b"/etc/passwd", b"../../../etc/passwd", b"file:///etc/passwd", b"https://example.org/x"])
def test_an_outside_chapter_is_not_fetched(href: bytes) -> None:
    data = book()
    package = re.sub(rb'href="[^"]*\.xhtml"', b'href="' + href + b'"', member(data, MAIN["a.epub"]))
    with pytest.raises(BadDocument, match="missing"):
        read_document("a.epub", changed(data, {MAIN["a.epub"]: package}))


@pytest.mark.parametrize("name", ["a.docx", "a.pptx"])
def test_an_old_or_locked_office_file_says_so(name: str) -> None:
    with pytest.raises(BadDocument, match="password"):
        read_document(name, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000))


def test_another_archive_under_the_name_is_refused() -> None:
    for name in MAKE:
        for data in (make() for other, make in MAKE.items() if other != name):
            with pytest.raises(BadDocument, match=r"\.$"):
                read_document(name, data)
