"""Operations of practice: questions, answers, what is known, what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.contract.graph import gaps_to_json
from assistant.contract.practice import (
    answered_to_json,
    change_to_json,
    items_to_json,
    known_to_json,
    session_to_json,
    statistics_to_json,
    undone_to_json,
)
from assistant.library.library import Library
from assistant.web.api.operations import COURSE, Operation
from assistant.web.api.parameters import Parameter
from assistant.web.running import ONE_AT_A_TIME
from ingest.errors import UsageError

_TO = Parameter("to", "Only what is on the path to this concept.", default="")
_ID = Parameter("id", "The question, by its id or the beginning of it.", required=True)
_ACTS = ("suspend", "resume", "bury", "flag", "edit")


def _session(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    with ONE_AT_A_TIME:
        session = library.practice.session(to=values["to"] or None, minutes=values["minutes"], new=values["new"])
        return session_to_json(session, library.practice.names())


def _items(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: values[name] or None for name in ("to", "concept", "kind", "document", "status")}
    with ONE_AT_A_TIME:
        return items_to_json(library.practice.items(**given), library.practice.names())


def _answer(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    id_, answer, rating = values["id"], values["answer"], values["rating"]
    with ONE_AT_A_TIME:
        practice = library.practice
        grade = practice.grade(id_, answer) if answer.strip() else None
        suggested = grade.suggested if grade is not None else None
        entry = None if rating is None else practice.review(id_, rating, answer=answer, suggested=suggested)
        return answered_to_json(practice.item(id_).id, grade, entry, practice.names())


def _change(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    id_, act = values["id"], values["act"]
    with ONE_AT_A_TIME:
        practice = library.practice
        match act:
            case "suspend":
                entry = practice.suspend(id_)
            case "resume":
                entry = practice.resume(id_)
            case "bury":
                entry = practice.bury(id_)
            case "flag":
                entry = practice.flag(id_, values["remark"])
            case "edit":
                entry = practice.edit(id_, prompt=values["prompt"] or None, answer=values["answer"] or None)
            case _:
                raise UsageError(f"There is no change {act[:80]!r}.", f"There are: {', '.join(_ACTS)}.")
        return change_to_json(entry, act, practice.names())


def _undo(library: Library, _: Mapping[str, Any]) -> dict[str, Any]:
    with ONE_AT_A_TIME:
        return undone_to_json(library.practice.undo())


def _statistics(library: Library, _: Mapping[str, Any]) -> dict[str, Any]:
    with ONE_AT_A_TIME:
        practice = library.practice
        return statistics_to_json(practice.statistics(), practice.mastery(), practice.names())


def _known(library: Library, _: Mapping[str, Any]) -> dict[str, Any]:
    with ONE_AT_A_TIME:
        return known_to_json(library.practice.known, library.practice.names())


def _know(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    with ONE_AT_A_TIME:
        library.practice.know(values["concept"], values["known"])
        return known_to_json(library.practice.known, library.practice.names())


def _gaps(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    with ONE_AT_A_TIME:
        found = library.gaps(values["to"], known=values["known"], course=values["course"])
        return gaps_to_json(found, library.loose_ends(values["to"]))


OPERATIONS = (
    Operation(
        "GET",
        "/practice",
        "The questions of a session in their order; nothing is recorded.",
        "practice-session",
        _session,
        (
            _TO,
            Parameter("minutes", "How long the session takes, if not as the settings say.", "number", least=0.5, most=1e4),
            Parameter(
                "new",
                "At most so many new questions, if not what the settings leave for today.",
                "integer",
                least=0,
                most=1000,
            ),
        ),
        False,
    ),
    Operation(
        "POST",
        "/practice/answers",
        "Compare an answer with the notes, and with a rating record it.",
        "practice-answer",
        _answer,
        (
            _ID,
            Parameter("answer", "What was answered; without it nothing is compared.", default=""),
            Parameter("rating", "1 again, 2 hard, 3 good, 4 easy; without it nothing is recorded.", "integer", least=1, most=4),
        ),
        False,
    ),
    Operation("POST", "/practice/undo", "Take back the last answer or change.", "practice-undone", _undo, (), False),
    Operation(
        "GET",
        "/practice/items",
        "The questions that the notes give, with what is known of each.",
        "practice-items",
        _items,
        (
            _TO,
            Parameter("concept", "Only what is about this concept.", default=""),
            Parameter("kind", "Only one kind.", default=""),
            Parameter("document", "Only what comes from this document, folder or glob.", default=""),
            Parameter("status", "Only one status.", default=""),
        ),
        False,
    ),
    Operation(
        "POST",
        "/practice/items/{id}",
        "Put a question away, ask it again, or reword it.",
        "practice-change",
        _change,
        (
            _ID,
            Parameter("act", f"{', '.join(_ACTS[:-1])} or edit.", required=True),
            Parameter("remark", "With flag: what is wrong with it.", default=""),
            Parameter("prompt", "With edit: the new question.", default=""),
            Parameter("answer", "With edit: the new answer.", default=""),
        ),
        False,
    ),
    Operation(
        "GET",
        "/practice/statistics",
        "What is coming, how much is remembered, how well each concept is known.",
        "practice-statistics",
        _statistics,
        (),
        False,
    ),
    Operation("GET", "/known", "The concepts that you know.", "known", _known, (), False),
    Operation(
        "POST",
        "/known",
        "Say that you know a concept, or do not.",
        "known",
        _know,
        (
            Parameter("concept", "The concept, by its id or loosely by name.", required=True),
            Parameter("known", "False where it is not known after all.", "boolean", default=True),
        ),
        False,
    ),
    Operation(
        "GET",
        "/gaps",
        "What the notes leave open, and what practice shows weak.",
        "gaps",
        _gaps,
        (
            Parameter("to", "Only what leads to these concepts.", many=True),
            Parameter("known", "Known: no gaps.", many=True),
            COURSE,
        ),
        False,
    ),
)
