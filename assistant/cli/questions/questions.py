"""`study search` and `study ask`."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.answers.ask import answer_events
from assistant.answers.events import Event, Understood
from assistant.cli.questions.hits import show_explained, show_hits
from assistant.cli.questions.speaking import collect, result_of, show_answer
from assistant.cli.shared.options import batch_option, json_option, library_option, one_or_batch, print_json, run_batch
from assistant.cli.shared.reranking import reranking_of, reranking_options
from assistant.cli.shared.terminal import notice, progress_bar
from assistant.cli.shared.within import within_options
from assistant.cli.shared.writers import model_option, no_model_option, writer_of
from assistant.contract.answers import answer_to_json, empty_answer
from assistant.contract.hits import hit_to_json
from assistant.opening import open_session
from assistant.search.filters import NOTHING_LEFT, Within
from assistant.session import Session

if TYPE_CHECKING:
    from index.search import Hit


@click.command("search", epilog='Example: study search "why divide by sqrt d" -k 5')
@click.argument("query", required=False)
@click.option("-k", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many passages.")
@click.option("--explain", is_flag=True, help="Say why each passage has its rank: channels, terms, the nearest sentence.")
@reranking_options
@within_options
@library_option
@json_option
@batch_option
def search_command(
    query: str | None,
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
    query = one_or_batch(query, batch, "QUERY")

    def found(question: str) -> Mapping[str, Any]:
        note = {"note": NOTHING_LEFT} if opened.index.leaves_nothing(allowed) else {}
        if explain:
            from assistant.search.explain import explained, explained_to_json

            return {**explained_to_json(explained(opened.index, opened.query(question), k, allowed, reranking)), **note}
        return {"query": question, "hits": [hit_to_json(hit) for hit in search(question)], **note}

    def search(question: str) -> list[Hit]:
        return opened.search(question, k, allowed=allowed, reranking=reranking)

    with closing(_open(library)) as opened:
        allowed, reranking = opened.allowed(within), reranking_of(rerank, rerank_depth)
        if batch:
            run_batch(found, lambda line: {"query": line, "hits": []})
        elif as_json:
            print_json(found(query))
        else:
            if opened.index.leaves_nothing(allowed):
                notice(NOTHING_LEFT)
            if explain:
                from assistant.search.explain import explained

                show_explained(explained(opened.index, opened.query(query), k, allowed, reranking))
            else:
                show_hits(search(query))


@click.command("ask", epilog='Example: study ask "why divide by sqrt d"')
@click.argument("question", required=False)
@model_option
@no_model_option
@click.option("--chat", metavar="NAME", help="Ask in a conversation that the library remembers, so that a follow-up is understood.")
@click.option("--long", "is_long", is_flag=True, help="Up to twelve sentences instead of six.")
@click.option("--explain", is_flag=True, help="Say why each sentence was chosen, or how its check went.")
@reranking_options
@within_options
@library_option
@json_option
@batch_option
def ask_command(
    question: str | None,
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
    question = one_or_batch(question, batch, "QUESTION")
    with closing(_open(library)) as opened:
        writer, allowed, reranking = writer_of(model, no_model), opened.allowed(within), reranking_of(rerank, rerank_depth)

        events: Callable[[str], Generator[Event, None, None]] = partial(
            answer_events, opened, writer=writer, long=is_long, allowed=allowed, reranking=reranking
        )
        if chat is not None:
            from assistant.conversation.chatting import Chat

            events = Chat(opened, chat, writer, allowed=allowed, reranking=reranking).answer_events
        if batch:
            run_batch(
                lambda line: _answered(events(line), explain),
                lambda line: {**empty_answer(line), **({} if chat is None else {"understood": line})},
            )
        elif as_json:
            print_json(_answered(events(question), explain))
        else:
            show_answer(events(question), explain=explain)


def _answered(events: Generator[Event, None, None], explain: bool) -> Mapping[str, Any]:
    """The JSON of an answer; `explain` adds a model's dropped sentences, a conversation how the question was understood."""
    seen = collect(events)
    result = result_of(seen)
    dropped = {"dropped": [{"text": each.text, "why": each.reason} for each in result.dropped]} if explain else {}
    understood = [event.meant for event in seen if isinstance(event, Understood)]
    return {**answer_to_json(result.answer, explain=explain), **dropped, **({"understood": understood[0]} if understood else {})}


def _open(library: Path | None) -> Session:
    with progress_bar() as progress:
        return open_session(library, notice=notice, progress=progress)
