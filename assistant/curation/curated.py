"""The graph of a library with a model's judgements and the user's corrections applied."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.curation.corrections import load_corrections
from assistant.curation.judging import load_judgements
from assistant.storage.snapshots import Layout, Snapshot
from graph.editing.corrections import CITED, Corrected, Correction, State, apply_corrections
from graph.editing.judgements import apply_judgements
from graph.model.store import load_graph
from graph.model.values import Graph


@dataclass(frozen=True, slots=True)
class Curated:
    """`uncorrected` is the mined graph with the model's judgements; `corrected` has the user's corrections on top."""

    uncorrected: Graph
    corrections: tuple[Correction, ...]
    corrected: Corrected

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
    return Curated(uncorrected, corrections, apply_corrections(uncorrected, corrections))
