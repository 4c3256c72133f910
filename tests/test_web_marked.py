"""LaTeX, Org and reStructuredText as pages: what each sign becomes, whose lines are marked, and that nothing in a note does harm."""

from __future__ import annotations

import re

import pytest
from markupsafe import Markup

from assistant.web.rendering.markdown import is_marked, rendered_lines
from assistant.web.rendering.marked import macros_of, written
from assistant.web.rendering.tables import rows_of
from ingest.readers.marked.typed import typed_lines

LATEX = r"""\documentclass{article}
\newcommand{\x}{y}
\title{Sap}
\begin{document}
\section{Flow}
% a comment
Sap \emph{rises} in \textbf{xylem} when \(x^2 < y\), by \texttt{pull}. See~\cite{a}.
\begin{figure}[htbp]
[htbp]
\caption{A stem.}
\end{figure}
\begin{enumerate}
\item first
\item second
  goes on
\end{enumerate}
\begin{align}
  a &= b \label{eq:a} \\
  c &= d % hidden
\end{align}
\begin{tabular}{ll}
\toprule
name & value \\
\midrule
a \& b & $1$ \\
\end{tabular}
\begin{theorem}[Euler]
It holds.
\end{theorem}
\begin{verbatim}
x = 1
  y = 2
\end{verbatim}
\end{document}
"""
RST = """Sap
===

Sap *rises* where :math:`x^2` is, see :ref:`that <b>`.

.. note::

   Mind the sign.

.. math:: a = b

1. first
2. second

   * inner
     goes on

=====  =====
name   value
=====  =====
b      2
       more
=====  =====

Code::

    for x in y:
        print(x)

term
   what it means
"""
ORG = r"""#+TITLE: Sap
* TODO Flow :tag:
:PROPERTIES:
:ID: x
:END:
Sap /rises/ by *pull*, \(x^2\).
- one
  - inner =code=
- two :: what it is
| name | value |
|------+-------|
| a    | 1     |
#+begin_src python
def f():
    return 1
#+end_src
#+begin_definition
A leaf is flat.
#+end_definition
"""
TEXTS = {"a.tex": LATEX, "a.rst": RST, "a.org": ORG}


def shown(name: str, hits: set[int] = frozenset()) -> Markup:  # type: ignore[assignment]
    lines = TEXTS[name].split("\n")
    return rendered_lines(written(typed_lines(name, lines), 1, len(lines)), hits)


def plain(html: str) -> str:
    """HTML without the numbers of lines, and without what only holds them."""
    return re.sub(r"\n\s*", "\n", re.sub(r"</?(?:span data-line=\"\d+\"|thead|tbody)>|(?<!set\">)</span>| data-line=\"\d+\"", "", html))


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("a.tex", "<h2>Flow</h2>"),
        ("a.tex", "<p>Sap rises in <strong>xylem</strong> when "),
        ("a.tex", '<span class="tex">x^2 &lt; y'),
        ("a.tex", "<code>pull</code>"),
        ("a.tex", "<ol><li>first</li><li>second\ngoes on</li></ol>"),
        ("a.tex", r"\begin{align} a &amp;= b \\ c &amp;= d \end{align}"),
        ("a.tex", "<tr><th>name</th><th>value</th></tr><tr><td>a &amp; b</td>"),
        ("a.tex", "<blockquote><p>theorem (Euler).".lower()),
        ("a.tex", "<pre><code>x = 1\ny = 2</code></pre>"),
        ("a.rst", '<p>Sap <em>rises</em> where <span class="tex">x^2 is, see that.</p>'),
        ("a.rst", "<blockquote><p><strong>Note.</strong></p><p>Mind the sign.</p></blockquote>"),
        ("a.rst", '<span class="tex" data-display="yes">a = b'),
        ("a.rst", "<ul><li>inner\ngoes on</li></ul>"),
        ("a.rst", "<tr><td>b</td><td>2 more</td></tr>"),
        ("a.rst", "<pre><code>for x in y:\nprint(x)</code></pre>"),
        ("a.rst", "<strong>term</strong><br>what it means"),
        ("a.org", "<h2>Flow</h2>"),
        ("a.org", "<p>Sap rises by <strong>pull</strong>, "),
        ("a.org", "<li>one<ul><li>inner <code>code</code></li></ul></li>"),
        ("a.org", "<li><strong>two</strong>: what it is</li>"),
        ("a.org", "<tr><th>name</th><th>value</th></tr><tr><td>a</td><td>1</td></tr>"),
        ("a.org", "<pre><code>def f():\nreturn 1</code></pre>"),
        ("a.org", "<strong>Definition.</strong>"),
    ],
)
def test_signs_become_what_they_mean(name: str, there: str) -> None:
    html = plain(str(shown(name)))
    assert there in html or there in html.lower()


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize(
    "absent", ["documentclass", "newcommand", "comment", "htbp", "PROPERTIES", "note::", "begin_src", "hidden", "toprule", "==="]
)
def test_what_only_the_program_reads_is_not_shown(name: str, absent: str) -> None:
    assert absent not in str(shown(name))


