"""The pages as HTML: harmless whatever a note holds, complete without scripts, small, and from nowhere else."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from browsing import CHROMIUM, browser, window
from served import Served, served
from terminal import study

from assistant.answers.model import Cell, Code, Formula, Item, ListBlock, Paragraph, Sentence, TableBlock
from assistant.sources.sources import cited_id, source_id
from assistant.web.rendering.environment import ASSETS, render
from assistant.web.rendering.links import note_links, source_url
from assistant.web.rendering.markdown import rendered
from assistant.web.rendering.text import rich
from ingest.model import Part, Span

pytestmark = [pytest.mark.usefixtures("encoder_cache"), pytest.mark.filterwarnings("ignore::DeprecationWarning")]
GUIDE = Path(__file__).resolve().parent.parent / "docs" / "guide"
HOSTILE = """---
title: "<script>document.title='gone'</script>"
aliases: ["\\u202Egnp.exe", "<img src=x onerror=alert(1)>"]
---
# Mallow <script>document.title='gone'</script>

Mallow is a <img src=x onerror="document.title='gone'"> plant with <svg onload="document.title='gone'"></svg> soft leaves.
<style>body { display: none }</style> <meta http-equiv="refresh" content="0; url=http://evil.example/">
<form action="http://evil.example/"><input name=a><button>Ask</button></form> <base href="http://evil.example/">

A mallow link is [here](javascript:document.title='gone') and [there](data:text/html,gone) and [out](http://evil.example/x).
A picture ![of a mallow](http://evil.example/pixel.png) is a tracking pixel. {{ 7919 * 7919 }} {% raw %}

Mallow's formula is $\\href{javascript:document.title='gone'}{x}$ and $\\style{color:red}{y}$ and $$\\includegraphics{http://evil.example/y.png}$$

| mallow | <b onclick="document.title='gone'">cell</b> |
|---|---|
| a | "' onmouseover=document.title='gone' x=" |

Mallow text that is turned: \u202e evitcepsrep \u202c and \x1b]8;;http://evil.example\x07 signs.

**Q:** What is a mallow </script><script>document.title='gone'</script>?
**A:** A mallow is a plant </p></article><script>document.title='gone'</script> with soft leaves.
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Iterator[Served]:
    made = tmp_path_factory.mktemp("pages")
    shutil.copytree(GUIDE / "notes", made / "notes")
    (made / "notes" / "<mallow> & 'co'.md").write_text(HOSTILE)
    (made / "notes" / "long.md").write_text("# Long\n\n" + "fern " * 400_000 + "\n")
    (made / "notes" / "page.html").write_text(
        "<title>T</title><p>Heather is <a href='javascript:alert(1)' onclick=alert(1)>a shrub</a>.</p><script>x</script>"
    )
    assert study("ingest", made / "notes", "--library", made / "library").code == 0
    with served(made / "library") as found:
        yield found


HOSTILE_ID = source_id("<mallow> & 'co'.md")
HOSTILE_PAGES = [
    "/",
    "/ask?question=what+is+a+mallow",
    "/ask?question=%3Cscript%3Edocument.title%3D%27gone%27%3C%2Fscript%3E",
    "/search?q=mallow",
    "/search?q=%22%3E%3Cscript%3E",
    "/concepts?q=%3Cscript%3E",
    "/library",
    "/library?document=%3Cimg+src%3Dx%3E",
    f"/source/{HOSTILE_ID}",
    f"/source/{HOSTILE_ID}?view=lines",
    f"/source/{HOSTILE_ID}?lines=5-9",
    "/source/%3Cscript%3E",
    "/concept/%3Cscript%3Edocument.title%3D'gone'%3C%2Fscript%3E",
    f"/source/{source_id('page.html')}",
]
_FORBIDDEN = re.compile(
    r"<script(?! src=\"/assets/)|<style|<iframe|<base|<object|<embed|javascript:|<[^>]+\son\w+\s*=|<img|style=|evil\.example/pixel",
    re.IGNORECASE,
)


@pytest.mark.parametrize("address", HOSTILE_PAGES)
def test_a_hostile_note_is_text(site: Served, address: str) -> None:
    page = site.get(address)
    assert page.status_code in (200, 404)
    inside = re.sub(r"&lt;.*?&gt;|<li id=\"L\d+\".*?</li>|<span class=\"tex.*?</span>", "", page.text, flags=re.DOTALL)
    assert not _FORBIDDEN.findall(re.sub(r"(?<=>)[^<]*", "", inside))
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b]", page.text)
    assert "62710561" not in page.text


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_a_hostile_note_does_nothing_in_a_browser(site: Served) -> None:
    with browser() as chromium, window(chromium) as opened:
        for address in HOSTILE_PAGES:
            opened.page.goto(site.url + address)
            opened.page.wait_for_load_state("load")
            assert opened.page.title().endswith("study")
            assert opened.page.locator("main").is_visible()
            assert [one for one in opened.wrong if "404" not in one] == []
        assert opened.foreign == []


