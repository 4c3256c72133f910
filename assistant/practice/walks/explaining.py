"""Explain a concept in a document's own words: its definition, then the section about it, in the author's order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from assistant.answers.compose.units import state_unit
from assistant.answers.passages.lists_in_text import Item, Listing, listings
from assistant.answers.passages.surroundings import Line, lines_of, quotes_of
from assistant.answers.statements import AnyStatement, Layout, ListItem, ListStatement, Quote, Statement, TableStatement, to_blocks
from assistant.practice.items.wording import clean
from assistant.practice.walks.values import Explanation, From
from assistant.wording.display import RULE, tidy, tidy_cell, without_number
from graph.model.values import ATLAS, COURSE, Concept, Place
from graph.text.normal import words
from ingest.errors import StudyError
from ingest.model import Block, Chunk, Document, Excerpt, Kind
from ingest.text.sentences import sentences

_WORDS = 130
"""The approximate words of an explanation: a minute's reading."""
_LEAST = 25
"""A block is begun only if at least this many words are left."""
_MOST_BLOCKS = 8
_FEWEST_WORDS = 3
_GLOSSARY, _TERM = 4, 6
"""This many definitions at one place are a glossary; a title with more words does not introduce a list."""
_WRAPPED = 90
_LEFT_OUT = frozenset({Kind.HEADING, Kind.METADATA, Kind.FURNITURE, Kind.CONTENTS, Kind.TODO, Kind.QUESTION, Kind.ANSWER})
_PICTURE = re.compile(
    r"!\[[^\]]*\]\([^)]*\)|!\[\[[^\]]*\]\]|^\s*(?:image|figure)\S*\.(?:png|jpe?g|svg|gif)\S*\s*$", re.IGNORECASE | re.MULTILINE
)
_ENTRY = re.compile(r"\s*[-–—:]\s")
"""Separates the term of an entry from its meaning."""
_WHAT_IS = re.compile(r"\W*(?:\d+[.)]?\s+)?(?:what|explain|define)\b", re.IGNORECASE)
_LABEL = re.compile(r"(?:notes?|summary|overview|definitions?|introduction|details?|key points?)$", re.IGNORECASE)
_SIGN = re.compile(r"\[!\w+\][+-]?\s*")

Find = Callable[[str], Document]


def explain(concept: Concept, reading: Sequence[Place], find: Find, most: int = _WORDS) -> Explanation:
    """The best explanation that there is: from the notes, else from the lesson of the course, else the definition of the atlas.

    `find` gives a document by its name, and raises a StudyError if it is gone.
    """
    defined = concept.definition
    is_authored = defined is not None and defined.document.startswith((ATLAS, COURSE))
    own = [place for place in (defined, *reading) if place is not None and not place.document.startswith((ATLAS, COURSE))]
    lesson = [place for place in (*reading, *concept.about) if place.document.startswith(COURSE)]
    first = [_said(defined)] if defined is not None and is_authored else []
    for words_of, places in ((From.NOTES, own), (From.COURSE, lesson[:1])):
        statements = list(_statements(concept, places, find, most, _teaches))
        statements = statements or list(_statements(concept, places, find, most))
        if statements:
            # A lesson defines its own subject; notes without a definition are easier to read after one.
            blocks, citations = to_blocks([[*(first if words_of is From.NOTES else ()), *statements]])
            return Explanation(words_of, blocks, citations)
    blocks, citations = to_blocks([first])
    return Explanation(From.ATLAS if first else From.NOBODY, blocks, citations)


def _said(place: Place) -> Statement:
    """A statement that quotes a place unchanged."""
    text = clean(place.quote)
    chunk = Chunk("", place.document, place.title, place.section, Kind.DEFINITION, place.span, place.quote, ())
    return Statement(text, (Quote(chunk, Excerpt(place.quote, place.span)),), Layout.OWN_LINE)


def _teaches(block: Block, concept: Concept) -> bool:
    """False for the answer to a question in a title, which says little without the question: `What is the variance of a sum?`.

    The answer to the question what the concept is does explain it.
    """
    asked = next((title for title in block.section[-1:] if title.rstrip(" *_").endswith("?")), "")
    return not asked or (_WHAT_IS.match(asked) is not None and _names(concept, asked) and len(asked.split()) <= _TERM)


