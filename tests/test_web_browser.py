"""The pages in a real browser: a citation opens its very lines, in every format; nothing is refused by the policy, nothing fails."""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from browsing import DESKTOP, PHONE, browser, needs_browser, window
from formats import MADE
from served import Served, served
from terminal import study

from assistant.sources.sources import source_id
from assistant.web.rendering.links import source_url
from ingest.model import Span

pytestmark = [needs_browser, pytest.mark.usefixtures("encoder_cache"), pytest.mark.filterwarnings("ignore::DeprecationWarning")]
GUIDE = Path(__file__).resolve().parent.parent / "docs" / "guide"
CITATIONS = 100
PAGES = [
    "/",
    "/ask?question=why+does+a+plant+wilt",
    "/ask?question=who+won+the+world+cup",
    "/search?q=how+fast+is+sap",
    "/concepts",
    "/concept/osmosis",
    "/concept/osmosis?hops=2",
    "/path",
    "/path?to=transpiration",
    "/practice",
    "/practice/statistics",
    "/gaps",
    "/gaps?to=transpiration",
    "/walk",
    "/chats",
    "/library",
    "/evaluation",
    "/evaluation/sets/mine",
    "/settings",
    f"/source/{source_id('osmosis.md')}?lines=15-17",
    f"/source/{source_id('a.pdf')}?part=page-1&lines=3-8",
    f"/source/{source_id('a.py')}?lines=20-22",
    *(f"/source/{source_id(name)}" for name in ("a.tex", "a.org", "a.rst")),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Iterator[Served]:
    made = tmp_path_factory.mktemp("browser")
    for name, content in MADE.items():
        (made / name).write_bytes(content())
    assert study("ingest", made, GUIDE / "notes", "--library", made.parent / f"{made.name}-library").code == 0
    with served(made.parent / f"{made.name}-library") as found:
        found.library.evaluate.sets.draft("mine")
        yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as found:
        yield found


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_is_whole_and_within_the_policy(site: Served, chromium: Any, size: dict[str, int], theme: str) -> None:
    with window(chromium, viewport=size, color_scheme=theme) as opened:
        for address in PAGES:
            opened.go(site.url + address)
            assert not opened.wrong, (address, opened.wrong)
            assert not opened.is_too_wide(), address
            assert opened.page.locator("main").inner_text().strip(), address
        assert not opened.foreign


def test_citations_of_every_format_show_their_very_lines(site: Served, chromium: Any) -> None:
    """Random lines of every document: those that are marked are those that are cited, in the source and as a page."""
    chance = random.Random(7)
    library = site.library
    sources = [library.source(record.name) for record in library.documents()]
    with window(chromium) as opened:
        for number in range(CITATIONS):
            source = sources[number % len(sources)]
            text = chance.choice([text for text in source.document.texts if any(line.strip() for line in text.lines)])
            first = chance.choice([at for at, line in enumerate(text.lines, start=1) if line.strip()])
            span = Span(first, min(len(text.lines), first + chance.randrange(4)), text.part)
            opened.go(site.url + source_url(source.document.name, span, view="lines"))
            marked = opened.page.locator(".lines li.hit > span").all_inner_texts()
            cited = list(text.lines[span.first - 1 : span.last])
            # A browser shows control characters of a terminal as the pictures that we send.
            assert [line.split() for line in marked] == [re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", line).split() for line in cited] or any(
                not line.isprintable() for line in cited
            ), (source.document.name, span)
            opened.go(site.url + source_url(source.document.name, span, view="rendered"))
            numbers = {
                int(one)
                for one in opened.page.eval_on_selector_all("[data-line]:is(mark, .hit)", "all => all.map(one => one.dataset.line)")
            }
            assert numbers <= set(range(span.first, span.last + 1)), (source.document.name, span)
        assert not opened.wrong


def test_a_question_a_citation_and_the_source_beside_it(site: Served, chromium: Any) -> None:
    with window(chromium) as opened:
        page = opened.page
        opened.go(site.url)
        page.keyboard.type("why does a plant wilt")
        page.keyboard.press("Enter")
        page.locator("#answer .answer .cite").first.wait_for()
        assert "loses more water" in page.locator("#answer").inner_text()
        assert page.url.endswith("/ask?question=why+does+a+plant+wilt") or "question=why" in page.url
        page.locator("#answer .cite").first.click()
        page.locator("#pane [data-source]").wait_for()
        assert set(page.eval_on_selector_all("#pane mark", "all => all.map(one => one.dataset.line)")) == {"22", "23"}
        page.locator("#pane .tools a", has_text="As its source").click()
        page.locator("#pane .lines li.hit").first.wait_for()
        assert page.locator("#pane .lines li.hit > a").all_inner_texts() == ["22", "23"]
        head, hit = (page.locator(f"#pane {part}").first.bounding_box() for part in (".head", ".lines li.hit"))
        assert head["y"] + head["height"] <= hit["y"] + 1 < hit["y"] + hit["height"] <= DESKTOP["height"]
        assert page.locator("#pane [data-step]:visible").count() == 0  # one place is cited, however often
        page.keyboard.press("Escape")
        assert not page.locator("#pane [data-source]").count()
        page.reload()
        assert "loses more water" in page.locator("#answer").inner_text()
        assert not opened.wrong


def test_from_one_citation_to_the_next(site: Served, chromium: Any) -> None:
    with window(chromium) as opened:
        page = opened.page
        opened.go(f"{site.url}/ask?question=what+is+osmosis")
        page.locator("#answer .cite").first.click()
        page.locator("#pane [data-source]").wait_for()
        shown = [page.locator("#pane .where").first.inner_text()]
        for button in ("Next citation", "Previous citation"):
            page.locator("#pane").get_by_role("button", name=button).click()
            page.wait_for_function("text => document.querySelector('#pane .where').innerText != text", arg=shown[-1])
            shown.append(page.locator("#pane .where").first.inner_text())
        assert shown[0] == shown[2] != shown[1]
        assert not opened.wrong


def test_a_question_is_practised(site: Served, chromium: Any) -> None:
    with window(chromium, viewport=PHONE) as opened:
        page = opened.page
        opened.go(f"{site.url}/practice?to=transpiration")
        before = page.locator(".definition").inner_text()
        page.get_by_label("Your answer").fill("I do not know")
        page.get_by_role("button", name="Compare").click()
        page.get_by_role("button", name="Good").wait_for()
        assert page.locator("main .cite").count() == 1
        page.get_by_role("button", name="Good").click()
        page.wait_for_url("**/practice?to=transpiration")
        assert page.locator(".definition").inner_text() != before
        page.get_by_role("link", name="What practice shows").click()
        page.locator(".heat").wait_for()
        assert page.locator(".heat td.heat-4").count() == 1
        page.go_back()
        page.get_by_role("button", name="Take the last answer back").click()
        page.wait_for_url("**undone=1")
        assert page.locator(".done").is_visible()
        assert not opened.wrong
        assert not opened.is_too_wide()


def test_a_question_is_put_away_and_a_step_of_a_path_is_known(site: Served, chromium: Any) -> None:
    with window(chromium) as opened:
        page = opened.page
        opened.go(f"{site.url}/practice")
        asked = page.locator(".definition").inner_text()
        page.get_by_role("button", name="Compare").click()
        page.locator("summary", has_text="Something is wrong").click()
        page.locator("[name=remark]").fill("two answers are right")
        page.get_by_role("button", name="Never ask it again").click()
        assert page.locator(".definition").inner_text() != asked
        flagged = [entry.item.id for entry in site.library.practice.items(status="flagged")]
        assert len(flagged) == 1
        site.library.practice.resume(flagged[0])
        opened.go(f"{site.url}/path?to=transpiration")
        steps = page.locator(".steps > li").count()
        page.get_by_role("button", name="I know this").first.click()
        assert page.locator(".steps > li").count() < steps
        for known in site.library.practice.known:
            site.library.practice.know(known, known=False)
        assert not opened.wrong


def test_a_server_that_is_gone_is_told(site: Served, chromium: Any) -> None:
    with window(chromium) as opened:
        page = opened.page
        opened.go(site.url)
        page.context.set_offline(True)
        page.locator("#question").fill("what is osmosis")
        page.keyboard.press("Enter")
        page.locator("#answer [role=alert]").wait_for()
        assert not page.locator("[data-stop]").is_visible()
        page.context.set_offline(False)
        page.keyboard.press("Enter")
        page.locator("#answer .answer .cite").first.wait_for()


def test_a_walk_is_gone_step_by_step(site: Served, chromium: Any) -> None:
    with window(chromium, viewport=PHONE) as opened:
        page = opened.page
        opened.go(f"{site.url}/path?to=osmosis")
        page.get_by_role("link", name="Walk it step by step").click()
        page.get_by_role("button", name="Begin").click()
        page.wait_for_url("**/walk/osmosis")
        steps = page.locator(".way li").count()
        assert page.locator(".way li.now").count() == 1
        first = page.locator(".lesson h2").inner_text()
        page.wait_for_load_state("networkidle")
        page.get_by_placeholder("A question about this step").fill("what is a bilayer")
        page.keyboard.press("Enter")
        page.locator("#answer .answer .cite").first.wait_for()
        page.get_by_label("Your answer").fill("I do not know")
        page.get_by_role("button", name="Compare").click()
        page.get_by_role("button", name="Again").click()
        page.wait_for_url("**/walk/osmosis#questions")
        assert "1 question answered, 1 missed" in page.locator("main").inner_text()
        on = page.get_by_role("button", name="Go on without the rest").or_(page.get_by_role("button", name="Next step"))
        on.click()
        page.locator(".way li.learned").wait_for()
        assert page.locator(".lesson h2").inner_text() != first
        while page.locator(".way li.now").inner_text() != "Osmosis":
            on.click()
            page.wait_for_load_state()
        page.get_by_role("link", name="Too fast: what do I lack?").click()
        missing = page.get_by_role("button", name="first").first
        lacked = missing.inner_text().removesuffix(" first")
        missing.click()
        page.locator(".lesson").wait_for()
        assert lacked in page.locator(".lesson h2").inner_text()
        while page.locator(".lesson").count():
            on.click()
            page.wait_for_load_state()
        assert page.locator(".done").inner_text() == "You have arrived."
        assert page.locator(".way li").count() == steps
        page.get_by_role("button", name="Give this walk up").click()
        page.wait_for_url("**/walk")
        assert not opened.wrong
        assert not opened.is_too_wide()


def test_formulas_are_set(site: Served, chromium: Any) -> None:
    with window(chromium) as opened:
        opened.go(f"{site.url}/source/{source_id('osmosis.md')}?lines=15-15")
        assert opened.page.locator("main math").count() >= 3
        assert opened.page.locator(".tex.hit math").count() == 1
        assert not opened.page.locator(".tex.raw").count()
        assert not opened.wrong


def test_a_conversation_lives_on(site: Served, chromium: Any) -> None:
    with window(chromium, viewport=PHONE) as opened:
        page = opened.page
        opened.go(f"{site.url}/chats")
        page.locator("[name=question]").fill("what is osmosis")
        page.get_by_role("button", name="Begin").click()
        page.locator("#turns .turn").first.wait_for()
        page.wait_for_load_state("networkidle")  # before the scripts are there, a form goes its own way
        for question in ("what about diffusion", "and stomata?"):
            page.locator("[name=question]").fill(question)
            page.keyboard.press("Enter")
            page.locator("#latest .answer", has=page.locator(".sentence")).wait_for()
            page.wait_for_function("document.querySelector('[name=question]').value === ''")
        assert page.locator(".turn h2").all_inner_texts() == ["what is osmosis", "what about diffusion", "and stomata?"]
        page.reload()
        assert page.locator("#turns .turn").count() == 3
        page.locator("#turns .cite").first.click()
        page.locator("#pane [data-source]").wait_for()
        page.get_by_role("button", name="Close").click()
        page.locator("summary", has_text="Rename").click()
        page.get_by_label("New name").fill("water")
        page.get_by_role("button", name="Rename").click()
        page.wait_for_url("**/chats/water")
        assert page.locator("#turns .turn").count() == 3
        page.locator("summary", has_text="Rename").click()
        page.get_by_role("button", name="Delete").click()
        page.wait_for_url("**/chats")
        assert "None yet" in page.locator("main").inner_text()
        assert not opened.wrong
        assert not opened.is_too_wide()


def test_a_correction_is_shown_made_and_taken_back(site: Served, chromium: Any) -> None:
    with window(chromium) as opened:
        page = opened.page
        opened.go(f"{site.url}/concept/transpiration")
        page.wait_for_load_state("networkidle")
        page.locator("form", has_text="The same as").locator("[name=names]:not([type=hidden])").fill("stomata")
        page.get_by_role("button", name="Merge").click()
        page.locator(".changes").wait_for()
        assert "Stomata" in page.locator(".changes").inner_text()
        page.get_by_role("button", name="Do it").click()
        page.wait_for_url("**?made=1")
        assert "Stomata" in page.locator("main").inner_text()
        page.locator(".done").get_by_role("button", name="Undo").click()
        page.wait_for_url("**?undone=1")
        assert not site.library.correct.all()
        assert not opened.wrong


def test_a_file_is_added_and_asked_about(site: Served, chromium: Any, tmp_path: Path) -> None:
    (tmp_path / "moss.md").write_text("# Moss\n\nMoss is a plant that has no roots.\n")
    with window(chromium) as opened:
        page = opened.page
        opened.go(f"{site.url}/library")
        page.locator("input[type=file]").set_input_files(tmp_path / "moss.md")
        page.get_by_role("button", name="Add", exact=True).click()
        page.locator("#job .done").wait_for(timeout=60_000)
        assert "1 document added" in page.locator("#job").inner_text()
        page.get_by_role("link", name="Ask about it").click()
        page.locator("[name=question]").fill("what is moss")
        page.keyboard.press("Enter")
        page.locator("#answer .cite").first.wait_for()
        assert "no roots" in page.locator("#answer").inner_text()
        assert "moss.md" in page.locator("#answer .sources").inner_text()
        assert not opened.wrong


class SlowModel(BaseHTTPRequestHandler):
    """A server with a model that writes two sentences at once and a third one much later."""

    def do_GET(self) -> None:
        self.answer(b'{"data": [{"id": "slow"}]}', "application/json")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        said = "When a plant loses more water than its roots take up, the vacuoles shrink and the pressure on the cell walls falls. [1] "
        with suppress(BrokenPipeError, ConnectionResetError):
            for text in (said, "The cells are no longer turgid, so soft tissue cannot hold itself up. [1] ", *["Then" for _ in range(200)]):
                piece = json.dumps({"choices": [{"delta": {"content": text}}]})
                self.wfile.write(f"data: {piece}\n\n".encode())
                self.wfile.flush()
                if text == "Then":
                    time.sleep(0.1)
                elif text != said:
                    time.sleep(0.5)

    def answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def test_what_a_model_writes_appears_and_can_be_stopped(site: Served, chromium: Any) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), SlowModel) as model:
        threading.Thread(target=model.serve_forever, daemon=True).start()
        site.library.models.add(f"http://127.0.0.1:{model.server_address[1]}", name="slow")
        try:
            with window(chromium) as opened:
                page = opened.page
                opened.go(site.url)
                page.wait_for_load_state("networkidle")
                page.locator("summary", has_text="Where to look").click()
                page.get_by_label("Written by").select_option("slow")
                page.locator("[name=question]").fill("why does a plant wilt")
                page.keyboard.press("Enter")
                page.locator("#answer .sentence", has_text="vacuoles shrink").wait_for()
                page.get_by_role("button", name="Stop").click()
                page.get_by_role("button", name="Stop").wait_for(state="hidden")
                assert page.locator("#answer .busy").count() == 0
                assert "vacuoles shrink" in page.locator("#answer").inner_text()
                assert not opened.wrong
        finally:
            site.library.models.remove("slow")
            model.shutdown()