def test_a_long_line_and_a_long_document_are_served(site: Served) -> None:
    page = site.get(f"/source/{source_id('long.md')}")
    assert page.status_code == 200
    assert page.elapsed.total_seconds() < 3


def test_pages_and_assets_load_nothing_from_elsewhere(site: Served) -> None:
    names = {"/", "/search", "/concepts", "/path", "/chats", "/library", "/evaluation", "/settings"}
    for name in names:
        for address in re.findall(r"(?:src|href)=\"([^\"]+)\"", site.get(name).text):
            assert address.startswith(("/", "#", "?")), (name, address)
    for file in ASSETS.glob("*.css"):
        assert not re.search(r"url\(['\"]?(?:https?:)?//|@import", file.read_text())


def test_assets_are_small_kept_and_what_they_were() -> None:
    assert sum(file.stat().st_size for file in ASSETS.iterdir()) <= 300_000
    vendored = json.loads((ASSETS / "vendored.json").read_text())
    for name, one in vendored.items():
        assert hashlib.sha256((ASSETS / name).read_bytes()).hexdigest() == one["sha256"], name
        assert (ASSETS / one["licence_file"]).is_file()
        assert one["licence"] in ("0BSD", "MIT")
    ours = {"app.js", "app.css", "icon.svg", "vendored.json"}
    assert {file.name for file in ASSETS.iterdir()} == vendored.keys() | ours | {one["licence_file"] for one in vendored.values()}


def test_assets_are_served_and_nothing_beside_them(site: Served) -> None:
    for name in ("app.js", "app.css", "temml.min.js", "Temml.woff2", "icon.svg"):
        assert site.get(f"/assets/{name}").status_code == 200
    for name in ("vendored.json", "..%2fapp.py", "%2e%2e%2fguards.py", "nothing.js", "htmx.LICENSE"):
        assert site.get(f"/assets/{name}").status_code == 404


FORMS = [
    ("/chats", {"question": ""}, 400),
    ("/chats", {"question": "what is sap", "model": "/etc/passwd"}, 503),
    ("/chats/a%2fb", {"question": "x"}, 404),
    ("/chats/%20", {"question": "x"}, 400),
    ("/chats/nothing/rename", {"name": "x"}, 404),
    ("/chats/nothing/delete", {}, 404),
    ("/concept/osmosis/correct", {"verb": "praise"}, 400),
    ("/concept/osmosis/correct", {"verb": "merge", "names": ["osmosis"]}, 400),
    ("/corrections/undo", {"number": "x"}, 400),
    ("/corrections/undo", {"number": "9"}, 404),
    ("/library/folder", {"path": "notes"}, 400),
    ("/library/forget", {"id": "nothing"}, 404),
    ("/settings/model", {"name": "nothing"}, 503),
    ("/library/files", {"files": "x"}, 400),
    ("/practice/nothing/check", {"answer": "x"}, 404),
    ("/practice/nothing/rate", {"rating": "3"}, 404),
    ("/practice/nothing/rate", {"rating": "9"}, 400),
    ("/practice/undo", {}, 400),
    ("/walk", {"to": ""}, 400),
    ("/walk", {"to": "nothing of the kind"}, 404),
    ("/walk/osmosis/next", {}, 404),
    ("/walk/osmosis/fly", {}, 400),
]


@pytest.mark.parametrize(("address", "fields", "status"), FORMS, ids=[f"{address} {fields}" for address, fields, _ in FORMS])
def test_a_form_that_cannot_be_done_says_why(site: Served, address: str, fields: dict[str, object], status: int) -> None:
    page = site.post(address, data=fields)
    assert page.status_code == status, page.text[page.text.find("alert") :][:200]
    assert 'role="alert"' in page.text


def test_where_one_is_sent_back_to_is_here(site: Served) -> None:
    httpx.post(f"{site.api}/corrections", json={"verb": "merge", "names": ["xylem", "phloem"]})
    sent = site.post("/corrections/undo", data={"number": "1", "back": "//evil.example/"}, follow_redirects=False)
    assert (sent.status_code, sent.headers["location"]) == (303, "/concepts")


def test_what_is_exported(site: Served) -> None:
    page = site.get("/path/export?to=transpiration&form=markdown")
    assert page.text.startswith("# Path to Transpiration")
    assert "attachment" in page.headers["content-disposition"]
    assert "<!doctype html>" in site.get("/path/export?to=transpiration&form=html").text
    assert site.get("/settings/backup").status_code in (200, 503)
    site.post("/chats", data={"question": "what is osmosis"})
    assert "osmosis.md:" in site.get("/chats/what-is-osmosis/export").text


