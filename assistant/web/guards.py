"""Access control: allowed hosts, own origins, the token, limits on size and slowness of requests, and the headers of every response.

It is one ASGI wrapper around the whole application, so that a refused request cannot reach anything in it. In order: the Host (a page of
another site that was rebound to this address sends its own), the token, where a write comes from, the size of what is sent.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.errors import TooLarge, TooSlow, Unaccepted

COOKIE = "study_token"
_UNSPECIFIED = {"0.0.0.0", "[::]"}  # noqa: S104 (names that are refused for this server)
_SAFE_METHODS = frozenset({"GET", "HEAD"})
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    # Not no-referrer: with it a browser sends forms of its own pages with the Origin null, like foreign ones.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules for requests. `hosts` are values of the Host header, in lower case; an empty `token` means that none is needed.

    `largest` bounds the bytes of a body, `largest_upload` those of files that are uploaded; `silence` the seconds between two pieces.
    """

    hosts: frozenset[str]
    token: str = ""
    largest: int = 1 << 20
    largest_upload: int = 256 << 20
    silence: float = 20.0


def allowed_hosts(host: str, port: int) -> frozenset[str]:
    """The Host headers that mean this server: its own address, and this machine's names for itself.

    >>> sorted(allowed_hosts("127.0.0.1", 80))
    ['127.0.0.1', '127.0.0.1:80', '[::1]', '[::1]:80', 'localhost', 'localhost:80']
    """
    names = {"127.0.0.1", "localhost", "[::1]", f"[{host}]" if ":" in host else host.lower()} - _UNSPECIFIED
    return frozenset({f"{name}:{port}" for name in names} | (names if port in (80, 443) else set()))


class Guard:
    """The application behind the rules."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app, self._rules = app, rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # there are no websockets: the connection is refused
        headers = _headers(scope)
        guarded = _with_headers(send)
        refused = self._refusal(scope, headers)
        if refused is not None:
            await _answer(guarded, *refused)
            return
        if (to := self._signed_in(scope)) is not None:
            await _sign_in(guarded, to, self._rules.token)
            return
        body = _Body(receive, self._rules.largest_upload if _is_upload(scope, headers) else self._rules.largest, self._rules.silence)
        try:
            await self._app(scope, body.receive, guarded)
        except Unaccepted as error:
            await _answer(guarded, error.status, error.code, error.message)

    def _refusal(self, scope: Scope, headers: MutableMapping[str, str]) -> tuple[int, str, str] | None:
        host = headers.get("host", "").lower()
        if host not in self._rules.hosts:
            return 400, "foreign-host", "This server does not answer to that name. Open it by the address that it printed when it began."
        if self._rules.token and not self._is_known(scope, headers):
            return (
                401,
                "token-missing",
                "This server asks for its token: open the address that it printed, or send it as Bearer.",
            )
        if _is_foreign(scope, headers, host):
            return 403, "foreign-origin", "Another site may not do that."
        if int(headers["content-length"]) > self._rules.largest_upload if headers.get("content-length", "").isdigit() else False:
            return 413, "too-large", "What was sent is too large."
        return None

    def _is_known(self, scope: Scope, headers: MutableMapping[str, str]) -> bool:
        kind, _, bearer = headers.get("authorization", "").partition(" ")
        given = [bearer.strip() if kind.lower() == "bearer" else "", _cookie(headers.get("cookie", "")), _asked(scope).get("token", "")]
        # All are compared, each in constant time, so that timing reveals nothing.
        same = [secrets.compare_digest(one.encode(), self._rules.token.encode()) for one in given]
        return any(same)

    def _signed_in(self, scope: Scope) -> str | None:
        """The redirect after a browser has sent the token in the address, so that it disappears from the address bar."""
        asked = _asked(scope)
        if not self._rules.token or scope["method"] != "GET" or "token" not in asked:
            return None
        rest = {name: value for name, value in asked.items() if name != "token"}
        path = "/" + scope["path"].lstrip("/\\")
        return f"{path}?{urlencode(rest)}" if rest else path


def _headers(scope: Scope) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key = name.decode("latin-1").lower()
        # A second Host header could be seen by another proxy instead.
        found[key] = f"{found[key]},{value.decode('latin-1')}" if key in found else value.decode("latin-1")
    return found


def _asked(scope: Scope) -> dict[str, str]:
    return dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))


def _cookie(header: str) -> str:
    try:
        cookie = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return cookie.value if cookie else ""


def _is_foreign(scope: Scope, headers: MutableMapping[str, str], host: str) -> bool:
    """True if a page of another site makes a request that only own pages may make: anything but following a link here."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    own = {f"http://{host}", f"https://{host}"}
    if scope["method"] in _SAFE_METHODS:
        return site in ("cross-site", "same-site") and headers.get("sec-fetch-mode") != "navigate"
    return (origin is not None and origin.lower() not in own) or (site is not None and site not in ("same-origin", "none"))


def _is_upload(scope: Scope, headers: MutableMapping[str, str]) -> bool:
    return scope["path"] in UPLOADS and headers.get("content-type", "").startswith("multipart/form-data")


UPLOADS = frozenset({"/library/files", "/api/v1/documents/files"})
"""The paths for uploads."""


class _Body:
    """Receives a body with limits on its size and on the time for each piece."""

    def __init__(self, receive: Receive, largest: int, silence: float) -> None:
        self._receive, self._left, self._silence = receive, largest, silence
        self._is_whole = False

    async def receive(self) -> Message:
        if self._is_whole:
            return await self._receive()  # only the end of the connection can follow
        try:
            async with asyncio.timeout(self._silence):
                message = await self._receive()
        except TimeoutError:
            raise TooSlow from None
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise TooLarge
        self._is_whole = not message.get("more_body", False)
        return message


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            known = {name.lower() for name, _ in message.get("headers", ())}
            added: Iterable[Any] = [(name, value) for name, value in HEADERS if name not in known]
            caching = [] if b"cache-control" in known else [(b"cache-control", b"no-store")]
            message = {**message, "headers": [*message.get("headers", ()), *added, *caching]}
        await send(message)

    return sent


async def _answer(send: Send, status: int, code: str, detail: str) -> None:
    body = json.dumps({"title": detail, "status": status, "code": code}).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode()), (b"connection", b"close")]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _sign_in(send: Send, to: str, token: str) -> None:
    cookie = f"{COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/; Max-Age=2592000"
    headers = [(b"location", to.encode("latin-1", "replace")), (b"set-cookie", cookie.encode()), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
