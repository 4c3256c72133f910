"""A model behind an OpenAI-compatible server: llama.cpp, Ollama, vLLM, LM Studio.

The server is not trusted: there are limits on the time of every read, the time of the whole answer and its size, and redirects are refused.
Its text is checked like any model's.
"""

from __future__ import annotations

import contextlib
import email.utils
import ipaddress
import json
import os
import re
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import httpx

from assistant.errors import ModelFailed, ServerWithoutModel
from assistant.writers.deadline import Deadline
from assistant.writers.prompt import MOST_PROMPT, Exchange, Passage, assemble
from assistant.writers.writer import CONTEXT, MOST_SECONDS, MOST_TOKENS
from index.errors import ModelMissing

KEY = "OPENAI_API_KEY"
_PASSING = frozenset({429, 500, 502, 503, 504})
"""Statuses of a server that is busy or restarting: it is asked again."""
_NOT_UNDERSTOOD = frozenset({400, 413, 422})
"""Statuses of a request that is too long or has a parameter that the server does not know: it is sent again without the grammar."""
_LONGEST_PAUSE = 20.0
_MOST_CHARACTERS = 8 * MOST_TOKENS
"""The most characters of an answer, in case the server ignores `max_tokens`: a token seldom has more than eight."""
_MOST_BYTES = 4 << 20
_LONGEST_LINE = 1 << 18
"""The most bytes of an answer and of a line in it: far more than the events of a few hundred tokens need."""
_LONGEST_DETAIL = 300
_TEMPLATE_TOKENS = 64
"""Room in the context for the marks that the server's chat template puts around the messages."""
_BYTES_A_TOKEN = 3
"""Bytes per token. English has about four; with a lower number a prompt is at worst too short, and not refused."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a server, in seconds, and how often to ask.

    `connect` bounds the connection, `silence` each read, `answer` all of one answer; `pause` precedes the second attempt and doubles.
    """

    connect: float = 5.0
    silence: float = 90.0
    answer: float = MOST_SECONDS
    attempts: int = 3
    pause: float = 0.5