# Rendering


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a <b> & 'c'", "a &lt;b&gt; &amp; &#39;c&#39;"),
        ("costs $5 and $6", "costs $5 and $6"),
        ("$x < y$", '<span class="tex">x &lt; y</span>'),
        ("$$a$$", '<span class="tex" data-display="yes">a</span>'),
        ("use `x < 1`", "use <code>x &lt; 1</code>"),
        (r"\(x\)", '<span class="tex">x</span>'),
    ],
)
def test_text_is_set(text: str, html: str) -> None:
    assert rich(text) == html


@pytest.mark.parametrize(
    ("lines", "hits", "marked"),
    [
        (["One line", "and another", "", "Then more"], {2}, ["and another"]),
        (["# Title", "", "- one", "- two *words* here", "- three"], {4}, ["two ", "words", " here"]),
        (["| a | b |", "|---|---|", "| c | d |", "| e | f |"], {4}, ["e", "f"]),
        (["```python", "x = 1", "y = 2", "```"], {3}, ["y = 2"]),
        (["---", "title: x", "---", "Text"], {4}, ["Text"]),
        (["> quoted", "> again"], {2}, ["again"]),
        (["a **bold", "thing** ends"], {2}, ["thing", " ends"]),
        (["1. one", "   more", "2. two"], {2}, ["more"]),
        (["so \\(x\\) is", "and \\[ y", "z \\] ends"], {3}, [" ends"]),
    ],
)
def test_marks_stand_on_their_lines(lines: list[str], hits: set[int], marked: list[str]) -> None:
    assert re.findall(r"<mark data-line=\"\d+\">(.*?)</mark>", str(rendered(lines, 1, hits))) == marked


def test_a_formula_of_several_lines_is_marked_as_one() -> None:
    html = str(rendered(["Text", "$$", "x + y", "$$", "more"], 1, {3}))
    assert '<span class="tex hit" data-line="3" data-display="yes">x + y</span>' in html
    assert '<span data-line="5">more</span>' in html


@pytest.mark.parametrize(
    ("document", "span", "address"),
    [
        ("osmosis.md", Span(3, 4), "/source/9934bbec9799?lines=3-4#L3"),
        ("course:softmax.md", Span(3, 3), "/source/course:softmax.md?lines=3-3#L3"),
        ("osmosis.md", Span(1, 2, Part("page", 3)), "/source/9934bbec9799?lines=1-2&part=page-3#L1"),
    ],
)
def test_addresses_of_sources(document: str, span: Span, address: str) -> None:
    assert source_url(document, span) == address


@pytest.mark.parametrize(
    ("place", "name", "found"),
    [("course:a.md:3", "a.md", "course:a.md"), ("a.md:3", "a.md", source_id("a.md")), ("atlas:x.toml:1-2", "atlas:x.toml", "atlas:x.toml")],
)
def test_ids_of_what_is_cited(place: str, name: str, found: str) -> None:
    assert cited_id(place, name) == found


def test_blocks_of_every_kind_stand_behind_every_other() -> None:
    one = Sentence("Sap rises.", (1,))
    blocks = (
        Paragraph((one,)),
        Paragraph((one,), written=True),
        ListBlock(None, (Item(one, ListBlock(one, (Item(one),))),)),
        TableBlock(("a",), ((Cell("b"),),)),
        Formula("x", (1,)),
        Code("y", (1,)),
    )
    for before in blocks:
        for after in blocks:
            html = render("_blocks.html", all=(before, after), citations={}, places={})
            assert ("In your notes" in html) == (before is blocks[1])


def test_links_between_notes_lead_to_their_pages() -> None:
    names = ["unit 1/osmosis.md", "unit 2/Membranes of cells.md", "unit 1/water.md", "unit 2/water.md"]
    page_of = note_links("unit 1/osmosis.md", lambda: names)
    lines = [
        "[[membranes of cells]], [[Membranes of cells#Pumps|pumps]], [up](../unit%202/water.md#top), [[water]], [[nowhere]]",
        "![[picture.png]] [x](javascript:alert(1)) [y](/etc/passwd) `[[water]]`",
    ]
    html = rendered(lines, 1, {2}, page_of)
    ids = [source_id(names[at]) for at in (1, 1, 3, 2)]
    assert re.findall(r'href="/source/(\w+)"', html) == ids
    assert html.count("href=") == len(ids)
    assert "[[" not in html.replace("[[water]]</", "")
    assert ">pumps<" in html
    assert re.search(r'<mark data-line="2">picture.png</mark>', html)
