"""The pages of conversations: list, continue, rename, export, delete."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from assistant.answers.model import Block
from assistant.library.library import Library
from assistant.web.context import context_of
from assistant.web.pages.ask import answered, check_model, is_live, streamed
from assistant.web.pages.shared import asked_in, choices, first, form_of, go, model_of, page
from assistant.web.rendering.environment import render
from assistant.web.rendering.links import as_pane, chat_url, place_url
from ingest.errors import UsageError

_WORD = re.compile(r"[A-Za-z0-9]+")
_WORDS, _LONGEST_NAME = 6, 48


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """A turn for display: `places` has for each number the place in words, and the addresses of its page and its pane."""

    question: str
    understood: str
    answer: str
    blocks: tuple[Block, ...]
    places: dict[int, tuple[str, str, str]]

    @property
    def html(self) -> Markup:
        """The answer's blocks."""
        return Markup(render("_blocks.html", all=self.blocks, citations={}, places=self.places))  # noqa: S704 (a template of our own)


async def chats(request: Request) -> Response:
    """All conversations."""
    context = context_of(request)
    return page("chats.html", "/chats", "Conversations", chats=await context.workers.call(context.library.chats))


async def begin(request: Request) -> Response:
    """Begin a conversation with a question, which gives it its name."""
    context = context_of(request)
    offered = await context.workers.call(choices, context.library)
    asked = asked_in(await form_of(request), default_model=offered.chosen)
    if not asked.question:
        raise UsageError("A conversation begins with a question.")
    check_model(asked, offered)
    name = await context.workers.call(_free_name, context.library, asked.question)
    talk = context.library.chat(name, within=asked.within, model=model_of(asked))
    await answered(context, partial(talk.stream, asked.question))
    return go(f"{chat_url(name)}#turn-1")


async def chat(request: Request) -> Response:
    """A conversation."""
    context = context_of(request)
    name = request.path_params["name"]
    offered = await context.workers.call(choices, context.library)
    turns = await context.workers.call(_turns, context.library, name)
    asked = asked_in({}, default_model=offered.chosen)
    return page("chat.html", "/chats", name, name=name, turns=turns, asked=asked, collections=offered.collections, models=offered.models)


async def say(request: Request) -> Response:
    """Ask the next question in a conversation."""
    context = context_of(request)
    name = request.path_params["name"]
    offered = await context.workers.call(choices, context.library)
    asked = asked_in(await form_of(request), default_model=offered.chosen)
    check_model(asked, offered)
    talk = await context.workers.call(partial(context.library.chat, name, within=asked.within, model=model_of(asked)))
    if is_live(request):
        return streamed(context, partial(talk.stream, asked.question), has_model=bool(asked.model), asked=asked.question)
    await answered(context, partial(talk.stream, asked.question))
    return go(f"{chat_url(name)}#turn-{len(await context.workers.call(lambda: talk.turns))}")


async def rename(request: Request) -> Response:
    """Give a conversation another name."""
    context = context_of(request)
    new = first(await form_of(request), "name")
    talk = context.library.chat(request.path_params["name"])
    await context.workers.write(talk.rename, new)
    return go(chat_url(new))


async def delete(request: Request) -> Response:
    """Forget a conversation."""
    context = context_of(request)
    await context.workers.write(context.library.chat(request.path_params["name"]).delete)
    return go("/chats")


async def export(request: Request) -> Response:
    """A conversation as Markdown, to keep."""
    context = context_of(request)
    name = request.path_params["name"]
    text = await context.workers.call(context.library.chat(name).export)
    headers = {"content-disposition": f'attachment; filename="{name}.md"'}
    return Response(text.encode("utf-8", "replace"), media_type="text/markdown", headers=headers)


def _turns(library: Library, name: str) -> list[ShownTurn]:
    shown = []
    for turn in library.chat(name).turns:
        places: dict[int, tuple[str, str, str]] = {}
        for number, source in enumerate(turn.sources, start=1):
            address = place_url(library, source)
            places[number] = (source, address, as_pane(address))
        shown.append(ShownTurn(turn.question, turn.understood, turn.answer, turn.blocks, places))
    return shown


def _free_name(library: Library, question: str) -> str:
    """A name for a conversation that no other one has."""
    words = [word.lower() for word in _WORD.findall(question)][:_WORDS]
    name = "-".join(words)[:_LONGEST_NAME].strip("-") or "conversation"
    taken: set[Any] = {one.name for one in library.chats()}
    return next(each for number in range(1, len(taken) + 2) if (each := name if number == 1 else f"{name}-{number}") not in taken)
