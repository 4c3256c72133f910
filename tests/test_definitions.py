"""What a concept shows as its definition says what it is; where nothing does, it shows none."""

from __future__ import annotations

import pytest

from graph.build import build_graph
from graph.model.values import Graph
from ingest.readers import read_document

FILLER = "Tides follow the moon. A tide table lists the tides of a harbour. Spring tides are high."


def _graph(text: str) -> Graph:
    return build_graph([read_document("note.md", text.encode())])


def _definition(text: str, name: str) -> str | None:
    found = _graph(text).concepts[name].definition
    return " ".join(found.quote.split()) if found else None


@pytest.mark.parametrize(
    "said",
    [
        "A neap tide is a tide of small range that comes a week after a spring tide.",
        "The neap tide of a harbour is the lowest high water between two spring tides.",
        "**Neap tide**: the tide of the smallest range, at the half moon.",
        "A neap tide occurs when sun and moon pull at right angles.",
        "Neap tide = tide of smallest range between two spring tides",
    ],
)
def test_a_sentence_that_says_what_it_is_defines(said: str) -> None:
    assert _definition(f"# Tides\n\n{FILLER}\n\n## Neap tide\n\n{said}\n\nSailors wait for the neap tide.\n", "neap-tide") is not None


@pytest.mark.parametrize(
    "said",
    [
        "The neap tide is the better choice for beginners.",
        "A neap tide is the bottleneck; a spring tide is not; a storm surge is something else.",
        "Neap tide combines them.",
        "The neap tide is the fastest, since nothing moves.",
    ],
)
def test_a_remark_is_no_definition(said: str) -> None:
    assert _definition(f"# Tides\n\n{FILLER}\n\n## Neap tide\n\nSailors wait. {said} Nobody minds the neap tide.\n", "neap-tide") is None


def test_a_definition_that_is_wrapped_is_read_whole() -> None:
    text = "# Optics\n\n## Lens\n\nA lens is a piece of glass with curved faces that gathers the light of\nDistant stars in one point.\n"
    assert _definition(text, "lens") == "A lens is a piece of glass with curved faces that gathers the light of Distant stars in one point."
