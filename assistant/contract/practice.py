"""The JSON of practice: questions, items, answers, statistics, and what is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.practice.grading.grade import Grade
    from assistant.practice.items.values import Item
    from assistant.practice.keeping.events import Event
    from assistant.practice.mastery.mastery import Mastery
    from assistant.practice.schedule.fitting import Fitted
    from assistant.practice.sessions.asking import Session
    from assistant.practice.sessions.entries import Entry
    from assistant.practice.sessions.statistics import PracticeStatistics


def item_to_json(item: Item, names: Mapping[str, str]) -> dict[str, Any]:
    """An item: its prompt, the points of its answer, and its source lines."""
    return {
        "id": item.id,
        "kind": item.kind.value,
        "prompt": item.prompt,
        "answer": item.answer,
        "points": list(item.points),
        "concept": item.concept,
        "name": names.get(item.concept, item.concept),
        "document": item.document,
        **item.span.to_json(),
        "quote": item.quote,
    }


def session_to_json(session: Session, names: Mapping[str, str]) -> dict[str, Any]:
    """`study practice --json`: the questions of a session in their order; nothing is recorded."""
    questions = [item_to_json(item, names) for item in session.questions()]
    return {"due": session.due, "new": session.new, "questions": questions}


def items_to_json(entries: Iterable[Entry], names: Mapping[str, str]) -> dict[str, Any]:
    """`study practice items --json`."""
    return {"items": [entry_to_json(entry, names) for entry in entries]}


def entry_to_json(entry: Entry, names: Mapping[str, str]) -> dict[str, Any]:
    """An item with its status, and its memory if it was ever asked."""
    memory = entry.memory
    state = None
    if memory is not None:
        state = {
            "stability": round(memory.stability, 2),
            "difficulty": round(memory.difficulty, 2),
            "last": day_to_json(memory.last),
            "due": day_to_json(memory.due),
            "reviews": memory.reviews,
            "lapses": memory.lapses,
        }
    return {**item_to_json(entry.item, names), "status": entry.status, "memory": state}


def answered_to_json(id_: str, grade: Grade | None, entry: Entry | None, names: Mapping[str, str]) -> dict[str, Any]:
    """A line of `study practice --batch`: how an answer compares with the item, and the item as it is after a rating was recorded."""
    return {
        "id": id_,
        "graded": None if grade is None else grade_to_json(grade),
        "recorded": entry is not None,
        "item": None if entry is None else entry_to_json(entry, names),
    }


def grade_to_json(grade: Grade) -> dict[str, Any]:
    """The points that an answer makes, and the suggested rating."""
    points = [{"text": point.text, "met": point.met.value, "remark": point.remark} for point in grade.points]
    return {"points": points, "suggested": int(grade.suggested)}


def change_to_json(entry: Entry, act: str, names: Mapping[str, str]) -> dict[str, Any]:
    """What was done with an item, and the item as it is now."""
    return {"act": act, "item": entry_to_json(entry, names)}


def undone_to_json(event: Event) -> dict[str, Any]:
    """`study practice undo`: what was taken back, and which item or concept it was about."""
    return {"undone": event.act, "about": event.about, "at": event.at.isoformat(timespec="seconds")}


def fitted_to_json(found: Fitted) -> dict[str, Any]:
    """`study practice fit --json`."""
    return {
        "kept": found.is_kept,
        "before": round(found.before, 4),
        "after": round(found.after, 4),
        "reviews": found.reviews,
        "judged": found.judged,
        "parameters": [round(value, 4) for value in found.parameters],
    }


def statistics_to_json(found: PracticeStatistics, mastery: Mapping[str, Mastery], names: Mapping[str, str]) -> dict[str, Any]:
    """`study practice stats --json`."""
    return {
        "items": found.items,
        "practised": found.practised,
        "away": found.away,
        "due": found.due,
        "forecast": list(found.forecast),
        "reviews": found.reviews,
        "minutes": round(found.minutes, 1),
        "recalled": _rounded(found.recalled),
        "predicted": _rounded(found.predicted),
        "calibration": [
            {
                "low": bin_.low,
                "high": bin_.high,
                "reviews": bin_.reviews,
                "predicted": round(bin_.predicted, 4),
                "recalled": round(bin_.recalled, 4),
            }
            for bin_ in found.calibration
        ],
        "agreed": _rounded(found.agreed),
        "days": [{"day": day_to_json(day), "answers": count} for day, count in found.days.items()],
        "concepts": [mastery_to_json(one, names) for one in mastery.values()],
    }


def mastery_to_json(mastery: Mastery, names: Mapping[str, str]) -> dict[str, Any]:
    """How well a concept is known."""
    return {
        "concept": mastery.concept,
        "name": names.get(mastery.concept, mastery.concept),
        "value": round(mastery.value, 3),
        "low": round(mastery.low, 3),
        "high": round(mastery.high, 3),
        "stage": mastery.stage.value,
        "items": mastery.items,
        "practised": mastery.practised,
        "told": mastery.told,
    }


def known_to_json(known: Iterable[str], names: Mapping[str, str]) -> dict[str, Any]:
    """`study know --json`: the concepts that the user knows."""
    return {"known": [{"concept": id_, "name": names.get(id_, id_)} for id_ in known]}


def placed_to_json(target: str, asked: int, known: Iterable[str], names: Mapping[str, str]) -> dict[str, Any]:
    """`study know --test`: how many questions were asked, and what they showed to be known."""
    return {"target": target, "asked": asked, **known_to_json(known, names)}


def day_to_json(day: int) -> str:
    """A study day as a date."""
    return date.fromordinal(day).isoformat()


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def exported_to_json(file: Path, kind: str, cards: int, retired: int) -> dict[str, Any]:
    """`study cards export --json`."""
    return {"file": str(file), "format": kind, "cards": cards, "retired": retired}


def imported_to_json(file: Path, cards: int, new: int, reviews: int, skipped: int, own: int) -> dict[str, Any]:
    """`study cards import --json`."""
    return {"file": str(file), "cards": cards, "new": new, "reviews": reviews, "skipped": skipped, "own": own}
