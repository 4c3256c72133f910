"""The atlas in the formats of other tools: Graphviz, GraphML, CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from assistant.pages.graph_formats import graphml, quoted
from graph.atlas.values import Atlas, Entry, Requirement

_COLUMNS = ("from", "from_name", "to", "to_name", "kind", "part", "reason", "document", "line")


def atlas_to_dot(atlas: Atlas) -> str:
    """An atlas for Graphviz: a box for each concept, an arrow to each concept that builds on it; arrows of mere help are dashed."""
    lines = ["digraph atlas {", "  rankdir=BT;", '  node [shape=box, style=rounded, fontname="sans-serif"];']
    lines += [f"  {quoted(entry.id)} [label={quoted(entry.name)}, tooltip={quoted(entry.says)}];" for entry in atlas.entries.values()]
    for before, after, kind, one in _edges(atlas):
        style = "" if kind == "requires" else f", style={'dashed' if kind == 'helps' else 'dotted'}"
        lines.append(f"  {quoted(before.id)} -> {quoted(after.id)} [tooltip={quoted(one.why)}{style}];")
    return "\n".join([*lines, "}", ""])


def atlas_to_graphml(atlas: Atlas) -> str:
    """An atlas as GraphML, with all its data as attributes."""
    import networkx as nx  # takes 0.3 s to import, and no other format needs it

    made: nx.DiGraph = nx.DiGraph()
    for entry in atlas.entries.values():
        texts = {"aliases": "; ".join(entry.aliases), "definition": entry.says, "goals": "; ".join(entry.goals)}
        made.add_node(entry.id, name=entry.name, label=entry.name, field=entry.field, minutes=entry.minutes, place=entry.place, **texts)
    for before, after, kind, one in _edges(atlas):
        made.add_edge(before.id, after.id, kind=kind, reason=one.why, part=one.part, weight=one.part, line=one.line)
    return graphml(made)


def atlas_to_csv(atlas: Atlas) -> str:
    """An atlas as a table with a row for each prerequisite."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(_COLUMNS)
    for before, after, kind, one in _edges(atlas):
        table.writerow([before.id, before.name, after.id, after.name, kind, one.part, one.why, after.file, one.line])
    return out.getvalue()


def _edges(atlas: Atlas) -> Iterator[tuple[Entry, Entry, str, Requirement]]:
    """Each prerequisite between two concepts of the atlas, with its kind: requires, any, helps."""
    for after in atlas.entries.values():
        choices = [Requirement(id_, "one of several that suffice", line=after.first) for group in after.choices for id_ in group]
        for kind, listed in (("requires", after.requires), ("any", choices), ("helps", after.helps)):
            for one in listed:
                if one.concept in atlas.entries:
                    yield atlas.entries[one.concept], after, kind, one
