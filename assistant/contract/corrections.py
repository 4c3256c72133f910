"""The JSON of corrections to the graph, and of judgements by language models."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from graph.editing.corrections import CITED

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.curation.correcting import Made
    from assistant.curation.refining import Refined
    from graph.editing.corrections import Correction, Outcome


def made_to_json(made: Made) -> dict[str, Any]:
    """A correction that was made or taken back: whether it changed anything, and the prerequisites that it added and removed."""
    return {
        "correction": _correction(made.number, made.correction),
        "changed": made.is_new,
        "added": [{"from": before, "to": after} for before, after in made.added],
        "removed": [{"from": before, "to": after} for before, after in made.removed],
    }


def corrections_to_json(file: Path, outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """`study graph corrections`: every correction in order, with its outcome, and their file."""
    listed = [
        {
            **_correction(number, outcome.correction),
            "state": str(outcome.state),
            "remark": outcome.remark,
            "line": outcome.correction.line,
        }
        for number, outcome in enumerate(outcomes, start=1)
    ]
    return {"file": str(file), "corrections": listed}


def refined_to_json(refined: Refined) -> dict[str, Any]:
    """`study graph refine`: how many prerequisites were asked about, had been judged before and are left, and the new judgements."""
    judged = [{"from": one.before, "to": one.after, "answer": str(one.answer)} for one in refined.judgements]
    return {"asked": refined.asked, "known": refined.known, "left": refined.left, "judged": judged}


def undone_to_json(undone: bool) -> dict[str, Any]:
    """`study graph refine --undo`: whether there was anything to take back."""
    return {"undone": undone}


def _correction(number: int, correction: Correction) -> dict[str, Any]:
    defined = {"definition": correction.definition} if correction.definition else {}
    names = list(correction.names)
    return {"number": number, "verb": str(correction.verb), "names": names, **defined, "cited": f"{CITED}:{correction.line}"}
