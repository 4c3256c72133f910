"""PDF: pages, reading order, what repeats at head and foot, words cut in two, and files that cannot be read."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from formats import TOPICS, check, drawn_pdf, pdf, pictures_pdf, section_of, words

from ingest.chunking.chunking import chunk_document
from ingest.errors import BadDocument
from ingest.model import Document, Kind, Part
from ingest.readers import read_document


def read(data: bytes) -> Document:
    return check(read_document("paper.pdf", data))


def column(x: float, lines: list[str], top: float = 700) -> list[tuple[float, float, str]]:
    return [(x, top - 14 * at, line) for at, line in enumerate(lines)]


BODY = [f"line {number} of the text runs on and on to the end of the line" for number in range(1, 5)]
LEFT = [f"left line {number} runs on to fill all of its column" for number in range(1, 9)]
RIGHT = [f"right line {number} runs on to fill all of its column" for number in range(1, 9)]


def painted(page: Callable[[Any], None]) -> bytes:
    """A PDF of one page that a function draws."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    page(canvas)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_a_paper_in_two_columns_is_read_in_order_with_its_sections() -> None:
    document = read(pdf())
    assert document.title == "How machines learn from examples"
    assert [text.part for text in document.texts] == [Part("page", number) for number in range(1, len(document.texts) + 1)]
    assert len(document.texts) > 1
    assert [section.title for section in document.sections][1:] == [f"{number} {topic}" for number, topic in enumerate(TOPICS, 1)]
    text = words(document)
    order = [text.index(f"{topic} {verb} here", text.index(f"{topic} start here")) for topic in TOPICS for verb in ("start", "stop")]
    assert order == sorted(order)


def test_a_section_goes_on_over_the_page_and_passages_do_not() -> None:
    document = read(pdf())
    first = document.texts[1].lines[0]
    assert not first.startswith("#")
    continued = next(block for block in document.blocks if block.span.part == Part("page", 2))
    before = [block for block in document.blocks if block.span.part == Part("page", 1)][-1]
    assert continued.section == before.section != ()


def test_running_headers_and_page_numbers_are_left_out() -> None:
    text = words(read(pdf()))
    assert "Lecture notes" not in text
    assert "–" not in text


def test_a_table_is_read_row_by_row() -> None:
    tables = [block.text for block in read(pdf()).blocks if block.kind is Kind.TABLE]
    assert tables == ["| method | cost |\n| ridge | low |\n| lasso | high |"]


def test_columns_written_line_by_line_are_told_apart() -> None:
    mixed = [item for pair in zip(column(50, LEFT), column(320, RIGHT), strict=True) for item in pair]
    document = read(drawn_pdf([(50, 760, "A line across the whole page stands above both of the columns and is read first"), *mixed]))
    assert [line for line in document.texts[0].lines if line][1:] == [*LEFT, *RIGHT]


def test_a_line_across_the_page_parts_the_columns() -> None:
    across = (50, 586, "A line across the whole page that stands between the upper and the lower columns of it")
    page = [*column(50, LEFT), *column(320, RIGHT), across, *column(50, LEFT, 560), *column(320, RIGHT, 560)]
    assert [line for line in read(drawn_pdf(page)).texts[0].lines if line] == [*LEFT, *RIGHT, across[2], *LEFT, *RIGHT]


def test_cut_words_are_joined_and_compounds_keep_their_hyphen() -> None:
    lines = ["the infor-", "mation is in a well-known place, and the well-", "known place is here", "pages 3-", "4 say more"]
    document = read(drawn_pdf(column(50, lines)))
    assert words(document) == "the information is in a well-known place, and the well-known place is here pages 3- 4 say more"


def test_paragraphs_are_told_by_gaps_and_indents() -> None:
    page = [
        (50, 700, "First paragraph here."),
        (50, 686, "It goes on a bit."),
        (70, 672, "Second one, indented."),
        (50, 658, "more of it."),
    ]
    page += [(50, 620, "Third one after a gap."), (50, 606, "and more")]
    assert len(read(drawn_pdf(page)).blocks) == 3


def test_numbers_that_are_not_page_numbers_stay() -> None:
    pages = [[(50, 700, f"Value {number} of the table"), (50, 400, "42"), (300, 20, str(number))] for number in range(1, 6)]
    document = read(drawn_pdf(*pages))
    assert [text.lines[-1] for text in document.texts] == ["42"] * 5


def test_signs_that_would_be_markup_are_text() -> None:
    document = read(drawn_pdf([(50, 760, "Title of it all")], column(50, ["# a comment", "``` no fence"]), size=11))
    assert not [block for block in document.blocks if block.kind is Kind.CODE]


def test_an_encrypted_file_is_refused() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    with pytest.raises(BadDocument, match="password"):
        read(drawn_pdf([(50, 700, "secret")], encrypt=StandardEncryption("user", "owner")))
    assert words(read(drawn_pdf([(50, 700, "open")], encrypt=StandardEncryption("", "owner")))) == "open"


def test_a_scan_needs_ocr() -> None:
    with pytest.raises(BadDocument, match="OCR"):
        read(pictures_pdf(None, None))


def test_scanned_pages_among_others_are_named() -> None:
    document = read(pictures_pdf("Some text", None, "", "More text", None))
    (notice,) = document.notices
    assert notice.startswith("pages 2, 5 hold pictures and no text (need OCR)")
    assert read(pictures_pdf("Some text", "")).notices == ()
    assert "and 8 more" in read(pictures_pdf("Some text", *[None] * 20)).notices[0]


