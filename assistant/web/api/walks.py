"""Operations of walks: a path gone step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from assistant.contract.learning.walks import walk_to_json, walks_to_json
from assistant.library.library import Library
from assistant.library.walks import Walk
from assistant.web.api.operations import Operation
from assistant.web.api.parameters import Parameter
from assistant.web.api.questions import answered, named_model
from assistant.web.running import ONE_AT_A_TIME
from ingest.errors import UsageError

_ID = Parameter("id", "The concept that the walk leads to, by its id or loosely by name.", required=True)
_MODEL = Parameter("model", "What words it: a name of /api/v1/models. Without one the notes' own words.", default="")
_ACTS: dict[str, Callable[[Walk], object]] = {"next": Walk.go_on, "know": Walk.know, "back": Walk.back}


def _walks(library: Library, _: Mapping[str, Any]) -> dict[str, Any]:
    with ONE_AT_A_TIME:
        return walks_to_json(library.walks.all())


def _begin(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    model = named_model(library, values["model"])
    with ONE_AT_A_TIME:
        walk = library.walks.begin(values["to"], again=values["again"])
        return walk_to_json(walk, walk.lesson(model=model), library.practice.names())


def _walk(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    model = named_model(library, values["model"])
    with ONE_AT_A_TIME:
        walk = library.walks.walk(values["id"])
        return walk_to_json(walk, walk.lesson(model=model), library.practice.names())


def _act(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    act, concept = values["act"], values["concept"]
    model = named_model(library, values["model"])
    with ONE_AT_A_TIME:
        walk = library.walks.walk(values["id"])
        if act == "insert":
            walk.insert(concept)
        elif act in _ACTS:
            _ACTS[act](walk)
        else:
            raise UsageError(f"A walk does not do {act[:80]!r}.", f"There are: {', '.join(_ACTS)}, insert.")
        return walk_to_json(walk, walk.lesson(model=model), library.practice.names())


def _forget(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    with ONE_AT_A_TIME:
        library.walks.walk(values["id"]).give_up()
        return walks_to_json(library.walks.all())


def _ask(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    model = named_model(library, values["model"])
    return answered(library.walks.walk(values["id"]).ask(values["question"], model=model), explain=False)


OPERATIONS = (
    Operation("GET", "/walks", "The walks that are under way.", "walks", _walks, (), False),
    Operation(
        "POST",
        "/walks",
        "Begin a walk, or go on with the one that was begun.",
        "walk",
        _begin,
        (
            Parameter("to", "The concept to arrive at.", required=True),
            Parameter("again", "Start again, along the present path.", "boolean", default=False),
            _MODEL,
        ),
        False,
    ),
    Operation("GET", "/walks/{id}", "A walk with its present step, null at the end.", "walk", _walk, (_ID, _MODEL), False),
    Operation(
        "POST",
        "/walks/{id}",
        "Continue a walk. Returns its state.",
        "walk",
        _act,
        (
            _ID,
            Parameter("act", "next, know, back, or insert with a concept.", required=True),
            Parameter("concept", "With insert: what comes before the present step.", default=""),
            _MODEL,
        ),
        False,
    ),
    Operation("DELETE", "/walks/{id}", "Give a walk up; what was answered stays.", "walks", _forget, (_ID,), False),
    Operation(
        "GET",
        "/walks/{id}/answer",
        "Answer a question from what the notes say of the present step.",
        "answer",
        _ask,
        (_ID, Parameter("question", "The question.", required=True), _MODEL),
        False,
    ),
)