def _statements(
    concept: Concept, places: Sequence[Place], find: Find, most: int, is_wanted: Callable[[Block, Concept], bool] = lambda *_: True
) -> Iterator[AnyStatement]:
    """The statements of the wanted blocks at the places, the definition first, without repetitions, until there are enough."""
    said: list[str] = []
    left = most
    for place in places:
        try:
            document = find(place.document)
        except StudyError:
            continue
        for block in _blocks(document, place, concept):
            if left < _LEAST:
                return
            if not is_wanted(block, concept):
                continue
            is_whole = place is not concept.definition or not block.span.overlaps(place.span)
            for statement in _Cut(place.document, document, block, None if is_whole else place, concept).statements(left):
                text = " ".join(words(_text(statement)))
                if any(text in other or other in text for other in said) or not _says(text, concept):
                    continue
                said.append(text)
                left -= len(text.split())
                yield statement


def _blocks(document: Document, place: Place, concept: Concept) -> list[Block]:
    """The blocks at a place; if a sentence is below a title that names the concept, the text after it too.

    In a glossary the entries about something else are left out.
    """
    blocks = [block for block in document.blocks if block.kind not in _LEFT_OUT]
    found = [block for block in blocks if place.span.overlaps(block.span)]
    if found and found[-1].kind is not Kind.DEFINITION and _names(concept, (found[-1].section or (document.title,))[-1]):
        found += [block for block in blocks[blocks.index(found[-1]) + 1 :] if block.section == found[-1].section]
    is_glossary = sum(block.kind is Kind.DEFINITION for block in found) >= _GLOSSARY
    if is_glossary:
        found = [block for block in found if block.kind is not Kind.DEFINITION or _names(concept, _ENTRY.split(block.text)[0])]
    return found[:_MOST_BLOCKS]


def _names(concept: Concept, text: str) -> bool:
    said = f" {' '.join(words(text))} "
    return any(f" {' '.join(words(name))} " in said for name in concept.names)


def _says(text: str, concept: Concept) -> bool:
    """True if a text is more than a name."""
    named = {word for name in concept.names for word in words(name)}
    return len([word for word in text.split() if word not in named]) >= _FEWEST_WORDS


class _Cut:
    """A block of a document as statements of at most `most` words; with a `place` only its lines, if they are enough."""

    def __init__(self, name: str, document: Document, block: Block, place: Place | None, concept: Concept) -> None:
        text = block.text
        self._chunk = Chunk("", name, document.title, block.section, block.kind, block.span, text, (Excerpt(text, block.span),))
        lines = lines_of(self._chunk)
        inside = [line for line in lines if place is None or place.span.first <= line.number <= place.span.last]
        self._lines = inside if _says(" ".join(words("\n".join(line.text for line in inside))), concept) else lines
        self._concept = concept

    def statements(self, most: int) -> Iterator[AnyStatement]:
        chunk, lines = self._chunk, self._lines
        if chunk.kind is Kind.TABLE:
            yield from _table(lines, most)
        elif lists := listings(lines):
            yield from _lists(lines, lists, most, self._title)
        elif chunk.kind in (Kind.FORMULA, Kind.CODE):
            quote = quotes_of(lines)[:1]
            yield from state_unit(chunk, quote[0].excerpt, quote[0]) if quote else ()
        elif len(facts := _facts(lines)) > 1:
            lead, items = ("", facts) if not facts[0].endswith(":") else (facts[0], facts[1:])
            quotes = quotes_of(lines)
            yield ListStatement(lead or self._title, tuple(ListItem(item, quotes) for item in items), quotes)
        else:
            yield from _prose(chunk, lines, most)

    @property
    def _title(self) -> str:
        """The title above a list, if it has more than the concept's name."""
        title = clean(without_number(self._chunk.section[-1])).rstrip(":") if self._chunk.section else ""
        is_name = " ".join(words(title)) in {" ".join(words(name)) for name in self._concept.names}
        return f"{title}:" if title and len(title.split()) <= _TERM and not is_name and not _LABEL.match(title) else ""


