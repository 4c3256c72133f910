"""The graph of a library with a model's judgements and the user's corrections applied."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from assistant.curation.corrections import load_corrections
from assistant.curation.defining import defined_places
from assistant.curation.judging import load_judgements
from assistant.storage.snapshots import Layout, Snapshot
from graph.editing.corrections import CITED, Corrected, Correction, State, apply_corrections
from graph.editing.judgements import apply_judgements
from graph.model.store import load_graph
from graph.model.values import Graph, Place


@dataclass(frozen=True, slots=True)
class Curated:
    """`uncorrected` is the mined graph with the model's judgements; `corrected` has the user's corrections on top.

    `folder` is the snapshot's, and `places` are the definitions that corrections name in its documents.
    """

    uncorrected: Graph
    corrections: tuple[Correction, ...]
    corrected: Corrected
    folder: Path
    places: dict[str, Place] = field(default_factory=dict)

    @property
    def remarks(self) -> list[str]:
        """The corrections that have no effect, and why."""
        return [
            f"{CITED}:{outcome.correction.line}: correction {number} has no effect: {outcome.remark}."
            for number, outcome in enumerate(self.corrected.outcomes, start=1)
            if outcome.state is State.OVERRULED
        ]


def load_curated(layout: Layout, snapshot: Snapshot) -> Curated:
    """The graph of a snapshot, curated. Raises BadCorrections or LibraryDamaged."""
    uncorrected = apply_judgements(load_graph(snapshot.graph, keep=snapshot), load_judgements(layout))
    corrections = load_corrections(layout)
    places = defined_places(snapshot.folder, corrections)
    return Curated(uncorrected, corrections, apply_corrections(uncorrected, corrections, places), snapshot.folder, places)
