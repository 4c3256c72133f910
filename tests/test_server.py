"""Models behind a server, asked over real connections on loopback: whatever the server does, there is an answer and it ends."""

from __future__ import annotations

import gzip
import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from terminal import study, study_process

from assistant.building.build import ingest
from assistant.errors import ModelFailed
from assistant.writers.prompt import Passage
from assistant.writers.server import Patience, ServerWriter
from index.errors import ModelMissing

EVIDENCE = (
    Passage("Scaling", ("The variance of the dot product is d.",), (1.0,)),
    Passage("Softmax", ("A saturated softmax has vanishing gradients.",), (0.5,)),
)
QUICK = Patience(connect=2, silence=0.4, answer=1.5, attempts=3, pause=0.01)
SAID = "The variance of the dot product is d. [1]"
BOMB = gzip.compress(bytes(20 << 20))


class Served(BaseHTTPRequestHandler):
    """One request; what it gets is up to the test."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append((self.path, {}, dict(self.headers)))
        if self.path == "/v1/models":
            self.whole({"data": [{"id": "first"}]})
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, body, dict(self.headers)))
        self.close_connection = True
        with suppress(BrokenPipeError, ConnectionResetError):  # the writer has hung up, as it should
            self.server.answer(self, body)

    def whole(self, value: Any, status: int = 200, **headers: str) -> None:
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        for name, text in {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name.replace("_", "-"), text)
        self.end_headers()
        self.wfile.write(data)

    def begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()

    def piece(self, text: str) -> None:
        self.wfile.write(b"data: " + json.dumps({"choices": [{"delta": {"content": text}}]}).encode() + b"\n\n")
        self.wfile.flush()

    def say(self, text: str) -> None:
        self.begin()
        for at in range(0, len(text), 7):
            self.piece(text[at : at + 7])
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (as the base class has it)
        pass


Behaviour = Callable[[Served, Any], None]


class Server(ThreadingHTTPServer):
    """A server on loopback that remembers what it was asked."""

    daemon_threads = True

    def __init__(self, answer: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), Served)
        self.answer = answer
        self.asked: list[tuple[str, Any, dict[str, str]]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def chats(self) -> list[Any]:
        return [body for path, body, _ in self.asked if path.endswith("/chat/completions")]


@contextmanager
def serving(answer: Behaviour) -> Iterator[Server]:
    with Server(answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def written(server: Server, patience: Patience = QUICK) -> str:
    return "".join(ServerWriter(server.address, "m", patience=patience).write("why", EVIDENCE))


def in_turn(*answers: Behaviour) -> Behaviour:
    """The n-th answer for the n-th request, the last for all later ones."""
    count = iter(range(1000))
    return lambda served, body: answers[min(next(count), len(answers) - 1)](served, body)


def says(text: str) -> Behaviour:
    return lambda served, body: served.say(text)


def fails(status: int, **headers: str) -> Behaviour:
    return lambda served, body: served.whole({"error": "no"}, status, **headers)


def test_a_server_streams_an_answer() -> None:
    with serving(says(SAID)) as server:
        assert written(server) == SAID
    (body,) = server.chats
    assert body["stream"] is True
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert "\n\nSoftmax\nA saturated" in body["messages"][1]["content"]
    assert body["messages"][1]["content"].endswith("\n\nQuestion: why")
    assert "grammar" not in body


def test_an_answer_in_one_piece_is_as_good() -> None:
    with serving(lambda served, body: served.whole({"choices": [{"message": {"content": SAID}}]})) as server:
        assert written(server) == SAID


def test_without_a_name_the_first_model_is_taken() -> None:
    with serving(says(SAID)) as server:
        assert "".join(ServerWriter(server.address + "/v1/", patience=QUICK).write("why", EVIDENCE)) == SAID
    assert server.chats[0]["model"] == "first"


@pytest.mark.parametrize("status", [400, 422])
def test_a_server_that_knows_no_grammar_is_asked_without(status: int) -> None:
    def answer(served: Served, body: Any) -> None:
        fails(status)(served, body) if "grammar" in body else served.say(SAID)

    with serving(answer) as server:
        assert "".join(ServerWriter(server.address, "m").complete("s", "u", 'root ::= "x"', 5)) == SAID


def test_a_server_that_refuses_a_long_prompt_gets_a_shorter_one() -> None:
    def answer(served: Served, body: Any) -> None:
        fails(400)(served, body) if len(body["messages"][1]["content"]) > 1000 else served.say(SAID)

    long = [Passage("Words", tuple(f"Sentence {number} has a few words. " * 3 for number in range(20)), (0.1,) * 20)]
    with serving(answer) as server:
        assert "".join(ServerWriter(server.address, "m").write("why", [*EVIDENCE, *long])) == SAID
    assert len(server.chats) == 2


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again(status: int) -> None:
    with serving(in_turn(fails(status), fails(status), says(SAID))) as server:
        assert written(server) == SAID
    assert len(server.chats) == 3


@pytest.mark.parametrize("status", [429, 500, 503])
def test_but_not_for_ever(status: int) -> None:
    with serving(fails(status)) as server, pytest.raises(ModelFailed, match=str(status)):
        written(server)
    assert len(server.chats) == 3


@pytest.mark.parametrize("date", [False, True])
def test_retry_after_is_heeded(date: bool) -> None:
    after = formatdate(time.time() + 2, usegmt=True) if date else "0.3"
    with serving(in_turn(fails(429, Retry_After=after), says(SAID))) as server:
        start = time.monotonic()
        assert written(server) == SAID
        assert time.monotonic() - start >= 0.3


@pytest.mark.parametrize(
    ("status", "advice"), [(302, "Redirects are not followed"), (401, "OPENAI_API_KEY"), (404, "no such model"), (418, "418")]
)
def test_what_asking_again_does_not_mend_is_said_at_once(status: int, advice: str) -> None:
    with serving(fails(status, Location="http://127.0.0.1:1/")) as server, pytest.raises(ModelFailed, match=advice):
        written(server)
    assert len(server.chats) == 1


def never_ending(served: Served, body: Any) -> None:
    served.begin()
    served.piece(SAID + " ")
    while True:
        served.piece("and more and more ")


def dripping(served: Served, body: Any) -> None:
    served.begin()
    for _ in range(100):
        served.wfile.write(b":")
        served.wfile.flush()
        time.sleep(0.1)


def dripping_headers(served: Served, body: Any) -> None:
    served.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(100):
        served.wfile.write(b"X-%d: 1\r\n" % number)
        served.wfile.flush()
        time.sleep(0.1)


def never_a_line(served: Served, body: Any) -> None:
    served.begin()
    while True:
        served.wfile.write(b"x" * 65536)


def silent(served: Served, body: Any) -> None:
    time.sleep(1)


def dropped(served: Served, body: Any) -> None:
    served.begin()
    served.piece(SAID)


def dropped_at_once(served: Served, body: Any) -> None:
    served.connection.close()


def broken(data: bytes) -> Behaviour:
    def answer(served: Served, body: Any) -> None:
        served.begin()
        served.wfile.write(data)

    return answer


def test_a_stream_without_end_is_ended() -> None:
    with serving(never_ending) as server:
        assert written(server).startswith(SAID)


def test_a_stream_that_takes_too_long_is_ended_with_what_it_said() -> None:
    def answer(served: Served, body: Any) -> None:
        served.begin()
        served.piece(SAID)
        for _ in range(30):
            served.piece("")
            time.sleep(0.1)

    with serving(answer) as server:
        assert written(server) == SAID


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (dripping, "took too long"),
        (dripping_headers, "took too long"),
        (never_a_line, "never ends|stop sending"),
        (silent, "does not answer"),
        (dropped, "dropped the connection"),
        (dropped_at_once, "does not answer"),
        (broken(b"data: {not json\n\n"), "protocol of a chat"),
        (broken(b'data: {"choices": 7}\n\n'), "protocol of a chat"),
        (broken(b"data: " + b"[" * 100_000 + b"\n\n"), "protocol of a chat"),
        (broken(b'data: {"error": {"message": "out of memory"}}\n\n'), "out of memory"),
        (broken(b""), "dropped the connection"),
        (lambda served, body: served.whole(b"<html>"), "protocol of a chat"),
        (lambda served, body: served.whole({"choices": []}), "protocol of a chat"),
        (lambda served, body: served.whole(BOMB, Content_Encoding="gzip"), "protocol of a chat"),
    ],
)
def test_whatever_a_server_does_it_is_said(answer: Behaviour, reason: str) -> None:
    with serving(answer) as server, pytest.raises(ModelFailed, match=reason):
        written(server, Patience(connect=2, silence=0.4, answer=1.0, attempts=2, pause=0.01))


def test_an_answer_that_nobody_reads_on_is_hung_up() -> None:
    gone = threading.Event()

    def answer(served: Served, body: Any) -> None:
        try:
            never_ending(served, body)
        except OSError:
            gone.set()

    with serving(answer) as server:
        pieces = ServerWriter(server.address, "m", patience=QUICK).write("why", EVIDENCE)
        assert next(pieces)
        pieces.close()
        assert gone.wait(2)


def test_what_a_server_says_cannot_reach_into_the_terminal() -> None:
    with serving(lambda served, body: served.whole(b"\x1b[2Jout of\r\n memory\x07", 418)) as server:
        with pytest.raises(ModelFailed) as raised:
            written(server)
        assert raised.value.message.endswith("[2Jout of memory")


def test_a_server_on_this_machine_is_asked_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with serving(says(SAID)) as server:
        assert written(server) == SAID


def test_another_server_is_asked_through_the_proxy_and_gets_no_key_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with serving(says(SAID)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.address)
        monkeypatch.setenv("http_proxy", proxy.address)
        assert "".join(ServerWriter("http://models.invalid", "m", patience=QUICK).write("why", EVIDENCE)) == SAID
    ((path, _, headers),) = proxy.asked
    assert path == "http://models.invalid/v1/chat/completions"
    assert "Authorization" not in headers


def test_a_proxy_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "nonsense://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "nonsense://127.0.0.1:9")
    with pytest.raises(ModelFailed, match="proxy"):
        list(ServerWriter("http://models.invalid", "m", patience=QUICK).write("why", EVIDENCE))


def test_nobody_there_is_said() -> None:
    with serving(says(SAID)) as server:
        address = server.address
    with pytest.raises(ModelFailed, match="Is the server running"):
        list(ServerWriter(address, "m", patience=QUICK).write("why", EVIDENCE))


@pytest.mark.parametrize(
    "address", ["http://", "ftp://127.0.0.1", "http://me:secret@127.0.0.1", "http://127.0.0.1:99999", "http://h/?key=1"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ModelMissing, match="not the address"):
        ServerWriter(address)


def test_a_key_is_sent_only_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with serving(says(SAID)) as server:
        written(server)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
        written(server)
    assert [headers.get("Authorization") for _, _, headers in server.asked] == [None, "Bearer sk-1"]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("served")
    (folder / "scaling.md").write_text("# Scaling\n\nThe scores are divided by √d because the variance of the dot product is d.\n")
    ingest(folder / "library", [folder / "scaling.md"])
    return folder / "library"


def test_study_ask_takes_an_address_for_a_model(library: Path) -> None:
    with serving(says("The scores are divided by √d because the variance of the dot product is d. [1]")) as server:
        shown = study("ask", "why divide by sqrt d", "--model", server.address, "--library", library)
        value = study("ask", "why divide by sqrt d", "--model", server.address, "--library", library, "--json").json
    assert value["mode"] == "llm"
    assert "note" not in value
    assert shown.out.startswith("The scores are divided by √d because the variance of the dot product is d. [1]")
    assert "scaling.md:3" in shown.out


@pytest.mark.parametrize("answer", [dropped, broken(b"data: {\n\n")])
def test_where_the_server_fails_the_answer_is_in_the_documents_own_words(library: Path, answer: Behaviour) -> None:
    with serving(answer) as server:
        ran = study("ask", "why divide by sqrt d", "--model", server.address, "--library", library, "--json")
        shown = study("ask", "why divide by sqrt d", "--model", server.address, "--library", library)
    assert (ran.code, shown.code) == (0, 0)
    assert ran.json["mode"] == "extractive"
    assert ran.json["sentences"]
    assert server.address in ran.json["note"]
    assert server.address in shown.err


def test_ctrl_c_shows_what_was_written_and_checked_until_then(library: Path) -> None:
    first = "The scores are divided by √d because the variance of the dot product is d. [1] "

    def stalling(served: Served, body: Any) -> None:
        served.begin()
        served.piece(first + "And then")
        time.sleep(20)

    with serving(stalling) as server:
        process = study_process("ask", "why divide by sqrt d", "--model", server.address, "--library", library)
        assert process.stdout is not None
        assert process.stdout.read(20) == first[:20]
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "scaling.md:3" in out
    assert "Stopped" in err
