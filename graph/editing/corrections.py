"""Apply the user's corrections: a pure function of a graph and a list of corrections, of which the latest wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache

from graph.editing.apply import Edge, corrected_graph, edges_of
from graph.editing.merge_split import Owner, join, part
from graph.model.values import Concept, Evidence, Graph, Place, Signal
from graph.queries.resolve import find_named, homonyms
from graph.text.normal import free_slug, key
from ingest.model import Span

CITED = "corrections.toml"
_MOST_PLACES = 24
_LEAST_IMPORTANT = 0.001  # of the user's own concepts


class Verb(StrEnum):
    """The kind of a correction."""

    ACCEPT = "accept"  # the first is learned before the second
    REJECT = "reject"  # the first need not be learned before the second
    MERGE = "merge"  # the second is the first
    SPLIT = "split"  # the first is really several concepts: the others
    RENAME = "rename"  # the first is renamed to the second
    HIDE = "hide"  # the first is not a concept
    ADD = "add"  # the first is a concept; the others are further names of it


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction; concepts are named by name.

    `line` and `source` are its line and its text in the file of corrections. For an added concept, `definition` gives the lines that define
    it, as in `notes.md:12-14`, and `says` their beginning, by which they are found if they have moved.
    """

    verb: Verb
    names: tuple[str, ...]
    line: int = 1
    source: str = ""
    definition: str = ""
    says: str = ""

    @property
    def cited(self) -> Evidence:
        """The correction as evidence."""
        return Evidence(Signal.CORRECTION, CITED, Span(self.line, self.line), self.source or str(self), "Your corrections")

    def __str__(self) -> str:
        first, *others = self.names
        match self.verb:
            case Verb.ACCEPT:
                return f"{first} comes before {others[0]}"
            case Verb.REJECT:
                return f"{first} need not come before {others[0]}"
            case Verb.MERGE:
                return f"{others[0]} is the same as {first}"
            case Verb.SPLIT:
                return f"{first} is split into {', '.join(others)}"
            case Verb.RENAME:
                return f"{first} is now called {others[0]}"
            case Verb.HIDE:
                return f"{first} is hidden"
            case Verb.ADD:
                called = f", also called {' and '.join(others)}" if others else ""
                return f"{first} is a concept{called}{f', defined at {self.definition}' if self.definition else ''}"


class State(StrEnum):
    """The outcome of a correction."""

    APPLIED = "applied"
    WAITING = "waiting"  # it names a concept that does not exist now
    OVERRULED = "overruled"  # a later correction contradicts it


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a correction, with an explanation."""

    correction: Correction
    state: State
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A graph with corrections applied, their outcomes in the same order, and `moved`, which maps the ids of concepts that are gone to the
    id of their replacement, or to None.
    """

    graph: Graph
    outcomes: tuple[Outcome, ...]
    moved: dict[str, str | None]

    def current(self, id_: str) -> str | None:
        """The id that replaces an id of the uncorrected graph; None if nothing does."""
        found: str | None = id_
        while found is not None and found in self.moved:
            found = self.moved[found]
        return found


def apply_corrections(graph: Graph, corrections: Sequence[Correction], places: Mapping[str, Place] | None = None) -> Corrected:
    """`graph` as the user wants it. The graph without the course is corrected in the same way.

    Corrections that change concepts take effect in their order, each after those before it. Of several about the order of the same two
    concepts the latest counts. An accepted prerequisite outranks edges that close a cycle with it. `places` are the definitions given in
    corrections. Raises nothing: the outcome of a correction that cannot be applied says why.
    """
    if not corrections:
        return Corrected(graph, (), {})
    work = _Work(graph, places or {})
    for correction in corrections:
        work.take(correction)
    outcomes = work.finish()
    bare = cache(lambda: apply_corrections(graph.without_course(), corrections, places).graph) if graph.bare is not None else None
    return Corrected(replace(work.graph, bare=bare).outlined(work.graph.outline), outcomes, work.moved)


@dataclass(slots=True)
class _Verdict:
    number: int
    correction: Correction
    before: str
    after: str


