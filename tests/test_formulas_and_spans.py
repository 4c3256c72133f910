"""MathML on one line, words without their readings, and tables whose cells span rows and columns."""

from __future__ import annotations

import io

import pytest
from docx import Document as NewDocx
from pptx import Presentation
from pptx.util import Inches

from ingest.readers import read_document


def page(body: str) -> tuple[str, ...]:
    return read_document("page.html", f"<html><body><article><h1>T</h1>{body}</article></body></html>".encode()).texts[0].lines[2:]


@pytest.mark.parametrize(
    ("mathml", "linear"),
    [
        ("<mi>r</mi><mfenced><mi>T</mi></mfenced><mo>=</mo><msup><mi>d</mi><mn>2</mn></msup>", "r(T)=d^2"),
        ("<mfrac><mn>1</mn><mrow><mi>x</mi><mo>+</mo><mn>1</mn></mrow></mfrac>", "1/(x+1)"),
        ("<msqrt><mi>y</mi></msqrt><mo>+</mo><msqrt><mi>a</mi><mi>b</mi></msqrt>", "√y+√(ab)"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", "∛x"),
        ("<msubsup><mi>x</mi><mi>i</mi><mn>10</mn></msubsup>", "x_i^{10}"),
        (
            "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><msub><mi>a</mi><mi>i</mi></msub>",
            "∑_{i=1}^n a_i",
        ),
        ("<mi>sin</mi><mo>&#x2061;</mo><mi>x</mi>", "sin x"),
        ("<mn>2</mn><mo>&#x2062;</mo><mi>x</mi>", "2x"),
        ("<mover><mi>x</mi><mo>¯</mo></mover>", "x̄"),
        ("<msup><mrow><mo>(</mo><mi>x</mi><mo>+</mo><mi>y</mi><mo>)</mo></mrow><mn>2</mn></msup>", "(x+y)^2"),
        (
            "<mo>(</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mtd><mn>3</mn></mtd><mtd><mn>4</mn></mtd></mtr>"
            "</mtable><mo>)</mo>",
            "(1, 2; 3, 4)",
        ),
        ("<mi>f</mi><mtext>if</mtext><mi>x</mi>", "f if x"),
        ("<mi>a</mi><mphantom><mi>b</mi></mphantom>", "a"),
    ],
)
def test_a_formula_is_written_as_people_type_it(mathml: str, linear: str) -> None:
    said = page(f'<p>We have <math xmlns="http://www.w3.org/1998/Math/MathML">{mathml}</math> as everybody knows by now.</p>')
    assert said == (f"We have {linear} as everybody knows by now.",)


def test_a_formula_with_its_tex_keeps_it() -> None:
    tex = '<annotation encoding="application/x-tex">\\frac12</annotation>'
    assert page(f"<p>Half is <math><semantics><mfrac><mn>1</mn><mn>2</mn></mfrac>{tex}</semantics></math> of it.</p>") == (
        "Half is $\\frac12$ of it.",
    )


def test_a_formula_on_a_line_of_its_own() -> None:
    assert "$$a=b$$" in page('<p>So:</p><math display="block"><mi>a</mi><mo>=</mo><mi>b</mi></math><p>Done.</p>')


def test_a_deep_formula_ends() -> None:
    assert page("<p>See <math>" + "<msqrt>" * 300 + "<mi>x</mi>" + "</msqrt>" * 300 + "</math> there.</p>")[0].startswith("See √")


def test_readings_of_words_are_left_out() -> None:
    said = "<ruby>微光<rt>びこう</rt></ruby>の<ruby><rb>臭骸</rb><rp>(</rp><rt>しゅうがい</rt><rp>)</rp></ruby>を調べる。"
    assert page(f"<p>{said}</p>") == ("微光の臭骸を調べる。",)


def test_spans_of_a_table_are_filled_and_two_heads_are_one() -> None:
    table = (
        "<table><tr><th rowspan=2>Metal<th colspan=2>Melting</tr><tr><th>C<th>K</tr>"
        "<tr><td rowspan=2>Tin<td>232<td>505</tr><tr><td>13<td>286</tr><tr><td>Lead<td colspan=2>unknown</tr></table>"
    )
    assert page(table) == (
        "| Metal | Melting C | Melting K |",
        "|---|---|---|",
        "| Tin | 232 | 505 |",
        "| Tin | 13 | 286 |",
        "| Lead | unknown | unknown |",
    )


def test_a_row_over_all_columns_is_a_title() -> None:
    assert page("<table><tr><th colspan=2>Rocks</tr><tr><th>Name<th>Age</tr><tr><td>Basalt<td>3</tr></table>") == (
        "Rocks",
        "",
        "| Name | Age |",
        "|---|---|",
        "| Basalt | 3 |",
    )


@pytest.mark.parametrize("spans", ["colspan=99999 rowspan=99999", "colspan=-1 rowspan=0", "colspan=x rowspan=''"])
def test_hostile_spans_cost_nothing(spans: str) -> None:
    lines = page(f"<table><tr><td {spans}>a<td>b</tr>" + "<tr><td>c</tr>" * 3 + "</table>")
    assert sum(map(len, lines)) < 4_000


def test_merged_cells_of_word_keep_their_columns() -> None:
    made = NewDocx()
    made.add_paragraph("Igneous rock forms when magma cools.")
    table = made.add_table(rows=4, cols=3)
    texts = ("Class", "Melts", "", "", "from", "to", "Igneous", "600", "1300", "", "700", "1200")
    for at, text in enumerate(texts):
        table.cell(at // 3, at % 3).text = text
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(2, 0).merge(table.cell(3, 0))
    data = io.BytesIO()
    made.save(data)
    assert read_document("rocks.docx", data.getvalue()).texts[0].lines[2:] == (
        "| Class | Melts from | Melts to |",
        "|---|---|---|",
        "| Igneous | 600 | 1300 |",
        "| Igneous | 700 | 1200 |",
    )


def test_merged_cells_of_slides_keep_their_columns() -> None:
    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[6])
    table = slide.shapes.add_table(3, 3, Inches(1), Inches(1), Inches(6), Inches(2)).table
    for at, text in enumerate(("Metal", "Point", "", "Tin", "232", "505", "", "13", "286")):
        table.cell(at // 3, at % 3).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    data = io.BytesIO()
    made.save(data)
    assert read_document("metals.pptx", data.getvalue()).texts[0].lines[-3:-1] == ("| Tin | 232 | 505 |", "| Tin | 13 | 286 |")
