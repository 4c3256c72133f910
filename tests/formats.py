"""Checks for documents of any format, and real files for them, each made by a common tool."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from exactness import stands_at
from notes import LATEX, ORG, RST

from ingest.chunking.chunking import chunk_document
from ingest.model import Document


def check(document: Document) -> Document:
    """Check that every line with content is in one block, and that every block, section, passage and unit is at its place, in one part."""
    parts = [text.part for text in document.texts]
    assert len(set(parts)) == len(parts)
    for text in document.texts:
        spans = [block.span for block in document.blocks if block.span.part == text.part]
        for number, line in enumerate(text.lines, 1):
            assert sum(span.first <= number <= span.last for span in spans) == bool(line.strip()) or not line.strip(), (text.part, line)
    lines = {text.part: text.lines for text in document.texts}
    for block in document.blocks:
        assert block.text == "\n".join(lines[block.span.part][block.span.first - 1 : block.span.last])
    for section in document.sections:
        assert 1 <= section.span.first <= section.span.last <= len(lines[section.span.part])
        assert section.path[-1] == section.title
        assert len(section.path) == section.level
    for question in document.questions:
        assert question.span.part in lines
        answer = question.answer
        assert answer is None or 1 <= answer.first <= answer.last <= len(lines[answer.part])
    for chunk in chunk_document(document):
        assert stands_at(document, chunk), chunk
        for unit in chunk.units:
            assert unit.span.part == chunk.span.part
            assert stands_at(document, unit), unit
    return document


def words(document: Document) -> str:
    """All the text of a document on one line."""
    return " ".join(" ".join(line for text in document.texts for line in text.lines).split())


def section_of(document: Document, text: str) -> tuple[str, ...]:
    """The path of the block in which a text stands."""
    return next(block.section for block in document.blocks if text in block.text)


def notebook() -> bytes:
    """A notebook with prose, code, printed output, a value, a plot and an error."""
    import nbformat
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

    printed = new_output("stream", text="\x1b[31mepoch 1\x1b[0m loss 0.5\n")
    value = new_output("execute_result", data={"text/plain": "0.25", "text/html": "<b>0.25</b>"})
    plot = new_output("display_data", data={"text/plain": "<Figure size 640x480 with 1 Axes>", "image/png": "aGk="})
    failed = new_output("error", ename="ValueError", evalue="rate too high", traceback=["long"])
    cells = [
        new_markdown_cell("# Gradient descent\n\nIt follows the slope downhill.\n\n## Step size\n\nThe step size sets the pace."),
        new_code_cell("# halve the rate\nrate = 0.5\n\nrate ** 2", outputs=[printed, value, plot]),
        new_markdown_cell("Too large a step makes the loss grow."),
        new_code_cell("train(rate=9)", outputs=[failed]),
        new_markdown_cell("## What is momentum?\n\nMomentum is a running mean of gradients."),
    ]
    made: str = nbformat.writes(new_notebook(cells=cells))
    return made.encode()


def web_page() -> bytes:
    """A page of a site generator, framed by the elements of every page of the site."""
    import lxml.html
    from lxml.html import builder as e

    def made(tag: str, *inside: Any, **attributes: str) -> Any:
        return getattr(e, tag.upper())(*inside, **attributes)

    main = lxml.html.fromstring(
        "<main><h1>Regularisation</h1><p><b>Ridge</b> is a penalty on the squared weights.</p><h2>Kinds</h2><ul><li>lasso<ul>"
        "<li>sparse</li></ul></li><li>ridge</li></ul><table><caption>Costs</caption><tr><th>name</th><th>cost</th></tr><tr><td>ridge</td><td>low</td></tr>"
        "</table><pre><code class='language-python'>def f(x):\n    # a comment\n    return x</code></pre>"
        "<details><summary>Why does lasso give zeros?</summary><p>Its corners lie on the axes.</p></details>"
        "<p>After the fold.</p><p># not a heading</p></main>"
    )
    page = made(
        "html",
        made("head", made("title", "Regularisation – Some Site"), made("script", "track()"), made("style", "p {}")),
        made("body", made("nav", made("a", "Home")), main, made("footer", "Imprint")),
    )
    data: bytes = lxml.html.tostring(page, doctype="<!DOCTYPE html>", encoding="utf-8")
    return data


TOPICS = ("Vectors", "Matrices", "Gradients", "Momentum", "Attention", "Sampling")
SENTENCES = " ".join(
    f"In case {word} the estimate moves a little further from where it began." for word in "one two three four five".split()
)


def pdf() -> bytes:
    """A paper of several pages in two columns below a title, with a running header, page numbers and a table."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import BaseDocTemplate, Frame, NextPageTemplate, PageTemplate, Paragraph, Table

    def running(canvas: Any, _: Any) -> None:
        canvas.setFont("Helvetica", 9)
        canvas.drawString(60, 815, "Lecture notes on learning")
        canvas.drawCentredString(297, 25, f"– {canvas.getPageNumber()} –")

    out = io.BytesIO()
    styles = getSampleStyleSheet()
    columns = [Frame(50, 50, 235, 670), Frame(305, 50, 235, 670)]
    first = PageTemplate("first", [Frame(50, 730, 490, 70), *columns], onPage=running, autoNextPageTemplate="later")
    later = PageTemplate("later", [Frame(50, 50, 235, 750), Frame(305, 50, 235, 750)], onPage=running)
    document = BaseDocTemplate(out, pagesize=A4, pageTemplates=[first, later], title="untitled")
    story: list[Any] = [NextPageTemplate("later"), Paragraph("How machines learn from examples", styles["Title"])]
    for number, topic in enumerate(TOPICS, start=1):
        story.append(Paragraph(f"{number} {topic}", styles["Heading2"]))
        story += [Paragraph(f"{topic} start here, part {part}. {SENTENCES} {topic} stop here.", styles["BodyText"]) for part in (1, 2, 3)]
    story.append(Table([["method", "cost"], ["ridge", "low"], ["lasso", "high"]]))
    document.build(story)
    return out.getvalue()


