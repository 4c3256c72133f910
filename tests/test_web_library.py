"""What the pages do beside answering: sets of questions, folders that are watched, several libraries."""

from __future__ import annotations

import html
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from served import Served, served
from terminal import study

pytestmark = pytest.mark.usefixtures("encoder_cache")
GUIDE = Path(__file__).resolve().parent.parent / "docs" / "guide"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GUIDE / "notes", tmp_path / "notes"))


@pytest.fixture
def site(tmp_path: Path, notes: Path, encoder_cache: Path) -> Iterator[Served]:
    assert study("ingest", notes, "--library", tmp_path / "library").code == 0
    with served(tmp_path / "library") as found:
        yield found


def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def finished(site: Served, job: httpx.Response) -> str:
    assert job.status_code == 303, job.text
    address = job.headers["location"]
    until(lambda: "Done." in site.get(address).text)
    return site.get(address).text


def test_a_set_is_drafted_corrected_and_measured(site: Served) -> None:
    made = site.post("/evaluation/sets", data={"name": "mine"}, follow_redirects=True)
    assert "8 questions" in made.text
    assert site.post("/evaluation/sets", data={"name": "mine"}).status_code == 409  # it may have been corrected
    new = {"question": "how quick is sap", "gold": "transport-quiz.txt | 0.3 to 1.5 metres an hour", "points": "0.3 to 1.5 metres an hour"}
    assert "how quick is sap" in site.post("/evaluation/sets/mine", data=new, follow_redirects=True).text
    held = site.library.evaluate.sets.read("mine")
    assert held[-1] == {
        "id": "q1",
        "question": "how quick is sap",
        "gold": [[{"document": "transport-quiz.txt", "snippet": "0.3 to 1.5 metres an hour"}]],
        "key_points": ["0.3 to 1.5 metres an hour"],
    }
    form = site.get("/evaluation/sets/mine?edit=q1").text
    assert "transport-quiz.txt | 0.3 to 1.5 metres an hour" in form
    site.post("/evaluation/sets/mine", data={**new, "id": "q1", "question": "how fast does sap flow"})
    assert [one["question"] for one in site.library.evaluate.sets.read("mine")][-1] == "how fast does sap flow"
    gold = re.search(r'name="gold"[^>]*>([^<]+)<', site.get(f"/evaluation/sets/mine?edit={held[0]['id']}").text)
    assert gold is not None
    again = {"id": held[0]["id"], "question": held[0]["question"], "gold": html.unescape(gold[1])}
    assert site.post("/evaluation/sets/mine", data=again, follow_redirects=True).status_code == 200  # a form as it was is no mistake
    for one in held[:-1]:
        site.post("/evaluation/sets/mine/remove", data={"id": one["id"]})
    assert len(site.library.evaluate.sets.read("mine")) == 1
    for what, metric in (("search", "recall@5"), ("answers", "key_points")):
        page = finished(site, site.post("/evaluation/sets/mine/measure", data={"what": what}))
        run = re.search(r'href="(/evaluation/[^"]+)">See the figures', page)
        assert run is not None
        assert metric in site.get(run[1]).text
    assert "mine" in site.get("/evaluation").text
    site.post("/evaluation/sets/mine/delete")
    assert site.library.evaluate.sets.names() == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"question": " ", "gold": ""}, "question"),
        ({"question": "x y", "gold": "osmosis.md"}, "names no place"),
        ({"question": "x y", "gold": "nothing.md | sap"}, "nothing.md"),
        ({"question": "x y", "gold": "osmosis.md | words that stand nowhere at all"}, "osmosis.md"),
    ],
)
def test_a_question_that_cannot_be_asked_changes_nothing(site: Served, fields: dict[str, str], said: str) -> None:
    site.library.evaluate.sets.draft("mine")
    before = site.library.evaluate.sets.read("mine")
    page = site.post("/evaluation/sets/mine", data=fields)
    assert page.status_code in (400, 404, 422)
    assert said in page.text
    assert site.library.evaluate.sets.read("mine") == before


