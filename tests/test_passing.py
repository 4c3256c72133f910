"""What a text about one thing says of another in passing is no reason to learn the other first."""

from __future__ import annotations

from graph.build import build_graph
from ingest.readers import read_document

_NOTES = """# Sailing

## Tide

A tide is the rise and fall of the sea that the moon causes. The tide turns every six hours.

## Wind

Wind is air that moves from high to low pressure. The wind turns at noon.

## Regatta

{said}
"""


def _befores(said: str) -> set[str]:
    """What is learned before a regatta, but for the subject of the whole note."""
    graph = build_graph([read_document("note.md", _NOTES.format(said=said).encode())])
    return {edge.before for edge in graph.prerequisites if edge.after == "regatta"} - {"sailing"}


def test_what_a_definition_uses_is_needed() -> None:
    assert _befores("A regatta is a race of boats that use the wind and the tide.") == {"wind", "tide"}


def test_what_is_done_about_something_is_learned_after_it() -> None:
    handled = "A regatta is a race of boats.\n\n### How do you handle a becalmed regatta?\n\n- Wait for the wind\n- Drift with the tide"
    assert not _befores(handled)
