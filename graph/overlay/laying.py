"""Lay the atlas over the graph of the user's documents.

Concepts that are joined to an entry of the atlas get its names, its time, and its lesson of the starter course; the other entries become
concepts of their own. Prerequisites come from four sources. If they contradict each other, statements of the documents outrank the atlas,
and the atlas outranks guesses from the text. Outranked prerequisites are kept separately, to be listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.atlas.values import Atlas, Entry, Requirement
from graph.editing.merge_split import join
from graph.model.acyclic import closing_no_cycle
from graph.model.values import Concept, Evidence, Graph, LeftOut, Origin, Place, Prerequisite, Related, Signal, is_explicit, reason_of
from graph.overlay.defining import is_definition
from graph.overlay.implied import all_before, called, named_before, reaches_ahead, required
from graph.overlay.joins import NONE, Joins
from graph.overlay.lessons import Lesson
from graph.overlay.parts import confidence_of
from graph.text.normal import free_slug, key, words
from ingest.language.language import Language, alternatives
from ingest.model import Span

_STATED = 0.8
"""The least confidence of an order that the text states in words ("builds on"); a note's `requires:` has no threshold."""
_SUPPORTED = 0.9
"""The least confidence of an order that the documents suggest by a definition or a formula and the atlas does not have."""
_SPECIAL = 0.9
"""The confidence that a concept of the documents builds on the one whose name its own name ends with."""
_NAMED = 0.9
"""The confidence of a prerequisite that the atlas has indirectly and names in a definition or a reason."""
_HELPS = 0.5
"""The strength of the relation between a concept and what merely helps to learn it."""
_STATEMENT = re.compile(rf"\b{alternatives(Language.load('en').entries('statements'))}\b", re.IGNORECASE)
_Pair = tuple[str, str]


@dataclass(slots=True)
class _Laying:
    """A graph while the atlas is laid over it: its concepts, the entry of each concept, and the concepts of each entry."""

    bare: Graph
    atlas: Atlas
    lessons: Mapping[str, Lesson]
    concepts: dict[str, Concept]
    behind: Mapping[str, frozenset[str]]
    called: Mapping[str, str]
    entries: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, list[str]] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)


def lay_over(bare: Graph, atlas: Atlas, joins: Joins, lessons: Mapping[str, Lesson], treated: Mapping[str, Concept] = NONE) -> Graph:
    """`bare` with the atlas and its lessons laid over it; `without_course()` of the result is `bare`.

    `treated` are concepts that only a title of the documents names; those that are joined are added. The ids of the documents' concepts
    stay, except for those merged with another, which are in `moved`.
    """
    work = _Laying(bare, atlas, lessons, dict(bare.concepts), all_before(atlas), called(atlas))
    work.concepts.update((one.concept, treated[one.concept]) for one in joins.joined if one.concept in treated)
    _join_concepts(work, joins)
    _add_entries(work)
    edges = _with_named(_authored(work), _named(work))
    own, loose = _own(work, [edge for edge in edges if reason_of(edge) is not None], work.behind)
    kept, contradicted, notes = _ranked(work, edges, own, work.behind)
    ordered = {(edge.before, edge.after) for edge in kept}
    related = _related(work, loose, ordered)
    return Graph(work.concepts, kept, related, (*bare.notes, *notes), lambda: bare, contradicted=tuple(contradicted), moved=work.moved)


