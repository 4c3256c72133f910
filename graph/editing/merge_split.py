"""Merge two concepts into one, and split one into several, with their names and places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from graph.model.values import Concept, Evidence, Origin, Place
from graph.text.normal import key, words

_MOST_PLACES = 24
_MOST_QUESTIONS = 3

Cited = Place | Evidence
Owner = Callable[[Cited], int | None]


def join(kept: Concept, other: Concept) -> Concept:
    """`kept` with the names and places of `other`, and its definition if `kept` has none."""
    have = {key(name) for name in kept.names}
    return replace(
        kept,
        aliases=kept.aliases + tuple(name for name in other.names if key(name) not in have),
        definition=kept.definition or other.definition,
        mentions=kept.mentions + other.mentions,
        origin=Origin.DOCUMENTS if Origin.DOCUMENTS in (kept.origin, other.origin) else kept.origin,
        importance=max(kept.importance, other.importance),
        worth=max(kept.worth, other.worth),
        minutes=max((minutes for minutes in (kept.minutes, other.minutes) if minutes is not None), default=None),
        about=_best(kept.about + other.about),
        mentioned=tuple(dict.fromkeys(kept.mentioned + other.mentioned))[:_MOST_PLACES],
        questions=tuple(dict.fromkeys(kept.questions + other.questions))[:_MOST_QUESTIONS],
    )


def part(concept: Concept, names: Sequence[str], ids: Sequence[str]) -> tuple[Concept | None, list[Concept], Owner]:
    """Split a concept into one for each of `names`, under the new `ids`: returns its remainder, the new ones, and the owner of a place.

    A place belongs to the part that its text or its section's titles name, else to the owner of the rest of its section. Other places stay.
    If none stays, the concept is removed, and its name means any of the new ones.
    """
    owner = _owner(concept, names)
    taken = {key(name) for name in names}
    rest = tuple(name for name in concept.names if key(name) not in taken)
    left = _share(concept, None, owner)
    stays = bool(left.about or left.mentioned) and bool(rest)
    made = []
    for number, (name, id_) in enumerate(zip(names, ids, strict=True)):
        others = () if stays or number else rest[1:]
        aliases = others if stays else tuple(dict.fromkeys((*rest[:1], *others)))
        made.append(replace(_share(concept, number, owner), id=id_, name=name, aliases=aliases))
    return (replace(left, name=rest[0], aliases=rest[1:]) if stays else None), made, owner


def is_named(concept: Concept, names: Sequence[str]) -> bool:
    """True if a place of the concept is about one of the `names` alone, so that a split by these names would part something."""
    owner = _owner(concept, names)
    return any(owner(place) is not None for place in _cited(concept))


def _cited(concept: Concept) -> list[Place]:
    return [*concept.about, *concept.mentioned, *concept.questions, *([concept.definition] if concept.definition else [])]


def _share(concept: Concept, number: int | None, owner: Owner) -> Concept:
    """One part's share of a concept's places, with the counts in proportion."""

    def own(places: Iterable[Place]) -> tuple[Place, ...]:
        return tuple(place for place in places if owner(place) == number)

    about, mentioned = own(concept.about), own(concept.mentioned)
    share = (len(about) + len(mentioned)) / max(1, len(concept.about) + len(concept.mentioned))
    return replace(
        concept,
        definition=concept.definition if concept.definition and owner(concept.definition) == number else None,
        mentions=round(concept.mentions * share),
        importance=round(concept.importance * share, 3),
        minutes=max(1.0, round(concept.minutes * share)) if concept.minutes is not None and about else None,
        about=about,
        mentioned=mentioned,
        questions=own(concept.questions),
    )


def _owner(concept: Concept, names: Sequence[str]) -> Owner:
    wanted = [f" {' '.join(words(name))} " for name in names]
    places = _cited(concept)
    by_section: dict[tuple[str, tuple[str, ...]], set[int]] = {}

    def named(cited: Cited) -> int | None:
        text = f" {' '.join(words(cited.quote))} | {' '.join(words(' '.join(cited.section)))} "
        found = [number for number, name in enumerate(wanted) if name in text]
        return found[0] if len(found) == 1 else None

    for place in places:
        number = named(place)
        if number is not None:
            by_section.setdefault((place.document, place.section), set()).add(number)

    def owner(cited: Cited) -> int | None:
        number = named(cited)
        others = by_section.get((cited.document, cited.section), set())
        return next(iter(others)) if number is None and len(others) == 1 else number

    return owner


def _best(places: Iterable[Place]) -> tuple[Place, ...]:
    return tuple(sorted(dict.fromkeys(places), key=lambda place: -place.weight)[:_MOST_PLACES])
