"""What is shown carries no marks of its source, and what stands beside the text of a note is no passage."""

from __future__ import annotations

import re

import pytest

from assistant.wording.display import code_in, tidy
from ingest.chunking.chunking import chunk_document
from ingest.furniture.furniture import is_furniture
from ingest.model import Kind
from ingest.readers import read_document
from ingest.text.titles import plain_title

SHOWN = [
    ("Sea water, see [[id:1-2][the tide note]] for tides.", "Sea water, see the tide note for tides."),
    ("The :ref:`wave <w>` breaks in :term:`surf`.", "The wave breaks in surf."),
    ("A `swell <https://example.org>`_ comes from far.", "A swell comes from far."),
    ("The {term}`swell` comes from far.", "The swell comes from far."),
    ("It has ``two`` circuits. ^circuits", "It has `two` circuits."),
    ("==The node sets the rhythm.== It fires[^1]. #physiology/rhythm", "The node sets the rhythm. It fires."),
    ("The pump %% ask Dr. Miller %% works.", "The pump works."),
    ("{{c1::Mitochondria}} make {{c2::ATP::energy}}.", "Mitochondria make ATP."),
    ("Energy is *conserved* and _never_ lost.", "Energy is conserved and never lost."),
    ("A &lt; B &amp; C<br/>and <i>D</i>.", "A < B & C and D."),
    (r"\paragraph{Heat} flows \cite{a}, \emph{always}.\\", "Heat flows, always."),
    (r"Only \only<2->{one} \alert<1>{state} holds.", "Only one state holds."),
    (r"The sum $a_1 * b_2 * c_3$ and \(x_1\) stay.", r"The sum $a_1 * b_2 * c_3$ and \(x_1\) stay."),
    ("Call `a_b_c` and `**kwargs`.", "Call `a_b_c` and `**kwargs`."),
    ("2*3*4 and snake_case_name stay.", "2*3*4 and snake_case_name stay."),
]
FURNITURE = [
    ("![[valves.png|300]]", True),
    ("![image.png](https://example.org/1.png)", True),
    ("![The four valves of a heart](v.png)", False),
    ("- [[Heart]]", True),
    ("- See [[Heart]] for the pump.", False),
    ("<i>Source: <a href='x'>Fire triangle revisited</a></i>", True),
    ("Sources of error are many.", False),
    ("Source: Ada Green, 1990", True),
    ("- author :: [[id:1][Ada Green]]", True),
    ("card-last-interval:: 4", True),
    ("Preload:: stretch of the ventricle", False),
    ("[1]: https://example.org/a", True),
    ("{{embed ((63f1b2aa-2222-4c4c-9a9a-0123456789ab))}}", True),
    ("[Previous](a.md) | [Next](b.md)", True),
    ("The next chapter is on heat.", False),
    ("data:image/png;base64,iVBORw0KGgo", True),
]
READERS = {
    "a.md": "# Sea\n\nA [[Wave|wave]] is *steep* before it breaks.[^1] ^b1\n\n![[w.png]]\n\n```mermaid\ngraph TD; A-->B\n```\n",
    "a.org": "#+title: Sea\n\n- tags :: [[id:1][Water]]\n\nA [[id:2][wave]] is steep =before= it breaks[fn:1].\n",
    "a.rst": "Sea\n===\n\nA :ref:`wave <w>` is ``steep`` before it `breaks <https://example.org>`_.\n",
    "a.tex": "\\section{Sea}\nA \\emph{wave}\\footnote{x} is steep~\\cite{a} before it breaks.\\\\\n",
    "a.html": "<html><body><h1>Sea</h1><p>A <a href='w'>wave</a> is <b>steep</b> before it breaks.</p><img src='w.png'></body></html>",
}
MARKUP = re.compile(r"\]\(|\[\[|:\w+:`|`_|\\[a-z]+\{|\\\\|</?\w+>|\[\^|\[fn:|==|%%|\^b1|mermaid|!\[")


@pytest.mark.parametrize(("text", "shown"), SHOWN)
def test_what_is_shown_has_no_marks(text: str, shown: str) -> None:
    assert tidy(text) == shown


