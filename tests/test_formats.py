"""Formats without lines of their own: what is kept, under which heading, in which part."""

from __future__ import annotations

import json

import pytest
from formats import check, notebook, section_of, web_page, words
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import BadDocument
from ingest.model import Document, Kind, Part
from ingest.readers import read_document


def blocks(document: Document, kind: Kind) -> list[str]:
    return [block.text for block in document.blocks if block.kind is kind]


def page(body: str, name: str = "a.html") -> Document:
    return check(read_document(name, f"<html><body>{body}</body></html>".encode()))


def lines_of(document: Document) -> list[str]:
    return [line for line in document.texts[0].lines if line]


def test_a_notebook_is_read_cell_by_cell() -> None:
    document = check(read_document("a.ipynb", notebook()))
    assert document.title == "Gradient descent"
    assert [text.part for text in document.texts] == [Part("cell", number) for number in range(1, 6)]
    assert document.texts[1].lines[:4] == ("# halve the rate", "rate = 0.5", "", "rate ** 2")
    assert blocks(document, Kind.CODE)[:2] == ["# halve the rate\nrate = 0.5\n\nrate ** 2", "Output:\nepoch 1 loss 0.5\n\n0.25"]
    assert "ValueError: rate too high" in words(document)
    assert "Figure" not in words(document)


def test_a_section_of_a_notebook_goes_on_in_the_next_cells() -> None:
    document = read_document("a.ipynb", notebook())
    assert section_of(document, "sets the pace") == ("Step size",)
    assert section_of(document, "rate ** 2") == ("Step size",)
    assert section_of(document, "makes the loss grow") == ("Step size",)
    assert section_of(document, "running mean") == ("What is momentum?",)
    (question,) = document.questions
    assert question.answer is not None
    assert question.answer.part == Part("cell", 5)


def test_an_old_notebook_is_read() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Old"]},
        {"cell_type": "code", "input": "x = 1", "outputs": [{"output_type": "pyout", "text": ["1"]}]},
    ]
    document = check(read_document("a.ipynb", json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}).encode()))
    assert [text.lines for text in document.texts] == [("## Old",), ("x = 1", "", "Output:", "1")]


@pytest.mark.parametrize(
    "value", ["{", "[]", "1", '{"cells": 3}', '{"cells": []}', '{"cells": [1, null, {"source": 2}]}', "[" * 100_000, '{"worksheets": [1]}']
)
def test_what_is_no_notebook_is_refused(value: str) -> None:
    with pytest.raises(BadDocument, match=r"\.$"):
        read_document("a.ipynb", value.encode())


@settings(max_examples=50, deadline=None)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["cell_type", "source", "outputs", "text", "data", "output_type", "text/plain", "level", "ename"]), inner
            )
        ),
        max_leaves=20,
    ),
    st.sampled_from(["code", "markdown", "heading", "raw"]),
)
def test_any_cell_is_read_or_refused(cell: object, kind: str) -> None:
    cells = [{"cell_type": kind, "source": "text"}, {"cell_type": kind, "source": "x", "outputs": cell}, cell]
    check(read_document("a.ipynb", json.dumps({"cells": cells}).encode()))


def test_a_long_output_is_cut() -> None:
    outputs = [{"output_type": "stream", "text": "\n".join(map(str, range(5000)))}]
    document = check(
        read_document("a.ipynb", json.dumps({"cells": [{"cell_type": "code", "source": "run()", "outputs": outputs}]}).encode())
    )
    assert document.texts[0].lines[-1] == "…"
    assert len(document.texts[0].lines) < 250


