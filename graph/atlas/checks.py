"""The rules of the atlas, each a function from what was read to findings with file and line. `data/atlas/CONTRIBUTING.md` explains them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping

from graph.atlas.order import certain_ancestors, cycles, direct
from graph.atlas.reading import ABOUT, AMBIGUOUS, Finding, Source
from graph.atlas.values import Atlas, Entry, Requirement
from graph.text.normal import STOP, key, words

MOST_REQUIRED = 6
_MINUTES = range(10, 41)
_GOALS = range(2, 5)
_WORDS_OF_A_DEFINITION = range(6, 46)
_WORDS_OF_A_REASON = range(4, 21)
_LEAST_SAID = 1
"""The fewest words of a reason that are neither function words nor in one of the two names."""
_EMPTY = re.compile(r"\b(?:required|requires|prerequisites?)\b", re.IGNORECASE)


def check(source: Source) -> list[Finding]:
    """All findings about an atlas, in the order of its files and lines.

    If a file cannot be read at all, only such files are reported, since the names missing from it would bury that.
    """
    atlas = source.atlas
    if source.unread:
        return [one for one in source.findings if one.file in source.unread]
    found = [*source.findings, *broken(atlas), *_style(source), *_names(atlas), *_roots(source), *_ambiguous(atlas)]
    if not any(True for _ in _cycles(atlas)):
        found += [*_implied(atlas), *_helps(atlas)]
    order = {f"{name}.toml": number for number, name in enumerate([ABOUT.removesuffix(".toml"), *atlas.fields])}
    return sorted(dict.fromkeys(found), key=lambda one: (order.get(one.file, len(order)), one.line))


def broken(atlas: Atlas) -> Iterator[Finding]:
    """The findings that make an atlas unusable: prerequisites that do not exist, and cycles."""
    entries = atlas.entries
    for entry in entries.values():
        for one in (*entry.requires, *entry.helps):
            if one.concept not in entries:
                yield _at(entry, one.line, f"there is no concept {one.concept!r}")
        for id_ in itertools.chain.from_iterable(entry.choices):
            if id_ not in entries:
                yield _at(entry, entry.first, f"'any' names {id_!r}, which is not a concept")
    for term in atlas.ambiguous:
        for id_ in term.means:
            if id_ not in entries:
                yield Finding(AMBIGUOUS, term.line, term.name, f"there is no concept {id_!r}")
    yield from _cycles(atlas)


def _cycles(atlas: Atlas) -> Iterator[Finding]:
    for circle in cycles(atlas.entries):
        entry = atlas.entries[circle[0]]
        before = circle[1] if len(circle) > 1 else circle[0]
        line = next((one.line for one in entry.requires if one.concept == before), entry.first)
        yield _at(entry, line, f"this closes a cycle: {' needs '.join([*circle, circle[0]])}")


def _at(entry: Entry, line: int, problem: str) -> Finding:
    return Finding(f"{entry.field}.toml", line, entry.id, problem)


def _style(source: Source) -> Iterator[Finding]:
    """Findings about single concepts, and about the order of concepts in a file."""
    for before, entry in itertools.pairwise(source.atlas.entries.values()):
        if before.field == entry.field and entry.id < before.id:
            yield _at(entry, entry.first, f"concepts are sorted by id, so it stands before {before.id}")
    for entry in source.atlas.entries.values():
        yield from _definition(entry)
        yield from _goals(entry, source.verbs)
        if entry.minutes and entry.minutes not in _MINUTES:
            yield _at(entry, entry.first, f"minutes are whole and from {_MINUTES[0]} to {_MINUTES[-1]}, not {entry.minutes:g}")
        if len(entry.requires) + len(entry.choices) > MOST_REQUIRED:
            count = len(entry.requires) + len(entry.choices)
            yield _at(entry, entry.first, f"it builds on {count} concepts directly, but {MOST_REQUIRED} are the most; is it two concepts?")
        yield from _reasons(entry, source.atlas.entries)


def _definition(entry: Entry) -> Iterator[Finding]:
    if not entry.says:
        return  # reading said so
    count = len(entry.says.split())
    if count not in _WORDS_OF_A_DEFINITION:
        at = f"{_WORDS_OF_A_DEFINITION[0]} to {_WORDS_OF_A_DEFINITION[-1]}"
        yield _at(entry, entry.said, f"a definition has {at} words, not {count}")
    if not entry.says.endswith(".") or re.search(r"[.!?] [A-Z]", re.sub(r"\b(?:vs|e\.g|i\.e)\.", "", entry.says)):
        yield _at(entry, entry.said, "a definition is one sentence that ends with a full stop")


def _goals(entry: Entry, verbs: frozenset[str]) -> Iterator[Finding]:
    if len(entry.goals) not in _GOALS:
        yield _at(entry, entry.first, f"a concept has {_GOALS[0]} to {_GOALS[-1]} goals, not {len(entry.goals)}")
    for goal in entry.goals:
        first = goal.split()[0].rstrip(",")
        if first not in verbs:
            yield _at(entry, entry.first, f"the goal {goal!r} begins with {first!r}, which is not among the verbs in {ABOUT}")


def _reasons(entry: Entry, entries: Mapping[str, Entry]) -> Iterator[Finding]:
    seen: set[str] = set()
    for one in (*entry.requires, *entry.helps):
        if one.concept in seen:
            yield _at(entry, one.line, f"{one.concept} is in requires and in helps")
        seen.add(one.concept)
        yield from _reason(entry, one, entries)
    needed = {one.concept for one in entry.requires}
    for group in entry.choices:
        for id_ in group:
            if id_ in needed:
                yield _at(entry, entry.first, f"{id_} is in 'any' and in requires")


def _reason(entry: Entry, one: Requirement, entries: Mapping[str, Entry]) -> Iterator[Finding]:
    if not one.why:
        return  # reading said so
    count = len(one.why.split())
    if count not in _WORDS_OF_A_REASON:
        at = f"{_WORDS_OF_A_REASON[0]} to {_WORDS_OF_A_REASON[-1]}"
        yield _at(entry, one.line, f"{one.concept}: a reason has {at} words, not {count}")
    if _EMPTY.search(one.why):
        yield _at(entry, one.line, f"{one.concept}: the reason says that it is required, not for what")
    before = entries.get(one.concept)
    named = {word for name in (entry.name, before.name if before else "") for word in words(name)}
    if len({word for word in words(one.why) if word not in STOP} - named) < _LEAST_SAID:
        yield _at(entry, one.line, f"{one.concept}: the reason says no more than the two names")


def _names(atlas: Atlas) -> Iterator[Finding]:
    """A name or alias belongs to one concept, however it is spelled."""
    owners: dict[str, tuple[Entry, str]] = {}
    for entry in atlas.entries.values():
        for name in filter(None, entry.names):
            form = key(name)
            if not form:
                yield _at(entry, entry.first, f"the name {name!r} has no letter or digit")
                continue
            owner, other = owners.setdefault(form, (entry, name))
            if owner is not entry:
                yield _at(entry, entry.first, f"{name!r} is a name of {owner.id} ({owner.field}.toml:{owner.first}) as well")
            elif other is not name:
                yield _at(entry, entry.first, f"{name!r} and {other!r} are spellings of one name")
    for term in atlas.ambiguous:
        if (own := owners.get(key(term.name))) is not None:
            yield Finding(AMBIGUOUS, term.line, term.name, f"the name is ambiguous, but {own[0].id} bears it")


def _ambiguous(atlas: Atlas) -> Iterator[Finding]:
    seen: set[str] = set()
    for term in atlas.ambiguous:
        if key(term.name) in seen:
            yield Finding(AMBIGUOUS, term.line, term.name, "the name is listed twice")
        seen.add(key(term.name))
        if not term.ask.endswith("?"):
            yield Finding(AMBIGUOUS, term.line, term.name, "what to ask is a question")


def _roots(source: Source) -> Iterator[Finding]:
    entries = source.atlas.entries
    for entry in entries.values():
        if not direct(entry) and entry.id not in source.roots:
            yield _at(entry, entry.first, f"it builds on nothing, but is not among the roots in {ABOUT}")
    for id_ in source.roots:
        if id_ not in entries or direct(entries[id_]):
            reason = "is not a concept" if id_ not in entries else "builds on other concepts"
            yield Finding(ABOUT, 1, id_, f"{id_} is among the roots, but {reason}")


def _implied(atlas: Atlas) -> Iterator[Finding]:
    behind = certain_ancestors(atlas.entries)
    for entry in atlas.entries.values():
        before = [one.concept for one in entry.requires if one.concept in atlas.entries]
        for one in entry.requires:
            by = [other for other in before if other != one.concept and one.concept in behind[other]]
            if by:
                yield _at(entry, one.line, f"{one.concept} is implied by {', '.join(by)}")


def _helps(atlas: Atlas) -> Iterator[Finding]:
    behind = certain_ancestors(atlas.entries)
    for entry in atlas.entries.values():
        for one in entry.helps:
            if one.concept in behind and entry.id in behind[one.concept]:
                yield _at(entry, one.line, f"{one.concept} builds on {entry.id}, so it cannot help to learn it")
            elif one.concept in behind[entry.id]:
                yield _at(entry, one.line, f"{one.concept} comes before it anyway, so it need not be in helps")