def _join_concepts(work: _Laying, joins: Joins) -> None:
    """Merge the concepts with the same entry, and add the atlas's knowledge to them."""
    names = _bearers(work.bare.concepts.values())
    for joined in joins.joined:
        entry = work.atlas.entries.get(joined.entry)
        if entry is None or joined.concept not in work.concepts:
            continue
        main = work.concepts[joined.concept]
        for other in joined.same:
            main = join(main, work.concepts.pop(other))
            work.moved[other] = main.id
            names.update({key(name): main.id for name in main.names})
        if key(entry.name) != key(main.name) and (joined.same or not (_is_short(main.name) or _is_short(entry.name))):
            rest = tuple(name for name in main.names if key(name) != key(entry.name))
            main = replace(main, name=entry.name, aliases=rest)
        work.concepts[main.id] = _enriched(work, main, entry, names)
        work.nodes[entry.id] = [main.id]
        work.entries[main.id] = entry.id
        for sibling in joined.beside:
            work.concepts[sibling] = _timed(work.concepts[sibling], entry)
            work.nodes[entry.id].append(sibling)
            work.entries[sibling] = entry.id


def _is_short(name: str) -> bool:
    """True for an abbreviation in capitals, by which the user knows a concept: SVD, BM25."""
    return name.isupper() and " " not in name


def _add_entries(work: _Laying) -> None:
    """Add a concept for every entry without a concept in the documents."""
    taken = _bearers(work.bare.concepts.values())
    called = {key(concept.name) for concept in work.bare.concepts.values()}
    for entry in work.atlas.entries.values():
        if entry.id in work.nodes:
            continue
        id_ = entry.id if entry.id not in work.concepts else free_slug(entry.id, work.concepts)
        # The user's own concepts keep their names: if one means something else, the atlas's concept gets a distinct name.
        name = f"{entry.name} (atlas)" if key(entry.name) in called else entry.name
        shared = (entry.name,) if name != entry.name else ()  # still found under its own name, after the user's
        aliases = (*shared, *(alias for alias in entry.aliases if key(alias) not in taken))
        lesson = work.lessons.get(entry.id)
        about = (lesson.place,) if lesson and lesson.place else ()
        questions = lesson.questions if lesson else ()
        work.concepts[id_] = Concept(
            id_, name, aliases, _says(entry), 0, Origin.ATLAS, 0.0, entry.minutes, about, (), questions, is_timed=True
        )
        work.nodes[entry.id] = [id_]
        work.entries[id_] = entry.id


def _bearers(concepts: Iterable[Concept]) -> dict[str, str]:
    names: dict[str, str] = {}
    for concept in concepts:
        for name in concept.names:
            names.setdefault(key(name), concept.id)
    return names


def _enriched(work: _Laying, concept: Concept, entry: Entry, names: Mapping[str, str]) -> Concept:
    """A concept of the documents with the entry's names that no other concept has, a definition if it has none, and the lesson."""
    own = {key(name) for name in concept.names}
    extra = {key(name): name for name in entry.names if key(name) not in own and names.get(key(name), concept.id) == concept.id}
    lesson = work.lessons.get(entry.id)
    about = concept.about
    if lesson and lesson.place and lesson.place.document not in {place.document for place in about}:
        about = (*about, lesson.place)
    return _timed(
        replace(
            concept,
            aliases=(*concept.aliases, *extra.values()),
            definition=concept.definition if _defines(work, concept, entry) else _says(entry),
            about=about,
            questions=concept.questions or (lesson.questions if lesson else ()),
            worth=1.0,
        ),
        entry,
    )


def _defines(work: _Laying, concept: Concept, entry: Entry) -> bool:
    """True if the documents themselves define a concept, understandably for somebody who knows its prerequisites."""
    if concept.definition is None or not is_definition(concept.definition.quote, (*concept.names, *entry.names)):
        return False
    return not reaches_ahead(concept.definition.quote, entry, work.behind[entry.id], work.called)


def _timed(concept: Concept, entry: Entry) -> Concept:
    return concept if concept.is_timed else replace(concept, minutes=entry.minutes, is_timed=True)


def _says(entry: Entry) -> Place:
    return Place(entry.file, Span(entry.said, entry.said), entry.name, (), entry.says, 1.0)


