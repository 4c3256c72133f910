"""The paths of OpenAI's protocol: models, chat completions, embeddings."""

from __future__ import annotations

import base64
import struct
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from assistant.web.api.routes import json_response
from assistant.web.context import context_of
from assistant.web.protocol.completions import complete
from assistant.web.protocol.errors import PREFIX
from assistant.web.protocol.requests import PLAIN, body_of, model_ids
from ingest.errors import UsageError

_MOST_INPUTS, _LONGEST = 256, 20_000


def routes() -> list[Route]:
    """All routes of the protocol."""
    return [
        Route(f"{PREFIX}/models", models),
        Route(f"{PREFIX}/models/{{name:path}}", model),
        Route(f"{PREFIX}/chat/completions", complete, methods=["POST"]),
        Route(f"{PREFIX}/embeddings", embeddings, methods=["POST"]),
    ]


async def models(request: Request) -> Response:
    """The models that can be asked."""
    context = context_of(request)
    names = await context.workers.call(model_ids, context.library)
    return json_response({"object": "list", "data": [_described(name) for name in names]})


async def model(request: Request) -> Response:
    """One of them."""
    from assistant.web.protocol.requests import model_named

    context = context_of(request)
    name = request.path_params["name"]
    await context.workers.call(model_named, context.library, name)
    return json_response(_described(name))


def _described(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": PLAIN}


async def embeddings(request: Request) -> Response:
    """The vectors of texts, by the encoder of the library."""
    context = context_of(request)
    body = await body_of(request)
    texts = _inputs(body.get("input"))
    form = body.get("encoding_format") or "float"
    if form not in ("float", "base64"):
        raise UsageError("'encoding_format' is float or base64.")
    vectors = await context.workers.call(context.library.embed, texts)
    wanted = body.get("dimensions")
    if wanted is not None and wanted != len(vectors[0]):
        raise UsageError(f"The vectors have {len(vectors[0])} dimensions.")
    name = await context.workers.call(lambda: context.library.encoder_name)
    data = [{"object": "embedding", "index": at, "embedding": _formed(vector, form)} for at, vector in enumerate(vectors)]
    tokens = sum(map(len, texts)) // 4 + 1
    return json_response({"object": "list", "data": data, "model": name, "usage": {"prompt_tokens": tokens, "total_tokens": tokens}})


def _inputs(given: object) -> list[str]:
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not 1 <= len(texts) <= _MOST_INPUTS or not all(isinstance(text, str) for text in texts):
        raise UsageError(f"'input' is a text, or a list of 1 to {_MOST_INPUTS} texts.")
    if any(not text or len(text) > _LONGEST for text in texts):
        raise UsageError(f"A text has 1 to {_LONGEST:,} characters.")
    return [text.encode("utf-8", "replace").decode() for text in texts]


def _formed(vector: list[float], form: str) -> list[float] | str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode() if form == "base64" else vector
