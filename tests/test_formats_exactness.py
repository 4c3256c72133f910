"""Whatever a note says, each format that can hold it gives it back: its words in order, every quote at its place."""

from __future__ import annotations

import html
import io
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from formats import check, words
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.readers import read_document


class Part(NamedTuple):
    """A heading, the paragraphs below it and a list."""

    heading: str
    paragraphs: list[str]
    items: list[str]


_WORD = st.text("abcdefghijklmnopqrstuvwxyzäöéß", min_size=2, max_size=9) | st.sampled_from(
    ["Why?", "x=1,", "(see", "there)", "3.5", "A/B", "e.g.", "1)", "**", "#", "|", "<b>", "&amp;", "`code`", "a_b", "$x^2$", "Q:"]
)


def _said(least: int, most: int) -> st.SearchStrategy[str]:
    # A word at either end, so that no format takes the whole for a mark of its own.
    inner = st.lists(_WORD, min_size=least, max_size=most).map(" ".join)
    return inner.map(lambda text: f"Say {text} so.")


_PART = st.builds(Part, _said(1, 3), st.lists(_said(3, 40), max_size=3), st.lists(_said(1, 8), max_size=4))
_PARTS = st.lists(_PART, min_size=1, max_size=4)


def _notebook(parts: Sequence[Part]) -> bytes:
    import nbformat
    from nbformat.v4 import new_code_cell, new_notebook

    cells = [new_code_cell("\n".join([part.heading, *part.paragraphs, *part.items])) for part in parts]
    made: str = nbformat.writes(new_notebook(cells=cells))
    return made.encode()


def _web_page(parts: Sequence[Part]) -> bytes:
    def element(tag: str, texts: Sequence[str]) -> str:
        return "".join(f"<{tag}>{html.escape(text)}</{tag}>" for text in texts)

    inside = "".join(f"{element('h2', [p.heading])}{element('p', p.paragraphs)}<ul>{element('li', p.items)}</ul>" for p in parts)
    return f"<!DOCTYPE html><html><head><meta charset=utf-8></head><body><main>{inside}</main></body></html>".encode()


def _book(parts: Sequence[Part]) -> bytes:
    from mkepub import Book

    made = Book(title="Said")
    for number, part in enumerate(parts):
        page = _web_page([part]).decode().partition("<main>")[2].partition("</main>")[0]
        made.add_page(f"Page {number}", page)
    with tempfile.TemporaryDirectory() as folder:
        made.save(Path(folder) / "a.epub")
        made.tempdir.cleanup()
        return (Path(folder) / "a.epub").read_bytes()


def _word_document(parts: Sequence[Part]) -> bytes:
    from docx import Document as Word

    word = Word()
    for part in parts:
        word.add_heading(part.heading, 1)
        for text in part.paragraphs:
            word.add_paragraph(text)
        for text in part.items:
            word.add_paragraph(text, style="List Bullet")
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _slides(parts: Sequence[Part]) -> bytes:
    from pptx import Presentation

    deck = Presentation()
    for part in parts:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = part.heading
        frame = slide.placeholders[1].text_frame
        first, *others = [*part.paragraphs, *part.items, "Say no more."]
        frame.text = first
        for text in others:
            frame.add_paragraph().text = text
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _pdf(parts: Sequence[Part]) -> bytes:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    styles = getSampleStyleSheet()
    story = []
    for part in parts:
        story.append(Paragraph(html.escape(part.heading), styles["Heading2"]))
        story += [Paragraph(html.escape(text), styles["BodyText"]) for text in [*part.paragraphs, *part.items]]
    out = io.BytesIO()
    SimpleDocTemplate(out).build(story)
    return out.getvalue()


_MAKERS: dict[str, Callable[[Sequence[Part]], bytes]] = {
    "a.ipynb": _notebook,
    "a.html": _web_page,
    "a.epub": _book,
    "a.docx": _word_document,
    "a.pptx": _slides,
    "a.pdf": _pdf,
}


@pytest.mark.parametrize("name", _MAKERS)
def test_what_was_said_is_read_in_order_and_quoted_exactly(name: str) -> None:
    @settings(max_examples=15, deadline=None)
    @given(_PARTS)
    def said_and_read(parts: list[Part]) -> None:
        read = words(check(read_document(name, _MAKERS[name](parts))))
        at = 0
        for part in parts:
            for text in [part.heading, *part.paragraphs, *part.items]:
                found = read.find(text, at)
                assert found >= 0, (text, read)
                at = found + len(text)

    said_and_read()
