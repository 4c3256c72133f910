"""The names that authors give to things: found in every text format, with their lines, and kept in a library."""

from __future__ import annotations

import pytest

from assistant.storage.document_codec import decode_document, encode_document
from ingest.model import Document, Naming
from ingest.readers import read_document

CASES = [
    ("a.md", "---\naliases: [cardiac pump]\ntags: [cardio]\n---\n# Heart\n", "alias cardiac pump 2-2"),
    ("a.md", "---\naliases: [cardiac pump]\ntags: [cardio]\n---\n# Heart\n", "tag cardio 3-3"),
    ("a.md", "# Heart\n", "title Heart 1-1"),
    ("Pump of life.md", "# Heart\n", "title Pump of life 1-1"),
    ("a.md", "# Work of a [[Heart]]\n", "title Work of a Heart 1-1"),
    ("a.md", "It is [[Valves/Mitral valve|the valve]] that opens.\n", "link Mitral valve 1-1"),
    ("a.md", "It is [[Valves/Mitral valve|the valve]] that opens.\n", "link the valve 1-1"),
    ("a.md", "See [tide tables](notes/tides.md) for more.\n", "link tide tables 1-1"),
    ("a.md", "alias:: flow, stream flow\n\nText.\n", "alias stream flow 1-1"),
    ("a.md", "Text.\n\nPreload:: stretch of the ventricle\n", "term Preload 3-3 body 3-3"),
    ("a.md", "**Definition 2.1 (Metric space).** A pair\nwith a distance.\n\nMore.\n", "environment Metric space 1-1 body 1-2"),
    ("a.md", "> [!theorem] Contraction principle\n> One fixed point.\n", "environment Contraction principle 1-1 body 1-2"),
    ("a.md", "```{prf:definition} Compact set\n:label: c\nEvery cover.\n```\n", "environment Compact set 1-1 body 1-4"),
    ("a.md", "```{glossary}\nXylem\n  Carries water.\n\nPhloem\n  Carries sugar.\n```\n", "glossary Phloem 5-5 body 6-6"),
    ("a.md", "A <dfn>fetch</dfn> is open water.\n", "term fetch 1-1 body 1-1"),
    ("a.md", "Xylem\n: Carries water.\n", "term Xylem 1-1 body 2-2"),
    ("a.org", ':PROPERTIES:\n:ROAM_ALIASES: "ocean bulge" bulge\n:END:\n#+title: Tide\n\nText.\n', "alias ocean bulge 2-2"),
    ("a.org", ':PROPERTIES:\n:ROAM_ALIASES: "ocean bulge" bulge\n:END:\n#+title: Tide\n\nText.\n', "alias bulge 2-2"),
    ("a.org", "#+title: Tide\n#+filetags: :geo:\n\nText.\n", "tag geo 2-2"),
    ("a.org", "#+title: Tide\n\nSee [[id:abc][the ocean]] here.\n", "link the ocean 3-3"),
    ("a.org", "Text:\n\n- swell :: waves from far away\n", "term swell 3-3 body 3-3"),
    ("a.tex", "\\begin{defn}[Metric space]\nA pair.\n\\end{defn}\n", "environment Metric space 1-1 body 1-3"),
    ("a.tex", "\\newtheorem{satz}{Theorem}\n\\begin{satz}[Fixed point]\nOne.\n\\end{satz}\n", "environment Fixed point 2-2 body 2-4"),
    ("a.tex", "\\begin{definition}\nA space is \\emph{separable} if so.\n\\end{definition}\n", "term separable 2-2 body 1-3"),
    ("a.tex", "Heat\\index{energy!heat|textbf} flows.\n", "index heat 1-1"),
    ("a.tex", "\\newacronym{ode}{ODE}{ordinary differential equation}\n\nText.\n", "glossary ordinary differential equation 1-1"),
    ("a.tex", "\\begin{description}\n\\item[Swell] from far away\n\\end{description}\n", "term Swell 2-2 body 2-2"),
    (
        "a.rst",
        "Title\n=====\n\n.. glossary::\n\n   xylem\n      Carries water.\n\n   phloem\n      Carries sugar.\n",
        "glossary xylem 6-6 body 7-7",
    ),
    ("a.rst", "Title\n=====\n\n.. index:: single: plants; xylem\n\nText.\n", "index xylem 4-4"),
    ("a.rst", "Title\n=====\n\nxylem\n   Carries water.\n\nText.\n", "term xylem 4-4 body 5-5"),
    ("a.html", "<html><body><h1>Sea</h1><p>A <dfn>fetch</dfn> is open water.</p></body></html>", "term fetch 3-3 body 3-3"),
    ("a.html", "<html><body><h1>Sea</h1><dl><dt>Swell</dt><dd>Waves.</dd></dl></body></html>", "term Swell 3-3 body 3-3"),
]
NOTHING = [
    ("a.md", "```python\nx = [[page]] # heading\n```\n"),
    ("a.md", "![[valves.png|300]]\n"),
    ("a.md", "- author:: Ada Green\n"),
    ("a.md", "See [the site](https://example.org/a.html).\n"),
    ("a.org", "- author :: [[https://example.org][Ada Green]]\n"),
    ("a.tex", "% \\index{old}\n\\begin{thm}[\\cite{green}]\nText.\n\\end{thm}\n"),
]


def said(document: Document) -> list[str]:
    return [
        f"{n.naming.value} {n.name} {n.span.first}-{n.span.last}" + (f" body {n.body.first}-{n.body.last}" if n.body else "")
        for n in document.named
    ]


@pytest.mark.parametrize(("name", "text", "expected"), CASES)
def test_a_name_is_found_with_its_lines(name: str, text: str, expected: str) -> None:
    assert expected in said(read_document(name, text.encode()))


@pytest.mark.parametrize(("name", "text"), NOTHING)
def test_what_names_nothing_is_no_name(name: str, text: str) -> None:
    assert [n for n in read_document(name, text.encode()).named if n.naming is not Naming.TITLE] == []


def test_names_are_kept_with_their_document() -> None:
    document = read_document("a.tex", b"\\begin{defn}[Metric space]\nA pair.\n\\end{defn}\n")
    assert decode_document(encode_document(document)).named == document.named