@pytest.mark.parametrize("name", TEXTS)
def test_every_line_with_words_can_be_marked_alone(name: str) -> None:
    whole = {int(number) for number in re.findall(r'data-line="(\d+)"', str(shown(name)))}
    lines = TEXTS[name].split("\n")
    for number in range(1, len(lines) + 1):
        html = shown(name, {number})
        marked = {int(one) for one in re.findall(r'(?:<mark|class="tex hit") data-line="(\d+)"', str(html))}
        assert is_marked(html) == bool(marked)
        assert len(marked) <= 1  # a line is never marked with another, but for the lines of one formula, row or cell
        if number in whole and "\\begin" not in lines[number - 1]:
            assert marked == {number}, lines[number - 1]


def test_a_later_piece_keeps_its_numbers() -> None:
    lines = RST.split("\n")
    at = lines.index("Code::") + 1
    html = str(rendered_lines(written(typed_lines("a.rst", lines), at, 4), {at + 3}))
    assert f'<mark data-line="{at + 3}">    print(x)</mark>' in html
    assert "Mind the sign" not in html


@pytest.mark.parametrize("name", TEXTS)
def test_markup_of_a_note_stays_text(name: str) -> None:
    bad = "<script>gone()</script> <img src=x onerror=gone()> [x](javascript:gone()) `<b>` | <svg onload=gone()>"
    lines = [bad, "", f"| {bad} | b |", f"- {bad}", "", f"{bad}", "=" * 120, "", f"\\section{{{bad}}}", f"* {bad}", f"$${bad}$$"]
    html = str(rendered_lines(written(typed_lines(name, lines), 1, len(lines)), {1}))
    assert not re.findall(r"<(?:script|img|svg|b)\b|href=\"javascript", html)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("| a | b |\n|---+---|\n| c | d |", [["a", "b"], ["c", "d"]]),
        ("+---+---+\n| a | b |\n+===+===+\n| c | d |\n|   | e |\n+---+---+", [["a", "b"], ["c", "d e"]]),
        ("a & b \\\\ \\hline\nc & $d$ \\\\", [["a", "b"], ["c", "$d$"]]),
        ("a &\n b \\\\\n \\multicolumn{2}{c}{whole} \\\\", [["a", "b"], ["whole"]]),
        ("=== ===\na   b\n=== ===\nc   d\n    e\n=== ===", [["a", "b"], ["c", "d e"]]),
    ],
)
def test_rows_of_tables(text: str, rows: list[list[str]]) -> None:
    assert [row.cells for row in rows_of(text.split("\n"), 1)] == rows


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (r"\newcommand{\R}{\mathbb{R}}", {r"\R": r"\mathbb{R}"}),
        (r"\newcommand{\dif}[1]{\mathrm{d}#1} % a comment", {r"\dif": r"\mathrm{d}#1"}),
        (r"\renewcommand*\vec[1]{\mathbf{#1}}", {r"\vec": r"\mathbf{#1}"}),
        (r"\def\E{\mathbb{E}}", {r"\E": r"\mathbb{E}"}),
        (r"\DeclareMathOperator{\tr}{tr}", {r"\tr": r"\operatorname{tr}"}),
        (r"\newcommand{\x}{\x\x}", {}),
        (r"\newcommand{\broken}{\frac{1}{", {}),
        ("a price of $5", {}),
    ],
)
def test_commands_that_a_file_defines(line: str, found: dict[str, str]) -> None:
    assert macros_of([line]) == found


def test_a_reference_without_its_number_leaves_no_brackets() -> None:
    lines = [r"\section{A}", r"The rule (\ref{eq:a}) holds, see Eq.~(\ref{b}).", "f() is a call"]
    html = str(rendered_lines(written(typed_lines("a.tex", lines), 1, 3), ()))
    assert "The rule holds" in html
    assert "f() is a call" in html
