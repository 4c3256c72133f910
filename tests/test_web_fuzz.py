"""Whatever is sent to the server, it answers, and never with an error of its own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from served import Served, served
from terminal import study

from assistant.web.api.routes import OPERATIONS
from assistant.web.pages.routes import routes

pytestmark = [pytest.mark.usefixtures("encoder_cache"), pytest.mark.filterwarnings("ignore::DeprecationWarning")]
GUIDE = Path(__file__).resolve().parent.parent / "docs" / "guide"
OFTEN = settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
ODD = ["", "0", "-1", "1e999", "nan", "osmosis", "9934bbec9799", "../../etc/passwd", "course:softmax.md", "atlas:x", "page-1", "3-1", "%"]
TEXTS = st.one_of(st.sampled_from([*ODD, "\x00", "\ud800"]), st.text(max_size=30), st.integers().map(str))
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=2))
ASKED = ["question", "q", "to", "known", "minutes", "depth", "lines", "part", "view", "from", "pane", "document", "kind", "width"]
SENT = ["verb", "names", "number", "back", "question", "name", "path", "id", "model", "kind", "since"]
GETS = [
    *((f"/api/v1{one.path}", [each.name for each in one.parameters]) for one in OPERATIONS if one.method == "GET"),
    *((route.path.replace(":int", ""), ASKED) for route in routes() if "GET" in (route.methods or ()) and "backup" not in route.path),
    ("/v1/models/{name}", ["x"]),
]
POSTS = [
    *(
        (f"/api/v1{one.path}", [each.name for each in one.parameters])
        for one in OPERATIONS
        if one.method != "GET" and "/doc" not in one.path
    ),
    ("/v1/chat/completions", ["model", "messages", "stream", "stream_options"]),
    ("/v1/embeddings", ["input", "encoding_format", "dimensions"]),
]
FORMS = [
    (route.path, SENT) for route in routes() if "POST" in (route.methods or ()) and not {"pull", "folder"} & set(route.path.split("/"))
]
KINDS = ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Iterator[Served]:
    made = tmp_path_factory.mktemp("fuzz")
    shutil.copytree(GUIDE / "notes", made / "notes")
    assert study("ingest", made / "notes", "--library", made / "library").code == 0
    with served(made / "library") as found:
        yield found


def address(path: str, filled: str) -> str:
    """A path whose parameters are filled with a text."""
    safe = quote(filled.encode("utf-8", "surrogatepass"), safe="")
    return "/".join(safe if part.startswith("{") else part.replace("{page}", safe).replace("{number}", safe) for part in path.split("/"))


@OFTEN
@given(st.sampled_from(GETS), st.data())
def test_no_address_breaks_the_server(site: Served, chosen: tuple[str, list[str]], data: st.DataObject) -> None:
    path, names = chosen
    named = data.draw(st.lists(st.tuples(st.sampled_from([*names, "x"]), TEXTS), max_size=4))
    query = "&".join(f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in named)
    response = httpx.get(f"{site.url}{address(path, data.draw(TEXTS))}?{query}", timeout=60)
    assert response.status_code < 500 or response.status_code in (503, 504), response.text


@OFTEN
@given(st.sampled_from(POSTS), st.data())
def test_no_body_breaks_the_server(site: Served, chosen: tuple[str, list[str]], data: st.DataObject) -> None:
    path, names = chosen
    body = data.draw(st.one_of(st.dictionaries(st.sampled_from(names or ["x"]), VALUES, max_size=4), VALUES))
    method = "DELETE" if "{" in path else "POST"
    content = json.dumps(body).encode()
    response = httpx.request(method, f"{site.url}{address(path, data.draw(TEXTS))}", content=content, timeout=60)
    assert response.status_code < 500 or response.status_code in (503, 504), response.text


@OFTEN
@given(st.sampled_from(FORMS), st.data())
def test_no_form_breaks_the_server(site: Served, chosen: tuple[str, list[str]], data: st.DataObject) -> None:
    path, names = chosen
    fields = data.draw(st.lists(st.tuples(st.sampled_from(names), TEXTS), max_size=5))
    content = "&".join(f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in fields)
    headers = {
        "content-type": data.draw(st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]))
    }
    response = httpx.post(f"{site.url}{address(path, data.draw(TEXTS))}", content=content.encode(), headers=headers, timeout=60)
    assert response.status_code < 500 or response.status_code in (503, 504), response.text


def test_the_server_is_well_afterwards(site: Served) -> None:
    assert site.get("/").status_code == 200
    assert "loses more water" in site.get("/ask?question=why+does+a+plant+wilt").text