def _authored(work: _Laying) -> Iterator[Prerequisite]:
    """The requirements of the atlas, as prerequisites between concepts.

    Of alternatives, the one in the documents is taken. Its reason is the entry's reason under `helps`, else the definition of the entry.
    """
    for entry in work.atlas.entries.values():
        wanted = list(entry.requires)
        for group in entry.choices:
            present = [one for one in group if one in work.nodes]
            best = next((one for one in present if work.concepts[work.nodes[one][0]].origin is not Origin.ATLAS), None)
            if present:
                taken = best or present[0]
                said = next((one for one in entry.helps if one.concept == taken), None)
                wanted.append(said or Requirement(taken, entry.says, line=entry.said))
        for one in wanted:
            if one.concept not in work.nodes:
                continue
            before = work.nodes[one.concept][0]
            sure = confidence_of(one.part)
            for after in work.nodes[entry.id]:
                if before != after:
                    yield Prerequisite(before, after, sure, Origin.ATLAS, (_reason(entry, one),))


def _named(work: _Laying) -> Iterator[Prerequisite]:
    """The indirect prerequisites that definitions and reasons of the atlas name."""
    for one in named_before(work.atlas):
        entry = work.atlas.entries[one.after]
        kind = Signal.NAME if one.is_name else Signal.DEFINITION
        span = Span(entry.first, entry.said) if one.is_name else Span(one.line, one.line)
        evidence = Evidence(kind, entry.file, span, one.said, entry.name)
        before = work.nodes[one.before][0]
        for after in work.nodes[entry.id]:
            if before != after:
                yield Prerequisite(before, after, _NAMED, Origin.ATLAS, (evidence,))


def _with_named(listed: Iterable[Prerequisite], named: Iterable[Prerequisite]) -> list[Prerequisite]:
    """The requirements of the atlas with those that it only names: as further evidence of a requirement, or as a separate one."""
    found = {(edge.before, edge.after): edge for edge in listed}
    for edge in named:
        also = found.get((edge.before, edge.after))
        found[edge.before, edge.after] = replace(also, evidence=also.evidence + edge.evidence) if also else edge
    return list(found.values())


def _reason(entry: Entry, one: Requirement) -> Evidence:
    line = one.line or entry.first
    return Evidence(Signal.ATLAS, entry.file, Span(line, line), one.why, entry.name)


def _own(
    work: _Laying, authored: Iterable[Prerequisite], behind: Mapping[str, frozenset[str]]
) -> tuple[list[Prerequisite], list[Prerequisite]]:
    """The documents' prerequisites between the concepts as they are now, and those that become mere relations beside the atlas."""
    known = {(edge.before, edge.after) for edge in authored}
    own: dict[_Pair, Prerequisite] = {}
    loose: list[Prerequisite] = []
    for edge in work.bare.prerequisites:
        before, after = (work.moved.get(id_, id_) for id_ in (edge.before, edge.after))
        if before == after:
            continue
        edge = replace(edge, before=before, after=after)
        if (before, after) not in known and not _counts(work, edge, behind):
            loose.append(edge)
        elif (before, after) not in own or own[before, after].confidence < edge.confidence:
            own[before, after] = _supported(work, edge, behind)
    for edge in _special_cases(work):
        if (edge.after, edge.before) not in own:
            own.setdefault((edge.before, edge.after), edge)
    return list(own.values()), loose


