"""Operations that search and ask."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from typing import Any, Literal

from assistant.answers.blocks import sentence_to_json
from assistant.answers.events import Done, Event, Searched, SentenceDropped, SentenceWritten, Understood, WordsCame
from assistant.contract.answers import answer_to_json, citation_to_json
from assistant.contract.hits import explained_to_json, hit_to_json
from assistant.errors import UnknownModel
from assistant.library.library import Library
from assistant.search.filters import NOTHING_LEFT
from assistant.web.api.operations import WITHIN, Operation, within
from assistant.web.api.parameters import Parameter

ASK = (
    Parameter("question", "The question.", required=True),
    *WITHIN,
    Parameter("model", "What words the answer: a name of /api/v1/models; empty for none. Default: the one that was chosen.", default=None),
    Parameter("long", "Allow an answer three times as long.", "boolean", default=False),
    Parameter("explain", "Say why each sentence was chosen.", "boolean", default=False),
)
_CHAT = Parameter("chat", "Ask in the conversation of this name, which is remembered.", default="")


def ask_events(library: Library, values: Mapping[str, Any]) -> Generator[Event, None, None]:
    """The events of answering."""
    model = named_model(library, values["model"])
    where = within(values)
    if values.get("chat"):
        return library.chat(values["chat"], within=where, model=model).stream(values["question"])
    return library.stream(values["question"], within=where, model=model, long=values["long"])


def named_model(library: Library, name: str | None) -> str | Literal[False] | None:
    """The model of this name for `Library`. Only names are accepted, since an address or a file would be opened. Raises UnknownModel."""
    if name is None:
        return None
    if name and name not in library.models.all():
        raise UnknownModel(f"No model is named {name[:80]!r}.", "Add it first.")
    return name or False


def answered(events: Iterable[Event], *, explain: bool) -> dict[str, Any]:
    """The JSON of `study ask` from a stream, which is read to its end."""
    understood: dict[str, Any] = {}
    for event in events:
        if isinstance(event, Understood):
            understood = {"understood": event.meant}
        elif isinstance(event, Done):
            dropped = {"dropped": [{"text": each.text, "why": each.reason} for each in event.result.dropped]} if explain else {}
            return {**answer_to_json(event.result.answer, explain=explain), **dropped, **understood}
    raise AssertionError("a stream of events ends with Done")


def event_to_json(event: Event) -> tuple[str, dict[str, Any]]:
    """An event before the last as its name and its data."""
    match event:
        case Understood(asked, meant):
            return "understood", {"asked": asked, "meant": meant}
        case Searched():
            places = [hit_to_json(hit) for hit in event.hits]
            return "searched", {"question": event.question, "confidence": round(event.confidence, 4), "note": event.note, "hits": places}
        case WordsCame(text):
            return "words", {"text": text}
        case SentenceWritten(sentence, citations):
            return "sentence", {**sentence_to_json(sentence, False), "sources": [citation_to_json(one) for one in citations]}
        case SentenceDropped(text, reason):
            return "dropped", {"text": text, "why": reason}
        case Done(result):
            return "answer", answer_to_json(result.answer)


def _ask(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    return answered(ask_events(library, values), explain=values["explain"])


def _search(library: Library, values: Mapping[str, Any]) -> dict[str, Any]:
    query, k, where = values["q"], values["k"], within(values)
    note = {} if library.has_passages(where) else {"note": NOTHING_LEFT}
    if values["explain"]:
        return {**explained_to_json(library.explain(query, k, within=where)), **note}
    return {"query": query, "hits": [hit_to_json(hit) for hit in library.search(query, k, within=where)], **note}


OPERATIONS = (
    Operation("GET", "/ask", "Answer a question with citations; as a stream if the client accepts one.", "answer", _ask, ASK, False),
    Operation("POST", "/ask", "The same, with the parameters as JSON.", "answer", _ask, (*ASK, _CHAT), False),
    Operation(
        "GET",
        "/search",
        "The best passages for a query.",
        "hits",
        _search,
        (
            Parameter("q", "The query.", required=True),
            Parameter("k", "How many passages.", "integer", default=10, least=1, most=1000),
            Parameter("explain", "Say why each passage has its rank.", "boolean", default=False),
            *WITHIN,
        ),
    ),
)
