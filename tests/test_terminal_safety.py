"""Whatever stands in a note, its title, its name or a model's words: no control byte of it reaches a terminal."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terminal import study

from assistant.wording.safe import displayable, escaped_json

HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
PLANTED = "\x1b[2J\x1b]52;c;ZXZpbA==\x07 \x9b31m \u202e \u2066"


@given(st.text())
def test_displayed_text_is_harmless_and_says_the_same_otherwise(text: str) -> None:
    shown = displayable(text)
    assert not HARMFUL.search(shown)
    assert len(shown) == len(text)
    assert all(after == before for before, after in zip(text, shown, strict=True) if not HARMFUL.match(before))


@given(st.dictionaries(st.text(), st.text()))
def test_json_is_harmless_and_verbatim(value: dict[str, str]) -> None:
    text = escaped_json(json.dumps(value, ensure_ascii=False))
    assert not HARMFUL.search(text)
    assert json.loads(text) == value


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "notes").mkdir()
    plain = "An ordinary sentence about purring follows here. " * 30
    (folder / "notes" / "cats \x1b[2J.md").write_text(
        f"---\ntitle: Cats {PLANTED}\naliases: [felines {PLANTED}]\n---\n\n# Cats {PLANTED}\n\n"
        f"Cats are animals {PLANTED} that purr. {plain}\n\n## Purring {PLANTED}\n\nPurring builds on cats {PLANTED}.\n\n"
        f"- a list {PLANTED}\n- of things\n\n| cat | size {PLANTED} |\n|--|--|\n| lion | {PLANTED} |\n"
    )
    (folder / "notes" / "milk.md").write_text(
        '---\ntitle: Milk\naliases: ["dairy \\e]0;x\\a"]\nrequires: ["\\e[2Jgrass", cats]\n---\n\n'
        f"Milk is a food {PLANTED} that is drunk by cats.\n\nQ: What is cream {PLANTED}?\nA: The fat of milk {PLANTED} that rises.\n\n"
        f"TODO: ask {PLANTED}\n\nSee [[nowhere {PLANTED}]]. What is whey {PLANTED} and why?\n\n{plain}\n"
    )
    page = f"<title>Dogs &#27;[2J</title><p>Dogs are animals &#27;]0;evil&#7; that bark. {plain}</p>"
    (folder / "notes" / "page.html").write_text(page)
    assert study("ingest", folder / "notes", "--library", folder / "library").code == 0
    return folder / "library"


COMMANDS = (
    ("ask", "what are cats"),
    ("ask", "what are dogs", "--explain"),
    ("search", "purring", "--explain"),
    ("show", "cats \x1b[2J.md"),
    ("show", "page.html page 1:1"),
    ("show", "page.html:1"),
    ("path", "--to", "purring"),
    ("path", "--to", "purring", "--markdown"),
    ("path", "--to", "purring", "--dot"),
    ("concept", "purring"),
    ("why", "cats", "purring"),
    ("graph",),
    ("graph", "stats"),
    ("graph", "export", "--format", "graphml"),
    ("graph", "accept", "purring", "cats"),
    ("graph", "corrections"),
    ("graph", "undo"),
    ("status",),
    ("documents",),
    ("config",),
    ("ask", "and dogs", "--chat", "one"),
    ("forget", "nothing \x1b[2J like it"),
    ("ingest", "nothing \x1b[2J like it"),
    ("documents", "--collection", "nothing \x1b[2J like it"),
    ("eval", "show", "nothing \x1b[2J like it"),
    ("doctor",),
    ("ask", "and what are cats", "--chat", "one"),
    ("chat", "one", "--export", "-"),
    ("chat", "--list"),
    ("ask", "x \x1b[2J y"),
    ("concept", "nothing \x1b[2J like it"),
    ("search", "cats", "--document", "nothing \x1b[2J like it"),
    ("model", "list"),
    ("gaps",),
    ("gaps", "--to", "purring", "--known", "x \x1b[2J"),
    ("graph", "add", "kitten \x1b[2J", "--alias", "kit \x1b]0;x\x07"),
    ("graph", "corrections"),
    ("graph", "show", "purring"),
    ("graph", "disagreements"),
    ("graph", "refine", "--model", "x \x1b[2J"),
    ("path", "--to", "milk"),
    ("practice",),
    ("practice", "items"),
    ("practice", "stats"),
    ("practice", "suspend", "x \x1b[2J"),
    ("walk", "--to", "milk"),
    ("walk",),
    ("know", "milk"),
    ("know",),
    ("cards", "export", "cards \x1b[2J.csv"),
    ("cards", "import", "nothing \x1b[2J.apkg"),
    ("atlas", "show", "x \x1b[2J"),
    ("atlas", "search", "x \x1b[2J"),
    ("backup", "kept \x1b[2J.zip"),
    ("restore", "nothing \x1b[2J.zip"),
    ("config", "set", "x \x1b[2J", "y \x1b[2J"),
    ("model", "use", "x \x1b[2J"),
    ("tune", "--undo"),
    ("eval", "retrieval", "nothing \x1b[2J.jsonl"),
    ("chat",),
    ("aks \x1b[2J",),
    ("search", "--nothing \x1b[2J"),
    ("serve", "--host", "x \x1b[2J"),
)
TYPED = {
    "chat": "what are cats\nwhy\nand \x1b[2J dogs?\n/list\n/new other \x1b[2J\n/nothing \x1b[2J\n",
    "practice": "?\nl\nanimals \x1b[2J that purr\nl\n3\nk\nu\nf\nodd \x1b[2J\n",
    "walk": "?\nr\nw\nt\nwhat are cats\n\nl\nmilk \x1b[2J\n\n",
}
"""What a person types into the commands that read it."""
ALONE = ("aks \x1b[2J", "atlas", "config", "model")
"""Commands that have no library; the wrong ones have no JSON either."""
NO_JSON = ("aks \x1b[2J", "serve", "--nothing \x1b[2J")


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("as_json", [False, True])
def test_no_command_lets_a_control_character_through(
    library: Path, words: tuple[str, ...], as_json: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if as_json and ({"--markdown", "--dot", "graphml", "-", *NO_JSON} & {*words}):
        pytest.skip("prints one thing or the other")
    monkeypatch.chdir(tmp_path)
    named = () if words[0] in ALONE else ("--library", library)
    ran = study(*words, *named, *(["--json"] if as_json else []), stdin=TYPED.get(words[0], "") if words[1:2] in ((), ("--to",)) else "")
    assert ran.code in (0, 1, 2), ran.err
    assert ran.out or ran.err
    assert not HARMFUL.search(ran.out), repr(HARMFUL.search(ran.out))
    assert not HARMFUL.search(ran.err), repr(HARMFUL.search(ran.err))


class Evil(BaseHTTPRequestHandler):
    """A model's server whose every word is hostile."""

    def do_GET(self) -> None:
        self._send(json.dumps({"data": [{"id": f"evil {PLANTED}"}]}), "application/json")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        said = f"Cats are animals {PLANTED} that purr. [1]\\n\\n- \x1b]0;evil\x07 cats {PLANTED} [1]"
        piece = json.dumps({"choices": [{"delta": {"content": said}, "message": {"content": said}, "finish_reason": None}]})
        self._send(f"data: {piece}\n\ndata: [DONE]\n\n", "text/event-stream")

    def _send(self, text: str, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("words", [("ask", "what are cats"), ("ask", "what are cats", "--explain"), ("chat",), ("walk", "--to", "milk")])
def test_no_word_of_a_model_reaches_the_terminal_with_its_control_characters(library: Path, words: tuple[str, ...]) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Evil) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        ran = study(*words, "--model", address, "--library", library, stdin=TYPED.get(words[0], ""))
        server.shutdown()
        thread.join()
    assert ran.code == 0, ran.err
    assert "purr" in ran.out
    assert not HARMFUL.search(ran.out), repr(HARMFUL.search(ran.out))
    assert not HARMFUL.search(ran.err), repr(HARMFUL.search(ran.err))
