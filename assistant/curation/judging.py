"""The stored judgements of a language model on the graph."""

from __future__ import annotations

import json
from pathlib import Path

from assistant.errors import JudgementsDamaged
from assistant.storage.snapshots import Layout, writing
from graph.editing.judgements import Answer, Judgement


def load_judgements(layout: Layout) -> tuple[Judgement, ...]:
    """All judgements so far. Raises JudgementsDamaged."""
    if not layout.judgements.exists():
        return ()
    try:
        entries = json.loads(layout.judgements.read_text(encoding="utf-8"))["judgements"]
        return tuple(Judgement(one["before"], one["after"], Answer(one["answer"]), one["evidence"]) for one in entries)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise JudgementsDamaged(
            f"The model's judgements in {layout.judgements} cannot be read ({error}).", "Take them all back; a model can judge again."
        ) from error


def forget_judgements(root: Path) -> bool:
    """Delete all judgements. True if there were any."""
    file = Layout(root).judgements
    there = file.exists()
    with writing(root):
        file.unlink(missing_ok=True)
    return there
