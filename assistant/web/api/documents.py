"""Operations about documents and the library: status, sources, conversations, models, evaluations."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.contract.documents import documents_to_json, shown_to_json
from assistant.contract.ingest import forget_to_json, ingest_to_json
from assistant.contract.library import conversations_to_json, findings_to_json, models_to_json, status_to_json
from assistant.library.library import Library
from assistant.sources.sources import read_part
from assistant.web.api.operations import WITHIN, Operation, within
from assistant.web.api.parameters import Parameter, read_lines
from ingest.errors import UsageError
from ingest.model import Span

_ID = Parameter("id", "The document, by its id in /documents.", required=True)


def _documents(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    return documents_to_json((record, library.standing(record)) for record in library.documents(within(values)))


def _ingest(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    paths = [Path(path).expanduser() for path in values["paths"]]
    if not all(path.is_absolute() for path in paths):
        raise UsageError("Paths are absolute here: a server has no folder of yours to start from.")
    return ingest_to_json(library.ingest(*paths, collection=values["collection"], wait=False))


def _forget(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    return forget_to_json(library.forget(library.source(values["id"]).document.name, wait=False))


def _source(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    part = read_part(values["part"]) if values["part"] else None
    if values["part"] and part is None:
        raise UsageError(f"{values['part'][:80]!r} names no part.", "Name it like this: page-3.")
    source = library.source(values["id"])
    if values["lines"]:
        return shown_to_json(library.show_in(source, read_lines(values["lines"], part), values["context"]))
    if part is not None:
        text = next((text for text in source.document.texts if text.part == part), None)
        whole = Span(1, len(text.lines) if text else 1, part)
        return shown_to_json(library.show_in(source, whole, 0))
    return shown_to_json(library.show_in(source))


def _status(library: Library, _: Mapping[str, Any]) -> dict[str, Any]:
    return status_to_json(library.status())


def _health(library: Library, _: Mapping[str, Any]) -> dict[str, Any]:
    return findings_to_json(library.examine())


def _chats(library: Library, _: Mapping[str, Any]) -> dict[str, Any]:
    return conversations_to_json(library.chats())


def _delete_chat(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    library.chat(values["name"]).delete()
    return conversations_to_json(library.chats())


def _models(library: Library, _: Mapping[str, Any]) -> dict[str, Any]:
    return models_to_json(library.models.all(), library.models.chosen, library.models.suggestions())


OPERATIONS = (
    Operation("GET", "/documents", "The documents with their ids.", "documents", _documents, WITHIN),
    Operation(
        "POST",
        "/documents",
        "Read files and folders of this machine, or bring the library in step with them.",
        "ingest",
        _ingest,
        (Parameter("paths", "Absolute paths.", many=True, required=True), Parameter("collection", "Group them under a name.")),
        False,
    ),
    Operation("DELETE", "/documents/{id}", "Take a document out; its file stays.", "forget", _forget, (_ID,), False),
    Operation(
        "GET",
        "/sources/{id}",
        "The text of a document, or of some of its lines.",
        "source",
        _source,
        (
            _ID,
            Parameter("lines", "12 or 12-14; without it all lines.", default=""),
            Parameter("part", "The page, slide, chapter or cell, such as page-3.", default=""),
            Parameter("context", "Lines around them.", "integer", default=0, least=0, most=1000),
        ),
    ),
    Operation("GET", "/status", "What the library holds, and what could not be read.", "status", _status),
    Operation("GET", "/health", "What is installed, whether it works, what to do next.", "health", _health, (), False),
    Operation("GET", "/conversations", "The conversations that the library remembers.", "conversations", _chats),
    Operation(
        "DELETE",
        "/conversations/{name}",
        "Forget a conversation.",
        "conversations",
        _delete_chat,
        (Parameter("name", "Its name.", required=True),),
        False,
    ),
    Operation("GET", "/models", "The language models that can word answers.", "models", _models, (), False),
)
