"""The HTTP API: the JSON of the command line, its errors, its description, its stream; and who is refused."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from served import Served, served
from terminal import study, study_process

from assistant.contract import schema
from assistant.web.api.openapi import openapi
from assistant.web.api.parameters import Parameter, read_lines
from assistant.web.api.routes import OPERATIONS, PREFIX
from assistant.web.patience import ImpatientProtocol
from ingest.errors import UsageError

pytestmark = [pytest.mark.usefixtures("encoder_cache"), pytest.mark.filterwarnings("ignore::DeprecationWarning:uvicorn")]
READERS = 200
GUIDE = Path(__file__).resolve().parent.parent / "docs" / "guide"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    made = tmp_path_factory.mktemp("api")
    shutil.copytree(GUIDE / "notes", made / "notes")
    assert study("ingest", made / "notes", "--collection", "plants", "--library", made / "library").code == 0
    return made


@pytest.fixture(scope="module")
def api(folder: Path) -> Iterator[Served]:
    with served(folder / "library") as found:
        yield found


def untimed(value: Any) -> Any:
    """The same without the times that it took."""
    if isinstance(value, dict):
        return {key: untimed(each) for key, each in value.items() if key != "seconds"}
    return [untimed(each) for each in value] if isinstance(value, list) else value


SAME = [
    (("ask", "why does a plant wilt"), "/ask?question=why+does+a+plant+wilt&model="),
    (("ask", "why does a plant wilt", "--explain"), "/ask?question=why+does+a+plant+wilt&explain=true"),
    (("ask", "how do guard cells open the pore", "--long"), "/ask?question=how+do+guard+cells+open+the+pore&long=1"),
    (("ask", "who won the world cup"), "/ask?question=who+won+the+world+cup"),
    (("ask", "what is osmosis", "--document", "o*.md"), "/ask?question=what+is+osmosis&document=o*.md"),
    (("search", "sap", "-k", "3"), "/search?q=sap&k=3"),
    (("search", "how fast is sap", "--explain", "--collection", "plants"), "/search?q=how+fast+is+sap&explain=1&collection=plants"),
    (("search", "sap", "--kind", "todo"), "/search?q=sap&kind=todo"),
    (("path", "--to", "transpiration"), "/path?to=transpiration"),
    (("path", "--to", "transpiration", "--known", "osmosis,stomata"), "/path?to=transpiration&known=osmosis&known=stomata"),
    (("path", "--to", "transpiration", "--minutes", "5", "--no-course"), "/path?to=transpiration&minutes=5&course=false"),
    (("path", "--to", "osmosis", "--to", "stomata", "--depth", "brief"), "/path?to=osmosis&to=stomata&depth=brief"),
    (("concept", "osmosis"), "/concepts/osmosis"),
    (("concept", "cell membranes", "--no-course"), "/concepts/cell%20membranes?course=0"),
    (("why", "diffusion", "transpiration"), "/why?before=diffusion&after=transpiration"),
    (("graph", "--no-course"), "/graph?course=false"),
    (("graph", "stats"), "/graph/statistics"),
    (("graph", "show", "osmosis"), "/concepts/osmosis/neighbourhood"),
    (("graph", "corrections"), "/corrections"),
    (("show", "osmosis.md:15"), "/sources/9934bbec9799?lines=15&context=3"),
    (("show", "osmosis.md:15-16", "--context", "2"), "/sources/9934bbec9799?lines=15-16&context=2"),
    (("status",), "/status"),
    (("chat", "--list"), "/conversations"),
    (("practice",), "/practice"),
    (("practice", "--to", "transpiration", "--minutes", "5", "--new", "2"), "/practice?to=transpiration&minutes=5&new=2"),
    (("practice", "items"), "/practice/items"),
    (("practice", "items", "--concept", "osmosis", "--kind", "definition"), "/practice/items?concept=osmosis&kind=definition"),
    (("practice", "stats"), "/practice/statistics"),
    (("know",), "/known"),
    (("gaps",), "/gaps"),
    (("gaps", "--to", "transpiration", "--known", "osmosis"), "/gaps?to=transpiration&known=osmosis"),
    (("walk",), "/walks"),
]


@pytest.mark.parametrize(("words", "path"), SAME, ids=[path for _, path in SAME])
def test_the_api_says_what_the_command_line_says(api: Served, words: tuple[str, ...], path: str) -> None:
    ran = study(*words, "--json", "--library", api.library.folder)
    assert ran.code == 0, ran.err
    response = httpx.get(api.api + path, timeout=60)
    assert response.status_code == 200, response.text
    assert untimed(response.json()) == untimed(ran.json)


def test_every_answer_fits_the_schema_that_is_described(api: Served) -> None:
    by_path = {one.path: one.schema for one in OPERATIONS if one.method == "GET" and "{" not in one.path}
    for path in (
        "/documents",
        "/status",
        "/health",
        "/models",
        "/graph",
        "/corrections",
        "/conversations",
        "/practice",
        "/practice/statistics",
        "/walks",
    ):
        value = httpx.get(api.api + path, timeout=60).json()
        assert not [error.message for error in Draft202012Validator(schema(by_path[path])).iter_errors(value)], path


PROBLEMS = [
    ("/ask?question=", 400, "usage"),
    ("/ask", 400, "usage"),
    ("/ask?question=+&x=1", 400, "usage"),
    ("/ask?question=+", 422, "bad-question"),
    ("/ask?question=what&model=http://127.0.0.1:1", 503, "unknown-model"),
    ("/ask?question=what&document=nothing.md", 404, "unknown-document"),
    ("/ask?question=what&collection=nothing", 404, "unknown-collection"),
    ("/search?q=x&k=0", 400, "usage"),
    ("/search?q=x&k=many", 400, "usage"),
    ("/search?q=x&kind=poem", 400, "usage"),
    ("/search?q=x&since=whenever", 400, "usage"),
    ("/concepts/no%20such%20thing%20at%20all", 404, "unknown-concept"),
    ("/path?to=no+such+thing+at+all", 404, "unknown-concept"),
    ("/path?to=osmosis&depth=deep", 400, "usage"),
    ("/path?to=osmosis&minutes=nan", 400, "usage"),
    ("/path?to=osmosis&minutes=0", 400, "usage"),
    ("/sources/000000000000", 404, "unknown-document"),
    ("/sources/..%2f..%2fetc%2fpasswd", 404, "not-found"),
    ("/sources/9934bbec9799?lines=9999", 404, "unknown-place"),
    ("/sources/9934bbec9799?lines=a", 400, "usage"),
    ("/sources/9934bbec9799?part=page-3", 404, "unknown-place"),
    ("/sources/9934bbec9799?part=leaf", 400, "usage"),
    ("/practice?to=no+such+thing+at+all", 404, "unknown-concept"),
    ("/practice/items?kind=poem", 400, "usage"),
    ("/practice/items?status=lost", 400, "usage"),
    ("/walks/no%20such%20thing%20at%20all", 404, "unknown-concept"),
    ("/walks/osmosis", 404, "no-walk"),
    ("/walks/osmosis/answer?question=why", 404, "no-walk"),
    ("/nothing", 404, "not-found"),
]


@pytest.mark.parametrize(("path", "status", "code"), PROBLEMS, ids=[path for path, _, _ in PROBLEMS])
def test_what_fails_says_why(api: Served, path: str, status: int, code: str) -> None:
    response = httpx.get(api.api + path, timeout=60)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    problem = response.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["title"]


def test_an_unknown_name_comes_with_the_nearest(api: Served) -> None:
    assert httpx.get(f"{api.api}/concepts/osmossis").json().get("nearest", ["Osmosis"]) == ["Osmosis"]


def test_a_question_is_answered_as_a_stream(api: Served) -> None:
    text = httpx.get(f"{api.api}/ask?question=why+does+a+plant+wilt", headers={"accept": "text/event-stream"}, timeout=60).text
    events = [(part.split("\n")[0].removeprefix("event: "), json.loads(part.split("\ndata: ")[1])) for part in text.strip().split("\n\n")]
    assert [name for name, _ in events] == ["searched", "answer"]
    assert events[-1][1]["citations"][0]["document"] == "osmosis.md"
    failed = httpx.get(f"{api.api}/ask?question=+", headers={"accept": "text/event-stream"}, timeout=60).text
    assert '"code": "bad-question"' in failed


def test_a_conversation_is_only_gone_on_with_by_post(api: Served) -> None:
    assert httpx.get(f"{api.api}/ask?question=what+is+osmosis&chat=exam").status_code == 400
    first = httpx.post(f"{api.api}/ask", json={"question": "what is osmosis", "chat": "exam"}, timeout=60).json()
    assert first["understood"] == "what is osmosis"
    httpx.post(f"{api.api}/ask", json={"question": "what about diffusion", "chat": "exam"}, timeout=60)
    assert httpx.get(f"{api.api}/conversations").json()["conversations"][0]["turns"] == 2
    assert httpx.delete(f"{api.api}/conversations/exam").json() == {"conversations": []}
    assert httpx.delete(f"{api.api}/conversations/exam").json()["code"] == "unknown-conversation"


def test_an_answer_that_is_still_true_is_not_sent_again(api: Served) -> None:
    first = httpx.get(f"{api.api}/concepts/osmosis")
    again = httpx.get(f"{api.api}/concepts/osmosis", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    preview = httpx.post(f"{api.api}/corrections", json={"verb": "merge", "names": ["xylem", "phloem"], "preview": True}).json()
    assert preview["changed"]
    assert httpx.get(f"{api.api}/concepts/osmosis").headers["etag"] == first.headers["etag"]
    made = httpx.post(f"{api.api}/corrections", json={"verb": "merge", "names": ["xylem", "phloem"]}).json()
    assert {**made, "number": 1} == {**preview, "number": 1}
    changed = httpx.get(f"{api.api}/concepts/osmosis", headers={"if-none-match": first.headers["etag"]})
    assert changed.status_code == 200
    assert httpx.delete(f"{api.api}/corrections/1").json()["correction"]["verb"] == "merge"
    assert httpx.delete(f"{api.api}/corrections/1").json()["code"] == "unknown-correction"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"verb": "praise", "names": ["osmosis"]}, "usage"),
        ({"verb": "merge", "names": ["osmosis"]}, "usage"),
        ({"verb": "hide", "names": []}, "usage"),
        ({"verb": "hide", "names": ["no such thing at all"]}, "unknown-concept"),
        ({"verb": "accept", "names": ["transpiration", "osmosis"]}, "contradicts-notes"),
        ({"verb": ["hide", {}], "names": ["osmosis"]}, "usage"),
        ([], "usage"),
        ("hide", "usage"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(api: Served, body: Any, code: str) -> None:
    assert httpx.post(f"{api.api}/corrections", json=body).json()["code"] == code


def test_documents_are_added_read_and_forgotten(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "library", tmp_path / "library")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "bark.md").write_text("# Bark\n\nBark is the outer layer of a stem.\n")
    with served(tmp_path / "library") as own:
        assert httpx.post(f"{own.api}/documents", json={"paths": ["more"]}).json()["code"] == "usage"
        report = httpx.post(f"{own.api}/documents", json={"paths": [str(tmp_path / "more")]}, timeout=120).json()
        assert report["documents"]["added"] == 1
        sent = {"f": ("../../leaf blade.md", b"# Leaf blade\n\nThe leaf blade is the flat part of a leaf.\n")}
        assert httpx.post(f"{own.api}/documents/files", files=sent, timeout=120).json()["documents"]["added"] == 1
        assert (tmp_path / "library" / "uploads" / "leaf blade.md").is_file()
        assert httpx.post(f"{own.api}/documents/files", files={"f": ("a.exe", b"x")}).json()["code"] == "usage"
        assert httpx.post(f"{own.api}/documents/files", data={"f": "x"}).status_code == 400
        answer = httpx.get(f"{own.api}/ask?question=what+is+the+leaf+blade", timeout=60).json()
        assert answer["citations"][0]["document"] == "leaf blade.md"
        names = {one["document"]: one["id"] for one in httpx.get(f"{own.api}/documents").json()["documents"]}
        assert httpx.delete(f"{own.api}/documents/{names['bark.md']}", timeout=60).json()["forgotten"] == ["bark.md"]


def test_practice_is_recorded_and_taken_back(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "library", tmp_path / "library")
    with served(tmp_path / "library") as own:

        def sent(path: str, **values: Any) -> Any:
            return httpx.post(own.api + path, json=values, timeout=60).json()

        asked = httpx.get(f"{own.api}/practice", timeout=60).json()["questions"][0]
        graded = sent("/practice/answers", id=asked["id"], answer=asked["answer"])
        assert (graded["graded"]["suggested"] > 2, graded["recorded"], graded["item"]) == (True, False, None)
        done = sent("/practice/answers", id=asked["id"][:6], answer=asked["answer"], rating=3)
        assert not list(Draft202012Validator(schema("practice-answer")).iter_errors(untimed(done)))
        assert (done["recorded"], done["item"]["memory"]["reviews"]) == (True, 1)
        ran = study("practice", "items", "--status", "later", "--json", "--library", own.library.folder)
        assert ran.code != 0 or [one["id"] for one in ran.json["items"]] == [asked["id"]]
        assert sent("/practice/undo")["undone"] == "review"
        assert sent("/practice/undo")["code"] == "nothing-to-undo"
        for act in ("suspend", "resume", "bury", "flag"):
            assert sent(f"/practice/items/{asked['id']}", act=act)["act"] == act
        assert sent(f"/practice/items/{asked['id']}", act="edit", prompt="Well?")["item"]["prompt"] == "Well?"
        assert sent(f"/practice/items/{asked['id']}", act="edit")["code"] == "usage"
        assert sent(f"/practice/items/{asked['id']}", act="eat")["code"] == "usage"
        assert sent("/practice/items/0000000000", act="bury")["code"] == "unknown-item"
        assert sent("/practice/answers", id=asked["id"], rating=7)["code"] == "usage"
        assert [one["concept"] for one in sent("/known", concept="diffusion")["known"]] == ["diffusion"]
        assert sent("/known", concept="diffusion", known=False) == {"known": []}


def test_a_walk_is_gone_to_its_end(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "library", tmp_path / "library")
    with served(tmp_path / "library") as own:

        def sent(path: str, **values: Any) -> Any:
            return httpx.post(own.api + path, json=values, timeout=60).json()

        walk = sent("/walks", to="transpiration")
        assert not list(Draft202012Validator(schema("walk")).iter_errors(walk))
        ran = study("walk", "--to", "transpiration", "--no-model", "--json", "--library", own.library.folder)
        assert untimed(ran.json) == untimed(walk)
        assert httpx.get(f"{own.api}/walks/transpiration", timeout=60).json() == walk
        answer = httpx.get(f"{own.api}/walks/transpiration/answer?question=why+does+a+plant+wilt", timeout=60).json()
        assert answer["citations"]
        assert sent("/walks/transpiration", act="back")["code"] == "no-step"
        assert sent("/walks/transpiration", act="fly")["code"] == "usage"
        first = walk["now"]["concept"]
        assert sent("/walks/transpiration", act="insert", concept=first)["code"] == "no-step"
        assert sent("/walks/transpiration", act="next")["now"]["concept"] != first
        assert sent("/walks/transpiration", act="back")["now"]["concept"] == first
        assert sent("/walks/transpiration", act="know")["steps"][0]["standing"] == "known"
        for _ in walk["steps"][1:]:
            walk = sent("/walks/transpiration", act="next")
        assert walk["now"] is None
        assert sent("/walks/transpiration", act="next")["code"] == "no-step"
        assert httpx.delete(f"{own.api}/walks/transpiration", timeout=60).json() == {"walks": []}


# The description


def test_the_description_is_whole_and_true(api: Served) -> None:
    described = httpx.get(f"{api.api}/openapi.json").json()
    assert described == json.loads(json.dumps(openapi(OPERATIONS, PREFIX)))
    assert described["openapi"] == "3.1.0"
    for reference in re.findall(r'"\$ref": "([^"]+)"', json.dumps(described)):
        assert reference.startswith("#/"), reference
        value: Any = described
        for step in reference[2:].split("/"):
            value = value[step]
    ids = [one["operationId"] for path in described["paths"].values() for one in path.values()]
    assert len(set(ids)) == len(ids)
    for path, methods in described["paths"].items():
        for method, one in methods.items():
            named = {each["name"] for each in one.get("parameters", ()) if each["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path)), (method, path)


@pytest.mark.parametrize(
    ("text", "lines"), [("3", (3, 3)), ("3-5", (3, 5)), ("", None), ("x", None), ("3-", None), ("٣", None), ("1" * 10, None)]
)
def test_lines_of_an_address(text: str, lines: tuple[int, int] | None) -> None:
    if lines is None:
        with pytest.raises(UsageError):
            read_lines(text, None)
    else:
        span = read_lines(text, None)
        assert (span.first, span.last) == lines


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("boolean", "1", True),
        ("boolean", "no", False),
        ("boolean", "perhaps", None),
        ("integer", "12", 12),
        ("integer", 1e400, None),
        ("integer", "1.5", None),
        ("integer", True, None),
        ("number", "0.5", 0.5),
        ("number", "inf", None),
        ("string", "x" * 9_000, None),
        ("string", 5, None),
    ],
)
def test_values_of_parameters(kind: str, given: object, value: object) -> None:
    parameter = Parameter("x", "It.", kind)
    if value is None:
        with pytest.raises(UsageError):
            parameter.read([given])
    else:
        assert parameter.read([given]) == value


# Who is refused


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1", "127.0.0.1:80@evil.example", "", "[::1"])
@pytest.mark.parametrize("path", ["/api/v1/status", "/", "/nothing"])
def test_a_foreign_host_is_refused_before_everything(api: Served, host: str, path: str) -> None:
    response = httpx.get(api.url + path, headers={"host": host})
    assert response.status_code == 400
    assert "library" not in response.text


WRITES = [
    ({"origin": "http://evil.example"}, 403),
    ({"origin": "null"}, 403),
    ({"origin": "http://127.0.0.1:1"}, 403),
    ({"sec-fetch-site": "cross-site"}, 403),
    ({"sec-fetch-site": "same-site"}, 403),
    ({"sec-fetch-site": "same-origin"}, 400),
    ({"sec-fetch-site": "none"}, 400),
    ({}, 400),
]


@pytest.mark.parametrize(("headers", "status"), WRITES)
def test_another_site_writes_nothing(api: Served, headers: dict[str, str], status: int) -> None:
    assert httpx.post(f"{api.api}/corrections", headers=headers, json={}).status_code == status


def test_own_pages_write_and_other_sites_embed_nothing(api: Served) -> None:
    assert httpx.post(f"{api.api}/corrections", headers={"origin": api.url}, json={}).status_code == 400
    embedded = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
    assert httpx.get(f"{api.api}/status", headers=embedded).status_code == 403
    followed = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert httpx.get(f"{api.api}/status", headers=followed).status_code == 200
    asked = httpx.options(f"{api.api}/status", headers={"origin": "http://evil.example", "access-control-request-method": "GET"})
    assert "access-control-allow-origin" not in asked.headers


def test_every_response_has_the_headers(api: Served) -> None:
    for path in ("/api/v1/status", "/nothing", "/api/v1/ask"):
        headers = httpx.get(api.url + path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "same-origin")
        assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
        assert "cache-control" in headers


def test_a_token_is_asked_for(folder: Path) -> None:
    token = "a-token-of-many-signs"
    with served(folder / "library", token) as own:
        status = f"{own.api}/status"
        assert httpx.get(status).status_code == 401
        assert httpx.get(status, headers={"authorization": "Bearer wrong"}).status_code == 401
        assert httpx.get(status, headers={"authorization": f"Basic {token}"}).status_code == 401
        assert httpx.get(status, headers={"authorization": f"Bearer {token}"}).status_code == 200
        with httpx.Client() as browser:
            entered = browser.get(f"{own.url}/api/v1/search?q=sap&token={token}", follow_redirects=False)
            assert (entered.status_code, entered.headers["location"]) == (303, "/api/v1/search?q=sap")
            assert "HttpOnly" in entered.headers["set-cookie"]
            assert "SameSite=Strict" in entered.headers["set-cookie"]
            assert browser.get(status).status_code == 200
        away = httpx.get(f"{own.url}//evil.example/?token={token}", follow_redirects=False)
        assert away.headers["location"].startswith("/evil.example")


class VeryImpatient(ImpatientProtocol):
    seconds = 0.5


def test_too_much_is_refused_and_slow_senders_keep_nobody_waiting(folder: Path) -> None:
    with served(folder / "library", largest=1000, silence=0.5, http=VeryImpatient) as own:
        assert httpx.post(f"{own.api}/ask", content=b"x" * 2000).status_code == 413
        host = own.url.removeprefix("http://")
        slow = []
        for start in (
            b"GET /api/v1/status HTT",
            f"POST /api/v1/ask HTTP/1.1\r\nhost: {host}\r\ncontent-length: 100\r\n\r\n{{".encode(),
        ) * 20:
            one = socket.create_connection(("127.0.0.1", int(host.partition(":")[2])))
            one.sendall(start)
            slow.append(one)
        assert httpx.get(f"{own.api}/status", timeout=5).status_code == 200
        slow[1].settimeout(5)
        assert b" 408 " in slow[1].recv(100)
        slow[0].settimeout(5)
        assert slow[0].recv(100) == b""  # closed, though the header never came to its end
        for one in slow:
            one.close()


def test_readers_are_served_while_documents_come_and_go(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "library", tmp_path / "library")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "n.md").write_text("# Note\n\nThis note is about roots.\n")
    statuses: list[int] = []
    many = httpx.Limits(max_connections=READERS)
    with served(tmp_path / "library") as own, httpx.Client(base_url=own.api, timeout=60, limits=many) as client:

        def read(number: int) -> None:
            path = ("/search?q=sap", "/concepts/osmosis", "/path?to=transpiration", "/status", "/sources/9934bbec9799")[number % 5]
            statuses.append(client.get(path).status_code)

        readers = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
        with study_process("ingest", tmp_path / "more", "--library", tmp_path / "library") as ingesting:
            for reader in readers:
                reader.start()
            for reader in readers:
                reader.join()
            while ingesting.poll() is None:
                read(len(statuses))
                time.sleep(0.1)
            ingesting.communicate()
        assert ingesting.returncode == 0
        assert len(statuses) >= READERS
        assert set(statuses) == {200}
        assert httpx.get(f"{own.api}/search?q=note+about+roots&k=1", timeout=60).json()["hits"][0]["document"] == "n.md"
        shutil.rmtree(tmp_path / "library")
        assert httpx.get(f"{own.api}/search?q=sap", timeout=60).json()["code"] == "library-missing"


# The guide


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_guides_examples_do_what_it_says(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "library", tmp_path / "library")
    page = (GUIDE / "api.md").read_text()
    examples = re.findall(r"^\$ (curl .*(?:\\\n.*)*)\n((?:(?!\$ |```).*\n)*)", page, flags=re.MULTILINE)
    assert len(examples) >= 6
    (tmp_path / "moss.md").write_text("# Moss\n\nMoss is a plant without roots.\n")
    with served(tmp_path / "library", "a-token-of-many-signs") as own:
        for command, expected in examples:
            line = command.replace("http://127.0.0.1:7860", own.url).replace(
                "curl ", 'curl -H "Authorization: Bearer a-token-of-many-signs" ', 1
            )
            printed = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120).stdout
            pieces = re.split(r"\s*…\s*", " ".join(expected.split()))
            assert re.fullmatch(r"\s*.*\s*".join(map(re.escape, pieces)), " ".join(printed.split())), f"{command}\n{printed}"
