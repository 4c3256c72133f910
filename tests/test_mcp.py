"""The MCP face, asked by the SDK's own client: in this process, over stdio, and over HTTP."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
import uvicorn
from terminal import CHECKOUT, study, study_process

from assistant import Library
from assistant.mcp.replies import MOST, fitted, size, trimmed

mcp = pytest.importorskip("mcp")
pytestmark = [pytest.mark.usefixtures("encoder_cache"), pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")]
GUIDE = Path(__file__).resolve().parent.parent / "docs" / "guide"
TOOLS = {"search", "fetch", "ask", "read_source", "concept", "learning_path", "why", "status"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    made = tmp_path_factory.mktemp("mcp")
    shutil.copytree(GUIDE / "notes", made / "notes")
    (made / "notes" / "sub").mkdir()
    long = "".join(f"Fern number {number} grows in the shade of tree number {number} beside the river.\n\n" for number in range(3_000))
    (made / "notes" / "sub" / "ferns.md").write_text(f"# Ferns\n\n{long}")
    (made / "notes" / "odd.md").write_text("# Odd\n\nAn odd sign \u202e is turned here.\n")
    assert study("ingest", made / "notes", "--library", made / "library").code == 0
    return made


def with_client(folder: Path, talk: Callable[[Any], Awaitable[None]]) -> None:
    """Talk to a server in this process."""
    from assistant.mcp.server import build_server

    async def run() -> None:
        with Library.open(folder / "library") as library:
            async with mcp.Client(build_server(library)) as client:
                await talk(client)

    anyio.run(run)


def value_of(result: Any) -> Any:
    """The JSON of a reply that fits a context."""
    assert not result.is_error, result.content
    assert sum(len(part.text) for part in result.content) <= 1.6 * MOST  # the SDK indents it
    assert size(result.structured_content) <= MOST + 2_000
    return result.structured_content


def test_the_tools_read_and_say_what_they_are_for(folder: Path) -> None:
    async def talk(client: Any) -> None:
        tools = (await client.list_tools()).tools
        assert {tool.name for tool in tools} == TOOLS
        for tool in tools:
            assert tool.annotations.read_only_hint
            assert not tool.annotations.open_world_hint
            assert tool.description

    with_client(folder, talk)


def test_a_question_a_passage_and_its_source(folder: Path) -> None:
    async def talk(client: Any) -> None:
        answer = value_of(await client.call_tool("ask", {"question": "why does a plant wilt"}))
        assert not answer["abstained"]
        assert answer["citations"][0]["place"] == "osmosis.md:22-23"
        results = value_of(await client.call_tool("search", {"query": "how fast is sap", "k": 3}))["results"]
        assert set(results[0]) == {"id", "title", "url", "text"}
        fetched = value_of(await client.call_tool("fetch", {"id": results[0]["id"]}))
        assert set(fetched) == {"id", "title", "text", "url", "metadata"}
        assert fetched["text"] in (folder / "notes" / fetched["metadata"]["document"]).read_text()
        source = value_of(await client.call_tool("read_source", {"document": "osmosis.md", "lines": "22-23"}))
        assert source["text"].startswith("22: When a plant loses")
        silent = value_of(await client.call_tool("ask", {"question": "who won the world cup"}))
        assert silent["abstained"]

    with_client(folder, talk)


def test_concepts_paths_and_reasons(folder: Path) -> None:
    async def talk(client: Any) -> None:
        assert value_of(await client.call_tool("concept", {"name": "osmosis"}))["concept"] == "osmosis"
        path = value_of(await client.call_tool("learning_path", {"targets": ["transpiration"], "known": ["diffusion"]}))
        assert path["steps"][-1]["concept"] == "transpiration"
        assert path["next"] is None
        assert value_of(await client.call_tool("why", {"before": "diffusion", "after": "transpiration"}))["verdict"] == "chain"
        assert "osmosis.md" in value_of(await client.call_tool("status", {}))["document_names"]

    with_client(folder, talk)


def test_long_replies_go_on_where_they_ended(folder: Path) -> None:
    async def talk(client: Any) -> None:
        wanted, lines = "1-6001", []
        while wanted:
            part = value_of(await client.call_tool("read_source", {"document": "sub/ferns.md", "lines": wanted}))
            lines += [line.partition(": ")[2] for line in part["text"].split("\n")]
            wanted = part["next"]
        assert "\n".join(lines) == (folder / "notes" / "sub" / "ferns.md").read_text().rstrip("\n")
        fetched = value_of(await client.call_tool("fetch", {"id": "sub/ferns.md"}))
        after = value_of(await client.call_tool("fetch", {"id": fetched["metadata"]["next"]}))
        assert after["metadata"]["lines"][0] == fetched["metadata"]["lines"][1] + 1
        first = value_of(await client.call_tool("search", {"query": "fern tree river shade", "k": 50}))
        assert len(first["results"]) + (first["next"] is None) > 0

    with_client(folder, talk)


def test_resources_and_prompts(folder: Path) -> None:
    async def talk(client: Any) -> None:
        (template,) = (await client.list_resource_templates()).resource_templates
        assert template.uri_template == "study://source/{+path}"
        contents = (await client.read_resource("study://source/sub/ferns.md")).contents
        assert contents[0].text.startswith("1: # Ferns")
        assert "go on with the tool" in contents[0].text
        for wrong in ("study://source/nothing.md", "study://source/../../etc/passwd", "study://source//etc/passwd"):
            with pytest.raises(Exception, match=r".") as failed:
                await client.read_resource(wrong)
            assert "root:" not in str(failed.value)
        names = {prompt.name for prompt in (await client.list_prompts()).prompts}
        assert names == {"explain_from_my_notes", "quiz_me", "plan_my_week"}
        said = await client.get_prompt("quiz_me", {"topic": "osmosis"})
        assert "osmosis" in said.messages[0].content.text

    with_client(folder, talk)


@pytest.mark.parametrize(
    ("tool", "given", "said"),
    [
        ("concept", {"name": "no such thing at all"}, "unknown-concept"),
        ("fetch", {"id": "nothing.md:3"}, "unknown-document"),
        ("read_source", {"document": "osmosis.md", "lines": "900-901"}, "unknown-place"),
        ("read_source", {"document": "../../etc/passwd"}, "unknown-document"),
        ("read_source", {"document": "osmosis.md", "lines": "x"}, "lines"),
        ("search", {"query": "x", "k": 500}, "50"),
        ("search", {"query": " "}, "bad-question"),
        ("search", {}, "query"),
        ("ask", {"question": "what", "model": "http://127.0.0.1:1"}, "no model"),
        ("learning_path", {"targets": []}, "targets"),
    ],
)
def test_what_cannot_be_done_is_said(folder: Path, tool: str, given: dict[str, Any], said: str) -> None:
    async def talk(client: Any) -> None:
        result = await client.call_tool(tool, given)
        assert result.is_error
        assert said in result.content[0].text

    with_client(folder, talk)


async def asked_while_another_process_ingests(client: Any, library: Path, more: Path) -> None:
    """Ask until the other process is done: what is there is answered all the time, what is new afterwards."""
    more.mkdir()
    (more / "moss.md").write_text("# Moss\n\nMoss is a plant that has no roots.\n")
    before = await client.call_tool("ask", {"question": "what is moss"})
    assert before.structured_content["certainty"] != "sure"
    count = 0
    with study_process("ingest", more, "--library", library) as ingesting:
        while ingesting.poll() is None:
            during = await client.call_tool("ask", {"question": "why does a plant wilt"})
            assert "loses more water" in during.structured_content["answer"]
            count += 1
            await anyio.sleep(0.3)
        ingesting.communicate()
    assert ingesting.returncode == 0
    assert count
    after = await client.call_tool("ask", {"question": "what is moss"})
    assert "no roots" in after.structured_content["answer"]


def test_over_stdio_with_another_process_that_ingests(folder: Path, tmp_path: Path) -> None:
    library = shutil.copytree(folder / "library", tmp_path / "library")
    command = ["-m", "assistant.cli.main", "mcp", "--library", str(library)]
    server = mcp.StdioServerParameters(command=sys.executable, args=command, cwd=str(CHECKOUT), env=dict(os.environ))

    async def run() -> None:
        async with mcp.Client(server) as client:
            await asked_while_another_process_ingests(client, library, tmp_path / "more")

    anyio.run(run)


def test_stdout_is_json_and_nothing_else(folder: Path) -> None:
    """Whatever comes in, each line that goes out is a message; and a client is answered before the library is opened."""
    head = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}}
    lines = [
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": head}),
        json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        "not json at all \x1b[2J",
        "{}",
        '{"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "read_source", "arguments": {"document": "odd.md"}}}',
        '{"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": "nothing", "arguments": 5}}',
        '{"jsonrpc": "2.0", "id": 4, "method": "no/such"}',
    ]
    command = [sys.executable, "-m", "assistant.cli.main", "mcp", "--library", str(folder / "library")]
    streams: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    answers: dict[Any, Any] = {}
    with subprocess.Popen(command, cwd=CHECKOUT, text=True, **streams) as started:
        assert started.stdin is not None
        assert started.stdout is not None
        started.stdin.write("\n".join(lines) + "\n")
        started.stdin.flush()
        while not {1, 2, 3, 4} <= answers.keys():
            line = started.stdout.readline()
            assert line, "the server ended"
            message = json.loads(line)
            assert message["jsonrpc"] == "2.0"
            answers[message.get("id")] = message
        started.stdin.close()
        rest = started.stdout.read()
        assert started.wait(20) == 0
    assert all(json.loads(line) for line in rest.splitlines())
    assert not answers[2]["result"].get("isError"), answers[2]
    text = answers[2]["result"]["content"][0]["text"]
    assert "\u202e" not in json.loads(text)["text"]


def test_initialize_does_not_wait_for_the_library(tmp_path: Path) -> None:
    async def talk(client: Any) -> None:
        assert len((await client.list_tools()).tools) == 8
        result = await client.call_tool("status", {})
        assert "library-missing" in result.content[0].text

    (tmp_path / "empty").mkdir()
    from assistant.mcp.server import build_server

    async def run() -> None:
        with Library.open(tmp_path / "empty" / "none") as library:
            async with mcp.Client(build_server(library)) as client:
                await talk(client)

    anyio.run(run)


def test_over_http_behind_the_same_rules_with_another_process_that_ingests(folder: Path, tmp_path: Path) -> None:
    import httpx

    from assistant.mcp.serving import application
    from assistant.web.app import create_app
    from assistant.web.guards import Rules, allowed_hosts
    from assistant.web.serving import bind

    own = shutil.copytree(folder / "library", tmp_path / "library")
    with Library.open(own) as library:
        listening = bind("127.0.0.1", 0)
        port = listening.getsockname()[1]
        app = create_app(library, Rules(allowed_hosts("127.0.0.1", port)), beside=application(library))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="on", http="h11", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        url = f"http://127.0.0.1:{port}"

        async def run() -> None:
            async with mcp.Client(f"{url}/mcp") as client:
                assert value_of(await client.call_tool("concept", {"name": "osmosis"}))["name"] == "Osmosis"
                await asked_while_another_process_ingests(client, own, tmp_path / "more")

        anyio.run(run)
        assert httpx.post(f"{url}/mcp", json={}, headers={"origin": "http://evil.example"}).status_code == 403
        assert httpx.post(f"{url}/mcp", json={}, headers={"host": "evil.example"}).status_code == 400
        assert httpx.get(url).status_code == 200
        server.should_exit = True
        thread.join(10)
        listening.close()


def test_replies_are_fitted() -> None:
    value = {"name": "x", "all": [{"text": "y" * 900} for _ in range(50)]}
    first = fitted(value, "all", most=5_000)
    assert size(first) <= 5_100
    assert 0 < first["next"] == len(first["all"])
    assert fitted(value, "all", 49)["next"] is None
    assert fitted({"all": ["z" * 99_000]}, "all", most=100)["all"][0].endswith("…")
    short = trimmed(value, "all", most=5_000)
    assert short["left_out"] == {"all": 50 - len(short["all"])}
    assert trimmed({"a": []}, "a") == {"a": []}