@pytest.mark.parametrize(("line", "expected"), FURNITURE)
def test_furniture_is_told_from_text(line: str, expected: bool) -> None:
    assert is_furniture(line) is expected


@pytest.mark.parametrize("name", READERS)
def test_no_reader_leaves_marks_in_what_is_shown(name: str) -> None:
    document = read_document(name, READERS[name].encode())
    chunks = chunk_document(document)
    units = [unit for chunk in chunks for unit in chunk.units]
    assert any("steep" in unit.text for unit in units)
    assert [shown for unit in units if MARKUP.search(shown := tidy(unit.text))] == []
    lines = {text.part: text.lines for text in document.texts}
    for unit in units:  # the quote stays verbatim, at its lines
        there = "\n".join(lines[unit.span.part][unit.span.first - 1 : unit.span.last])
        assert unit.text in there


def test_a_list_of_sources_is_furniture() -> None:
    text = "# Store\n\n## References\n\nA reference is an alias of a variable.\n\n[3] Kay, D. 1997. Ring hashing. In Proc. 654-663.\n"
    blocks = read_document("a.md", text.encode()).blocks
    assert [block.kind for block in blocks if block.kind is not Kind.HEADING] == [Kind.CONTENTS, Kind.FURNITURE]


def test_a_list_of_links_is_furniture_unless_a_line_leads_to_it() -> None:
    def kinds(text: str) -> list[Kind]:
        return [block.kind for block in read_document("a.md", text.encode()).blocks if block.kind is not Kind.HEADING]

    links = "- [[Tricuspid valve]]\n- [[Mitral valve]]\n"
    assert kinds(f"# Heart\n\nThe valves between the chambers are:\n\n{links}") == [Kind.PROSE, Kind.LIST]
    assert kinds(f"# Heart\n\nThe valves between the chambers are:\n{links}").count(Kind.FURNITURE) == 0
    assert Kind.FURNITURE in kinds(f"# Heart\n\nA heart pumps blood.\n\n{links}")
    assert kinds("```\ncontents") == [Kind.CODE]  # the word below a fence is no language of it


_SOLVER = """# Search

## Solutions

**Q: How is the best leaf found?**

A: By a walk down the tree.

```python
def best_leaf(root, visits_before_a_leaf_is_expanded, weight_of_exploration):
    node = root
    while node.children:
        node = max(node.children, key=lambda child: child.value + weight_of_exploration * child.bonus)
    for parent in node.parents:
        parent.visits += 1
    total = sum(child.visits for child in root.children) + visits_before_a_leaf_is_expanded
    return node
```
"""


def test_code_that_was_cut_is_shown_as_code() -> None:
    code: list[str] = []
    for chunk in chunk_document(read_document("a.md", _SOLVER.encode())):
        for unit in chunk.units:
            found = code_in(chunk, unit.text)
            code += found.lines.split("\n") if found and found.lines else []
    assert all(code)
    assert [line.strip() for line in code] == [line.strip() for line in _SOLVER.split("```")[1].split("\n")[1:] if line]


def test_a_title_by_a_command_of_the_author_is_a_title() -> None:
    document = read_document("a.tex", b"\\otitle{1.8 Corresponding states}\n\nHeat and work add up. See \\otitle{x} too.\n")
    assert [section.title for section in document.sections] == ["1.8 Corresponding states"]


