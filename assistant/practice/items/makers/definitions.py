"""Items from definitions: what a term means, and which term a definition belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from assistant.practice.items.drafts import draft
from assistant.practice.items.makers.meanings import tells_what_it_is
from assistant.practice.items.notes import Notes
from assistant.practice.items.values import GAP, Item, ItemKind
from assistant.practice.items.wording import clauses, clean, points_back, sentence, size
from graph.model.values import Concept, Place
from graph.text.normal import key
from ingest.model import Document, Kind, Span

_MOST_IN_POINT = 22
_LEAST, _MOST = 5, 60
_IS = re.compile(
    r"^\W*(?:\([^)]{1,40}\)\W*)?(?:is|are|was|were)\s+(?:defined as|called|simply|just|essentially|basically|also)?\s*(?P<said>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_COLON = re.compile(
    r"^[*_\s]*(?:\([^)]{1,40}\)[*_\s]*)?\s*(?:::?[*_]*:?|—|–|=|\s-\s(?=an?\s|the\s|when\s|[a-z]))\s*(?P<said>\S.*)$", re.DOTALL
)
_VERB = re.compile(r"^[*_\s]*(?P<said>[a-z]{3,}s\s+\S.*)$", re.DOTALL)
_REMARK = re.compile(
    r"^\W*(?:\w+\s){1,2}(?:is|are|was|were|has|have|can|may|must|ok|fall|apply|do)\b",
    re.IGNORECASE,
)
_OTHER_SUBJECT = re.compile(r"^\W*(?:(?!that|which|who|where|when|whose|how)\w+\s){1,5}(?:is|are|was|were)\b", re.IGNORECASE)
"""Matches a sentence after a label that is about something else: `Form: An interior theme is usually binary`."""
_SENTENCE = re.compile(
    r"^(?:following|after|while|throughout|in|during|when|although|though|before|as|because|to|by|with|on|at|from|since|until|despite|due|if)\b"
    r"|\b\w+ed\s+(?:the|an?|their|his|her|its|that|completely|greatly)\b"
    r"|\b(?!need|requir|us)\w+ed\s+to\s+\w+"
    r"|\b(?:led|began|became|wanted|gave|took|brought|grew|rose|fell|came|went|changed|saw|had|made)\b",
    re.IGNORECASE,
)
"""Matches a full sentence about something, as opposed to a bare definition of a title."""
_NO_MEANING = re.compile(r"^(?:said to|called|also|named|\w+ed (?:in|at|on|under)\b|connotes)|\.\.\.$|…$|\be\.g\.?\W*$", re.IGNORECASE)
_LABELS = re.compile(r"\*\*[^*\n]{1,60}(?:\*\*\s*:|:\s*\*\*)")
_FINITE = re.compile(r"\b(?:is|are|was|were|has|have|can|may|must|should|will|do|does|if|whose)\b|[=:?|]", re.IGNORECASE)
_OPEN_END = re.compile(r"\b(?:as|by|that|follows|with|where|if|called|s\.t|i\.e|the (?:set|maps?|function|form))\W*$|\$\s*:$")
_NOTE_WORDS = 400
_HEAD = 6
_MOST_IN_TITLE = 5
_NOT_A_TERM = re.compile(
    r"\d|[:?!/]|\b(?:and|notes?|topic|index|introduction|overview|list|sheet|summary|characteristics|features|types|properties|complications?)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(r"^(?:(?:an?|the|in|for)\s+){0,2}\W*$", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:an?|the|any|one of the|when|where|how)\s", re.IGNORECASE)
_GENERIC = re.compile(r"^(?:TL;?DR|idea|definition|key|insight|summary|note|goal|fix|pros?|cons?|why|what|how|example)\b", re.IGNORECASE)


def make(notes: Notes) -> Iterator[Item]:
    """Two items for every concept whose definition stands in the documents, and for every short note that begins with the definition of its
    title."""
    for document in notes.documents:
        yield from _titled(notes, document)
    for concept in notes.concepts:
        place = concept.definition
        if place is None or place.document not in notes.by_name or _GENERIC.match(concept.name):
            continue
        said = _predicate(notes, concept, place)
        if said is None or not _LEAST <= size(said) <= _MOST or not tells_what_it_is(said, concept.name):
            continue
        yield from _items(concept, place, said)


def _titled(notes: Notes, document: Document) -> Iterator[Item]:
    """The items of a short note that begins with the definition of its title, without naming it: `Amplitude.md: Maximum displacement from
    …`."""
    units = notes.units_of[document.name]
    first = next((unit for unit in units if unit.position >= 0), None)
    if first is None or first.kind not in (Kind.PROSE, Kind.LIST, Kind.DEFINITION) or sum(size(unit.text) for unit in units) > _NOTE_WORDS:
        return
    # A note without a heading has its first line as title; then the file name is the term.
    title = document.title.strip()
    if clean(title) == clean(first.text)[: len(clean(title))]:
        title = PurePosixPath(document.name).stem
    if first.section > 0 or not 0 < len(title.split()) <= _MOST_IN_TITLE or _NOT_A_TERM.search(title):
        return
    named = next((one for one, start, end in notes.mentions(title) if end - start >= len(title) - 1), None)
    if named is None:
        return
    said = clean(first.text)
    opening = " ".join(said.split()[:_HEAD])
    names_itself = key(title) in key(opening)
    if not 3 <= size(said) <= _MOST or points_back(said) or _FINITE.search(opening) or _SENTENCE.search(said) or names_itself:
        return
    if not _is_asked(notes, named, document.name, first.span):
        yield from _items(named, Place(document.name, first.span, document.title, (), first.text, 1.0), said)


def _is_asked(notes: Notes, concept: Concept, document: str, span: Span) -> bool:
    """True if the definition of a concept is at this place and can be used unchanged in an item."""
    own = concept.definition
    return own is not None and (own.document, own.span) == (document, span) and _predicate(notes, concept, own) is not None


def _items(concept: Concept, place: Place, said: str) -> Iterator[Item]:
    name = _shown(concept)
    asked = f"What is meant by “{name}”?"
    answer = sentence(said).rstrip(": ")
    points = clauses(answer, _MOST_IN_POINT)
    yield draft(
        ItemKind.DEFINITION, asked, answer, concept.id, place.document, place.span, place.quote, points=points, gap=concept.id or name
    )
    hidden = _hidden(said, concept)
    if hidden is not None and size(said) >= _LEAST and (_ARTICLE.match(said) or not said[:1].isupper() or place.section == ()):
        prompt = f"Which term: {hidden.rstrip('.: ')}?"
        yield draft(ItemKind.TERM, prompt, name, concept.id, place.document, place.span, place.quote, gap=concept.id)


def _predicate(notes: Notes, concept: Concept, place: Place) -> str | None:
    """The predicate of a definition, without the name and the verb; None if the sentence has another form."""
    if len(_LABELS.findall(place.quote)) > 1:
        return None  # two of them on one line
    text = clean(place.quote)
    found = next(((start, end) for one, start, end in notes.mentions(text) if one.id == concept.id), None)
    if found is None:
        found = _stands_at(text, concept)
    if found is None or not _LEAD.match(text[: found[0]]):
        return None
    after = text[found[1] :]
    match = _IS.match(after) or _COLON.match(after)
    if match is None:
        verb = _VERB.match(after)
        return None if verb is None or any(bad(verb["said"]) for bad in (points_back, _REMARK.match, _NO_MEANING.search)) else verb["said"]
    said = match["said"].strip()
    if _OPEN_END.search(said) or _NO_MEANING.search(said):
        return None  # the predicate is in the formula below, or missing
    is_remark = match.re is _COLON and (_REMARK.match(said) or _OTHER_SUBJECT.match(said))
    return None if points_back(said) or is_remark else said


def _stands_at(text: str, concept: Concept) -> tuple[int, int] | None:
    for name in concept.names:
        at = text.lower().find(name.lower())
        if at >= 0:
            return at, at + len(name)
    return None


def _hidden(said: str, concept: Concept) -> str | None:
    """A predicate with the names of the concept hidden; None if they are too large a part of it."""
    text = said
    for name in sorted(concept.names, key=len, reverse=True):
        if len(name) > 1:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?:s|es)?(?!\w)", GAP, text, flags=re.IGNORECASE)
    if text.count(GAP) > 1 or key(concept.name) in key(text):
        return None
    stems = set(re.findall(r"[a-z]{5,}", concept.name.lower()))
    return None if any(word[:6] in text.lower() for word in stems) and len(stems) <= 2 else text


def _shown(concept: Concept) -> str:
    """The name in the middle of a sentence: a capital that only opens a title is lowered."""
    name = concept.name.strip()
    first, _, rest = name.partition(" ")
    if first[1:].islower() and first[:1].isupper() and rest and rest.islower() and "'" not in first and "’" not in first:
        return f"{first.lower()} {rest}"
    return name