@dataclass(slots=True)
class _Work:
    """A graph being corrected."""

    graph: Graph
    places: Mapping[str, Place] = field(default_factory=dict)
    changed: dict[str, Concept] = field(default_factory=dict)
    moved: dict[str, str | None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    edges: list[Edge] = field(init=False)
    verdicts: list[_Verdict] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.edges = edges_of(self.graph)
        self.graph.outline.index_names()

    def take(self, correction: Correction) -> None:
        """Apply a correction as far as possible before all are known."""
        if correction.verb is Verb.ADD:
            self.outcomes.append(self._add(correction))
            return
        names = correction.names[: 1 if correction.verb in (Verb.SPLIT, Verb.RENAME, Verb.HIDE) else 2]
        found = [self._find(name) for name in names]
        missing = [name for name, id_ in zip(names, found, strict=True) if id_ is None]
        remark = f"no concept is called {' or '.join(map(repr, missing))} now" if missing else self._choose(correction.verb, names, found)
        if remark:
            self.outcomes.append(Outcome(correction, State.WAITING, remark))
            return
        first, *others = [id_ for id_ in found if id_ is not None]
        match correction.verb:
            case Verb.ACCEPT | Verb.REJECT:
                self.verdicts.append(_Verdict(len(self.outcomes), correction, first, others[0]))
            case Verb.MERGE:
                remark = self._merge(first, others[0])
            case Verb.SPLIT:
                remark = self._split(first, correction.names[1:])
            case Verb.RENAME:
                remark = self._rename(first, correction.names[1])
            case Verb.HIDE:
                self._remove({first: None})
        self.outcomes.append(Outcome(correction, State.OVERRULED if remark else State.APPLIED, remark))

    def _choose(self, verb: Verb, names: Sequence[str], found: list[str | None]) -> str:
        """Decide which of several concepts with one name is meant, namely the one linked to the other concept, and put it into `found`.
        Returns the problem, if any."""
        for at, name in enumerate(names):
            several = homonyms(self.graph, name) if key(name) not in self.names else ()
            if not several:
                continue
            other = found[1 - at] if verb in (Verb.ACCEPT, Verb.REJECT) else None
            linked = [id_ for id_ in several if other is not None and id_ in self.graph.concepts and _is_linked(self.graph, id_, other)]
            if len(linked) != 1:
                called = ", ".join(self.graph.concepts[id_].name for id_ in several)
                return f"{name!r} means several concepts now ({called}): say which"
            found[at] = linked[0]
        return ""

    def finish(self) -> tuple[Outcome, ...]:
        """Apply the corrections about order, latest first, and build the graph."""
        said: dict[tuple[str, str], _Verdict] = {}
        accepted: dict[tuple[str, str], Evidence] = {}
        for verdict in reversed(self.verdicts):
            before, after = self._now(verdict.before), self._now(verdict.after)
            problem = self._problem(verdict, before, after, said, accepted)
            if problem is not None:
                self.outcomes[verdict.number] = problem
            elif before is not None and after is not None:
                said[(before, after)] = verdict
                if verdict.correction.verb is Verb.ACCEPT:
                    accepted[before, after] = verdict.correction.cited
        rejected = {pair: verdict.correction.cited for pair, verdict in said.items() if verdict.correction.verb is Verb.REJECT}
        self.graph = corrected_graph(self.graph, self.edges, self.changed, self.moved, accepted, rejected)
        return tuple(self.outcomes)

    def _problem(
        self,
        verdict: _Verdict,
        before: str | None,
        after: str | None,
        said: dict[tuple[str, str], _Verdict],
        accepted: Iterable[tuple[str, str]],
    ) -> Outcome | None:
        correction = verdict.correction
        if before is None or after is None:
            return Outcome(correction, State.WAITING, "a concept that it names was hidden or split by a later correction")
        if before == after:
            return Outcome(correction, State.OVERRULED, "both names are of one concept, which cannot come before itself")
        same, turned = said.get((before, after)), said.get((after, before))
        accepts = correction.verb is Verb.ACCEPT
        if same is not None and same.correction.verb is not correction.verb:
            return Outcome(correction, State.OVERRULED, f"correction {same.number + 1} is later and says otherwise")
        if accepts and turned is not None and turned.correction.verb is Verb.ACCEPT:
            return Outcome(correction, State.OVERRULED, f"correction {turned.number + 1} is later and says the opposite")
        if accepts and _leads(after, before, accepted):
            return Outcome(correction, State.OVERRULED, "with later corrections it would close a cycle")
        return None

    def _find(self, name: str) -> str | None:
        """The id of the concept with that name in the current state of the graph."""
        folded = key(name)
        if folded in self.names:
            return self._now(self.names[folded])
        found = find_named(self.graph, name)
        return self._now(found) if found is not None else None

    def _now(self, id_: str) -> str | None:
        found: str | None = id_
        while found is not None and found in self.moved:
            found = self.moved[found]
        return found

    def _concept(self, id_: str) -> Concept:
        return self.changed.get(id_) or self.graph.concepts[id_]

    def _remove(self, gone: dict[str, str | None]) -> None:
        self.moved.update(gone)
        for id_ in gone:
            self.changed.pop(id_, None)

    def _add(self, correction: Correction) -> Outcome:
        """Add a concept, or give an existing one further names and a definition."""
        name, *aliases = correction.names
        place = self.places.get(correction.definition)
        id_ = self._find(name)
        if id_ is None:
            id_ = free_slug(name, {*self.graph.concepts, *self.changed})
            self.changed[id_] = Concept(id_, name, importance=_LEAST_IMPORTANT)
        concept = self._concept(id_)
        have = {key(each) for each in concept.names}
        further = [alias for alias in aliases if key(alias) not in have and self._find(alias) in (None, id_)]
        about = (place, *concept.about) if place is not None and place not in concept.about else concept.about
        self.changed[id_] = replace(
            concept, worth=1.0, aliases=(*concept.aliases, *further), definition=place or concept.definition, about=about[:_MOST_PLACES]
        )
        self.names.update({key(each): id_ for each in (name, *further)})
        if correction.definition and place is None:
            return Outcome(correction, State.WAITING, f"{correction.definition} is not there now")
        return Outcome(correction, State.APPLIED)

    def _merge(self, kept: str, other: str) -> str:
        if kept == other:
            return "the two are one concept already"
        self.changed[kept] = join(self._concept(kept), self._concept(other))
        self._remove({other: kept})
        for edge in self.edges:
            edge.before = kept if edge.before == other else edge.before
            edge.after = kept if edge.after == other else edge.after
        return ""

    def _split(self, whole: str, names: Sequence[str]) -> str:
        concept = self._concept(whole)
        taken = [name for name in names if (other := self._find(name)) is not None and other != whole]
        if taken:
            return f"{taken[0]!r} is a concept already"
        if len({key(name) for name in names}) < len(names):
            return "two of the names are the same"
        ids: list[str] = []
        for name in names:
            ids.append(free_slug(name, {*self.graph.concepts, *self.changed, *ids}))
        left, made, owner = part(concept, names, ids)
        for one in made:
            self.changed[one.id] = one
            self.names[key(one.name)] = one.id
        if left is None:
            self._remove({whole: None})
        else:
            self.changed[whole] = left
        self._share_edges(whole, ids, owner)
        return ""

    def _share_edges(self, whole: str, ids: Sequence[str], owner: Owner) -> None:
        """Give every edge of a split concept to the parts that its evidence is about."""
        shared: list[Edge] = []
        for edge in self.edges:
            if whole not in (edge.before, edge.after):
                shared.append(edge)
                continue
            by: dict[int | None, list[Evidence]] = {}
            for seen in edge.evidence(self.graph):
                by.setdefault(owner(seen), []).append(seen)
            for number, evidence in by.items():
                id_ = whole if number is None else ids[number]
                ends = (id_ if edge.before == whole else edge.before, id_ if edge.after == whole else edge.after)
                shared.append(Edge(*ends, edge.confidence, edge.flags, (), tuple(evidence)))
        self.edges = shared

    def _rename(self, id_: str, name: str) -> str:
        other = self._find(name)
        if other is not None and other != id_:
            return f"{name!r} is a concept already; merge the two instead"
        concept = self._concept(id_)
        rest = tuple(old for old in concept.names if key(old) != key(name))
        self.changed[id_] = replace(concept, name=name, aliases=rest)
        self.names[key(name)] = id_
        return ""


def _leads(start: str, goal: str, edges: Iterable[tuple[str, str]]) -> bool:
    """True if the edges lead from start to goal."""
    following: dict[str, list[str]] = {}
    for before, after in edges:
        following.setdefault(before, []).append(after)
    seen, stack = {start}, [start]
    while stack:
        for after in following.get(stack.pop(), ()):
            if after not in seen:
                seen.add(after)
                stack.append(after)
    return goal in seen


def _is_linked(graph: Graph, one: str, two: str) -> bool:
    """True if an edge or a related pair connects both concepts."""
    outline = graph.outline
    if one not in graph.concepts or two not in graph.concepts:
        return False
    first, second = outline.number(one), outline.number(two)
    into = (outline.before[edge] == second for edge in outline.into(first))
    out = (outline.after[edge] == second for edge in outline.out_of(first))
    return any(into) or any(out) or any({first, second} == set(pair) for pair in outline.related)
