"""Make a correction: find its concepts, refuse contradictions, write it to the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.curation.corrections import add_correction, remove_correction
from assistant.curation.curated import Curated
from assistant.curation.defining import beginning, defined_at
from assistant.errors import Contradiction, ContradictsCorrection, ContradictsNotes
from assistant.storage.snapshots import Layout
from graph.editing.corrections import Correction, Outcome, State, Verb, apply_corrections
from graph.editing.merge_split import is_named
from graph.model.columns import BY_USER, REQUIRED
from graph.model.values import COURSE, Graph, Prerequisite, Signal
from graph.queries.resolve import find_concept, find_named
from graph.text.normal import key
from ingest.errors import UsageError

_Pair = tuple[str, str]
_LOOSE = {Verb.ACCEPT: 2, Verb.REJECT: 2, Verb.MERGE: 2, Verb.SPLIT: 1, Verb.RENAME: 1, Verb.HIDE: 1, Verb.ADD: 0}


@dataclass(frozen=True, slots=True)
class Made:
    """A correction that was made or taken back: its number, the prerequisites added and removed, and the names of their concepts."""

    number: int
    correction: Correction
    added: tuple[tuple[str, str], ...]
    removed: tuple[tuple[str, str], ...]
    names: Mapping[str, str]
    is_new: bool = True


def correct(layout: Layout, curated: Curated, verb: Verb, names: Sequence[str], definition: str = "") -> Made:
    """Make a correction.

    Concepts may be named loosely; `definition` gives the lines that define an added one. Raises UnknownConcept, and Contradiction if the
    correction is impossible, contradicts an earlier one or undoes a requirement of a note: then nothing is written.
    """
    made = preview(curated, verb, names, definition)
    if made.is_new:
        add_correction(layout, made.correction)
    return made


def preview(curated: Curated, verb: Verb, names: Sequence[str], definition: str = "") -> Made:
    """The changes that a correction would make; nothing is written. Raises the errors of `correct`."""
    if not names:
        raise UsageError("A concept needs a name.")
    if len(names) < 2 and verb not in (Verb.HIDE, Verb.ADD):
        raise UsageError(f"{verb.capitalize()} needs two names.")
    base = curated.uncorrected
    held = curated.corrections
    old = curated.corrected
    for name in names[: 1 if verb is Verb.ADD else _LOOSE[verb]]:
        _refuse_gone(name, curated)
    known = [_name(old.graph, name) for name in names[: _LOOSE[verb]]]
    correction = Correction(verb, (*known, *(name.strip() for name in names[_LOOSE[verb] :])))
    places = curated.places
    if verb is Verb.ADD and definition:
        place = defined_at(curated.folder, definition)
        correction = replace(correction, definition=definition.strip(), says=beginning(place))
        places = {**places, correction.definition: place}
    elif definition:
        raise UsageError("Only an added concept is given a definition.")
    if not all(correction.names):
        raise UsageError("A concept needs a name.")
    for number, one in enumerate(held, start=1):
        is_same = (one.verb, one.names, one.definition) == (verb, correction.names, correction.definition)
        if is_same and old.outcomes[number - 1].state is State.APPLIED:
            return Made(number, one, (), (), {}, is_new=False)
    new = apply_corrections(base, [*held, correction], places)
    _refuse(correction, old.outcomes, new.outcomes)
    if verb is Verb.SPLIT:
        _refuse_pointless(correction, old.graph)
    if verb is Verb.ADD:
        _refuse_known(correction, old.graph)
    added, removed, changed = _changes(old.graph, new.graph)
    _refuse_requirements(correction, old.graph, removed)
    return Made(len(held) + 1, correction, added, removed, changed)


def undo(layout: Layout, curated: Curated, number: int | None) -> Made:
    """Take back a correction, by default the last. Raises Contradiction if there is none."""
    base = curated.uncorrected
    old = curated.corrected.graph
    held = list(curated.corrections)
    number, correction = remove_correction(layout, number)
    new = apply_corrections(base, held[: number - 1] + held[number:], curated.places).graph
    return Made(number, correction, *_changes(old, new))


def _refuse_gone(name: str, curated: Curated) -> None:
    """Refuse the name of a concept that the user hid or split, which could be mistaken for a similar one."""
    gone = find_named(curated.uncorrected, name) if find_named(curated.corrected.graph, name) is None else None
    if gone is None or curated.corrected.current(gone) is not None:
        return
    for number, outcome in enumerate(curated.corrected.outcomes, start=1):
        correction = outcome.correction
        if correction.verb in (Verb.HIDE, Verb.SPLIT) and find_named(curated.uncorrected, correction.names[0]) == gone:
            raise ContradictsCorrection(f"{name!r} is not a concept now: “{correction}”.", number)


def _name(graph: Graph, text: str) -> str:
    """The name that the file uses for a concept: its own, or its id if another concept has the same name."""
    found, _ = find_concept(graph, text)
    name = graph.concepts[found].name
    return name if find_named(graph, name) == found else found


def _refuse_pointless(correction: Correction, graph: Graph) -> None:
    """Refuse a split without effect."""
    whole, *parts = correction.names
    concept = graph.concepts.get(find_named(graph, whole) or "")
    if concept is None:
        return
    if [key(part) for part in parts] == [key(concept.name)]:
        raise Contradiction(f"“{correction}” is impossible: the only part is the concept itself.")
    if not is_named(concept, parts):
        raise Contradiction(
            f"“{correction}” is impossible: no passage about {concept.name} names {' or '.join(map(repr, parts))}.",
            "Name the parts as the notes do.",
        )


def _refuse_known(correction: Correction, graph: Graph) -> None:
    """Refuse to add an existing concept, and names that mean something else."""
    name, *aliases = correction.names
    found = find_named(graph, name)
    if found is not None and not aliases and not correction.definition:
        raise Contradiction(f"{graph.concepts[found].name} is a concept already.", "Give it further names, or a definition.")
    for alias in aliases:
        other = find_named(graph, alias)
        if other is not None and other != found:
            raise Contradiction(f"{alias!r} already means {graph.concepts[other].name}.", "Merge the two instead.")


def _refuse(correction: Correction, old: Sequence[Outcome], new: Sequence[Outcome]) -> None:
    if new[-1].state is not State.APPLIED:
        raise Contradiction(f"“{correction}” is impossible: {new[-1].remark}.")
    for number, (before, after) in enumerate(zip(old, new, strict=False), start=1):
        if before.state is State.APPLIED and after.state is State.OVERRULED:
            raise ContradictsCorrection(
                f"“{correction}” contradicts correction {number}, “{before.correction}”: {after.remark.replace('later', 'the new one')}.",
                number,
            )


def _refuse_requirements(correction: Correction, graph: Graph, removed: Iterable[tuple[str, str]]) -> None:
    """Refuse a correction that would remove a requirement of the user's own notes as a side effect."""
    if correction.verb is not Verb.ACCEPT:
        return
    outline = graph.outline
    pairs = set(removed)
    for edge, (before, after) in enumerate(zip(outline.before, outline.after, strict=True)):
        if outline.flags[edge] & REQUIRED and (outline.ids[before], outline.ids[after]) in pairs:
            found: Prerequisite = graph.prerequisites[edge]
            cited = next(seen for seen in found.evidence if seen.kind is Signal.REQUIRES)
            if not cited.document.startswith(COURSE) and not outline.flags[edge] & BY_USER:
                one, two = (graph.concepts[id_].name for id_ in (found.before, found.after))
                raise ContradictsNotes(
                    f"“{correction}” would close a cycle: {cited.document}:{cited.span.first} requires {one} before {two}.", one, two
                )


def _changes(old: Graph, new: Graph) -> tuple[tuple[_Pair, ...], tuple[_Pair, ...], dict[str, str]]:
    """The pairs of ids that were added, those that were removed, and the names of all concepts in them."""
    before, after = _pairs(old), _pairs(new)
    came, went = tuple(sorted(after - before)), tuple(sorted(before - after))
    names = {id_: graph.concepts[id_].name for graph, pairs in ((old, went), (new, came)) for pair in pairs for id_ in pair}
    return came, went, names


def _pairs(graph: Graph) -> set[_Pair]:
    outline = graph.outline
    return {(outline.ids[one], outline.ids[two]) for one, two in zip(outline.before, outline.after, strict=True)}
