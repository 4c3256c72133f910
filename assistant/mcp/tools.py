"""The tools of the MCP server: each takes plain values and returns JSON."""

from __future__ import annotations

from typing import Any

from assistant.contract.answers import answer_to_json
from assistant.contract.graph import concept_to_json, path_to_json, why_to_json
from assistant.contract.library import status_to_json
from assistant.library.library import Library
from assistant.mcp.replies import MOST, fitted, shown, source_uri, trimmed
from assistant.search.filters import Within
from assistant.search.show import Shown
from ingest.errors import UsageError
from ingest.model import Span
from ingest.places import place, within

_MOST_HITS = 50
_CUT = 4_000
"""The most characters of a line of a source."""


def search(library: Library, query: str, k: int, first: int, collection: str) -> dict[str, Any]:
    """Passages for a query, in the shape that ChatGPT's connectors expect."""
    if not 1 <= k <= _MOST_HITS:
        raise UsageError(f"k is a number from 1 to {_MOST_HITS}.")
    hits = library.search(query, k, within=Within(collection=collection))
    results = [
        {
            "id": place(hit.chunk.document, hit.chunk.span),
            "title": " › ".join([hit.chunk.title, *hit.chunk.section]),
            "url": source_uri(hit.chunk.document, hit.chunk.span),
            "text": hit.chunk.text,
        }
        for hit in hits
    ]
    return fitted({"results": results}, "results", max(0, first))


def fetch(library: Library, id_: str) -> dict[str, Any]:
    """The source of a search result, or of any place, in the shape that ChatGPT's connectors expect."""
    found = library.show(id_)
    text, last = _lines(found)
    span = Span(found.span.first, last, found.span.part)
    more = _next(found, last)
    return {
        "id": place(found.document, found.span),
        "title": found.title,
        "text": text,
        "url": source_uri(found.document, span),
        "metadata": {"document": found.document, **span.to_json(), "next": more},
    }


def ask(library: Library, question: str, collection: str, documents: list[str], model: str) -> dict[str, Any]:
    """An answer, each sentence with its citations; without a model unless one is named."""
    if model and model not in library.models.all():
        raise UsageError(f"There is no model named {model!r}.", f"There are: {', '.join(library.models.all()) or 'none'}.")
    answer = library.ask(question, within=Within(documents=tuple(documents), collection=collection), model=model or False)
    value = answer_to_json(answer)
    del value["blocks"]  # the sentences have the same text
    for citation, cited in zip(value["citations"], answer.citations, strict=True):
        citation["place"], citation["url"] = cited.place, source_uri(cited.document, cited.span)
        del citation["copies"]
    return trimmed(value, "related", "citations", "sentences")


def read_source(library: Library, document: str, lines: str, context: int) -> dict[str, Any]:
    """Lines of a document, numbered as they are cited."""
    found = library.show(f"{document}:{lines}" if lines else document, max(0, min(context, 200)))
    first = found.first
    kept: list[str] = []
    left = MOST
    for number, line in enumerate(found.lines, start=first):
        text = f"{number}: {line[:_CUT]}"
        left -= len(text) + 4
        if left < 0 and kept:
            break
        kept.append(text)
    last = first + len(kept) - 1
    ends = first + len(found.lines) - 1
    part = found.span.to_json()["part"]
    return {
        "document": found.document,
        "title": shown(found.title),
        "part": part,
        "lines": [first, last],
        "text": _plain("\n".join(kept)),
        "next": f"{last + 1}-{ends}" if last < ends else None,
    }


def concept(library: Library, name: str) -> dict[str, Any]:
    """A concept with its definition, prerequisites and dependents."""
    return trimmed(
        concept_to_json(library.concept(name), library.mastery()), "passages", "questions", "related", "unlocks", "prerequisites", "reading"
    )


def learning_path(library: Library, targets: list[str], known: list[str], minutes: float, first: int) -> dict[str, Any]:
    """The steps to some concepts, in order."""
    if not targets:
        raise UsageError("Name at least one concept to arrive at.")
    found = path_to_json(library.path(targets, known=known, minutes=minutes if minutes > 0 else None), library.mastery())
    found["folded"] = found["folded"][:50]
    return fitted(found, "steps", max(0, first))


def why(library: Library, before: str, after: str) -> dict[str, Any]:
    """The evidence for or against learning one concept before another."""
    return trimmed(why_to_json(library.why(before, after)), "notes", "chain")


def status(library: Library) -> dict[str, Any]:
    """What the library holds."""
    value = status_to_json(library.status())
    names = [record.name for record in library.documents()]
    return trimmed({**value, "document_names": names[:500]}, "notices", "failures", "document_names", "forgotten")


def source_text(library: Library, name: str) -> str:
    """The text of a document for a resource: each line with its number, each part with its name, as much as fits."""
    source = library.source(name)
    parts: list[str] = []
    left = MOST
    for text in source.document.texts:
        head = f"[{text.part.kind} {text.part.number}]\n" if text.part else ""
        for number, line in enumerate(text.lines, start=1):
            piece = f"{head}{number}: {line[:_CUT]}\n"
            head = ""
            left -= len(piece)
            if left < 0:
                rest = place(source.document.name, Span(number, len(text.lines), text.part))
                return _plain("".join(parts)) + f"… go on with the tool read_source or fetch: {rest}\n"
            parts.append(piece)
    return _plain("".join(parts))


def _lines(found: Shown) -> tuple[str, int]:
    """As many whole lines of a place as fit, and the number of the last of them."""
    kept: list[str] = []
    left = MOST
    for line in found.lines:
        left -= len(line[:_CUT]) + 2
        if left < 0 and kept:
            break
        kept.append(line[:_CUT])
    return _plain("\n".join(kept)), found.first + len(kept) - 1


def _next(found: Shown, last: int) -> str | None:
    """The place to continue from."""
    ends = found.first + len(found.lines) - 1
    return f"{found.document}{' ' if found.span.part else ':'}{within(Span(last + 1, ends, found.span.part))}" if last < ends else None


def _plain(text: str) -> str:
    from assistant.wording.safe import displayable

    return displayable(text).encode("utf-8", "replace").decode()