def test_a_set_outlives_a_document_that_it_asks_about(site: Served) -> None:
    site.library.evaluate.sets.draft("mine")
    site.library.forget("osmosis.md")
    page = site.get("/evaluation/sets/mine")
    assert (page.status_code, 'role="alert"' in page.text) == (200, True)
    assert site.post("/evaluation/sets/..%2fx/delete").status_code == 404
    assert site.post("/evaluation/sets", data={"name": "../x"}).status_code == 400


def test_a_folder_is_watched_until_it_is_not(site: Served, notes: Path) -> None:
    assert site.post("/library/watch", data={"path": "/etc", "on": "yes"}).status_code == 400
    site.post("/library/watch", data={"path": str(notes), "on": "yes"})
    assert "Stop watching" in site.get("/library").text
    time.sleep(1)  # the watching begins in its own time
    (notes / "moss.md").write_text("# Moss\n\nMoss has no roots.\n")
    until(lambda: "moss.md" in site.get("/library").text)
    site.post("/library/watch", data={"path": str(notes), "on": "no"})
    assert "Stop watching" not in site.get("/library").text
    time.sleep(1)
    (notes / "fern.md").write_text("# Fern\n\nFerns have no seeds.\n")
    time.sleep(2)
    assert "fern.md" not in site.get("/library").text


def test_a_browser_opens_another_library_and_nobody_elses_changes(site: Served, tmp_path: Path, encoder_cache: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "moss.md").write_text("# Moss\n\nMoss is a plant that has no roots.\n")
    assert study("ingest", tmp_path / "more", "--library", tmp_path / "other").code == 0
    with httpx.Client(base_url=site.url, timeout=60, follow_redirects=True) as browser:
        page = browser.get("/library").text
        id_ = re.search(rf'<option value="(\w+)">{tmp_path / "other"}</option>', page)
        assert id_ is not None
        assert "moss.md" in browser.post("/library/choose", data={"id": id_[1]}).text
        assert "no roots" in browser.get("/ask?question=what+is+moss").text
        assert browser.post("/library/choose", data={"id": "x"}).status_code == 400
    assert "moss.md" not in site.get("/library").text
    with served(tmp_path / "library", token="a-token-of-some-length") as shared:
        signed = {"authorization": "Bearer a-token-of-some-length"}
        assert str(tmp_path / "other") not in shared.get("/library", headers=signed).text
        chosen = {**signed, "cookie": f"study_library={id_[1]}"}
        assert "moss.md" not in shared.get("/library", headers=chosen).text


def test_settings_are_changed_all_or_none(site: Served) -> None:
    def shown(name: str) -> str:
        return str(re.findall(rf'<input name="{name}" value="([^"]*)"', site.get("/settings").text)[0])

    said = site.post("/settings/preferences", data={"new_per_day": "3", "retention": "0.85", "course": "off"}, follow_redirects=True)
    assert "Saved." in said.text
    assert (shown("new_per_day"), shown("retention")) == ("3", "0.85")
    assert "0 questions due, 3 new" in site.get("/practice").text
    failed = site.post("/settings/preferences", data={"new_per_day": "4", "retention": "2"})
    assert (failed.status_code, "a number from 0.7 to 0.98" in failed.text) == (400, True)
    assert shown("new_per_day") == "3"


def test_no_more_questions_are_new_on_a_day_than_wanted(site: Served) -> None:
    site.post("/settings/preferences", data={"new_per_day": "1"})
    asked = re.findall(r'action="/practice/(\w+)/check"', site.get("/practice").text)
    site.post(f"/practice/{asked[0]}/rate", data={"rating": "4"})
    assert "Nothing is due now." in site.get("/practice").text
    site.post("/settings/preferences", data={"new_per_day": "2"})
    assert "0 questions due, 1 new" in site.get("/practice").text