class ServerWriter:
    """A model on a server. Asking raises ModelFailed with what the server did."""

    def __init__(self, address: str, model: str = "", context: int = CONTEXT, patience: Patience = Patience()) -> None:
        """`address` is `http://HOST:PORT`, with or without the path that ends in `/v1`; without a `model` the server's first one is used.

        Raises ModelMissing if the address is not one of a server.
        """
        try:
            parts = urlsplit(address)
            parts.port  # noqa: B018 (raises ValueError for an invalid port)
        except ValueError as error:
            raise ModelMissing(f"{address} is not the address of a server ({error}).", _ADDRESS) from error
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
            raise ModelMissing(f"{address} is not the address of a server.", _ADDRESS)
        path = parts.path.rstrip("/").removesuffix("/chat/completions") or "/v1"
        self._address = f"{parts.scheme}://{parts.netloc}{path}"
        self._is_here = _is_loopback(parts.hostname)
        self._is_private = self._is_here or parts.scheme == "https"
        self._model, self._context, self._patience = model, context, patience

    def write(self, question: str, passages: Sequence[Passage], before: Sequence[Exchange] = ()) -> Generator[str, None, None]:
        """The answer, in pieces as they arrive. A server that refuses the request as too long is asked with half the passages."""
        refused: _Refused | None = None
        for share in (1.0, 0.5):
            room = int(share * min(MOST_PROMPT, self._context - MOST_TOKENS - _TEMPLATE_TOKENS))
            prompt = assemble(question, passages, room, _count_tokens, before)
            if prompt is None:
                raise ModelFailed(
                    f"The question and the passages found do not fit a context of {self._context} tokens.",
                    "Ask a shorter question, or give the model a larger context.",
                )
            try:
                yield from self._chat(prompt.system, prompt.user, "", MOST_TOKENS)
                return
            except _Refused as error:
                refused = error
        assert refused is not None
        raise ModelFailed(refused.message, refused.hint) from refused

    def complete(self, system: str, user: str, grammar: str, most_tokens: int) -> str:
        """The answer to two messages, constrained by the grammar if the server supports grammars."""
        try:
            return "".join(self._chat(system, user, grammar, most_tokens))
        except _Refused:
            return "".join(self._chat(system, user, "", most_tokens))

    def _chat(self, system: str, user: str, grammar: str, most_tokens: int) -> Iterator[str]:
        body = {
            "model": self._model or self._first_model(),
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
            "temperature": 0,
            "max_tokens": most_tokens,
            "stream": True,
            **({"grammar": grammar} if grammar else {}),
        }
        length = 0
        with self._exchange("POST", "/chat/completions", body) as answer:
            for piece in answer.pieces():
                yield piece
                length += len(piece)
                if length > _MOST_CHARACTERS:
                    return

    def try_it(self) -> None:
        """Ask for the list of models. Raises ModelFailed if there is no answer, or if it lists none and none is named."""
        if not self._model:
            self._first_model()
            return
        with self._exchange("GET", "/models", None):
            pass

    def _first_model(self) -> str:
        with self._exchange("GET", "/models", None) as answer:
            try:
                self._model = str(json.loads(answer.whole())["data"][0]["id"])
            except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
                raise ServerWithoutModel(
                    f"{self._address} lists no model.", "Load one there, or add the server with the name of its model."
                ) from error
        return self._model

    @contextlib.contextmanager
    def _exchange(self, method: str, path: str, body: Mapping[str, Any] | None) -> Iterator[_Answer]:
        """An answer with status 200; a server that is busy or does not respond is asked again, after growing pauses."""
        for attempt in range(self._patience.attempts):
            is_last = attempt + 1 == self._patience.attempts
            pause = self._patience.pause * 2**attempt
            with Deadline(self._patience.answer) as deadline, self._client() as client:
                content = json.dumps(body).encode() if body is not None else None
                request = client.build_request(method, self._address + path, content=content, extensions={"trace": deadline.trace})
                try:
                    response = client.send(request, stream=True)
                except httpx.HTTPError as error:
                    if deadline.is_over:
                        raise ModelFailed(f"{self._address} took too long.") from error
                    if is_last:
                        raise ModelFailed(f"{self._address} does not answer ({_reason(error)}).", "Is the server running?") from error
                else:
                    with contextlib.closing(response):
                        if response.status_code == 200:
                            yield _Answer(response, self._address, deadline)
                            return
                        if is_last or response.status_code not in _PASSING:
                            raise self._refusal(response)
                        pause = _retry_after(response.headers.get("Retry-After", ""), pause)
            time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _client(self) -> httpx.Client:
        """A client for one exchange. Proxies from the environment are not used for a server on this machine, which they cannot reach."""
        patience = self._patience
        try:
            return httpx.Client(
                timeout=httpx.Timeout(patience.silence, connect=patience.connect),
                headers=self._headers(),
                follow_redirects=False,
                trust_env=not self._is_here,
            )
        except (ValueError, ImportError, OSError) as error:
            raise ModelFailed(
                f"The proxy or the certificates that the environment names cannot be used ({error}).",
                "Correct or unset HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR.",
            ) from error

    def _headers(self) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json",
            "Accept": "text/event-stream, application/json",
            "Accept-Encoding": "identity",  # a compressed answer could unpack to any size
            "User-Agent": "study",
        }
        key = os.environ.get(KEY, "").strip()
        if key.isascii() and key.isprintable() and key and self._is_private:  # a key is never sent unencrypted over a network
            headers["Authorization"] = f"Bearer {key}"
        return headers

    def _refusal(self, response: httpx.Response) -> ModelFailed:
        status = response.status_code
        if 300 <= status < 400:
            return ModelFailed(f"{self._address} points elsewhere ({status}).", "Redirects are not followed; name that address.")
        if status in (401, 403):
            return ModelFailed(
                f"{self._address} refused the key ({status}).", f"Set ${KEY}; it is sent over https, or to this machine only."
            )
        if status == 404:
            return ModelFailed(
                f"{self._address} has no such model, or no chat ({status}).", "See its list of models, or add /v1 to the address."
            )
        detail = ""
        with contextlib.suppress(httpx.HTTPError, httpx.StreamError):
            detail = _one_line(b"".join(islice(response.iter_raw(_LONGEST_DETAIL), 1)))
        message = f"{self._address} failed with status {status}" + (f": {detail}" if detail else ".")
        return _Refused(message) if status in _NOT_UNDERSTOOD else ModelFailed(message)


