"""Graphs and paths as plain values in the shapes of the command line's `--json`."""

from __future__ import annotations

from typing import Any

from graph.model import Evidence, Graph, Place
from graph.paths import LearningPath, Step

Json = dict[str, Any]


def graph_to_json(graph: Graph) -> Json:
    """`study graph --json`: concepts in order of importance, prerequisites by their later concept, what is merely related."""
    return {
        "concepts": [
            {
                "id": concept.id,
                "name": concept.name,
                "aliases": list(concept.aliases),
                "mentions": concept.mentions,
                "origin": str(concept.origin),
                "definition": _definition(concept.definition, 1),
            }
            for concept in graph.concepts.values()
        ],
        "prerequisites": [
            {
                "from": edge.before,
                "to": edge.after,
                "confidence": edge.confidence,
                "origin": str(edge.origin),
                "evidence": [
                    {
                        "kind": str(seen.kind),
                        "document": seen.document,
                        **seen.span.to_json(),
                        "quote": seen.quote,
                    }
                    for seen in edge.evidence
                ],
            }
            for edge in graph.prerequisites
        ],
        "related": [{"concepts": [pair.first, pair.second], "strength": pair.strength} for pair in graph.related],
    }


def path_to_json(path: LearningPath, graph: Graph) -> Json:
    """`study path --json`. Citations are numbered from 1 within each list; `mastery` is null until there is practice."""
    return {
        "target": path.target,
        "steps": [_step(step, graph) for step in path.steps],
        "folded": list(path.folded),
        "alternatives": list(path.alternatives),
    }


def _step(step: Step, graph: Graph) -> Json:
    return {
        "concept": step.concept.id,
        "name": step.concept.name,
        "aliases": list(dict.fromkeys(step.concept.names)),
        "origin": str(step.concept.origin),
        "definition": _definition(step.concept.definition, 1),
        "because": [
            {
                "concept": reason.concept,
                "name": graph.concepts[reason.concept].name,
                "confidence": reason.edge.confidence,
                "origin": str(reason.edge.origin),
                "evidence": [_citation(seen, number) for number, seen in enumerate(reason.edge.evidence, start=1)],
            }
            for reason in step.because
        ],
        "reading": [_citation(place, number) for number, place in enumerate(step.reading, start=1)],
        "minutes": step.minutes,
        "mastery": None,
    }


def _definition(place: Place | None, number: int) -> Json | None:
    return {"text": " ".join(place.quote.split()), "citation": _citation(place, number)} if place is not None else None


def _citation(cited: Place | Evidence, number: int) -> Json:
    return {
        "id": number,
        "document": cited.document,
        "title": cited.title,
        "section": list(cited.section),
        **cited.span.to_json(),
        "quote": cited.quote,
    }
