"""`study eval` as a person uses it: public sets, saved runs, comparisons, drafts, the report."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from terminal import study

pytestmark = pytest.mark.usefixtures("encoder_cache")

NOTES = {
    "attention.md": "# Attention\n\n## Scaling\n\nThe scores are divided by √d because the variance of the dot product is d.\n"
    "Without that the softmax saturates.\n",
    "sub/knn.txt": "Q1: How big should k be in kNN?\nAnswer:\n- Rule of thumb: k is the square root of n\n"
    "- Small k: more sensitive to noise\n\nQ2: What does bagging reduce?\nAnswer:\n- Bagging reduces the variance of unstable learners\n",
}
KNN = {"document": "knn.txt", "snippet": "- Rule of thumb: k is the square root of n"}
SCALING = {"document": "attention.md", "snippet": "the variance of the dot product is d"}
QUESTIONS = [
    {"id": "k", "question": "how many neighbours", "kind": "number", "gold": [[KNN]]},
    {"id": "d", "question": "why divide by √d", "kind": "why", "gold": [[SCALING]]},
    {"id": "both", "question": "variance and noise", "gold": [[KNN], [SCALING]]},
    {"id": "none", "question": "who won", "gold": []},
]
CORPUS = [
    {"_id": "bird", "title": "Owls", "text": "Owls hunt at night.\nThey hear well."},
    {"_id": "fish", "title": "", "text": "A salmon swims up the river to spawn."},
    {"_id": "rock", "text": "Granite cools slowly, deep under the ground."},
]
QUERIES = [{"_id": "q1", "text": "which animal hunts at night"}, {"_id": "q 2", "text": "granite"}, {"_id": "unjudged", "text": "salmon"}]
QRELS = "query-id\tcorpus-id\tscore\nq1\tbird\t2\nq1\trock\t0\nq 2\trock\t1\nq 2\tfish\t1\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("eval")
    for name, text in NOTES.items():
        (folder / "notes" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "notes" / name).write_text(text)
    assert study("ingest", folder / "notes", "--library", folder / "library").code == 0
    return folder / "library"


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "questions.jsonl", QUESTIONS)


@pytest.fixture
def public(tmp_path: Path) -> Path:
    folder = tmp_path / "public"
    (folder / "qrels").mkdir(parents=True)
    write_lines(folder / "corpus.jsonl", CORPUS)
    write_lines(folder / "queries.jsonl", QUERIES)
    (folder / "qrels" / "test.tsv").write_text(QRELS)
    return folder


def write_lines(file: Path, lines: Sequence[object]) -> Path:
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    return file


def run_of(library: Path, source: Path, *options: str | Path) -> Path:
    ran = study("eval", "retrieval", source, "--library", library, "--json", *options)
    assert ran.code == 0, ran.err
    return Path(ran.json["run"])


def test_a_run_has_slices_latency_and_memory(library: Path, questions: Path) -> None:
    ran = study("eval", "retrieval", questions, "--library", library, "--json").json
    assert ran["questions"] == 3
    assert set(ran["metrics"]) >= {"recall@5", "precision@5", "mrr@10", "map@10", "ndcg@10", "recall@400w", "recall@800w"}
    assert {name: part["questions"] for name, part in ran["slices"]["kind"].items()} == {"none": 1, "number": 1, "why": 1}
    assert {name: part["questions"] for name, part in ran["slices"]["document"].items()} == {"attention.md": 2, "sub/knn.txt": 2}
    assert 0 < ran["latency_ms"]["p50"] <= ran["latency_ms"]["p95"]
    assert 10 < ran["peak_memory_mb"] < 100_000
    shown = study("eval", "retrieval", questions, "--library", library)
    assert all(words in shown.out for words in ("By kind", "By document", "sub/knn.txt", "peak memory"))


def test_a_public_set_is_searched_by_its_own_passages(public: Path, home: Path) -> None:
    ran = study("eval", "retrieval", public, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["questions"] == 2
    assert ran.json["metrics"]["recall@10"]["mean"] == 1
    assert ran.json["metrics"]["mrr@10"]["mean"] == 1
    saved = json.loads(Path(ran.json["run"]).read_text())
    assert saved["questions"][0]["ranks"] == [1]
    assert saved["questions"][0]["hits"][0]["document"] == "bird"
    again = study("eval", "retrieval", public, "--json")
    assert "Embedding" not in again.err
    assert again.json["metrics"] == ran.json["metrics"]
    # No library was ingested for it: the first question still begins with the starter course.
    assert not list(home.rglob("live"))


def test_a_public_set_that_changes_is_indexed_again(public: Path) -> None:
    assert study("eval", "retrieval", public, "--json").json["metrics"]["recall@10"]["mean"] == 1
    write_lines(public / "corpus.jsonl", [{**passage, "text": f"{passage['text']} More of it."} for passage in CORPUS])
    changed = study("eval", "retrieval", public)
    assert changed.code == 0
    assert "More of it." in study("eval", "show", "latest", "-k", "1").out


def test_a_public_set_asks_for_a_library_that_exists_where_one_is_named(public: Path, tmp_path: Path) -> None:
    ran = study("eval", "retrieval", public, "--library", tmp_path / "none")
    assert ran.code == 1
    assert "study ingest" in ran.err


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("corpus.jsonl", None, "corpus.jsonl, line 1: the file is missing"),
        ("queries.jsonl", None, "queries.jsonl, line 1: the file is missing"),
        ("qrels/test.tsv", None, "test.tsv, line 1: the file is missing"),
        ("qrels/test.tsv", QRELS + "q1\tghost\t1\n", "line 6: corpus.jsonl has no passage ghost"),
        ("qrels/test.tsv", QRELS + "q9\tbird\t1\n", "line 6: queries.jsonl has no query q9"),
        ("qrels/test.tsv", QRELS + "q1\tbird\tmuch\n", "line 6: the score 'much' is not a number"),
        ("qrels/test.tsv", QRELS + "q1 bird 1\n", "line 6: the line does not have three columns"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\tbird\t0\n", "nothing can be measured"),
        ("corpus.jsonl", '{"_id": "a", "text": "b"}\n{"_id": "a", "text": "c"}\n', "line 2: the id a is used twice"),
        ("corpus.jsonl", '{"_id": "a"}\n', "line 1: text is missing"),
        ("corpus.jsonl", '{"_id": 5, "text": "b"}\n', "line 1: _id is not a text"),
        ("queries.jsonl", '{"_id": "q1", "text": " "}\n', "line 1: the question is empty"),
        ("queries.jsonl", "[]\n", "line 1: the line is not a JSON object"),
        ("queries.jsonl", "{\n", "line 1: the line is not a JSON object"),
    ],
)
def test_a_broken_public_set_is_refused_with_file_and_line(public: Path, file: str, text: str | None, reason: str) -> None:
    (public / file).unlink() if text is None else (public / file).write_text(text)
    ran = study("eval", "retrieval", public)
    assert (ran.code, ran.out) == (1, "")
    assert reason in ran.err


def test_another_split_may_be_named(public: Path) -> None:
    (public / "qrels" / "test.tsv").rename(public / "qrels" / "dev.tsv")
    refused = study("eval", "retrieval", public)
    assert refused.code == 1
    assert "its splits are dev" in refused.err
    assert study("eval", "retrieval", public, "--split", "dev").code == 0


def test_the_same_id_twice_is_refused(library: Path, tmp_path: Path) -> None:
    twice = write_lines(tmp_path / "twice.jsonl", [QUESTIONS[0], QUESTIONS[0]])
    ran = study("eval", "retrieval", twice, "--library", library)
    assert ran.code == 1
    assert "line 2: the id k is used twice" in ran.err


def test_ablations_are_options(library: Path, questions: Path) -> None:
    default, half = (json.loads(run_of(library, questions, *words).read_text()) for words in ((), ("--alpha", "0.4")))
    assert [question["hits"] for question in default["questions"]] == [question["hits"] for question in half["questions"]]
    lexical = json.loads(run_of(library, questions, "--channels", "lexical").read_text())
    assert lexical["search"]["channels"] == ["lexical"]
    all_lexical = json.loads(run_of(library, questions, "--alpha", "1").read_text())
    assert lexical["questions"][0]["hits"] == []  # no word of the question stands in the notes
    assert lexical["questions"][1]["hits"] == all_lexical["questions"][1]["hits"][: len(lexical["questions"][1]["hits"])]
    for words in (("--alpha", "2"), ("--alpha", "0.3", "--fusion", "rrf"), ("--alpha", "0.3", "--channels", "dense")):
        assert study("eval", "retrieval", questions, "--library", library, *words).code == 2


def test_show_prints_misses_with_what_came_back_instead(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    wrong = write_lines(tmp_path / "wrong.jsonl", [{"id": "w", "question": "what does bagging reduce", "gold": [[SCALING]]}])
    run = run_of(library, wrong)
    for name in (run, run.stem, run.name, "latest"):
        shown = study("eval", "show", name, "-k", "1", "--library", library)
        assert shown.code == 0
        assert shown.out.startswith("1 of 1 question missed something")
        assert "wanted attention.md" in shown.out
        assert "sub/knn.txt:" in shown.out
        assert max(map(len, shown.out.splitlines())) <= 80
    missed = study("eval", "show", "latest", "-k", "1", "--library", library, "--json").json["missed"]
    assert [question["id"] for question in missed] == ["w"]


def test_compare_tells_what_was_won_and_lost(library: Path, questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    first = run_of(library, questions)
    worse = json.loads(first.read_text())
    worse["questions"][0]["metrics"]["ndcg@10"] = 0.25
    second = tmp_path / "worse.json"
    second.write_text(json.dumps(worse))
    compared = study("eval", "compare", first.stem, second, "--library", library, "--json").json
    assert (compared["questions"], compared["left_out"], compared["won"]) == (3, 0, [])
    assert [(change["id"], change["second"]) for change in compared["lost"]] == [("k", 0.25)]
    change = compared["metrics"]["ndcg@10"]
    assert change["difference"]["mean"] == pytest.approx(change["second"] - change["first"])
    assert change["difference"]["low"] <= change["difference"]["mean"] <= change["difference"]["high"]
    assert compared["metrics"]["mrr@10"]["difference"] == {"mean": 0, "low": 0, "high": 0, "p": 1}
    shown = study("eval", "compare", second, first, "--library", library)
    assert "Won by ndcg@10: 1" in shown.out
    assert max(map(len, shown.out.splitlines())) <= 80


def test_runs_that_cannot_be_found_read_or_compared_say_so(library: Path, questions: Path, public: Path, tmp_path: Path) -> None:
    run = run_of(library, questions)
    (tmp_path / "odd.json").write_text("{}")
    other = run_of(library, public)
    for words, reason in (
        (("show", "none"), run.stem),
        (("show", tmp_path / "odd.json"), "not a run"),
        (("show", "latest", "--library", tmp_path / "empty"), "study eval retrieval"),
        (("compare", run, other), "share no question"),
        (("compare", run, run, "--metric", "charm"), "do not share the metric 'charm'"),
    ):
        ran = study("eval", *words, *(() if "--library" in words else ("--library", library)))
        assert ran.code == 1
        assert reason in ran.err


def test_a_run_is_written_for_trec(library: Path, public: Path, questions: Path, tmp_path: Path) -> None:
    run_of(library, public, "--trec", tmp_path / "public.trec")
    rows = [line.split(" ") for line in (tmp_path / "public.trec").read_text().splitlines()]
    assert rows[0][:4] == ["q1", "Q0", "bird", "1"]
    assert {row[0] for row in rows} == {"q1", "q%202"}
    assert all(len(row) == 6 for row in rows)
    # Copies of a passage have equal scores, which trec_eval would order by name.
    write_lines(public / "corpus.jsonl", [*CORPUS, *({**CORPUS[0], "_id": name} for name in ("twin", "a third"))])
    run_of(library, public, "--trec", tmp_path / "copies.trec")
    rows = [line.split(" ") for line in (tmp_path / "copies.trec").read_text().splitlines()]
    first = [(row[2], float(row[4])) for row in rows if row[0] == "q1"]
    assert [name for name, _ in first[:3]] == ["bird", "twin", "a%20third"]
    assert all(score > after for (_, score), (_, after) in pairwise(first))
    run = run_of(library, questions)
    assert study("eval", "show", run, "--library", library, "--trec", tmp_path / "own.trec").code == 0
    assert re.match(r"k Q0 sub/knn\.txt:\d+-\d+ 1 ", (tmp_path / "own.trec").read_text())


def test_make_drafts_a_set_that_can_be_run_and_is_the_same_every_time(library: Path, tmp_path: Path) -> None:
    made = study("eval", "make", tmp_path / "made.jsonl", "--library", library, "--json").json
    assert made["questions"] == {"question": 2}
    drafts = [json.loads(line) for line in (tmp_path / "made.jsonl").read_text().splitlines()]
    assert [draft["question"] for draft in drafts] == ["How big should k be in kNN?", "What does bagging reduce?"]
    assert "square root" in drafts[0]["gold"][0][0]["snippet"]
    assert study("eval", "make", tmp_path / "again.jsonl", "--library", library).code == 0
    assert (tmp_path / "again.jsonl").read_text() == (tmp_path / "made.jsonl").read_text()
    refused = study("eval", "make", tmp_path / "made.jsonl", "--library", library)
    assert refused.code == 1
    assert "--force" in refused.err
    assert run_of(library, tmp_path / "made.jsonl").is_file()


def test_held_out_lines_are_not_searched(library: Path, tmp_path: Path) -> None:
    held = tmp_path / "held.jsonl"
    assert study("eval", "make", held, "--hold-out", "--library", library).code == 0
    drafts = [json.loads(line) for line in held.read_text().splitlines()]
    assert [draft["without"] for draft in drafts] == [[{"document": "sub/knn.txt", "lines": [line, line]}] for line in (1, 6)]
    run = json.loads(run_of(library, held, "--channels", "lexical").read_text())
    assert run["library"]["held_out"] == 2
    texts = [hit["text"] for question in run["questions"] for hit in question["hits"]]
    assert texts
    assert not any("How big" in text or "What does" in text for text in texts)
    # `big` stands in the question alone.
    asked = write_lines(tmp_path / "asked.jsonl", [{**drafts[0], "question": "big"}])
    assert json.loads(run_of(library, asked, "--channels", "lexical").read_text())["questions"][0]["hits"] == []
    del drafts[0]["without"]
    asked = write_lines(tmp_path / "asked.jsonl", [{**drafts[0], "question": "big"}])
    assert json.loads(run_of(library, asked, "--channels", "lexical").read_text())["questions"][0]["ranks"] == [1]


def test_the_report_is_one_page_that_needs_no_network(library: Path, questions: Path, tmp_path: Path) -> None:
    run = run_of(library, questions, "--report", tmp_path / "out.html")
    page = (tmp_path / "out.html").read_text()
    assert not re.search(r"""(?:src|href)=["'](?!#)|@import|url\((?!#)""", page)
    plots = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(plots) == 3
    for plot in plots[:2]:
        ElementTree.fromstring(plot)
        assert all(name in plot for name in ("lexical + dense", ">lexical<", ">dense<"))
    # Every question is counted in one row of the last table, by the confidence that its answer has.
    counts = re.findall(r"<tr><td>[\d.]+</td><td>(\d+)</td><td>[\d.]+</td></tr>", page.rpartition("<h2>Reliability</h2>")[2])
    assert sum(map(int, counts)) == 3
    sure = study("ask", "how many neighbours", "--library", library, "--json").json["confidence"]
    assert json.loads(run.read_text())["questions"][0]["confidence"] == sure
    # The report's run is the whole one; each channel alone is saved as well.
    assert json.loads(run.read_text())["search"]["channels"] == ["lexical", "dense"]
    assert len(json.loads(run.read_text())["questions"]) == 3