def test_everything_works_without_scripts(site: Served, chromium: Any) -> None:
    with window(chromium, scripts=False) as opened:
        page = opened.page
        opened.go(site.url)
        page.locator("[name=question]").fill("why does a plant wilt")
        page.get_by_role("button", name="Ask").click()
        assert "loses more water" in page.locator("#answer").inner_text()
        page.locator("#answer .cite").first.click()
        page.wait_for_url("**/source/**")
        assert page.locator("mark").count() >= 2
        opened.go(f"{site.url}/path?to=transpiration")
        steps = page.locator(".steps > li").count()
        assert steps >= 5
        page.locator(".drawing a.box").first.click()
        assert "#step-1" in page.url
        page.get_by_role("link", name="Leave it out here").first.click()
        assert page.locator(".steps > li").count() == steps - 1


def test_the_keyboard_is_enough(site: Served, chromium: Any) -> None:
    with window(chromium) as opened:
        page = opened.page
        opened.go(f"{site.url}/ask?question=why+does+a+plant+wilt")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("n")
        page.locator("#pane [data-source]").wait_for()
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.className") == "cite"
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.name") == "question"
        names = page.evaluate(
            "[...document.querySelectorAll('a, button, input:not([type=hidden]), select, summary')].filter(one => one.offsetParent && "
            "!(one.innerText || one.ariaLabel || one.labels?.length || one.closest('label'))).map(one => one.outerHTML)"
        )
        assert names == []