def drawn_pdf(*pages: Sequence[tuple[float, float, str]], size: float = 11, **options: Any) -> bytes:
    """A PDF whose pages hold texts at places (x, y upward)."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, **options)
    for page in pages:
        canvas.setFont("Helvetica", size)
        for x, y, text in page:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def pictures_pdf(*texts: str | None) -> bytes:
    """A PDF with a page for each text; None is a scanned page, an empty text a blank one."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    for text in texts:
        if text is None:
            canvas.drawImage(ImageReader(Image.new("RGB", (40, 40), "white")), 0, 0)
        elif text:
            canvas.drawString(50, 700, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def word_document() -> bytes:
    """A document as Word saves it: styles, lists of both kinds, a table, code, a line break, a text with markup's signs."""
    from docx import Document as Word
    from docx.enum.style import WD_STYLE_TYPE

    word = Word()
    word.add_heading("Notes on ensembles", 0)
    word.add_paragraph("Many weak learners make a strong one.")
    word.add_heading("Bagging", 1)
    word.add_paragraph("Bagging is training on resampled data.")
    for text, style in (("bootstrap", "List Bullet"), ("of rows", "List Bullet 2"), ("average", "List Bullet")):
        word.add_paragraph(text, style=style)
    word.add_heading("Boosting", 2)
    for text in ("fit", "reweigh", "repeat"):
        word.add_paragraph(text, style="List Number")
    word.add_paragraph("# not a heading").add_run().add_break()
    table = word.add_table(rows=2, cols=2)
    for cell, text in zip([*table.rows[0].cells, *table.rows[1].cells], ("name", "bias", "boosting", "low|er"), strict=True):
        cell.text = text
    code = word.styles.add_style("Source Code", WD_STYLE_TYPE.PARAGRAPH)
    for text in ("for tree in trees:", "    total += tree(x)"):
        word.add_paragraph(text, style=code)
    word.add_paragraph("After the code.")
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def slides() -> bytes:
    """A presentation with a title slide, bullets in levels, a table in a group's company, notes and a slide without a title."""
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[0])
    first.shapes.title.text = "Optimisers"
    first.placeholders[1].text = "A short course"
    second = deck.slides.add_slide(deck.slide_layouts[1])
    second.shapes.title.text = "Adam"
    frame = second.placeholders[1].text_frame
    frame.text = "keeps two running means"
    for level, text in ((1, "of the gradient"), (1, "of its square"), (0, "corrects their bias")):
        paragraph = frame.add_paragraph()
        paragraph.text, paragraph.level = text, level
    second.notes_slide.notes_text_frame.text = "Say why the correction matters early on."
    third = deck.slides.add_slide(deck.slide_layouts[6])
    third.shapes.add_textbox(0, 0, Inches(2), Inches(1)).text_frame.text = "Momentum is a running mean of gradients."
    cells = third.shapes.add_table(2, 2, 0, 0, Inches(4), Inches(1)).table
    for at, text in enumerate(("name", "state", "Adam", "two means")):
        cells.cell(at // 2, at % 2).text = text
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def book() -> bytes:
    """A book of three chapters with a table of contents; the second goes on with the section that the first opened."""
    from mkepub import Book

    made = Book(title="A book of trees", author="Nobody")
    made.add_page("Roots", "<h1>Roots</h1><p>A root is where a tree begins.</p><h2>Depth</h2><p>Deep trees overfit.</p>")
    made.add_page("More", "<p>Shallow trees underfit.</p>")
    made.add_page("Leaves", "<h1>Leaves</h1><ul><li>pure</li><li>mixed</li></ul><p>Größe &amp; λ.</p>")
    with tempfile.TemporaryDirectory() as folder:
        made.save(Path(folder) / "a.epub")
        made.tempdir.cleanup()
        return (Path(folder) / "a.epub").read_bytes()


def source_code() -> bytes:
    """A real module, of the standard library."""
    import json.decoder

    return Path(json.decoder.__file__).read_bytes()


MADE = {
    "a.py": source_code,
    "a.epub": book,
    "a.docx": word_document,
    "a.pptx": slides,
    "a.pdf": pdf,
    "a.ipynb": notebook,
    "a.html": web_page,
    "a.tex": LATEX.encode,
    "a.rst": RST.encode,
    "a.org": ORG.encode,
}
"""A real file of every format, by name."""
