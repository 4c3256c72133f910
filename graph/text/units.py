"""The running text of documents as units (sentences, list items, rows, formulas), each with its exact lines and its words."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from graph.text.normal import norm
from graph.text.tags import TAG
from ingest.language.guess import foreign_language_of, function_words
from ingest.model import Block, Document, Kind, Section, SectionKind, Span
from ingest.text.notation import without_commands
from ingest.text.sentences import sentences

RUNNING = frozenset({Kind.PROSE, Kind.LIST, Kind.TABLE, Kind.FORMULA, Kind.DEFINITION, Kind.QUESTION, Kind.ANSWER, Kind.CALLOUT})
_BY_LINE = frozenset({Kind.LIST, Kind.TABLE, Kind.DEFINITION, Kind.QUESTION, Kind.HEADING})
_BULLET = re.compile(r"^\s*(?:[-*+•▪◦–]\s+|\d{1,3}[.)]\s+|[A-Za-z][.)]\s+|>\s*)*")
_ITEM = re.compile(r"^\s*(?:[-*+•▪◦–]\s+|\(?\d{1,3}[.)]\s+)\S")
_FULL_LINE = 50  # the fewest letters of a line that is wrapped
_ENDING = frozenset(".!?:;")
_ADDRESS = re.compile(r"\w+://[^\s<>\"')\]]+")
_TARGET = re.compile(r"(?<=\])\([^()\s]*(?:\s+\"[^\"]*\")?\)|!\[\[[^\[\]]*\]\]")
"""The target of a link, or an embedded file."""
_WORDS_APART = re.compile(r"([^\W_]+(?:['’][^\W_]+)*)")

_ELIDED = re.compile(r"\b([cdjlmnst]|qu)['’](?=\w)", re.IGNORECASE)
"""A shortened French or Italian word in front of another: `l'intégrale`."""
_ARTICLES = frozenset("le la les l un une du des der die das dem den ein eine einen einem einer eines el los las una il lo gli uno".split())
_ARTICLE, _AND = "the", "and"
"""The replacements of another language's articles, which precede nouns, and of its other function words."""
_BEGINNING = 3_000
"""The number of characters of a document by which its language is guessed."""
_LITTLE = 300
"""The language of a document with fewer characters is not guessed."""

