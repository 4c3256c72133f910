"""The JSON of the atlas: a concept with its surroundings, what a search finds, its size, its findings, and all of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.atlas import Checked
    from graph.atlas.lookup import AtlasStatistics, EntryView, Link
    from graph.atlas.values import Atlas, Entry, Requirement


def entry_to_json(entry: Entry) -> dict[str, Any]:
    """A concept without its neighbours."""
    return {
        "id": entry.id,
        "name": entry.name,
        "aliases": list(entry.aliases),
        "field": entry.field,
        "definition": entry.says,
        "minutes": entry.minutes,
        "goals": list(entry.goals),
        "document": entry.file,
        "lines": [entry.first, entry.last],
    }


def entry_view_to_json(view: EntryView) -> dict[str, Any]:
    """`study atlas show`: the concept, what it builds on and what builds on it, each with the reason and its place."""
    return {
        **entry_to_json(view.entry),
        "requires": [_link(one, view.entry) for one in view.requires],
        "any": [[_named(one) for one in group] for group in view.choices],
        "helps": [_link(one, view.entry) for one in view.helps],
        "unlocks": [_link(one, one.entry) for one in view.unlocks],
        "before": view.before,
        "minutes_with_all_before": view.minutes,
    }


def entries_to_json(text: str, found: Iterable[Entry]) -> dict[str, Any]:
    """`study atlas search`."""
    return {"query": text, "concepts": [entry_to_json(entry) for entry in found]}


def atlas_statistics_to_json(found: AtlasStatistics) -> dict[str, Any]:
    """`study atlas stats`."""
    return {
        "digest": found.digest,
        "concepts": found.concepts,
        "prerequisites": found.prerequisites,
        "names": found.names,
        "goals": found.goals,
        "hours": round(found.hours, 1),
        "across_fields": found.across,
        "depth": found.depth,
        "longest_chain": list(found.longest),
        "roots": list(found.roots),
        "most_needed": [{"concept": id_, "needed_by": count} for id_, count in found.needed],
        "fields": [{"field": name, **asdict(size)} for name, size in found.fields.items()],
    }


def checked_to_json(checked: Checked) -> dict[str, Any]:
    """`study atlas check`: what was checked, and each finding with file and line."""
    return {
        "concepts": checked.concepts,
        "prerequisites": checked.prerequisites,
        "syllabi": checked.syllabi,
        "findings": [asdict(finding) for finding in checked.findings],
    }


def atlas_to_json(atlas: Atlas) -> dict[str, Any]:
    """`study atlas export`: all concepts; prerequisites that lie outside a part of the atlas are named as well."""
    return {
        "digest": atlas.digest,
        "licence": "CC-BY-4.0",
        "fields": [{"field": name, "title": title} for name, title in atlas.fields.items()],
        "concepts": [
            {
                **entry_to_json(entry),
                "requires": [_requirement(one) for one in entry.requires],
                "any": [list(group) for group in entry.choices],
                "helps": [_requirement(one) for one in entry.helps],
            }
            for entry in atlas.entries.values()
        ],
        "ambiguous": [{"name": term.name, "means": list(term.means), "ask": term.ask} for term in atlas.ambiguous],
    }


def _named(entry: Entry) -> dict[str, Any]:
    return {"concept": entry.id, "name": entry.name}


def _requirement(one: Requirement) -> dict[str, Any]:
    return {"concept": one.concept, "reason": one.why, "part": one.part, "line": one.line}


def _link(link: Link, holder: Entry) -> dict[str, Any]:
    one = link.requirement
    return {**_named(link.entry), "reason": one.why, "part": one.part, "document": holder.file, "line": one.line}
