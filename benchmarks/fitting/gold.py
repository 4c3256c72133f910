"""Judged concepts, prerequisites and definitions of collections on several subjects: the files of data/training/graph."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import networkx as nx

from graph.atlas.compiled import load_atlas
from graph.text.normal import key

GOLD = Path(__file__).resolve().parents[2] / "data" / "training" / "graph"
HELD = ("eurohist", "stellar")
"""Collections that nothing is fitted on."""
COURSE = "course"
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Named:
    """A concept that a teacher of the subject named, with the file, the lines and some words of the place that defines it, if one does."""

    id: str
    names: tuple[str, ...]
    file: str = ""
    lines: tuple[int, int] = (0, 0)
    words: str = ""


@dataclass(frozen=True, slots=True)
class Gold:
    """What was judged on one collection.

    `needed` are the pairs (before, after) of ids that both readers have, directly or not, and `disputed` those of one reader alone;
    `direct` are the first reader's edges. `concepts` says of names whether they are concepts, `steps` whether a path should have them as
    a step, `prerequisites` of pairs of names whether the first is needed for the second, and `definitions` of keys of names and places
    whether the unit there says what it is.
    """

    collection: str
    named: tuple[Named, ...] = ()
    needed: frozenset[Pair] = frozenset()
    disputed: frozenset[Pair] = frozenset()
    direct: frozenset[Pair] = frozenset()
    concepts: Mapping[str, bool] = field(default_factory=dict)
    steps: Mapping[str, bool] = field(default_factory=dict)
    prerequisites: Mapping[Pair, bool] = field(default_factory=dict)
    definitions: Mapping[tuple[str, str, int], bool] = field(default_factory=dict)

    def matched(self, numbers: Mapping[str, int]) -> dict[str, int]:
        """The numbers of the concepts that were named, by id, among `numbers` by the keys of names. Each number is given once."""
        found: dict[str, int] = {}
        for one in self.named:
            number = next((numbers[key(name)] for name in one.names if key(name) in numbers), None)
            if number is not None and number not in found.values():
                found[one.id] = number
        return found


def load_gold(name: str) -> Gold:
    """What was judged on a collection; of the starter course, what the atlas requires between its lessons."""
    if name == COURSE:
        return _course()
    read = json.loads((GOLD / f"{name}.json").read_text(encoding="utf-8"))
    edges = {reader: [(before, after) for before, after in found] for reader, found in read.get("edges", {}).items()}
    closed = [_closure(found) for found in edges.values()]
    needed = frozenset.intersection(*closed) if closed else frozenset()
    judged = read.get("read", {})
    return Gold(
        name,
        tuple(map(_named, read.get("names", ()))),
        needed,
        frozenset.union(*closed) - needed if closed else frozenset(),
        frozenset(edges.get("a", ())),
        dict(_verdicts(judged.get("concepts"))),
        dict(_verdicts(judged.get("steps"))),
        {(before, after): verdict for (before, after), verdict in _verdicts(judged.get("prerequisites"))},
        {(key(text), file, line): verdict for (text, file, line), verdict in _verdicts(judged.get("definitions"))},
    )


def collections() -> list[str]:
    """The collections with judgements, without those that are held back."""
    return [file.stem for file in sorted(GOLD.glob("*.json")) if file.stem not in {*HELD, COURSE}]


def _named(read: Mapping[str, Any]) -> Named:
    place = read["definition"]
    names = (read["name"], *read["aliases"])
    if place is None:
        return Named(read["id"], names)
    first, *rest = (int(line) for line in place["lines"].split("-"))
    return Named(read["id"], names, place["file"], (first, rest[0] if rest else first), place["words"])


def _verdicts(read: Mapping[str, Sequence[Any]] | None) -> list[tuple[Any, bool]]:
    return [(each, verdict == "yes") for verdict, found in (read or {}).items() for each in found]


def _closure(edges: Sequence[Pair]) -> frozenset[Pair]:
    needs: nx.DiGraph[str] = nx.DiGraph(edges)
    return frozenset((one, two) for one in needs for two in nx.descendants(needs, one))


def _course() -> Gold:
    """What the atlas requires between concepts that have a lesson in the starter course."""
    atlas = load_atlas()
    lessons = {file.stem for file in (GOLD.parents[1] / "course").glob("*.md")} & set(atlas.entries)
    edges = [(needed.concept, entry.id) for entry in atlas.entries.values() for needed in entry.requires]
    needed = frozenset(pair for pair in _closure(edges) if lessons.issuperset(pair))
    named = tuple(Named(id_, atlas.entries[id_].names) for id_ in sorted(lessons))
    judged = json.loads((GOLD / f"{COURSE}.json").read_text(encoding="utf-8"))["read"]["concepts"]
    return Gold(COURSE, named, needed, frozenset(), frozenset(edges) & needed, dict(_verdicts(judged)))
