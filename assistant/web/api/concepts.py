"""Operations about concepts: paths, the graph, reasons, corrections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.contract.corrections import corrections_to_json, made_to_json
from assistant.contract.graph import (
    concept_to_json,
    graph_to_json,
    neighbourhood_to_json,
    path_to_json,
    statistics_to_json,
    why_to_json,
)
from assistant.library.library import Library
from assistant.web.api.operations import COURSE, Operation
from assistant.web.api.parameters import Parameter
from graph.editing.corrections import Verb
from graph.queries.paths import BRIEF, LIMIT
from ingest.errors import UsageError

_CONCEPT = Parameter("id", "The concept, by its id or loosely by name.", required=True)
_LEVEL = Parameter("level", "loose for more of the prerequisites that are guessed, strict for fewer.", default="normal")
_LIMITS = {"": LIMIT, "brief": BRIEF, "full": None}


def _path(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    if values["depth"] not in _LIMITS:
        raise UsageError("The parameter 'depth' is brief or full.")
    return path_to_json(
        library.path(
            values["to"],
            start=values["from"],
            known=values["known"],
            minutes=values["minutes"],
            limit=_LIMITS[values["depth"]],
            course=values["course"],
        ),
        library.mastery(),
    )


def _concept(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    return concept_to_json(library.concept(values["id"], course=values["course"]), library.mastery())


def _neighbourhood(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    return neighbourhood_to_json(library.neighbourhood(values["id"], values["hops"], course=values["course"]))


def _graph(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    return graph_to_json(library.graph(course=values["course"], level=values["level"]))


def _statistics(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    return statistics_to_json(library.statistics(course=values["course"]))


def _why(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    return why_to_json(library.why(values["before"], values["after"], course=values["course"]))


def _corrections(library: Library, _: Mapping[str, Any]) -> dict[str, Any]:
    return corrections_to_json(library.correct.file, library.correct.all())


def _correct(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    try:
        verb = Verb(values["verb"])
    except ValueError:
        raise UsageError(f"There is no correction {values['verb'][:80]!r}.", f"There are: {', '.join(Verb)}.") from None
    act = library.correct.preview if values["preview"] else library.correct.make
    return made_to_json(act(verb, *values["names"], definition=values["definition"]))


def _undo(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    return made_to_json(library.correct.undo(values["number"]))


OPERATIONS = (
    Operation(
        "GET",
        "/path",
        "What to learn, in which order and why, to understand a concept.",
        "path",
        _path,
        (
            Parameter("to", "The concept to arrive at; several are allowed.", many=True, required=True),
            Parameter("from", "Known, with everything before it.", many=True),
            Parameter("known", "Known: left out, with what only it needs.", many=True),
            Parameter("minutes", "Only the most essential steps that fit this time.", "number", least=0.001, most=1e6),
            Parameter("depth", "brief for the most essential steps, full for all.", default=""),
            COURSE,
        ),
    ),
    Operation("GET", "/concepts/{id}", "A concept, what it builds on and unlocks.", "concept", _concept, (_CONCEPT, COURSE)),
    Operation(
        "GET",
        "/concepts/{id}/neighbourhood",
        "What lies around a concept.",
        "neighbourhood",
        _neighbourhood,
        (_CONCEPT, Parameter("hops", "How many prerequisites away.", "integer", default=1, least=0, most=4), COURSE),
    ),
    Operation("GET", "/graph", "All concepts and prerequisites.", "graph", _graph, (_LEVEL, COURSE)),
    Operation("GET", "/graph/statistics", "The graph in numbers.", "statistics", _statistics, (COURSE,)),
    Operation(
        "GET",
        "/why",
        "The evidence for or against learning one concept before another.",
        "why",
        _why,
        (Parameter("before", "The earlier concept.", required=True), Parameter("after", "The later concept.", required=True), COURSE),
    ),
    Operation("GET", "/corrections", "Your corrections of the graph, with what became of each.", "corrections", _corrections),
    Operation(
        "POST",
        "/corrections",
        "Correct the graph.",
        "correction",
        _correct,
        (
            Parameter("verb", "accept, reject, merge, split, rename, hide or add.", required=True),
            Parameter("names", "The concepts, or a concept and its new name.", many=True, required=True),
            Parameter("definition", "The lines that define an added concept: notes.md:12-14.", default=""),
            Parameter("preview", "Only say what it would change.", "boolean", default=False),
        ),
        False,
    ),
    Operation(
        "DELETE",
        "/corrections/{number}",
        "Take a correction back.",
        "correction",
        _undo,
        (Parameter("number", "Its number.", "integer", required=True, least=1, most=1e6),),
        False,
    ),
)
