"""Encode a document as bytes and decode it: compressed JSON. Data that can be derived from the lines of a document is not stored."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from typing import Any

from ingest.model import Block, Document, Excerpt, FrontMatter, Kind, NamedThing, Naming, Part, Question, Section, SectionKind, Span, Text

_LEVEL = 1
"""zlib's fastest level. Level 3 takes twice as long and saves a tenth."""


def encode_document(document: Document) -> bytes:
    """The bytes of a document without its name. A document that is moved keeps its bytes."""
    paths: dict[tuple[str, ...], int] = {}
    lines = {text.part: text for text in document.texts}
    value = {
        "title": document.title,
        "digest": document.digest,
        "texts": [["\n".join(text.lines), len(text.lines), _part_to_json(text.part), text.first] for text in document.texts],
        "blocks": [
            [
                block.kind.value,
                _span_to_json(block.span),
                paths.setdefault(block.section, len(paths)),
                block.level,
                _own_text(block, lines),
                *((block.said,) if block.said else ()),
            ]
            for block in document.blocks
        ],
        "sections": [
            [s.title, paths.setdefault(s.path, len(paths)), s.level, s.kind.value, _span_to_json(s.span)] for s in document.sections
        ],
        "questions": [[q.text, _span_to_json(q.span), _span_to_json(q.answer) if q.answer else None] for q in document.questions],
        "front_matter": _front_matter_to_json(document.front_matter),
        "notices": document.notices,
        "named": [
            [n.name, n.naming.value, _span_to_json(n.span), n.target, _span_to_json(n.body) if n.body else None] for n in document.named
        ],
    }
    value["paths"] = list(paths)
    return zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"), _LEVEL)


def decode_document(data: bytes) -> Document:
    """The document in the bytes of `encode_document`, with an empty name. Raises ValueError, KeyError or zlib.error for other bytes."""
    value = json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass"))
    paths = [tuple(path) for path in value["paths"]]
    texts = tuple(Text(tuple(text.split("\n")) if count else (), _part(part), first) for text, count, part, first in value["texts"])
    lines = {text.part: text for text in texts}
    blocks = []
    for kind, placed, path, level, text, *said in value["blocks"]:
        span = _span(placed)
        own = (int(said[0][0]), int(said[0][1])) if said else None
        blocks.append(Block(Kind(kind), _lines_of(lines[span.part], span) if text is None else text, span, paths[path], level, own))
    return Document(
        name="",
        title=value["title"],
        digest=value["digest"],
        texts=texts,
        blocks=tuple(blocks),
        sections=tuple(
            Section(title, paths[path], level, SectionKind(kind), _span(span)) for title, path, level, kind, span in value["sections"]
        ),
        questions=tuple(Question(text, _span(span), _span(answer) if answer else None) for text, span, answer in value["questions"]),
        front_matter=_front_matter(value["front_matter"]),
        notices=tuple(value["notices"]),
        named=tuple(
            NamedThing(name, Naming(naming), _span(span), target, _span(body) if body else None)
            for name, naming, span, target, body in value.get("named", ())
        ),
    )


def _own_text(block: Block, lines: dict[Part | None, Text]) -> str | None:
    """The text of a block, or None if it equals the block's lines."""
    text = lines.get(block.span.part)
    return None if text is not None and _lines_of(text, block.span) == block.text else block.text


def _lines_of(text: Text, span: Span) -> str:
    return "\n".join(text.lines[span.first - text.first : span.last - text.first + 1])


def _span_to_json(span: Span) -> list[Any]:
    return [span.first, span.last] if span.part is None else [span.first, span.last, span.part.kind, span.part.number]


def _span(value: Sequence[Any]) -> Span:
    return Span(value[0], value[1], Part(value[2], value[3]) if len(value) > 2 else None)


def _part_to_json(part: Part | None) -> list[Any] | None:
    return [part.kind, part.number] if part else None


def _part(value: Sequence[Any] | None) -> Part | None:
    return Part(value[0], value[1]) if value else None


def _front_matter_to_json(front: FrontMatter) -> list[Any] | None:
    if front == FrontMatter():
        return None
    requires = None if front.requires is None else [[required.text, _span_to_json(required.span)] for required in front.requires]
    return [front.title, front.aliases, requires, front.minutes, front.tags]


def _front_matter(value: Sequence[Any] | None) -> FrontMatter:
    if value is None:
        return FrontMatter()
    title, aliases, requires, minutes, tags = value
    required = None if requires is None else tuple(Excerpt(text, _span(span)) for text, span in requires)
    return FrontMatter(title, tuple(aliases), required, minutes, tuple(tags))
