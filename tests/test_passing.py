"""What a text about one thing says of another in passing is no reason to learn the other first."""

from __future__ import annotations

import pytest

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
    graph = build_graph([read_document("note.md", _NOTES.format(said=said).encode())])
    return {edge.before for edge in graph.prerequisites if edge.after == "regatta"}


def test_what_a_definition_uses_is_needed() -> None:
    assert _befores("A regatta is a race of boats that use the wind and the tide.") == {"wind", "tide"}


@pytest.mark.parametrize(
    "said",
    [
        "A regatta is a race of boats. It doesn't measure the wind, and it hurts the tide.",
        "A regatta is a race of boats. A regatta ends early, so judges curse the wind and the tide.",
        "A regatta is a race of boats. The wind of a regatta is written down, and a regatta's tide too.",
        "A regatta is a race of boats. It may make the wind, or cause the tide.",
    ],
)
def test_effects_and_remarks_are_not(said: str) -> None:
    assert not _befores(said)


def test_what_is_done_about_something_is_learned_after_it() -> None:
    handled = "A regatta is a race of boats.\n\n### How do you handle a becalmed regatta?\n\n- Wait for the wind\n- Drift with the tide"
    assert not _befores(handled)


def test_what_is_only_mentioned_is_related() -> None:
    said = (
        "A regatta is a race of boats. Clubs hold it. Prizes are given. Many come. Some have seen the wind. Nobody leaves before the tide."
    )
    graph = build_graph([read_document("note.md", _NOTES.format(said=said).encode())])
    assert not any(edge.after == "regatta" for edge in graph.prerequisites)
    assert {"regatta"} <= {id_ for pair in graph.related for id_ in (pair.first, pair.second)}
