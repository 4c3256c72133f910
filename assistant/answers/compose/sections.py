"""A list that is laid out as sections: each type under a title of its own, all of them under the one that was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from assistant.answers.compose.asked import Asked
from assistant.answers.passages.coverage import covered
from assistant.answers.passages.pieces import pieces
from assistant.answers.statements import Quote, Statement
from assistant.wording.display import bare, is_dangling, is_empty, tidy, without_number
from index.search import Index
from ingest.model import Chunk, Kind
from ingest.text.terms import analyze

_HITS = 5
_REACH = 150
"""Passages before and after a hit that are looked at."""
_AT_ONCE = 16
_LEAST_ABOUT = 0.75
_FEWEST, _MOST = 2, 15
_LONGEST_TITLE = 9
# What a title may say beside what was asked for.
GENERAL = frozenset(
    analyze(
        "types kinds sorts forms classes categories groups methods techniques approaches variants overview main common different list more "
        "following two three four five six seven eight nine ten several many"
    )
)
_BESIDE = re.compile(
    r"\W*(?:introduction|overview|summary|conclusions?|references|bibliography|further reading|exercises?|problems?|questions?|notes?|"
    r"background|motivation|history|examples?|table of contents|tl;?dr|remember|takeaways?)\W*",
    re.IGNORECASE,
)


def compose_sections(asked: Asked, wanted: Mapping[str, float], least: float) -> list[Statement]:
    """The sections under the title that speaks most of what is `wanted`, each with its first sentence; none where no title speaks of
    more than the share `least` of it, or holds no sections."""
    found: dict[tuple[str, tuple[str, ...]], tuple[float, Chunk]] = {}
    for hit in asked.hits[:_HITS]:
        section = hit.chunk.section
        for depth in range(len(section)):
            title = analyze(without_number(section[depth]))
            about = covered(wanted, title, analyze(" ".join((hit.chunk.title, *section[:depth]))))
            if about > max(least, _LEAST_ABOUT) and GENERAL.issuperset(frozenset(title) - wanted.keys()):
                found.setdefault((hit.chunk.document, section[: depth + 1]), (about, hit.chunk))
    for (_, path), (about, chunk) in sorted(found.items(), key=lambda each: -each[1][0]):
        parts = _parts(asked.index, chunk, path)
        if _FEWEST <= len(parts) <= _MOST:
            return _stated(asked, path, parts, about)
    return []


def _parts(index: Index, hit: Chunk, path: tuple[str, ...]) -> dict[str, Chunk]:
    """The titles right below a title, in order, each with the first passage that says something under it."""
    chunks = [*list(_along(index, hit, path, -1))[::-1], *_said([hit]), *_along(index, hit, path, 1)]
    parts: dict[str, Chunk] = {}
    for chunk in chunks:
        if len(chunk.section) > len(path) and chunk.units and _names(title := chunk.section[len(path)]):
            parts.setdefault(title, chunk)
    return parts


def _names(title: str) -> bool:
    """Whether a title names something, and does not ask or say where one is in a text."""
    return not title.endswith(("?", ".")) and not _BESIDE.fullmatch(without_number(title)) and len(title.split()) <= _LONGEST_TITLE


def _along(index: Index, hit: Chunk, path: tuple[str, ...], step: int) -> Iterator[Chunk]:
    """The passages after a hit, or before it if the step is -1, nearest first, as long as they stand under a title."""
    last = hit
    for _ in range(0, _REACH, _AT_ONCE):
        before, after = (_AT_ONCE, 0) if step < 0 else (0, _AT_ONCE)
        some = index.engine.around(last.id, before, after)
        some = some[-2::-1] if step < 0 else some[1:]
        for chunk in some:
            if chunk.section[: len(path)] != path:
                return
            yield from _said([chunk])
        if len(some) < _AT_ONCE:
            return
        last = some[-1]


def _said(chunks: Sequence[Chunk]) -> list[Chunk]:
    """Those of the passages that say something themselves."""
    return [chunk for chunk in chunks if chunk.kind not in (Kind.CONTENTS, Kind.QUESTION)]


def _stated(asked: Asked, path: tuple[str, ...], parts: Mapping[str, Chunk], about: float) -> list[Statement]:
    """The parts as items, each with its own place; without their sentences where that would be long."""
    named = [(tidy(without_number(title)), *_first_said(chunk)) for title, chunk in parts.items()]
    is_long = sum(len(title.split()) + len(said.split()) for title, said, _ in named) > asked.bounds.words
    why = f"a section under “{path[-1]}”, about {about:.2f}"
    items = [Statement(f"- {_worded(title, '' if is_long else said)}", (quote,), own_line=True, why=why) for title, said, quote in named]
    lead = tidy(without_number(path[-1])).rstrip(":.")
    return [Statement(f"{lead}:\n{items[0].text}", items[0].quotes, own_line=True, why=why), *items[1:]]


def _first_said(chunk: Chunk) -> tuple[str, Quote]:
    """The first sentence of a passage, and where it stands."""
    unit = next((unit for unit in chunk.units if not is_empty(unit.text)), chunk.units[0])
    piece = pieces(unit)[0]
    text = tidy(piece.text)
    return text if not is_dangling(text) else "", Quote(chunk, piece)


def _worded(title: str, said: str) -> str:
    if not said or bare(title) in bare(said):
        return said or title
    return f"{title}: {said}"