def test_bold_lines_of_the_texts_size_are_headings() -> None:
    def page(canvas: Any) -> None:
        at = 760
        for bold, lines in (
            (True, ["Bias"]),
            (False, BODY),
            (True, ["2.1  Variance"]),
            (False, BODY),
            (True, ["All of it."]),
            (False, BODY),
        ):
            at -= 14
            for line in lines:
                canvas.setFont("Helvetica-Bold" if bold else "Helvetica", 11)
                canvas.drawString(50, at, line)
                at -= 14

    document = read(painted(page))
    assert [section.title for section in document.sections] == ["Bias", "2.1 Variance"]


@pytest.mark.parametrize(("angle", "x", "y"), [(90, 595, 0), (270, 0, 842), (180, 595, 842)])
def test_a_turned_page_is_read(angle: int, x: int, y: int) -> None:
    def page(canvas: Any) -> None:
        canvas.drawString(50, 20, "stamp")
        canvas.translate(x, y)
        canvas.rotate(angle)
        for at, line in enumerate(BODY):
            canvas.drawString(60, 480 - 14 * at, line)

    assert [line for line in read(painted(page)).texts[0].lines if line] == BODY


def test_items_set_off_from_their_marks_are_a_list() -> None:
    page = [item for at, line in enumerate(BODY) for item in ((50.0, 700.0 - 14 * at, "•"), (75.0, 700.0 - 14 * at, line))]
    assert [block.kind for block in read(drawn_pdf(page)).blocks] == [Kind.LIST]


def test_a_question_is_answered_on_the_next_page() -> None:
    first = ["Q1: What is bias?", "Answer: An error of the model.", "", "Q2: What is variance?"]
    second = ["Answer: How far the model moves with its data.", "", "Q3: And noise?", "Answer: What is left."]
    document = read(drawn_pdf(column(50, first), column(50, second)))
    assert [question.answer and (question.answer.part, question.answer.first) for question in document.questions] == [
        (Part("page", 1), 2),
        (Part("page", 2), 1),
        (Part("page", 2), 4),
    ]
    chunk = next(chunk for chunk in chunk_document(document) if "moves with" in chunk.text)
    assert (chunk.section[-1], chunk.kind, chunk.span.part) == ("What is variance?", Kind.ANSWER, Part("page", 2))


def test_an_answer_goes_on_over_the_page() -> None:
    pages = [column(50, ["Q1: What is bias?", "Answer: An error"]), column(50, ["that stays however much data there is."])]
    document = read(drawn_pdf(*pages))
    assert section_of(document, "that stays") == ("What is bias?",)


def test_unanswered_questions_stay_so_over_the_page() -> None:
    pages = [column(50, ["1) What is bias?", "", "2) What is variance?"]), column(50, ["This page is about something else."])]
    assert [question.answer for question in read(drawn_pdf(*pages)).questions] == [None, None]


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_a_paper_made_by_latex(tmp_path: Path) -> None:
    said = "The efficient official workflow differs from the difficult affine configuration of overparameterised approximations. " * 9
    (tmp_path / "a.tex").write_text(
        "\\documentclass[twocolumn]{article}\\title{Efficient flows}\\author{A. Nobody}\\begin{document}\\maketitle\\tableofcontents"
        f"\\section{{First}}{said}\\subsubsection{{Deeper}}{said}\\section{{Second}}{said}{said}\\end{{document}}"
    )
    for _ in range(2):
        subprocess.run(["pdflatex", "-interaction=batchmode", "a.tex"], cwd=tmp_path, capture_output=True, check=True)
    document = read((tmp_path / "a.pdf").read_bytes())
    assert [section.title for section in document.sections] == ["Efficient flows", "Contents", "1 First", "1.0.1 Deeper", "2 Second"]
    assert "2 Second" not in "".join(block.text for block in document.blocks if block.kind is Kind.PROSE)
    assert next(block.kind for block in document.blocks if block.section == ("Contents",)) is Kind.CONTENTS
    text = words(document).replace("- ", "")  # a word cut at the end of a page
    assert text.count(said.strip().split(". ")[0]) == 36


def test_a_file_without_pages_is_refused() -> None:
    from pypdfium2 import PdfDocument

    empty = PdfDocument.new()
    out = io.BytesIO()
    empty.save(out)
    empty.close()
    with pytest.raises(BadDocument, match=r"\.$"):
        read(out.getvalue())


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9])
def test_a_truncated_file_is_refused(share: float) -> None:
    data = pdf()
    with pytest.raises(BadDocument, match=r"cut short|damaged|not a PDF"):
        read(data[: int(share * len(data))])


def test_too_long_a_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.pdf.pages._MOST_PAGES", 1)
    with pytest.raises(BadDocument, match="Split"):
        read(pdf())
    monkeypatch.undo()
    monkeypatch.setattr("ingest.readers.pdf.pages._MOST_SIGNS", 100)
    with pytest.raises(BadDocument, match="Split"):
        read(pdf())


def test_a_hundred_full_pages_take_seconds() -> None:
    page = column(50, [f"line {number} of a page that is full of running text from the left margin to the right" for number in range(45)])
    data = drawn_pdf(*[page] * 100)
    start = time.perf_counter()
    read_document("a.pdf", data)
    assert time.perf_counter() - start < 20


def test_reading_text_imports_no_parser_of_other_formats() -> None:
    code = "import sys, ingest.readers as r; r.read_document('a.md', b'# a'); print([m for m in ('lxml', 'pypdfium2') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
