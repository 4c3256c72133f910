"""Graphs and paths as plain values in the shapes of the command line's `--json`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from assistant.contract.practice import mastery_to_json
from graph.model.reading import reading
from graph.model.values import Concept, Evidence, Graph, Place, Prerequisite, Related
from graph.queries.concept import ConceptView
from graph.queries.paths import LearningPath, Step
from graph.queries.why import Why, reason

if TYPE_CHECKING:
    from assistant.practice.loose_ends.values import LooseEnd
    from assistant.practice.mastery.mastery import Mastery
    from graph.queries.disagreements import Disagreement
    from graph.queries.gaps import Gap, Gaps
    from graph.queries.statistics import Statistics
    from graph.queries.subgraph import Neighbourhood

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
        "prerequisites": [_edge(edge) for edge in graph.prerequisites],
        "related": [{"concepts": [pair.first, pair.second], "strength": pair.strength} for pair in graph.related],
    }


def _edge(edge: Prerequisite) -> Json:
    return {
        "from": edge.before,
        "to": edge.after,
        "confidence": edge.confidence,
        "origin": str(edge.origin),
        "evidence": [_seen(seen) for seen in edge.evidence],
    }


def _seen(seen: Evidence) -> Json:
    return {"kind": str(seen.kind), "document": seen.document, **seen.span.to_json(), "quote": seen.quote}


def path_to_json(path: LearningPath, mastery: Mapping[str, Mastery] | None = None) -> Json:
    """`study path --json`. Citations are numbered from 1 within each list; `mastery` is null where practice says nothing."""
    return {
        "target": path.target,
        "steps": [_step(step, path.graph, mastery or {}) for step in path.steps],
        "folded": list(path.folded),
        "alternatives": list(path.alternatives),
        "targets": list(path.targets),
        "known": list(path.known),
        "unaffordable": list(path.unaffordable),
        "thin": list(path.thin),
        "minutes": path.minutes,
    }


def empty_path(target: str) -> Json:
    """The shape of a path that could not be found."""
    return {"target": target, "steps": [], "folded": [], "alternatives": []}


def concept_to_json(view: ConceptView, mastery: Mapping[str, Mastery] | None = None) -> Json:
    """`study concept --json`."""
    concept, graph = view.concept, view.graph
    return {
        "concept": concept.id,
        "name": concept.name,
        "aliases": list(concept.aliases),
        "origin": str(concept.origin),
        "definition": _definition(concept.definition, 1),
        "minutes": concept.minutes,
        "mentions": concept.mentions,
        "mastery": _mastery(concept, mastery or {}),
        "prerequisites": [reason_to_json(edge.before, graph, edge) for edge in view.before],
        "unlocks": [reason_to_json(edge.after, graph, edge) for edge in view.after],
        "related": [_related(pair, concept.id, graph) for pair in view.related],
        "reading": [cited_to_json(place, number) for number, place in enumerate(reading(concept), start=1)],
        "passages": [cited_to_json(place, number) for number, place in enumerate(concept.about, start=1)],
        "questions": [_definition(place, number) for number, place in enumerate(concept.questions, start=1)],
        "alternatives": list(view.alternatives),
    }


def why_to_json(found: Why) -> Json:
    """`study why --json`."""
    return {
        "before": found.before,
        "after": found.after,
        "verdict": str(found.verdict),
        "confidence": round(found.confidence, 3),
        "chain": [_edge(edge) for edge in found.chain],
        "related": _related(found.related, found.before, found.graph) if found.related else None,
        "rejected": _seen(found.rejected) if found.rejected else None,
        "notes": list(found.notes),
        "alternatives": list(found.alternatives),
    }


def neighbourhood_to_json(found: Neighbourhood) -> Json:
    """`study graph show --json`."""
    return {"concept": found.center, **graph_to_json(found.graph), "alternatives": list(found.alternatives)}


def statistics_to_json(found: Statistics) -> Json:
    """`study graph stats --json`."""
    return {
        "concepts": found.concepts,
        "prerequisites": found.prerequisites,
        "related": found.related,
        "kinds": dict(found.kinds),
        "origins": dict(found.origins),
        "components": list(found.components),
        "alone": found.alone,
        "longest_chain": list(found.longest),
        "most_needed": [{"concept": id_, "name": found.graph.concepts[id_].name, "needed_by": count} for id_, count in found.needed],
        "cycles_removed": found.cycles,
        "notes": [note.text for note in found.graph.notes],
    }


def gaps_to_json(found: Gaps, open_: Iterable[LooseEnd] = ()) -> Json:
    """`study gaps --json`: what no note treats, and what the notes leave open."""
    return {
        "targets": list(found.targets),
        "gaps": [_gap(gap, found.graph) for gap in found.found],
        "open": [_loose(one, found.graph) for one in open_],
    }


def _loose(one: LooseEnd, graph: Graph) -> Json:
    return {
        "kind": one.kind.value,
        "text": one.text,
        "concept": one.concept,
        "name": graph.concepts[one.concept].name if one.concept in graph.concepts else "",
        "needed_by": one.needed_by,
        "count": one.count,
        "document": one.document,
        **(one.span.to_json() if one.span is not None else {"part": None, "lines": None}),
    }


def _gap(gap: Gap, graph: Graph) -> Json:
    return {
        "concept": gap.concept.id,
        "name": gap.concept.name,
        "definition": _definition(gap.concept.definition, 1),
        "needed_by": gap.needed_by,
        "because": [reason_to_json(reason.concept, graph, reason.edge) for reason in gap.because],
        "lesson": cited_to_json(gap.lesson, 1) if gap.lesson else None,
        "minutes": gap.concept.minutes,
    }


def disagreements_to_json(found: list[Disagreement]) -> Json:
    """`study graph disagreements --json`."""
    return {"disagreements": [{"gave_way": _edge(one.gave_way), "counts": [_edge(edge) for edge in one.counts]} for one in found]}


def _related(pair: Related, id_: str, graph: Graph) -> Json:
    other = pair.second if pair.first == id_ else pair.first
    evidence = [cited_to_json(seen, number) for number, seen in enumerate(pair.evidence, start=1)]
    return {"concept": other, "name": graph.concepts[other].name, "strength": pair.strength, "evidence": evidence}


def reason_to_json(id_: str, graph: Graph, edge: Prerequisite) -> Json:
    """A concept that something builds on, or that builds on it, and the evidence."""
    return {
        "concept": id_,
        "name": graph.concepts[id_].name,
        "confidence": edge.confidence,
        "origin": str(edge.origin),
        "reason": reason(edge),
        "evidence": [{**cited_to_json(seen, number), "kind": str(seen.kind)} for number, seen in enumerate(edge.evidence, start=1)],
    }


def _mastery(concept: Concept, known: Mapping[str, Mastery]) -> Json | None:
    found = known.get(concept.id)
    return None if found is None else mastery_to_json(found, {concept.id: concept.name})


def _step(step: Step, graph: Graph, mastery: Mapping[str, Mastery]) -> Json:
    return {
        "concept": step.concept.id,
        "name": step.concept.name,
        "aliases": list(dict.fromkeys(step.concept.names)),
        "origin": str(step.concept.origin),
        "definition": _definition(step.concept.definition, 1),
        "because": [reason_to_json(reason.concept, graph, reason.edge) for reason in step.because],
        "assumes": list(step.assumes),
        "reading": [cited_to_json(place, number) for number, place in enumerate(step.reading, start=1)],
        "minutes": step.minutes,
        "gap": step.is_gap,
        "check": _definition(step.concept.questions[0], 1) if step.concept.questions else None,
        "mastery": _mastery(step.concept, mastery),
    }


def _definition(place: Place | None, number: int) -> Json | None:
    return {"text": " ".join(place.quote.split()), "citation": cited_to_json(place, number)} if place is not None else None


def cited_to_json(cited: Place | Evidence, number: int) -> Json:
    """A place as a citation."""
    return {
        "id": number,
        "document": cited.document,
        "title": cited.title,
        "section": list(cited.section),
        **cited.span.to_json(),
        "quote": cited.quote,
    }
