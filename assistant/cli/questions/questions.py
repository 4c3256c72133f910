"""`study search` and `study ask`."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.answers.events import Event
from assistant.cli.questions.hits import show_explained, show_hits
from assistant.cli.questions.speaking import json_of, show_answer
from assistant.cli.shared.completion import complete_chat
from assistant.cli.shared.opening import opened_library
from assistant.cli.shared.options import WholeNumber, batch_option, json_option, library_option, one_or_batch, print_json, run_batch
from assistant.cli.shared.reranking import reranking_options
from assistant.cli.shared.terminal import notice
from assistant.cli.shared.within import within_options
from assistant.cli.shared.writers import chosen_model, model_option, no_model_option
from assistant.contract.answers import empty_answer
from assistant.contract.hits import explained_to_json, hits_to_json
from assistant.search.filters import NOTHING_LEFT, Within

if TYPE_CHECKING:
    from assistant.search.explain import Explained
    from index.search import Hit


@click.command("search", epilog='Example: study search "why divide by sqrt d" -k 5')
@click.argument("query", nargs=-1)
@click.option("-k", default=10, show_default=True, type=WholeNumber(1, 1000), help="How many passages.")
@click.option("--explain", is_flag=True, help="Say why each passage has its rank: channels, terms, the nearest sentence.")
@reranking_options
@within_options
@library_option
@json_option
@batch_option
def search_command(
    query: tuple[str, ...],
    k: int,
    explain: bool,
    rerank: Path | None,
    rerank_depth: int,
    within: Within,
    library: Path | None,
    as_json: bool,
    batch: bool,
) -> None:
    """Find the passages for a question, best first."""
    asked = one_or_batch(" ".join(query) if query else None, batch, "QUERY")

    with opened_library(library) as opened:
        options: dict[str, Any] = {"within": within, "rerank": rerank, "rerank_depth": rerank_depth}
        note = "" if opened.has_passages(within) else NOTHING_LEFT

        def found(text: str) -> tuple[Explained | list[Hit], str]:
            seen = opened.explain(text, k, **options) if explain else opened.search(text, k, **options)
            hits = seen if isinstance(seen, list) else seen.hits
            return seen, opened.note_on((hit.chunk.document for hit in hits), text) if hits else note

        def as_object(text: str) -> Mapping[str, Any]:
            seen, said = found(text)
            return hits_to_json(text, seen, said) if isinstance(seen, list) else explained_to_json(seen, said)

        if batch:
            run_batch(as_object, lambda line: {"query": line, "hits": []})
        elif as_json:
            print_json(as_object(asked))
        else:
            seen, said = found(asked)
            if said:
                notice(said)
            if isinstance(seen, list):
                show_hits(seen)
            else:
                show_explained(seen)


@click.command("ask", epilog='Example: study ask "why divide by sqrt d"')
@click.argument("question", nargs=-1)
@model_option
@no_model_option
@click.option(
    "--chat",
    metavar="NAME",
    shell_complete=complete_chat,
    help="Ask in a conversation that the library remembers, so that a follow-up is understood.",
)
@click.option("--long", "is_long", is_flag=True, help="Up to three times as long.")
@click.option("--explain", is_flag=True, help="Say why each sentence was chosen, or how its check went.")
@reranking_options
@within_options
@library_option
@json_option
@batch_option
def ask_command(
    question: tuple[str, ...],
    model: str | None,
    no_model: bool,
    chat: str | None,
    is_long: bool,
    explain: bool,
    rerank: Path | None,
    rerank_depth: int,
    within: Within,
    library: Path | None,
    as_json: bool,
    batch: bool,
) -> None:
    """Answer a question in the documents' own words, each sentence cited to file and lines.

    With --model a language model words the answer; what its evidence does not support is dropped. Ctrl-C stops it and keeps
    what was written so far.
    """
    asked = one_or_batch(" ".join(question) if question else None, batch, "QUESTION")
    named = chosen_model(model, no_model)
    with opened_library(library) as opened:
        options: dict[str, Any] = {"within": within, "rerank": rerank, "rerank_depth": rerank_depth}
        talk = opened.chat(chat, model=named, **options) if chat is not None else None

        def events(line: str) -> Generator[Event, None, None]:
            return talk.stream(line) if talk else opened.stream(line, model=named, long=is_long, **options)

        if batch:
            run_batch(
                lambda line: json_of(events(line), explain=explain),
                lambda line: {**empty_answer(line), **({} if chat is None else {"understood": line})},
            )
        elif as_json:
            print_json(json_of(events(asked), explain=explain))
        else:
            show_answer(events(asked), explain=explain)
