"""`study search` and `study ask`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.answers.ask import Heard, ask, unheard
from assistant.answers.model import answer_to_json, empty_answer, hit_to_json
from assistant.cli.questions.hits import show_explained, show_hits
from assistant.cli.questions.speaking import Speaker, show_result, show_understood
from assistant.cli.shared.narrowing import narrowing_options
from assistant.cli.shared.options import batch_option, json_option, library_option, one_or_batch, print_json, run_batch
from assistant.cli.shared.reranking import reranking_of, reranking_options
from assistant.cli.shared.terminal import notice, progress_bar
from assistant.cli.shared.writers import model_option, no_model_option, writer_of
from assistant.opening import open_session
from assistant.search.filters import NOTHING_LEFT, Narrowing
from assistant.session import Session

if TYPE_CHECKING:
    from assistant.answers.ask import Result
    from assistant.conversation.chatting import Chat
    from index.search import Hit


@click.command("search", epilog='Example: study search "why divide by sqrt d" -k 5')
@click.argument("query", required=False)
@click.option("-k", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many passages.")
@click.option("--explain", is_flag=True, help="Say why each passage stands where it does: channels, terms, the nearest sentence.")
@reranking_options
@narrowing_options
@library_option
@json_option
@batch_option
def search_command(
    query: str | None,
    k: int,
    explain: bool,
    rerank: Path | None,
    rerank_depth: int,
    narrowing: Narrowing,
    library: Path | None,
    as_json: bool,
    batch: bool,
) -> None:
    """Find the passages for a question, best first."""
    query = one_or_batch(query, batch, "QUERY")

    def found(question: str) -> Mapping[str, Any]:
        note = {"note": NOTHING_LEFT} if allowed is not None and not allowed.any() else {}
        if explain:
            from assistant.search.explain import explained, explained_to_json

            return {**explained_to_json(explained(opened.index, opened.query(question), k, allowed, reranking)), **note}
        return {"query": question, "hits": [hit_to_json(hit) for hit in search(question)], **note}

    def search(question: str) -> list[Hit]:
        return opened.search(question, k, allowed=allowed, reranking=reranking)

    with closing(_open(library)) as opened:
        allowed, reranking = opened.allowed(narrowing), reranking_of(rerank, rerank_depth)
        if batch:
            run_batch(found, lambda line: {"query": line, "hits": []})
        elif as_json:
            print_json(found(query))
        else:
            if allowed is not None and not allowed.any():
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
@click.option("--explain", is_flag=True, help="Say what speaks for each sentence: why it was chosen, or how its check went.")
@reranking_options
@narrowing_options
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
    narrowing: Narrowing,
    library: Path | None,
    as_json: bool,
    batch: bool,
) -> None:
    """Answer a question in the documents' own words, each sentence cited to file and lines.

    With --model a language model words the answer; what its evidence does not support is dropped. Ctrl-C keeps what was written until then.
    """
    question = one_or_batch(question, batch, "QUESTION")
    with closing(_open(library)) as opened:
        writer, allowed, reranking = writer_of(model, no_model), opened.allowed(narrowing), reranking_of(rerank, rerank_depth)

        def answer(question: str, heard: Heard = unheard) -> Result:
            return ask(opened, question, writer, long=is_long, allowed=allowed, reranking=reranking, heard=heard)

        if chat is not None:
            from assistant.conversation.chatting import Chat

            conversation = Chat(opened, chat, writer, allowed=allowed, reranking=reranking)
            _ask_in(conversation, question, explain=explain, batch=batch, as_json=as_json)
        elif batch:
            run_batch(lambda line: _answered(answer(line), explain), empty_answer)
        elif as_json:
            print_json(_answered(answer(question), explain))
        else:
            speaker = Speaker()
            show_result(answer(question, speaker.hear), speaker, explain=explain)


def _answered(result: Result, explain: bool) -> Mapping[str, Any]:
    """An answer's JSON; explained, with what a model wrote that did not hold."""
    dropped = {"dropped": [{"text": each.text, "why": each.reason} for each in result.dropped]} if explain else {}
    return {**answer_to_json(result.answer, explain=explain), **dropped}


def _ask_in(chat: Chat, question: str, *, explain: bool, batch: bool, as_json: bool) -> None:
    """The same in a conversation, whose JSON also says how the question was understood."""

    def answered(line: str) -> Mapping[str, Any]:
        reply = chat.ask(line)
        return {**_answered(reply.result, explain), "understood": reply.understood}

    if batch:
        run_batch(answered, lambda line: {**empty_answer(line), "understood": line})
    elif as_json:
        print_json(answered(question))
    else:
        speaker = Speaker()
        reply = chat.ask(question, heard=speaker.hear, understood=lambda meant: show_understood(question, meant))
        show_result(reply.result, speaker, explain=explain)


def _open(library: Path | None) -> Session:
    with progress_bar() as progress:
        return open_session(library, notice=notice, progress=progress)
