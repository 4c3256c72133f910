"""Chat completions over a library: as a whole, and as a stream."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from assistant.answers.events import Done, SentenceWritten, last_result
from assistant.answers.markdown import to_markdown
from assistant.answers.model import Answer, Citation, Paragraph, Sentence, sentences_of
from assistant.web.api.problems import status_of
from assistant.web.api.routes import json_response, json_text
from assistant.web.context import Context, context_of
from assistant.web.protocol.chores import Chore, done
from assistant.web.protocol.errors import error_body
from assistant.web.protocol.requests import Asked, asked_of, body_of, model_named
from assistant.web.protocol.texts import Message, annotated, message_of, sources
from assistant.wording.safe import displayable
from ingest.errors import StudyError

_PIECE = 400
"""The characters per chunk of a text that is complete at once."""


async def complete(request: Request) -> Response:
    """Answer the last message of a chat."""
    context = context_of(request)
    asked = asked_of(await body_of(request))
    model = await context.workers.call(model_named, context.library, asked.model)
    begin = partial(context.library.stream, asked.question, model=model, after=asked.before)
    base = f"{request.url.scheme}://{request.headers['host']}"
    head = {"id": f"chatcmpl-{secrets.token_hex(12)}", "created": int(time.time()), "model": asked.model}
    if asked.chore is not None:
        return await _chore(context, asked, asked.chore, head)
    if asked.is_streamed:
        parts = _streamed(context, begin, asked, base, {**head, "object": "chat.completion.chunk"})
        return StreamingResponse(parts, media_type="text/event-stream", headers={"x-accel-buffering": "no"})
    answer: Answer | None = None
    async with context.workers.stream(begin) as steps:
        async for event in steps:
            if isinstance(event, Done):
                answer = event.result.answer
    assert answer is not None
    message = message_of(answer, base)
    return _whole(asked, head, message)


def _whole(asked: Asked, head: dict[str, Any], message: Message) -> Response:
    said = {"role": "assistant", "content": message.text, "refusal": None, "annotations": list(message.annotations)}
    choice = {"index": 0, "message": said, "finish_reason": "stop", "logprobs": None}
    return json_response({**head, "object": "chat.completion", "choices": [choice], "usage": _usage(asked, message.text)})


async def _chore(context: Context, asked: Asked, chore: Chore, head: dict[str, Any]) -> Response:
    """What a client asks for itself; no model is needed for that."""
    library = context.library
    text = await context.workers.call(done, chore, lambda question: last_result(library.stream(question, model=False)))
    if not asked.is_streamed:
        return _whole(asked, head, Message(text, ()))

    async def parts() -> AsyncIterator[bytes]:
        for delta, finish in (({"role": "assistant", "content": text}, None), ({}, "stop")):
            yield _chunk({**head, "object": "chat.completion.chunk"}, delta, finish)
        yield b"data: [DONE]\n\n"

    return StreamingResponse(parts(), media_type="text/event-stream")


async def _streamed(context: Context, begin: Any, asked: Asked, base: str, head: dict[str, Any]) -> AsyncIterator[bytes]:
    """The chunks of a stream: a model's text sentence by sentence, then the sources with their annotations."""

    chunk = partial(_chunk, head)
    yield chunk({"role": "assistant", "content": ""})
    written = ""
    sentences: list[Sentence] = []
    try:
        async with context.workers.stream(begin) as steps:
            async for event in steps:
                if isinstance(event, SentenceWritten):
                    piece = f"{event.sentence.text} {''.join(f'[{number}]' for number in event.sentence.citations)}".strip() + " "
                    sentences.append(event.sentence)
                    written += piece
                    yield chunk({"content": piece})
                elif isinstance(event, Done):
                    message = _end(event.result.answer, written, sentences, base)
                    for piece in _pieces(message.text):
                        yield chunk({"content": piece})
                    written += message.text
                    if message.annotations:
                        yield chunk({"annotations": list(message.annotations)})
    except StudyError as error:
        yield _data(error_body(error, status_of(error)))
        return
    yield chunk({}, "stop")
    if asked.has_usage:
        yield _data({**head, "choices": [], "usage": _usage(asked, written)})
    yield b"data: [DONE]\n\n"


def _chunk(head: dict[str, Any], delta: dict[str, Any], finish: str | None = None) -> bytes:
    return _data({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}]})


def _end(answer: Answer, written: str, sentences: list[Sentence], base: str) -> Message:
    """The rest of an answer after the sentences that were sent: all of it, if there were none."""
    if not written or answer.mode != "llm":
        return message_of(answer, base)
    cited: tuple[Citation, ...] = answer.citations
    below = [block for block in answer.blocks if not (isinstance(block, Paragraph) and block.written)]
    rest = f"\n\nIn the notes:\n\n{displayable(to_markdown(below))}" if below else ""
    said = [*sentences, *sentences_of(below)]
    return Message(f"{rest}\n\n{sources(cited, base)}", tuple(annotated(written + rest, said, cited, base)))


def _pieces(text: str) -> list[str]:
    return [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]


def _data(value: dict[str, Any]) -> bytes:
    return b"data: " + json_text(value) + b"\n\n"


def _usage(asked: Asked, text: str) -> dict[str, int]:
    """Estimated token counts, which clients expect."""
    before = sum(len(part) for turn in asked.before for part in turn) + len(asked.question)
    prompt, completion = before // 4 + 1, len(text) // 4 + 1
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
