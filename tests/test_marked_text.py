"""LaTeX, reStructuredText and Org: lines of the file, sections and kinds by the format's own marks, titles in plain words."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from formats import check, section_of
from hypothesis import given, settings
from hypothesis import strategies as st
from notes import LATEX, ORG, RST

from graph.text.units import tokenize
from ingest.chunking.chunking import chunk_document
from ingest.errors import BadDocument
from ingest.model import Document, Kind, SectionKind
from ingest.readers import read_document
from ingest.readers.marked.org import plain_org
from ingest.readers.marked.rst import plain_rst
from ingest.text.notation import tokens
from ingest.text.tex import plain_tex


def read(text: str, name: str) -> Document:
    return check(read_document(name, text.encode()))


def of_kind(document: Document, kind: Kind) -> list[str]:
    return [block.text.strip() for block in document.blocks if block.kind is kind]


def paths(document: Document) -> list[tuple[str, ...]]:
    return [section.path for section in document.sections if section.kind is not SectionKind.LABEL]


def said(document: Document) -> str:
    return "\n".join(unit.text for chunk in chunk_document(document) for unit in chunk.units)


def test_latex_is_read_by_its_commands() -> None:
    document = read(LATEX, "a.tex")
    trick = r"The kernel trick in $\mathbb{R}^n$"
    assert document.title == "Notes on kernel methods and Maße"
    assert paths(document) == [
        (trick,),
        (trick, "Kinds"),
        (trick, "Kinds", "Bandwidth"),
        (trick, "Kinds", "Bandwidth", "Why is the Gaussian kernel universal?"),
        (trick, "What is a Gram matrix?"),
    ]
    assert [text.split("\n")[-1].strip() for text in of_kind(document, Kind.DEFINITION)] == [
        "images without computing them~\\cite{aronszajn1950}. % a remark",
        "A Mercer kernel is continuous, symmetric and positive.",
    ]
    assert of_kind(document, Kind.CALLOUT) == ["The minimiser lies in the span of the data:"]
    assert [text.split("\n")[1].strip() for text in of_kind(document, Kind.FORMULA)] == [r"f(x) = \sum_{i=1}^n \alpha_i k(x_i, x)"]
    assert of_kind(document, Kind.CODE) == ["# not a heading\ndef k(x, y):\n\n    return x @ y"]
    assert of_kind(document, Kind.TABLE) == ["name & cost \\\\\n\\midrule\nlinear & $O(n)$ \\\\\n\\bottomrule"]
    assert len(of_kind(document, Kind.LIST)) == 1
    assert all(out not in said(document) for out in ("commented out", "left over", "lVert", "maketitle", "tableofcontents"))


def test_items_of_a_latex_list_are_units_by_themselves() -> None:
    units = [unit.text for chunk in chunk_document(read(LATEX, "a.tex")) for unit in chunk.units]
    assert any(unit.startswith(r"The \emph{linear} kernel") for unit in units)
    first = "The first of them runs on for quite a few words until it is long enough."
    pandoc = f"\\begin{{enumerate}}\n\\item\n  {first}\n\\item\n  Second.\n\\end{{enumerate}}"
    assert [unit.text for unit in chunk_document(read(pandoc, "b.tex"))[0].units][1] == "Second."


def test_restructured_text_is_read_by_its_adornments_and_directives() -> None:
    document = read(RST, "a.rst")
    assert document.title == "Kernel methods"
    assert paths(document) == [
        ("Kernel methods",),
        ("The kernel trick",),
        ("The kernel trick", "Kinds"),
        ("The kernel trick", "What is a Gram matrix?"),
        ("The kernel trick", "What is a Gram matrix?", "Why is it symmetric?"),
    ]
    assert of_kind(document, Kind.CALLOUT) == [".. note:: Mind the sign.", "It flips."]
    assert of_kind(document, Kind.FORMULA) == [r"k(x, y) = \phi(x)^T \phi(y)"]
    assert of_kind(document, Kind.CODE) == ["# not a heading\n   def k(x, y):\n\n       return x @ y", "k = 3"]
    assert of_kind(document, Kind.DEFINITION) == ["bandwidth\n    How far a point reaches."]
    assert [text.split("\n")[0] for text in of_kind(document, Kind.TABLE)] == ["| name | cost |", "name   cost"]
    assert all(out not in said(document) for out in ("nobody sees", "Nobody", ":depth:"))


def test_org_is_read_by_its_stars_and_blocks() -> None:
    document = read(ORG, "a.org")
    assert document.title == "Kernel methods"
    assert paths(document) == [
        ("The kernel trick",),
        ("The kernel trick", "Kinds"),
        ("The kernel trick", "What is a Gram matrix?"),
        ("Exercises",),
        ("Exercises", "Why is it symmetric?"),
    ]
    assert of_kind(document, Kind.CODE) == ["# not a heading\n* not a headline\ndef k(x):\n\n    return x"]
    assert of_kind(document, Kind.DEFINITION) == ["A Gram matrix holds all inner products."]
    assert of_kind(document, Kind.CALLOUT) == ["Centre it first."]
    assert of_kind(document, Kind.TABLE) == ["| name | cost |\n|------+------|\n| lin  | low  |"]
    assert of_kind(document, Kind.FORMULA) == ["\\begin{equation}\nk(x,y) = x^T y\n\\end{equation}"]
    assert all(out not in said(document) for out in ("secret", "deeper", "123", "SCHEDULED", "Nobody"))


@pytest.mark.parametrize(("name", "text"), [("a.tex", LATEX), ("a.rst", RST), ("a.org", ORG)])
def test_exercises_are_paired_with_their_solutions(name: str, text: str) -> None:
    document = read(text, name)
    lines = document.texts[0].lines
    answered = {question.text: question.answer and lines[question.answer.first - 1].strip() for question in document.questions}
    solved = {text: answer for text, answer in answered.items() if text.startswith("Why")}
    assert [answer for answer in solved.values() if answer and answer.startswith(("Its feature", "Since"))]
    assert answered["What is a Gram matrix?"] in ("The matrix of all inner products.", "All inner products [1]_.", "All inner products.")
    assert answered.get("Show that the sum of two kernels is a kernel.") is None
    assert not section_of(document, "This sentence is no answer")[-1].startswith("Why")


def test_a_chapter_without_a_preamble_is_all_content() -> None:
    assert paths(read("\\chapter{One}\nWords of it.\n\\section{Two}\nMore words.\n", "ch.tex")) == [("One",), ("Two",)]


def test_a_line_that_only_announces_code_is_no_heading() -> None:
    document = read("Title\n=====\n\nPart\n----\n\n::\n\n  code here\n", "a.rst")
    assert paths(document)[-1] == ("Part",)
    assert [code.strip() for code in of_kind(document, Kind.CODE)] == ["code here"]


def test_a_line_of_a_footnote_mark_alone_is_read() -> None:
    assert of_kind(read("It is empty.\n[#note]_\n", "a.rst"), Kind.PROSE) == ["It is empty.\n[#note]_"]


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (r"A \emph{b \textit{c}} d", "A b c d"),
        (r"G\"odel, \'El\'ements, na\"{\i}ve, \c{c}a, \o re", "Gödel, Éléments, naïve, ça, øre"),
        (r"100\% of $x_1$ \& \(y\) % gone", r"100% of $x_1$ & \(y\)"),
        (r"see~\cite[p.~3]{a,b} and \ref{x}", "see and"),
        (r"\href{https://a.b}{the site}---``so''", "the site—“so”"),
        (r"\textbf{Entropy}\index{entropy} is \texttt{x} and \verb|{y}|", "**Entropy** is `x` and `{y}`"),
        (r"\textcolor{red}{warm} {\bfseries words}\\[2pt] \LaTeX{} too", "warm words LaTeX too"),
        (r"\texorpdfstring{$L_2$}{L2} norm\footnote{No.}", "L2 norm"),
    ],
)
def test_the_words_of_latex(tex: str, plain: str) -> None:
    assert plain_tex(tex) == plain


def test_the_words_of_other_markup() -> None:
    assert plain_rst("the :class:`Kernel <a.Kernel>` of ``x`` by `Site <http://a.b>`_ |x| [1]_") == "the Kernel of `x` by Site x"
    assert plain_org("*b* /i/ =c= [[a][d]] [[e]] a/b/c[fn:2]") == "**b** i `c` d e a/b/c"


def test_search_and_graph_see_words_not_commands() -> None:
    text = r"\subsection{A \emph{kernel}}\label{s} \begin{thm} uses $\phi$ \item it"
    assert {"emph", "subsection", "item", "begin"}.isdisjoint(tokens(text))
    found = tokenize(text)
    assert found.norms == ("a", "kernel", "us", "phi", "it")
    assert [text[found.offsets[2 * at] : found.offsets[2 * at + 1]] for at in range(len(found))] == ["A", "kernel", "uses", "phi", "it"]


@pytest.mark.skipif(shutil.which("pandoc") is None, reason="pandoc is not installed")
@pytest.mark.parametrize("made", ["latex", "rst", "org"])
def test_what_pandoc_makes_of_a_note_reads_like_the_note(made: str, tmp_path: Path) -> None:
    note = (
        "# Kernels\n\nA **kernel** is a function.\n\n## Kinds\n\n- linear\n- Gaussian\n\n1. one\n2. two\n\n$$k(x,y)$$\n\n"
        "```python\n# no heading\nx = 1\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n## What is it for?\n\nFor speed.\n\n# Ends\n\nDone.\n"
    )
    source = tmp_path / "a.md"
    source.write_text(note)
    suffix = {"latex": "tex"}.get(made, made)
    subprocess.run(["pandoc", "-s", source, "-t", made, "-o", tmp_path / f"a.{suffix}"], check=True, capture_output=True)
    wanted = read_document("a.md", note.encode())
    found = check(read_document(f"a.{suffix}", (tmp_path / f"a.{suffix}").read_bytes()))
    assert [s.title for s in found.sections if s.kind is not SectionKind.LABEL] == [s.title for s in wanted.sections]
    assert [q.text for q in found.questions] == [q.text for q in wanted.questions]
    for kind in (Kind.CODE, Kind.FORMULA, Kind.TABLE):
        assert len(of_kind(found, kind)) == 1, kind


_PIECES = st.sampled_from(
    r"""\section{A}|\section{|\begin{theorem}[x]|\begin{itemize}|\item one|\item|\end{itemize}|\begin{verbatim}|\end{verbatim}|\[|\]|$$
    x & y \\|\hline|\begin{tabular}{l}|\end{tabular}|% note|\begin{exercise}|Why?|\end{exercise}|\begin{solution}|\end{solution}
    \paragraph{P} text
    \iffalse|\fi|\newcommand{\x}{|}|\begin{equation}|\end{equation}|\begin{document}|\end{document}|Title|=====|-----|.. note:: x|   inner
          deeper|.. math::|.. code::|text::|.. [1] n|+--+|| a | b ||=== ===|a   b|#. x|[#n]_|:f: x|.. exercise::|.. solution::|* Head
    ** TODO Deep :t:
    #+BEGIN_SRC|#+END_SRC|:LOGBOOK:|:END:|#+begin_exercise|#+end_exercise|#+begin_solution|#+end_solution|* COMMENT c|: code|- a :: b
    plain words go on here.|\title{A|\begin{frame}{F}|\frametitle{G}|>>> 1|.. |q| image:: x|\bibitem{a} B|""".replace("\n    ", "|").split(
        "|"
    )
)


@settings(max_examples=120, deadline=None)
@given(st.lists(_PIECES | st.text(max_size=12), max_size=30).map("\n".join), st.sampled_from(["a.tex", "a.rst", "a.org"]))
def test_any_lines_are_each_in_one_block(text: str, name: str) -> None:
    try:
        document = read_document(name, text.encode("utf-8", "surrogatepass"))
    except BadDocument:
        return
    check(document)