LATER = [
    ("> [!warning]- Do not confuse\n> Stroke volume is blood; it\n> is ejected.", "Do not confuse: Stroke volume is blood; it is ejected."),
    ("> [!def] Entropy\n> Entropy is a measure.", "Entropy is a measure."),
    ("\\begin{defn}[Metric space]\nA pair $(X,d)$.", "Metric space: A pair $(X,d)$."),
    ("\\begin{minipage}{7cm}\nwhere $x$ is", "where $x$ is"),
    ("The set \\RR is open, \\ie it holds, and \\alpha stays.", "The set RR is open, ie it holds, and \\alpha stays."),
    ("Above: \\eqn{2.1}{E = \\frac{1}{2}mv^2}", "Above: $E = \\frac{1}{2}mv^2$"),
    ("Now (Eq. (\\ref{a})) holds.", "Now (Eq.) holds."),
    ("*Real fires need a chain reaction.", "Real fires need a chain reaction."),
    ("T**he host** lives.", "The host lives."),
    ("```mermaid\ngraph TD; A-->B\n```", ""),
    ("Read [it](c.html#Binary forms) [(cited)](A. Chalmers, http://example.org/x)", "Read it cited"),
    ("| t | [[5 Radians\\|Radians]] |", "| t | Radians |"),
    ("[^1]: At rest.", "At rest."),
    ("(resting rate:: 70)", "resting rate: 70"),
    ("by John Wesley #person.", "by John Wesley."),
    ("The Peace of Augsburg ended it. #war #religion/church", "The Peace of Augsburg ended it."),
    ("The Peace of Augsburg #war #church\nFrance joined #war", "The Peace of Augsburg. France joined"),
    ("Written in C#", "Written in C#"),
    ("He came in as #1", "He came in as #1"),
    ("The name of the movement is #MeToo", "The name of the movement is #MeToo"),
    ("A header comes in by #include", "A header comes in by #include"),
    ("Constants are made with: #define", "Constants are made with: #define"),
    ("Sky colour #ff8800", "Sky colour #ff8800"),
    ("Run `make #all`", "Run `make #all`"),
]
TITLES = [
    ("Charles V #person", "Charles V"),
    ("Elizabeth I #person", "Elizabeth I"),
    ("Edict of Nantes #war #church", "Edict of Nantes"),
    ("July Revolution #war, France", "July Revolution, France"),
    ("Dutch Revolts (Eighty Years) #war", "Dutch Revolts (Eighty Years)"),
    ("Osmosis {#osmosis} #cell", "Osmosis"),
    ("Diffusion #card", "Diffusion"),
    ("Introduction to C#", "Introduction to C#"),
    ("C# and F#", "C# and F#"),
    ("Lecture #1", "Lecture #1"),
    ("Problem #2a: Tides", "Problem #2a: Tides"),
    ("The preprocessor #define", "The preprocessor #define"),
    ("The rise of #MeToo", "The rise of #MeToo"),
    ("#person", "#person"),
]


@pytest.mark.parametrize(("text", "shown"), LATER)
def test_titles_cards_and_own_commands_are_shown_plainly(text: str, shown: str) -> None:
    assert tidy(text) == shown


@pytest.mark.parametrize(("title", "shown"), TITLES)
def test_tags_at_the_end_are_no_part_of_a_title(title: str, shown: str) -> None:
    assert plain_title(title) == shown


def test_a_titled_theorem_and_conditions_are_one_unit() -> None:
    items = "\\begin{enumerate}\n\\item $f$ is a contraction\n\\end{enumerate}"
    theorem = f"\\begin{{thm}}[Contraction principle]\nSuppose\n{items}\nThen it has a point.\n\\end{{thm}}\n"
    norm = "# Norms\n\nA function is a norm if:\n\n- it is positive\n- it is homogeneous\n\nNorms are convex.\n"
    assert [tidy(u.text) for c in chunk_document(read_document("a.tex", theorem.encode())) for u in c.units] == [
        "Contraction principle: Suppose: $f$ is a contraction; Then it has a point."
    ]
    units = [tidy(u.text) for c in chunk_document(read_document("a.md", norm.encode())) for u in c.units]
    assert units[0] == "A function is a norm if: it is positive; it is homogeneous"


def test_headings_over_furniture_alone_are_no_passages() -> None:
    text = "# Store\n\nA store keeps things.\n\n## References\n\n[3] Kay, D. 1997. Ring hashing. In Proc. 654-663.\n"
    assert [c.text for c in chunk_document(read_document("a.md", text.encode()))] == ["# Store\n\nA store keeps things."]


def test_titles_are_shown_without_marks() -> None:
    document = read_document("a.md", b"# The `map` [function](map.md)\n\nText here.\n\n## A **bold** one {#b}\n\nMore text.\n")
    assert [section.title for section in document.sections] == ["The map function", "A bold one"]