def _special_cases(work: _Laying) -> Iterator[Prerequisite]:
    """Prerequisites from the general to the special: a concept of the documents, under a name that the atlas does not have, whose name ends
    with a longer name that the atlas has ("diffusion models" before "discrete diffusion models").

    If the atlas has the special one under another name, the general one has to be its prerequisite or help: "negative log-likelihood" is
    not a special case of a likelihood.
    """
    known: dict[str, str] = {}
    for id_ in work.entries:
        if work.concepts[id_].origin is not Origin.ATLAS:
            known.update((" ".join(parts), id_) for name in work.concepts[id_].names if len(parts := words(name)) > 1)
    for concept in list(work.concepts.values()):
        entry = work.atlas.entries.get(work.entries.get(concept.id, ""))
        place = next(iter((*concept.about, *concept.mentioned)), None)
        called = _called(work, concept.id)
        parts = words(called)
        if concept.origin is Origin.ATLAS or place is None or (entry is not None and key(entry.name) == key(called)):
            continue
        general = next((known[end] for at in range(1, len(parts)) if (end := " ".join(parts[at:])) in known), concept.id)
        if general == concept.id:
            continue
        of = work.atlas.entries[work.entries[general]]
        if entry is not None and of.id not in work.behind[entry.id] and of.id not in [one.concept for one in entry.helps]:
            continue
        evidence = Evidence(Signal.NAME, place.document, place.span, place.quote, place.title, place.section)
        reason = _reason(of, Requirement(of.id, of.says, line=of.said))
        yield Prerequisite(general, concept.id, _SPECIAL, Origin.DOCUMENTS, (evidence, reason))


def _called(work: _Laying, id_: str) -> str:
    """The documents' name of a concept."""
    return work.bare.concepts.get(id_, work.concepts[id_]).name


def _counts(work: _Laying, edge: Prerequisite, behind: Mapping[str, frozenset[str]]) -> bool:
    """True if a prerequisite of the documents is kept although the atlas does not require it.

    If the atlas knows both concepts, a guess is kept in four cases: the atlas has the same order indirectly, and more than a mention speaks
    for it; the atlas has it as help, and a sentence states it too; a sentence is strong evidence for it; or it contradicts the atlas, so
    that it can be reported.
    """
    one, two = work.entries.get(edge.before), work.entries.get(edge.after)
    if is_stated(edge) or two is None:
        return True
    entry = work.atlas.entries[two]
    if one is None:
        # A definition that was replaced by the atlas's is not a reason either.
        defines = any(seen.kind is Signal.DEFINITION for seen in edge.evidence)
        return bool(required(entry)) and not (defines and work.concepts[edge.after].definition == _says(entry))
    if one == two:
        return True  # the atlas has them as one concept
    if edge.before != work.nodes[one][0] and one in behind[two]:
        return False  # another name of a prerequisite in the atlas
    if one in behind[two]:
        return any(seen.kind is not Signal.MENTION for seen in edge.evidence)
    if two in behind[one]:
        return True
    if any(helping.concept == one for helping in entry.helps) and _is_told(edge):
        return True
    if edge.confidence < _SUPPORTED:
        return False
    # A concept that only shares an alias with an entry is often a special case, and its own name shows of what.
    is_alias = key(_called(work, edge.after)) != key(entry.name)
    return _is_told(edge) or (is_alias and any(seen.kind is Signal.NAME for seen in edge.evidence))


def _is_told(edge: Prerequisite) -> bool:
    """True if a sentence, a definition or a formula is evidence for an order, not only names and places."""
    return any(seen.kind in (Signal.DEFINITION, Signal.FORMULA, Signal.CUE, Signal.GENUS) for seen in edge.evidence)


def _supported(work: _Laying, edge: Prerequisite, behind: Mapping[str, frozenset[str]]) -> Prerequisite:
    """An edge of the documents, with a higher confidence if the atlas has the order indirectly, has it as help, or has both concepts under
    one name. It gets the atlas's reason if that is about just these two."""
    one, two = work.entries.get(edge.before), work.entries.get(edge.after)
    if one is None or two is None or reason_of(edge) is not None:
        return edge
    entry = work.atlas.entries[two]
    found = [_reason(entry, each) for each in entry.helps if each.concept == one]
    if one == two and _is_told(edge) and work.concepts[edge.before].definition is not None:
        found.append(_reason(entry, Requirement(one, entry.says, line=entry.said)))
    if not found and not any(one in behind.get(each.concept, ()) for each in entry.requires):
        return edge
    sure = round(1 - (1 - edge.confidence) * (1 - _HELPS), 3)
    return replace(edge, confidence=sure, evidence=(*edge.evidence, *found[:1]))


