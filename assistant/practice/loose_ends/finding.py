"""Find the loose ends of notes. Pure: documents, the graph and mastery in; values out."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from assistant.practice.items.wording import clean
from assistant.practice.loose_ends.values import Loose, LooseEnd
from assistant.practice.mastery.mastery import Mastery, Stage
from graph.model.values import ATLAS, COURSE, Graph, Origin
from graph.text.normal import key
from ingest.model import Block, Document, Kind, Span

About = Callable[[str, Span], str]
"""The id of the concept that lines of a document are about, "" for none."""
_WIKI = re.compile(r"(?<!!)\[\[([^\]|#^]+)(?:[#^][^\]|]*)?(?:\|[^\]]*)?\]\]")
_FILE = re.compile(r"(?<!!)\[[^\]]*\]\(<?([^)>#\s]+\.(?:md|markdown|txt|org|rst|tex))(?:#[^)]*)?>?\)", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_]{2}")
_UNTICKED = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+\[ \]\s+(\S.*)$")
_CODE = re.compile(r"`[^`\n]*`")
_SHORTEST = 3
_NEEDED = 2
"""A missing definition is reported only if at least this many concepts build on the concept."""


def loose_ends(documents: Sequence[Document], graph: Graph, mastery: Mapping[str, Mastery], about: About) -> list[LooseEnd]:
    """All loose ends, the most needed first."""
    needed = _needed(graph)
    found = [*_questions(documents), *_todos(documents), *_links(documents), *_required(documents, graph)]
    found += [*_undefined(graph, needed), *_weak(mastery, graph)]
    told = []
    for one in found:
        concept = one.concept or (about(one.document, one.span) if one.span is not None else "")
        told.append(replace(one, concept=concept, needed_by=needed.get(concept, 0)))
    order = {kind: rank for rank, kind in enumerate((Loose.WEAK, Loose.REQUIRED, Loose.QUESTION, Loose.UNDEFINED, Loose.LINK, Loose.TODO))}
    return sorted(told, key=lambda one: (-one.needed_by, order[one.kind], one.document, one.span.first if one.span else 0, one.text))


def _questions(documents: Iterable[Document]) -> Iterator[LooseEnd]:
    for document in documents:
        for question in document.questions:
            if question.answer is None and len(question.text.split()) >= _SHORTEST:
                yield LooseEnd(Loose.QUESTION, clean(question.text), document.name, question.span)


def _todos(documents: Iterable[Document]) -> Iterator[LooseEnd]:
    for document in documents:
        for block in document.blocks:
            if block.kind is Kind.TODO:
                yield LooseEnd(Loose.TODO, clean(block.text), document.name, block.span)
            elif block.kind is not Kind.CODE and "[ ]" in block.text:
                yield from _unticked(document.name, block)


def _unticked(name: str, block: Block) -> Iterator[LooseEnd]:
    """The tasks of a list with boxes (`- [ ] read chapter 4`) that are not ticked off; one that asks is a question."""
    for number, line in enumerate(block.text.split("\n"), start=block.span.first):
        if (task := _UNTICKED.match(line)) and (text := clean(task[1])):
            kind = Loose.QUESTION if text.endswith("?") else Loose.TODO
            yield LooseEnd(kind, text, name, Span(number, number, block.span.part))


def _links(documents: Sequence[Document]) -> Iterator[LooseEnd]:
    """Links to missing notes, each target once, at its first place."""
    names = {document.name for document in documents}
    titled = {key(name) for document in documents for name in (_stem(document.name), document.title, *document.front_matter.aliases)}
    seen: dict[str, LooseEnd] = {}
    for document in documents:
        for block in document.blocks:
            if block.kind is Kind.CODE or ("](" not in block.text and "[[" not in block.text):
                continue
            for number, line in enumerate(_CODE.sub("", block.text).split("\n"), start=block.span.first):
                for target in _targets(line, document.name, names, titled):
                    place = Span(number, number, block.span.part)
                    first = seen.get(key(target), LooseEnd(Loose.LINK, target, document.name, place, count=0))
                    seen[key(target)] = replace(first, count=first.count + 1)
    yield from seen.values()


def _targets(line: str, name: str, names: set[str], titled: set[str]) -> Iterator[str]:
    for match in _WIKI.finditer(line):
        target = match[1].strip()
        if _NAME.search(target) and key(_stem(target)) not in titled and "." not in posixpath.basename(target).rpartition(" ")[2]:
            yield _stem(target)
    for match in _FILE.finditer(line):
        path = match[1].replace("%20", " ")
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
        if "://" not in path and joined not in names and key(_stem(path)) not in titled:
            yield path


def _stem(name: str) -> str:
    return posixpath.splitext(posixpath.basename(name))[0] if re.search(r"\.\w{1,8}$", name) else posixpath.basename(name)


def _required(documents: Iterable[Document], graph: Graph) -> Iterator[LooseEnd]:
    """Requirements of notes that no note covers, each once, at its first place, even if the atlas has them."""
    covered = {key(name): concept.id for concept in graph.concepts.values() if concept.origin is Origin.DOCUMENTS for name in concept.names}
    seen: dict[str, LooseEnd] = {}
    for document in documents:
        for wanted in document.front_matter.requires or ():
            if key(wanted.text) not in covered:
                by = covered.get(key(document.front_matter.title or document.title), "")
                first = seen.get(key(wanted.text), LooseEnd(Loose.REQUIRED, wanted.text, document.name, wanted.span, by, count=0))
                seen[key(wanted.text)] = replace(first, count=first.count + 1)
    yield from seen.values()


def _undefined(graph: Graph, needed: Mapping[str, int]) -> Iterator[LooseEnd]:
    """Concepts of the documents that others build on, and that neither a sentence of theirs nor the atlas defines."""
    for concept in graph.concepts.values():
        if concept.origin is Origin.DOCUMENTS and concept.definition is None and needed.get(concept.id, 0) >= _NEEDED:
            places = (one for one in (*concept.about, *concept.mentioned) if not one.document.startswith((ATLAS, COURSE)))
            first = next(places, None)
            found = LooseEnd(Loose.UNDEFINED, concept.name, concept=concept.id, count=concept.mentions)
            yield replace(found, document=first.document, span=first.span) if first else found


def _weak(mastery: Mapping[str, Mastery], graph: Graph) -> Iterator[LooseEnd]:
    for one in mastery.values():
        if one.stage is Stage.FADING and not one.told and one.concept in graph.concepts:
            yield LooseEnd(Loose.WEAK, graph.concepts[one.concept].name, concept=one.concept, count=one.practised)


def _needed(graph: Graph) -> dict[str, int]:
    """For each concept, how many others build on it, directly or not."""
    outline = graph.outline
    behind = [0] * len(outline.ids)
    for number in reversed(outline.topological()):
        for edge in outline.into(number):
            behind[outline.before[edge]] |= behind[number] | (1 << number)
    return {id_: behind[number].bit_count() for number, id_ in enumerate(outline.ids)}