_ADDRESS = "Write one such as http://127.0.0.1:8080, without user name, password or query."


class _Refused(ModelFailed):
    """The server understood the request and refused it."""


class _Answer:
    """The body of an answer, read with limits."""

    def __init__(self, response: httpx.Response, address: str, deadline: Deadline) -> None:
        self._response, self._address, self._deadline = response, address, deadline

    def pieces(self) -> Iterator[str]:
        """The text as it comes, from server-sent events or one JSON object; an answer that takes too long ends where it is."""
        if "event-stream" not in self._response.headers.get("Content-Type", ""):
            yield self._content(self.whole(), "message")
            return
        has_text = False
        for line in self._lines():
            if not line.startswith(b"data:"):
                continue
            data = line.removeprefix(b"data:").strip()
            if data == b"[DONE]":
                return
            piece = self._content(data, "delta")
            has_text = has_text or bool(piece)
            yield piece
        if not (self._deadline.is_over and has_text):
            raise self._broken()

    def whole(self) -> bytes:
        """The whole body, at most 4 MB."""
        data = b"".join(self._blocks())
        if self._deadline.is_over:
            raise self._broken()
        return data

    def _lines(self) -> Iterator[bytes]:
        rest = b""
        for block in self._blocks():
            *lines, rest = (rest + block).split(b"\n")
            if len(rest) > _LONGEST_LINE:
                raise ModelFailed(f"{self._address} does not speak the protocol of a chat server: one line never ends.")
            yield from lines

    def _blocks(self) -> Iterator[bytes]:
        """The body in pieces; it just ends at the deadline."""
        taken = 0
        try:
            for block in self._response.iter_raw():
                taken += len(block)
                if taken > _MOST_BYTES:
                    raise ModelFailed(f"{self._address} does not stop sending.")
                yield block
        except httpx.HTTPError as error:
            if not self._deadline.is_over:
                raise self._broken() from error

    def _broken(self) -> ModelFailed:
        if self._deadline.is_over:
            return ModelFailed(f"{self._address} took too long.")
        return ModelFailed(f"{self._address} dropped the connection in the middle of an answer.")

    def _content(self, data: bytes, member: str) -> str:
        try:
            value = json.loads(data)
            if "error" in value:
                raise ModelFailed(f"{self._address} failed: {_one_line(str(value['error']).encode('utf-8', 'replace'))}")
            choices = value["choices"]
            # The last event of a stream may bring statistics and no choice.
            content = choices[0][member].get("content") if choices or member == "message" else ""
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
            raise ModelFailed(f"{self._address} does not speak the protocol of a chat server ({_reason(error)}).") from error
        return content if isinstance(content, str) else ""


def _retry_after(text: str, otherwise: float) -> float:
    """The seconds that a `Retry-After` header asks to wait, as a number or a date, within reason."""
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(text).timestamp() - time.time()
        except (ValueError, TypeError, OverflowError):
            return otherwise
    return min(max(seconds, 0.0), _LONGEST_PAUSE) if seconds == seconds else otherwise  # NaN differs from itself


_NUMBER = re.compile(r"^\[Errno -?\d+\] ")
"""The prefix that Python adds to messages of the operating system."""


def _reason(error: BaseException) -> str:
    return _NUMBER.sub("", str(error)) or type(error).__name__


def _one_line(data: bytes) -> str:
    """The beginning of a server's words on one line, without control characters, which a terminal would obey."""
    text = " ".join(data[:_LONGEST_DETAIL].decode("utf-8", "replace").split())
    return "".join(sign for sign in text if sign.isprintable())


def _is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _count_tokens(text: str) -> int:
    """An estimate of a text's number of tokens, more often too high: not every server offers its tokenizer."""
    return len(text.encode("utf-8", "replace")) // _BYTES_A_TOKEN + 1