def test_a_web_page_keeps_its_structure_and_loses_its_frame() -> None:
    document = check(read_document("a.html", web_page()))
    assert document.title == "Regularisation"
    assert [text.part for text in document.texts] == [Part("page", 1)]
    assert [section.title for section in document.sections] == ["Regularisation", "Kinds", "Why does lasso give zeros?"]
    for frame in ("Home", "Imprint", "track", "Some Site"):
        assert frame not in words(document)
    assert blocks(document, Kind.LIST) == ["- lasso\n  - sparse\n- ridge"]
    assert blocks(document, Kind.TABLE) == ["| name | cost |\n|---|---|\n| ridge | low |"]
    assert blocks(document, Kind.CODE) == ["```python\ndef f(x):\n    # a comment\n    return x\n```"]
    assert blocks(document, Kind.DEFINITION) == ["**Ridge** is a penalty on the squared weights."]
    (question,) = document.questions
    assert question.answer is not None
    assert section_of(document, "corners") == ("Kinds", "Why does lasso give zeros?")
    assert section_of(document, "After the fold") == ("Kinds",)


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<p>a<br>b", ["a", "b"]),
        ("<p>x<sup>2</sup> and h<sub>t</sub><sup><a href='#n'>[1]</a></sup>", ["x^2 and h_t[1]"]),
        ("<ol start=3><li>c<li><p>d</p><p>more</p></ol>", ["3. c", "4. d", "   more"]),
        ("<dl><dt>Bias<dd>An offset.<dt>Lone</dl>", ["**Bias**: An offset.", "**Lone**"]),
        ("<blockquote><p>said</blockquote>", ["> said"]),
        ("<p># five</p><p>``` six", ["    # five", "` `` six"]),
        ("<table><tr><td><h2>Laid out</h2><td><p>by a table</table>", ["## Laid out", "by a table"]),
        ("<table><tr><td>a|b<td>c<tr><td>d</table>", ["| a¦b | c |", "|---|---|", "| d |  |"]),
        ("<pre>a<br>  ``` b</pre>", ["````", "a", "  ``` b", "````"]),
        ("<p>so <code>x = 1</code> and <b>bold</b>", ["so `x = 1` and bold"]),
        ("<p><math><semantics><mi>x</mi><annotation encoding='application/x-tex'>x_i</annotation></semantics></math> is", ["$x_i$ is"]),
        ("<script type='math/tex; mode=display'>a < b</script><p>c", ["$$a < b$$", "c"]),
        ("<header><h1>T</h1></header><header>menu</header><p hidden>no<p>yes<aside role=navigation>no</aside>", ["# T", "yes"]),
        (
            "<p>so<a role='doc-noteref'><sup>1</sup></a></p>"
            "<section role='doc-endnotes'><ol><li><p>why<a role='doc-backlink'>↩</a></ol></section>",
            ["so[1]", "# Notes", "1. why"],
        ),
        ("<div>one<div>two</div>three</div>", ["one", "two", "three"]),
        ("<p>a&nbsp;b &lt;c&gt; <!-- gone -->d<?php x ?>", ["a b <c> d"]),
    ],
)
def test_html_elements(html: str, lines: list[str]) -> None:
    assert lines_of(page(html)) == lines


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-2", "windows-1251", "shift_jis"])
def test_a_page_is_read_in_the_encoding_it_declares(encoding: str) -> None:
    text = {"iso-8859-2": "žluťoučký", "windows-1251": "энтропия", "shift_jis": "確率"}.get(encoding, "Größe λ")
    data = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={encoding}"></head><p>{text}'.encode(encoding)
    assert words(read_document("a.htm", data)) == text


def test_a_page_with_a_wrong_declaration_is_read_all_the_same() -> None:
    assert words(read_document("a.html", '<meta charset="nonsense"><p>Größe'.encode())) == "Größe"


def test_xhtml_with_a_declaration_is_read() -> None:
    data = '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body><h1>T</h1><p>λ</p></body></html>'
    assert lines_of(check(read_document("a.xhtml", data.encode()))) == ["# T", "λ"]


@pytest.mark.parametrize("html", ["", "<html></html>", "<script>x</script>", "<nav>only</nav>", "<!-- -->", "<p>&nbsp;"])
def test_a_page_without_text_is_refused(html: str) -> None:
    with pytest.raises(BadDocument, match=r"\.$"):
        read_document("a.html", html.encode())


@pytest.mark.parametrize("tag", ["div", "ul><li", "blockquote", "table><tr><td", "b", "details", "q><x"])
def test_deep_nesting_is_read_or_refused(tag: str) -> None:
    assert "deep" in words(page(f"<{tag}>" * 400 + "deep"))
    with pytest.raises(BadDocument, match="nested"):
        page(f"<{tag}>" * 5000 + "deep")


@pytest.mark.parametrize("mark", ["#", "\u00b6", ""])
def test_a_heading_of_a_page_is_read_without_the_link_to_itself(mark: str) -> None:
    html = f'<h1>Cadences</h1><h2 id="half"><a href="#half">{mark}</a> Half cadences</h2><p>They end on V<a href="#n">1</a>.</p>'
    assert lines_of(read_document("a.html", html.encode())) == ["# Cadences", "## Half cadences", "They end on V1."]
