"""The JSON of walks: where each is, and what the present step shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from assistant.answers.blocks import block_to_json
from assistant.contract.answers import citation_to_json
from assistant.contract.graph import cited_to_json, reason_to_json
from assistant.contract.practice import item_to_json

if TYPE_CHECKING:
    from assistant.library.walks import Walk
    from assistant.practice.walks.values import Lesson, WalkStep


def walks_to_json(walks: Iterable[Walk]) -> dict[str, Any]:
    """`study walk --json` without a target: the walks that are under way."""
    return {"walks": [_walk(walk) for walk in walks]}


def walk_to_json(walk: Walk, lesson: Lesson | None, names: Mapping[str, str]) -> dict[str, Any]:
    """`study walk --to X --json`: a walk with its present step, which is null at the end."""
    return {**_walk(walk), "now": None if lesson is None else _lesson(lesson, names)}


def _walk(walk: Walk) -> dict[str, Any]:
    return {
        "target": walk.target,
        "name": walk.name,
        "began": walk.began.isoformat(timespec="seconds"),
        "last": walk.last.isoformat(timespec="seconds"),
        "steps": [_step(step) for step in walk.steps()],
    }


def _step(step: WalkStep) -> dict[str, Any]:
    return {
        "concept": step.concept,
        "name": step.name,
        "standing": step.standing.value,
        "minutes": step.minutes,
        "inserted": step.is_inserted,
    }


def _lesson(lesson: Lesson, names: Mapping[str, str]) -> dict[str, Any]:
    found = lesson.explanation
    return {
        "number": lesson.number,
        "concept": lesson.concept.id,
        "name": lesson.concept.name,
        "because": [reason_to_json(reason.concept, lesson.graph, reason.edge) for reason in lesson.because],
        "explanation": {
            "from": found.words_of.value,
            "mode": found.mode,
            "blocks": [block_to_json(block) for block in found.blocks],
            "citations": [citation_to_json(citation) for citation in found.citations],
        },
        "reading": [cited_to_json(place, number) for number, place in enumerate(lesson.reading, start=1)],
        "questions": [item_to_json(item, names) for item in lesson.questions],
        "answered": lesson.answered,
        "missed": lesson.missed,
    }
