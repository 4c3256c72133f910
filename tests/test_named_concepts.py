"""What authors name as such is a concept, with the names they give it; words that only describe or do are none."""

from __future__ import annotations

import pytest

from graph.build import build_graph
from graph.concepts.termhood import NAMES
from graph.model.columns import weight
from graph.model.values import Concept, Place
from graph.text.kinds import KINDS, kinds
from ingest.model import Span
from ingest.readers import read_document

LATEX = r"""\documentclass{article}
\newacronym{pde}{PDE}{partial differential equation}
\begin{document}
\section{Spaces}
\begin{definition}[Tame set]
A set is tame if finitely many balls cover it.
\end{definition}
Tame sets help to solve a partial differential equation.
\end{document}
"""
GLOSSARY = """Terms
=====

.. glossary::

   Brindle
      A coat with stripes.

   Merle
      A coat with patches.
"""
VAULT = {
    "Mash.md": "---\naliases: [saccharification]\n---\nA mash is grain in hot water. It follows [[Milling]].\n",
    "Milling.md": "Milling breaks grain, before the [[Mash]].\n",
}
FRENCH = """# Plantes

## Photosynthèse

La photosynthèse est un processus par lequel les plantes transforment la lumière en énergie. Elle dépend de la lumière.

## Cycle de Calvin

Le cycle de Calvin désigne une suite de réactions qui fixent le carbone. Il se déroule dans le stroma.
"""
GERMAN = """# Pflanzen

## Osmose

Sie wirkt überall. Die Osmose ist eine Diffusion von Wasser durch eine Membran.

## Turgor

Ohne Wasser fehlt er. Der Turgor bezeichnet den Druck des Zellinhalts auf die Zellwand.
"""


def named(*texts: tuple[str, str]) -> dict[str, Concept]:
    """The concepts of documents by all their names."""
    graph = build_graph([read_document(name, text.encode()) for name, text in texts])
    return {name.lower(): concept for concept in graph.concepts.values() for name in concept.names}


@pytest.mark.parametrize(
    ("file", "text", "names"),
    [
        ("a.tex", LATEX, ["tame set"]),
        ("a.rst", GLOSSARY, ["brindle", "merle"]),
    ],
)
def test_entries_are_concepts(file: str, text: str, names: list[str]) -> None:
    found = named((file, text))
    assert set(names) <= set(found)
    assert all(found[name].worth == 1 for name in names)


def test_aliases_of_linked_notes_name_them() -> None:
    found = named(*VAULT.items())
    assert found["saccharification"] == found["mash"]


@pytest.mark.parametrize(
    ("text", "name", "begins"),
    [
        (FRENCH, "photosynthèse", "La photosynthèse est un processus"),
        (FRENCH, "cycle de calvin", "Le cycle de Calvin désigne"),
        (GERMAN, "osmose", "Die Osmose ist eine Diffusion"),
        (GERMAN, "turgor", "Der Turgor bezeichnet"),
    ],
)
def test_definitions_in_french_and_german(text: str, name: str, begins: str) -> None:
    definition = named(("n.md", text))[name].definition
    assert definition is not None
    assert definition.quote.startswith(begins)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("linear", {"adjective head", "adjective by itself"}),
        ("enzyme", {"noun head", "noun by itself"}),
        ("became known", {"verb in front"}),
        ("bill went", {"irregular verb head", "verb behind"}),
        ("softmax", {"unknown head", "unknown by itself", "unknown share"}),
        ("dense retrieval", {"noun head", "adjective in front"}),
        ("across Europe", {"adverb in front", "proper noun"}),
        ("", {"unknown head", "unknown by itself", "unknown share"}),
    ],
)
def test_kinds_of_words(name: str, shown: set[str]) -> None:
    found = {kind for kind, value in zip(KINDS, kinds(name), strict=True) if value}
    assert shown <= found
    assert len(NAMES) == len(set(NAMES))


def test_what_is_hardly_worth_a_step_weighs_less() -> None:
    place = Place("n.md", Span(1, 1), "N", (), "A step is a thing.", 1.0)
    firm, loose = (weight(Concept("a", "A", definition=place, worth=worth)) for worth in (1.0, 0.1))
    assert loose < firm / 2