def _facts(lines: Sequence[Line]) -> list[str]:
    """The lines of a block with one fact each; empty for running text."""
    said = [fact for line in lines if (fact := _unmarked(_SIGN.sub("", _PICTURE.sub("", line.text))))]
    is_wrapped = any(len(line.text) > _WRAPPED for line in lines)
    is_set = sum(fact[-1] not in ".!?,;" for fact in said) > len(said) / 2
    if is_wrapped or not is_set or any("$$" in fact for fact in said):
        return []
    first = next((line.text for line in lines if line.text.strip()), "")
    return [f"{said[0].rstrip(':')}:", *said[1:]] if _SIGN.search(first) and len(said) > 1 else said


def _prose(chunk: Chunk, lines: Sequence[Line], most: int) -> Iterator[AnyStatement]:
    """The sentences of a paragraph that fit, quoted with the paragraph."""
    quote = quotes_of(lines)
    text = _SIGN.sub("", _PICTURE.sub("", "\n".join(line.text for line in lines)))
    said = _unmarked(text)
    if not quote or not re.search(r"\w{2}", said):
        return
    if said.startswith("$$") and said.endswith("$$"):
        yield from state_unit(chunk, quote[0].excerpt, quote[0])
        return
    kept: list[str] = []
    count = 0
    for first, last in sentences(said):
        count += len(said[first:last].split())
        if kept and count > most:
            break
        kept.append(said[first:last])
    whole = " ".join(kept) or said
    yield Statement(whole if whole[-1] in ".!?:;)$…" else f"{whole}.", (quote[0],), Layout.OWN_LINE)


def _unmarked(text: str) -> str:
    """Running text without quote marks, links and emphasis; formulas keep their signs."""
    lines = [re.sub(r"^\s*(?:>(?![=\d])\s?)+", "", line).strip() for line in text.split("\n")]
    joined = ""
    for line in lines:
        if joined and line and joined[-1] not in ".!?:;,-" and line[:1].isupper() and len(joined.split()) < 8:
            joined += ":"  # a title on its own line, as in callouts
        joined = f"{joined} {line}".strip()
    return clean(tidy(joined))


def _lists(lines: Sequence[Line], lists: Sequence[Listing], most: int, title: str) -> Iterator[AnyStatement]:
    for listing in lists:
        quotes = quotes_of(listing.lines)
        items: list[ListItem] = []
        for item in listing.items:
            most -= item.words
            if items and most < 0:
                break
            items.append(_item(item, quotes))
        lead = tidy("\n".join(line.text for line in listing.lead))
        items = [item for item in items if re.search(r"\w", item.text)]
        if items:
            yield ListStatement(lead or title, tuple(items), quotes, listing.is_ordered)


def _item(item: Item, quotes: tuple[Quote, ...]) -> ListItem:
    nested = tuple(_item(below, quotes) for below in item.below)
    return ListItem(clean(item.text), quotes, nested, all(below.is_ordered for below in item.below))


def _table(lines: Sequence[Line], most: int) -> Iterator[AnyStatement]:
    rows = [(_cells(line.text), line) for line in lines if line.text.strip() and not RULE.match(line.text)]
    if len(rows) < 2:
        return
    quotes = quotes_of(lines)
    header = rows[0][0]
    kept: list[tuple[tuple[str, ...], tuple[Quote, ...]]] = []
    for cells, _ in rows[1:]:
        most -= sum(len(cell.split()) for cell in cells)
        if kept and most < 0:
            break
        kept.append((cells, quotes))
    yield TableStatement(header, tuple(kept), quotes)


def _cells(line: str) -> tuple[str, ...]:
    return tuple(tidy_cell(cell) for cell in re.split(r"(?<!\\)\|", line.strip().strip("|")))


def _text(statement: AnyStatement) -> str:
    match statement:
        case ListStatement():
            return " ".join((statement.lead, *map(_item_text, statement.items)))
        case TableStatement():
            return " ".join((*statement.header, *(cell for cells, _ in statement.rows for cell in cells)))
    return statement.text


def _item_text(item: ListItem) -> str:
    return " ".join((item.text, *map(_item_text, item.nested)))
