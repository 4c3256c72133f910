"""A model behind an OpenAI-compatible server: llama.cpp, Ollama, vLLM, LM Studio.

http.client alone: it follows no redirect, knows no proxy, and costs a cold question nothing. The server is trusted with neither time nor
memory nor sense; what comes back is checked like any model's text.
"""

from __future__ import annotations

import contextlib
import email.utils
import http.client
import ipaddress
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from assistant.errors import ModelFailed, ServerWithoutModel
from assistant.writers.prompt import assemble
from assistant.writers.writer import CONTEXT, MOST_SECONDS, MOST_TOKENS
from assistant.writers.writing import citation_grammar
from index.errors import ModelMissing

KEY = "OPENAI_API_KEY"
_PASSING = frozenset({429, 500, 502, 503, 504})
_NOT_UNDERSTOOD = frozenset({400, 413, 422})
_MOST_CHARACTERS = 8 * MOST_TOKENS
_MOST_BYTES = 4 << 20
_LONGEST_LINE = 1 << 18
_LONGEST_PAUSE = 20.0
_TEMPLATE_TOKENS = 64
_BYTES_A_TOKEN = 3


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for, in seconds (to connect, for any sign of life, for all of an answer), and how often it is asked."""

    connect: float = 5.0
    silence: float = 90.0
    answer: float = MOST_SECONDS
    attempts: int = 3
    pause: float = 0.5


class ServerWriter:
    """A model on a server. Raises ModelMissing for an address that is none; asking raises ModelFailed with what the server did."""

    def __init__(self, address: str, model: str = "", context: int = CONTEXT, patience: Patience = Patience()) -> None:
        """`address`: `http://HOST:PORT` or with the path that ends in `/v1`; `model`: a name, else the first that the server lists."""
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError as error:
            raise ModelMissing(
                f"{address} is not the address of a server ({error}).", "Write one such as http://127.0.0.1:8080."
            ) from error
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
            raise ModelMissing(
                f"{address} is not the address of a server.",
                "Write one such as http://127.0.0.1:8080, without user name, password or query.",
            )
        self._https = parts.scheme == "https"
        self._host, self._port = parts.hostname, port
        self._path = parts.path.rstrip("/").removesuffix("/chat/completions") or "/v1"
        self._address = f"{parts.scheme}://{parts.netloc}{self._path}"
        self._model, self._context, self._patience = model, context, patience

    def write(self, question: str, evidence: Sequence[str]) -> Generator[str, None, None]:
        """The answer, in pieces as they come. A server that refuses the grammar is asked without it, then with half the evidence."""
        for is_held, share in ((True, 1.0), (False, 1.0), (False, 0.5)):
            room = int(share * (self._context - MOST_TOKENS - _TEMPLATE_TOKENS))
            prompt = assemble(question, evidence, room, _tokens)
            if prompt is None:
                raise ModelFailed(
                    f"The question and its evidence do not fit a context of {self._context} tokens.", "Ask a shorter question."
                )
            try:
                yield from self._chat(prompt.system, prompt.user, citation_grammar(prompt.ids) if is_held else "", MOST_TOKENS)
                return
            except _Refused as error:
                refused = error
        raise ModelFailed(str(refused))

    def complete(self, system: str, user: str, grammar: str, most_tokens: int) -> str:
        """What the model says to two messages, held to the grammar where the server knows grammars."""
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
        said = 0
        with self._answered("POST", "/chat/completions", body) as answer:
            for piece in answer.pieces():
                yield piece
                said += len(piece)
                if said > _MOST_CHARACTERS:
                    return

    def _first_model(self) -> str:
        with self._answered("GET", "/models", None) as answer:
            try:
                self._model = str(json.loads(answer.whole())["data"][0]["id"])
            except (ValueError, KeyError, IndexError, TypeError) as error:
                raise ServerWithoutModel(
                    f"{self._address} lists no model.", "Load one there, or add the server with the name of its model."
                ) from error
        return self._model

    @contextlib.contextmanager
    def _answered(self, method: str, path: str, body: Mapping[str, Any] | None) -> Iterator[_Answer]:
        """An answer of status 200; a server that is busy or gone is asked again, a few times, later each time."""
        for attempt in range(self._patience.attempts):
            is_last = attempt + 1 == self._patience.attempts
            pause = self._patience.pause * 2**attempt
            with contextlib.ExitStack() as stack:
                try:
                    response, timed_out = self._asked(method, path, body, stack)
                except (OSError, http.client.HTTPException) as error:
                    if is_last:
                        raise ModelFailed(f"{self._address} does not answer ({_reason(error)}).", "Is the server running?") from error
                else:
                    if response.status == 200:
                        yield _Answer(response, self._address, timed_out)
                        return
                    if is_last or response.status not in _PASSING:
                        raise self._refusal(response)
                    pause = _retry_after(response, pause)
            time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _asked(
        self, method: str, path: str, body: Mapping[str, Any] | None, stack: contextlib.ExitStack
    ) -> tuple[http.client.HTTPResponse, Callable[[], bool]]:
        kind = http.client.HTTPSConnection if self._https else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=self._patience.connect)
        stack.callback(connection.close)
        connection.connect()
        connection.sock.settimeout(self._patience.silence)
        # A socket's timeout is for each read; this one is for all of them, however slowly the bytes drip.
        over = threading.Event()
        watch = threading.Timer(self._patience.answer, _hang_up, (connection.sock, over))
        watch.daemon = True
        watch.start()
        stack.callback(watch.cancel)
        sent = json.dumps(body).encode() if body is not None else None
        connection.request(method, self._path + path, body=sent, headers=self._headers())
        response = connection.getresponse()
        stack.callback(response.close)
        return response, over.is_set

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "text/event-stream, application/json", "User-Agent": "study"}
        key = os.environ.get(KEY)
        if key and (self._https or _is_here(self._host)):
            # Never in the clear over a network.
            headers["Authorization"] = f"Bearer {key}"
        return headers

    def _refusal(self, response: http.client.HTTPResponse) -> ModelFailed:
        status = response.status
        if 300 <= status < 400:
            return ModelFailed(
                f"{self._address} points elsewhere ({status}); redirects are not followed.", "Name the other address itself."
            )
        if status in (401, 403):
            return ModelFailed(
                f"{self._address} wants another key ({status}).", f"Set ${KEY}; it is sent over https or to this machine only."
            )
        if status == 404:
            return ModelFailed(
                f"{self._address} has no such model or no chat ({status}).", "See its list of models, or add /v1 to the address."
            )
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            detail = " ".join(response.read(300).decode("utf-8", "replace").split())
            message = f"{self._address} failed with status {status}: {detail}"
            return _Refused(message) if status in _NOT_UNDERSTOOD else ModelFailed(message)
        return ModelFailed(f"{self._address} failed with status {status}.")


class _Refused(ModelFailed):
    """The server understands the request and will not have it as it is."""


class _Answer:
    """The body of an answer, read with bounds."""

    def __init__(self, response: http.client.HTTPResponse, address: str, timed_out: Callable[[], bool]) -> None:
        self._response, self._address, self._timed_out = response, address, timed_out

    def pieces(self) -> Iterator[str]:
        """The text as it comes, from events or one JSON object; it just ends where it takes too long and has spoken."""
        if "event-stream" not in self._response.headers.get("Content-Type", ""):
            yield self._content(self.whole(), "message")
            return
        has_spoken = False
        for line in self._lines():
            if not line.startswith(b"data:"):
                continue
            data = line.removeprefix(b"data:").strip()
            if data == b"[DONE]":
                return
            piece = self._content(data, "delta")
            has_spoken = has_spoken or bool(piece)
            yield piece
        if self._timed_out() and has_spoken:
            return
        raise self._broken()

    def whole(self) -> bytes:
        """All of it, at most 4 MB."""
        return b"".join(self._blocks())

    def _lines(self) -> Iterator[bytes]:
        rest = b""
        for block in self._blocks():
            *lines, rest = (rest + block).split(b"\n")
            if len(rest) > _LONGEST_LINE:
                raise ModelFailed(f"{self._address} sends something that is not a chat.")
            yield from lines

    def _blocks(self) -> Iterator[bytes]:
        taken = 0
        try:
            while block := self._response.read1(1 << 16):
                taken += len(block)
                if taken > _MOST_BYTES:
                    raise ModelFailed(f"{self._address} does not stop sending.")
                yield block
        except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
            if not self._timed_out():
                raise self._broken() from error

    def _broken(self) -> ModelFailed:
        if self._timed_out():
            return ModelFailed(f"{self._address} took too long.")
        return ModelFailed(f"{self._address} dropped the connection in the middle of an answer.")

    def _content(self, data: bytes, member: str) -> str:
        try:
            value = json.loads(data)
            if "error" in value:
                raise ModelFailed(f"{self._address} failed: {str(value['error'])[:200]}")
            choices = value["choices"]
            # The last event of a stream may bring figures and no choice.
            content = choices[0][member].get("content") if choices or member == "message" else ""
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
            raise ModelFailed(f"{self._address} sends something that is not a chat ({_reason(error)}).") from error
        return content if isinstance(content, str) else ""


def _hang_up(connection: socket.socket, over: threading.Event) -> None:
    over.set()
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _retry_after(response: http.client.HTTPResponse, otherwise: float) -> float:
    """The seconds that the server asks to wait for, as a number or a date, within reason."""
    said = response.headers.get("Retry-After", "")
    try:
        seconds = float(said)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(said).timestamp() - time.time()
        except (ValueError, TypeError):
            return otherwise
    return min(max(seconds, 0.0), _LONGEST_PAUSE) if seconds == seconds else otherwise


def _reason(error: BaseException) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _is_here(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _tokens(text: str) -> int:
    """About how many tokens a text has, rather too many: a server's tokenizer cannot be asked everywhere."""
    return len(text.encode("utf-8", "replace")) // _BYTES_A_TOKEN + 1