Location = tuple[int, int]
"""A document and one of its sections by their numbers; section -1 is the text outside of all sections."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of a text in normal form.

    Word i is at `offsets[2 * i]`:`offsets[2 * i + 1]`. The sequences are flat, since an object for each word would take ten times the
    memory of the text.
    """

    norms: tuple[str, ...]
    offsets: array[int]

    def __len__(self) -> int:
        return len(self.norms)


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, list item, row, formula or heading.

    `document` and `section` are numbers, section -1 for none. `position` counts the running units of the section, -1 for its title.
    """

    document: int
    section: int
    position: int
    kind: Kind
    text: str
    span: Span
    tokens: Tokens

    @property
    def location(self) -> Location:
        return self.document, self.section


@dataclass(frozen=True, slots=True)
class Corpus:
    """All units in reading order, with the documents they come from. `parents[d][s]` is the section around section s, -1 for none."""

    documents: tuple[Document, ...]
    units: tuple[Unit, ...]
    parents: tuple[tuple[int, ...], ...]

    def section(self, unit: Unit) -> Section | None:
        """The innermost section around a unit."""
        return self.documents[unit.document].sections[unit.section] if unit.section >= 0 else None


def upwards(corpus: Corpus, location: Location) -> Iterator[Location]:
    """A section and the sections around it, the innermost first."""
    document, section = location
    while section >= 0:
        yield document, section
        section = corpus.parents[document][section]


def unlabelled(corpus: Corpus, location: Location) -> int:
    """The number of the nearest section at or above this one that is more than a label such as `TL;DR`; -1 if there is none."""
    sections = corpus.documents[location[0]].sections
    return next((index for _, index in upwards(corpus, location) if sections[index].kind is not SectionKind.LABEL), -1)


def first_units(corpus: Corpus) -> dict[Location, int]:
    """The number of the first unit of every section, its title included."""
    found: dict[Location, int] = {}
    for number, unit in enumerate(corpus.units):
        found.setdefault(unit.location, number)
    return found


def tokenize(text: str) -> Tokens:
    """The words of a text with their offsets. Hyphens separate words; addresses, tags and the targets of links have no words."""
    plain = without_commands(text)
    for sign, pattern in (("<", TAG), ("](", _TARGET), ("![[", _TARGET), ("://", _ADDRESS)):
        if sign in plain:
            plain = pattern.sub(_blank, plain)
    pieces = _WORDS_APART.split(plain)  # alternately the text between words and a word
    return Tokens(tuple(map(norm, pieces[1::2])), array("I", accumulate(map(len, pieces[:-1]))))


def _blank(found: re.Match[str]) -> str:
    """Spaces, so that offsets stay."""
    return " " * len(found[0])


def _tokens(text: str, foreign: frozenset[str]) -> Tokens:
    """The words of a text. Function words of another language than English are replaced by English ones."""
    if not foreign:
        return tokenize(text)
    found = tokenize(_ELIDED.sub(r"\1 ", text))  # offsets stay
    return replace(found, norms=tuple(_ARTICLE if word in _ARTICLES else _AND if word in foreign else word for word in found.norms))


def _language(document: Document, whole: str | None) -> str | None:
    """The language of a document by its beginning, None for English. A document of few words is assumed to be in the language of the
    others."""
    beginning = _beginning(document)
    return foreign_language_of(beginning) or (whole if sum(map(len, beginning)) < _LITTLE else None)


def _beginning(document: Document) -> list[str]:
    """The first running text of a document, enough to tell its language."""
    texts: list[str] = []
    left = _BEGINNING
    for block in document.blocks:
        if left <= 0:
            break
        if block.kind in RUNNING:
            texts.append(block.text[:left])
            left -= len(block.text)
    return texts


def at_most_letters(text: str, most: int) -> bool:
    """True if a text has no more than `most` letters: it may be a list mark or an article, but hardly a word."""
    beginning = sum(map(str.isalpha, text[: 4 * most]))
    return beginning <= most and (len(text) <= 4 * most or beginning + sum(map(str.isalpha, text[4 * most :])) <= most)


def strip_bullet(text: str) -> str:
    """A line without its list marks."""
    return _BULLET.sub("", text, count=1)


def read_units(documents: Sequence[Document]) -> Corpus:
    """Split documents into units. Tables of contents, code, metadata and TODO blocks are left out: they are not running text."""
    whole = foreign_language_of([text for document in documents[:_LITTLE] for text in _beginning(document)])
    units = [unit for number, document in enumerate(documents) for unit in _units(number, document, _language(document, whole))]
    return Corpus(tuple(documents), tuple(units), tuple(_parents(document) for document in documents))


def _units(number: int, document: Document, language: str | None) -> Iterator[Unit]:
    seen: dict[int, int] = {}
    foreign = frozenset(norm(word) for word in function_words(language))
    for block, section in zip(document.blocks, _innermost(document), strict=True):
        if block.kind is not Kind.HEADING and block.kind not in RUNNING:
            continue
        for text, first, last in _pieces(block, document.is_wrapped):
            if not any(sign.isalnum() for sign in text):
                continue
            is_title = block.kind is Kind.HEADING or _opens_question(document, section, first)
            position = -1 if is_title else seen.get(section, 0)
            if position >= 0:
                seen[section] = position + 1
            yield Unit(number, section, position, block.kind, text, Span(first, last, block.span.part), _tokens(text, foreign))


def _opens_question(document: Document, section: int, line: int) -> bool:
    """True if a question opens its section: it is the title of the section, not part of its text."""
    if section < 0 or document.sections[section].kind is not SectionKind.QUESTION:
        return False
    return document.sections[section].span.first == line


def _pieces(block: Block, wrapped: bool) -> Iterator[tuple[str, int, int]]:
    """The units of a block with their first and last lines. `wrapped` is as for `sentences`."""
    lines = block.text.split("\n")
    first = block.span.first
    if block.kind is Kind.FORMULA:
        yield block.text, first, first + len(lines) - 1
        return
    start = 0
    for end in range(1, len(lines) + 1):
        if end == len(lines) or _starts_unit(block.kind, lines[end - 1], lines[end]):
            yield from _sentences(lines[start:end], first + start, wrapped)
            start = end


def _starts_unit(kind: Kind, line: str, following: str) -> bool:
    """True if `following` starts a new unit and does not continue `line`."""
    if kind not in _BY_LINE:
        return _ITEM.match(following) is not None  # callouts and answers may hold lists
    if not following.strip():
        return True
    has_mark = len(strip_bullet(following)) < len(following.lstrip())
    if kind is Kind.LIST:
        return has_mark or not following[:1].isspace()
    is_wrapped = kind is Kind.DEFINITION and not has_mark and len(line) >= _FULL_LINE and line.rstrip()[-1:] not in _ENDING
    return not is_wrapped


def _sentences(lines: Sequence[str], first: int, wrapped: bool) -> Iterator[tuple[str, int, int]]:
    """The sentences of consecutive lines, with their first and last lines."""
    text = "\n".join(lines)
    ends = list(accumulate(len(line) + 1 for line in lines))  # where the next line starts
    for start, end in sentences(text, wrapped=wrapped):
        yield text[start:end], first + bisect_right(ends, start), first + bisect_right(ends, end - 1)


def _innermost(document: Document) -> list[int]:
    """For every block, the number of the smallest section around it, or -1."""
    order = sorted(range(len(document.sections)), key=lambda i: _sort_key(document.sections[i].span, i))
    found: list[int] = []
    open_sections: list[int] = []
    at = 0
    for block in document.blocks:
        while at < len(order) and _sort_key(document.sections[order[at]].span, 0)[:3] <= _sort_key(block.span, 0)[:3]:
            open_sections.append(order[at])
            at += 1
        while open_sections and not _holds(document.sections[open_sections[-1]].span, block.span):
            open_sections.pop()
        found.append(open_sections[-1] if open_sections else -1)
    return found


def _parents(document: Document) -> tuple[int, ...]:
    """For every section, the number of the section around it, or -1."""
    order = sorted(range(len(document.sections)), key=lambda i: _sort_key(document.sections[i].span, i))
    parents = [-1] * len(document.sections)
    stack: list[int] = []
    for index in order:
        span = document.sections[index].span
        while stack and not (_holds(document.sections[stack[-1]].span, span) and span.last <= document.sections[stack[-1]].span.last):
            stack.pop()
        parents[index] = stack[-1] if stack else -1
        stack.append(index)
    return tuple(parents)


def _sort_key(span: Span, number: int) -> tuple[int, int, int, int]:
    """Sorts spans by where they start, the longer first."""
    return (span.part.number if span.part else 0, span.first, -span.last, number)


def _holds(outer: Span, inner: Span) -> bool:
    """True if a span starts inside of another one."""
    return outer.part == inner.part and outer.first <= inner.first <= outer.last