def is_stated(edge: Prerequisite) -> bool:
    """True if the documents state an order: a note requires it, or the text states it with little evidence against it."""
    if is_explicit(edge):
        return True
    return edge.confidence >= _STATED and any(
        seen.kind in (Signal.CUE, Signal.GENUS) and _STATEMENT.search(seen.quote) for seen in edge.evidence
    )


def _ranked(
    work: _Laying, authored: Sequence[Prerequisite], own: Sequence[Prerequisite], behind: Mapping[str, frozenset[str]]
) -> tuple[list[Prerequisite], list[Prerequisite], list[LeftOut]]:
    """The prerequisites that close no cycle with higher-ranked ones, those that do, and a note on each of the latter.

    If the documents and the atlas agree, the reason of the atlas comes first, followed by the quotes.
    """
    by_pair = {(edge.before, edge.after): edge for edge in own}
    merged = []
    for edge in authored:
        also = by_pair.pop((edge.before, edge.after), None)
        if also is not None and is_explicit(also):
            by_pair[edge.before, edge.after] = replace(also, evidence=also.evidence + edge.evidence)
        elif also is not None:
            merged.append(replace(edge, evidence=edge.evidence + also.evidence))  # its confidence expresses how much is needed
        else:
            merged.append(edge)
    # Of a chain that contradicts a note the last edge is dropped, so weak requirements come first.
    merged.sort(key=lambda edge: (len(behind[work.entries[edge.after]]), edge.after, edge.before))
    listed, named = ([edge for edge in merged if (reason_of(edge) is not None) is has_reason] for has_reason in (True, False))
    rest = sorted(by_pair.values(), key=lambda edge: (not is_explicit(edge), -edge.confidence, edge.before, edge.after))
    stated = [edge for edge in rest if is_stated(edge)]
    guessed = [edge for edge in rest if not is_stated(edge)]
    ranked = [*stated, *listed, *named, *guessed]
    kept: list[Prerequisite] = []
    gone: list[Prerequisite] = []
    for edge, fits in zip(ranked, closing_no_cycle([(edge.before, edge.after) for edge in ranked]), strict=True):
        if fits:
            kept.append(edge)
        elif edge.origin is not Origin.ATLAS or reason_of(edge) is not None:  # concepts that are merely named are not reported
            gone.append(edge)
    kept.sort(key=lambda edge: (edge.after, -edge.confidence, edge.before))
    return kept, gone, [_note(work, edge) for edge in gone]


def _note(work: _Laying, edge: Prerequisite) -> LeftOut:
    before, after = work.concepts[edge.before].name, work.concepts[edge.after].name
    if edge.origin is Origin.ATLAS:
        text = f"the atlas has {before} before {after}, but the documents say otherwise: left out"
    else:
        text = f"the documents have {before} before {after} ({edge.confidence:.2f}), but the atlas says otherwise: left out"
    return LeftOut(text, (edge.before, edge.after))


def _related(work: _Laying, loose: Iterable[Prerequisite], ordered: set[_Pair]) -> tuple[Related, ...]:
    """The related pairs: from the documents, from prerequisites that the atlas does not have, from help."""
    found: dict[_Pair, Related] = {}

    def add(pair: Related) -> None:
        one, two = (work.moved.get(id_, id_) for id_ in (pair.first, pair.second))
        first, second = sorted((one, two))
        if first != second and (first, second) not in ordered and (second, first) not in ordered:
            found.setdefault((first, second), replace(pair, first=first, second=second))

    for pair in work.bare.related:
        add(pair)
    for edge in loose:
        add(Related(edge.before, edge.after, edge.confidence, edge.evidence))
    for entry in work.atlas.entries.values():
        for one in entry.helps:
            if one.concept in work.nodes:
                add(Related(work.nodes[one.concept][0], work.nodes[entry.id][0], _HELPS, (_reason(entry, one),)))
    return tuple(found.values())
