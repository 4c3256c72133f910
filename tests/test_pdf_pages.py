"""What a page of a PDF says: short columns, sentences over line ends, text from right to left, headings, and pages that need OCR."""

from __future__ import annotations

import io
import re
from pathlib import Path

import matplotlib
import pytest
from formats import check, drawn_pdf
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from ingest.chunking.chunking import chunk_document
from ingest.errors import BadDocument
from ingest.model import Document, Kind
from ingest.readers import read_document
from ingest.readers.pdf import pages
from ingest.readers.pdf.ocr import has_ocr
from ingest.readers.pdf.pages import line_boxes


def read(data: bytes) -> Document:
    return check(read_document("page.pdf", data))


def lines(document: Document) -> tuple[str, ...]:
    return document.texts[0].lines


def unicode_pdf(*texts: str, right: float | None = None) -> bytes:
    """A page in a font that has Hebrew letters too. With `right`, the letters of a line run from there to the left, one by one."""
    font = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    pdfmetrics.registerFont(TTFont("DejaVu", str(font)))
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=0)
    canvas.setFont("DejaVu", 12)
    for at, text in enumerate(texts):
        y = 700 - 18 * at
        if right is None:
            canvas.drawString(60, y, text)
            continue
        x = right
        for run in re.findall(r"\d+|\D", text):
            x -= pdfmetrics.stringWidth(run, "DejaVu", 12)
            canvas.drawString(x, y, run)
    canvas.save()
    return out.getvalue()


def test_two_short_columns_are_read_one_after_the_other() -> None:
    page = [
        (60, 700, "The tribunal examined the river"),
        (60, 686, "dispute and"),
        (320, 700, "settled the border along the"),
        (320, 686, "old canal of the valley."),
    ]
    document = read(drawn_pdf(page))
    assert " ".join(lines(document)) == "The tribunal examined the river dispute and settled the border along the old canal of the valley."
    assert [block.kind for block in document.blocks] == [Kind.PROSE]


@pytest.mark.parametrize(
    "cells",
    [
        [("Metal", "Melting point"), ("Tin", "232"), ("Lead", "327")],
        [("force", "a push or pull on a body"), ("mass", "the amount of matter in a body")],
        [("Option", "Meaning of it"), ("Check the syntax", "reads a file and says what is wrong"), ("Write a copy", "keeps it")],
    ],
)
def test_tables_stay_tables(cells: list[tuple[str, str]]) -> None:
    page = [(x, 700 - 14 * at, text) for at, row in enumerate(cells) for x, text in zip((60, 320), row, strict=True)]
    assert [block.kind for block in read(drawn_pdf(page)).blocks] == [Kind.TABLE]


def test_a_sentence_goes_on_behind_a_line_end_before_a_capital() -> None:
    said = ["Each replica of a block is stored as a plain", "Linux file on a block server and is extended only", "when needed. It is kept."]
    document = read(drawn_pdf([(60, 700 - 14 * at, text) for at, text in enumerate(said)]))
    (chunk,) = chunk_document(document)
    assert " ".join(chunk.units[0].text.split()).startswith(
        "Each replica of a block is stored as a plain Linux file on a block server and is extended only when needed."
    )


def test_text_from_right_to_left_is_in_reading_order() -> None:
    data = unicode_pdf("התא הוא יחידת המבנה", "יש 2000 אברונים בתא", right=540)
    document = read(data)
    assert lines(document) == ("התא הוא יחידת המבנה", "יש 2000 אברונים בתא")
    first = line_boxes("page.pdf", data)[0][0][0]
    assert 500 < first.right < 545
    assert first.left > 300


def test_a_word_from_right_to_left_inside_a_line() -> None:
    document = read(unicode_pdf("The Hebrew word is written with three letters on this page."))
    assert lines(document)[0].startswith("The Hebrew word")


def test_formulas_bullets_and_addresses_in_large_letters_are_no_headings() -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    y = 800
    body = "The body of this text is set in small letters and it goes on."
    shown = [
        (18, "A small theory of rocks"),
        (12, "mail@example.org and http://example.org"),
        (10, body),
        (14, "J(u) = x + y ≤ 2"),
        (10, body),
        (14, "• a point of a list"),
        (10, body),
        (14, "2 How rocks melt"),
        (10, body),
        (10, body),
    ]
    for size, text in shown:
        canvas.setFont("Helvetica", size)
        canvas.drawString(60, y, text)
        y -= 30
    canvas.save()
    heads = [block.text.lstrip("# ") for block in read(out.getvalue()).blocks if block.kind is Kind.HEADING]
    assert heads == ["A small theory of rocks", "2 How rocks melt"]


def test_pieces_of_a_formula_are_no_table() -> None:
    page = [(60, 700, "u"), (160, 700, "= k + 1"), (260, 700, "m"), (60, 680, "m"), (160, 680, "= 2"), (260, 680, "H")]
    assert Kind.TABLE not in {block.kind for block in read(drawn_pdf(page)).blocks}


def garbled(data: bytes) -> bytes:
    """The page with letters that have only private characters for a meaning."""
    return re.sub(rb"<00([2-7][0-9A-F])>(?=[\s<])", rb"<E0\1>", data)


def test_letters_without_a_meaning_need_ocr() -> None:
    data = garbled(unicode_pdf(*["The cell is the unit of life and it divides when it has grown."] * 3))
    with pytest.raises(BadDocument, match="needs OCR: its pages \\(1\\) hold letters without a meaning"):
        read_document("page.pdf", data)


def scanned_pdf(text: str) -> bytes:
    """A page that is a picture of a line of text."""
    picture = Image.new("L", (1200, 300), 255)
    font = ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"), 48)
    ImageDraw.Draw(picture).text((40, 100), text, font=font, fill=0)
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawImage(ImageReader(picture), 60, 500, width=480, height=120)
    canvas.save()
    return out.getvalue()


def test_a_page_that_ocr_reads_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    data = scanned_pdf("Tides follow the moon.")
    monkeypatch.setattr(pages, "has_ocr", lambda: True)
    monkeypatch.setattr(pages, "ocr_lines", lambda page: ("Tides follow the moon.",))
    document = read(data)
    assert lines(document) == ("Tides follow the moon.",)
    assert document.notices == ("page 1 was read by OCR, which misreads some words.",)
    assert line_boxes("page.pdf", data) == [[()]]


def test_a_scanned_page_without_ocr_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "has_ocr", lambda: False)
    with pytest.raises(BadDocument, match="needs OCR"):
        read_document("page.pdf", scanned_pdf("Tides follow the moon."))


@pytest.mark.skipif(not has_ocr(), reason="Tesseract or pytesseract is not installed")
def test_tesseract_reads_a_scanned_page() -> None:
    assert "follow the moon" in " ".join(lines(read(scanned_pdf("Tides follow the moon."))))
