"""Links and pictures of a note are shown as a reader sees them."""

from __future__ import annotations

import pytest

from ingest.text.links import only_links, plain_links


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("see [[Ohm's law]]", "see Ohm's law"),
        ("see [[Ohm's law|Ohm]]", "see Ohm"),
        (r"| [[SI Units\|temperature]] |", "| temperature |"),
        ("[[Cells#Nucleus]]", "Cells › Nucleus"),
        ("![[graph.png]] rises", " rises"),
        ("![a rising line](img/graph.png)", "a rising line"),
        ("[the proof](proof.md) holds", "the proof holds"),
        ("[wiki](https://x.org/a_(b))", "wiki"),
        ('[x](y.md "title")', "x"),
        ("<h3>Torts</h3> are wrongs", " Torts  are wrongs"),
        ("a[[1, 2], [3, 4]]", "a[[1, 2], [3, 4]]"),
        ("f[i](x)", "f[i](x)"),
        ("if a < b and c > d", "if a < b and c > d"),
        ("[1] and [2]", "[1] and [2]"),
        ("the interval [0, 1](open)", "the interval 0, 1"),
        ("plain", "plain"),
    ],
)
def test_links_are_words(text: str, plain: str) -> None:
    assert plain_links(text) == plain


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("[[Random Error]]; [[Systematic Error]]", True),
        ("![[graph.png]]", True),
        ("- [a](a.md)\n- [b](b.md)", True),
        ("[[Force]] is mass times acceleration", False),
        ("no link", False),
        ("[1]", False),
    ],
)
def test_links_alone_say_nothing(text: str, alone: bool) -> None:
    assert only_links(text) is alone
