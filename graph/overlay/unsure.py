"""Keep the tentative prerequisites of the documents beside the atlas."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from graph.model.values import Graph, Prerequisite


def unsure(bare: Graph, moved: Mapping[str, str], known: Collection[str]) -> tuple[Prerequisite, ...]:
    """The tentative prerequisites of `bare` between the concepts as they are now, without those of concepts that the atlas knows.

    `moved` maps the ids of merged concepts, `known` has the ids of concepts whose requirements the atlas knows.
    """
    found = (replace(edge, before=moved.get(edge.before, edge.before), after=moved.get(edge.after, edge.after)) for edge in bare.tentative)
    return tuple(edge for edge in found if edge.before != edge.after and edge.after not in known)
