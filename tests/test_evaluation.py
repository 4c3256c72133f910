"""Retrieval metrics: small cases worked out by hand, and agreement with the scorer that decides."""

from __future__ import annotations

import io
import json
import math
from contextlib import redirect_stderr, redirect_stdout
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, ndcg_score

from index.metrics.ranking import (
    CUTOFFS,
    WORD_BUDGETS,
    Gold,
    Passage,
    gold_words,
    grade_metrics,
    holds,
    judge_grades,
    judge_snippets,
    snippet_metrics,
    summarise,
)

SCORER = Path(__file__).resolve().parents[1].parent / "shared" / "eval" / "score_retrieval.py"
DOCUMENTS = st.sampled_from(["a.md", "b.md", "c.md"])
WORDS = st.sampled_from(["the", "loss", "Is", "a", "λ", "x_i", "=", "1/2", "$", "**", "-", "|", "(", "\n", "don't"])
TEXTS = st.lists(WORDS, max_size=40).map(" ".join)


@st.composite
def passages_and_snippet(draw: st.DrawFn) -> tuple[str, str]:
    """A passage, and a snippet that is often part of it with some words lost, moved or added."""
    passage = draw(st.lists(WORDS, min_size=1, max_size=40))
    start = draw(st.integers(0, len(passage)))
    snippet = passage[start : start + draw(st.integers(0, 15))]
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(snippet)))
        snippet[at : at + draw(st.integers(0, 1))] = draw(st.lists(WORDS, max_size=1))
    return " ".join(passage), " ".join(snippet)


PASSAGES = st.lists(st.builds(Passage, DOCUMENTS, TEXTS), max_size=10)
EVIDENCE = st.lists(
    st.lists(st.builds(Gold, DOCUMENTS, st.lists(WORDS, min_size=1, max_size=7).map(" ".join)), min_size=1, max_size=3),
    min_size=1,
    max_size=3,
)


@pytest.fixture(scope="module")
def scorer() -> ModuleType:
    if not SCORER.is_file():
        pytest.skip(f"{SCORER} is not here")
    spec = spec_from_file_location("score_retrieval", SCORER)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@settings(max_examples=500, deadline=None)
@given(pair=passages_and_snippet())
def test_holds_agrees_with_the_scorer(scorer: ModuleType, pair: tuple[str, str]) -> None:
    passage, snippet = pair
    assert holds(gold_words(passage), gold_words(snippet)) == scorer.holds(passage, snippet)


@settings(max_examples=200, deadline=None)
@given(passages=PASSAGES, evidence=EVIDENCE)
def test_first_ranks_agree_with_the_scorer(scorer: ModuleType, passages: list[Passage], evidence: list[list[Gold]]) -> None:
    hits = [{"document": passage.document, "text": passage.text} for passage in passages]
    golds = [[{"document": gold.document, "snippet": gold.snippet} for gold in alternatives] for alternatives in evidence]
    assert judge_snippets(passages, evidence).ranks == tuple(scorer.rank_of(hits, alternatives) for alternatives in golds)


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the scorer leaves its files to be closed
@settings(max_examples=50, deadline=None)
@given(asked=st.lists(st.tuples(PASSAGES, EVIDENCE), min_size=1, max_size=6))
def test_the_summary_agrees_with_the_scorer(scorer: ModuleType, asked: list[tuple[list[Passage], list[list[Gold]]]]) -> None:
    rows = [judge_snippets(passages, evidence).metrics for passages, evidence in asked]
    ours = {name: round(interval.mean, 4) for name, interval in summarise(rows, resamples=10).items()}
    questions: list[dict[str, object]] = [
        {
            "id": str(number),
            "gold": [[{"document": gold.document, "snippet": gold.snippet} for gold in alternatives] for alternatives in evidence],
        }
        for number, (_, evidence) in enumerate(asked)
    ]
    results: list[dict[str, object]] = [
        {"hits": [{"document": passage.document, "text": passage.text} for passage in passages]} for passages, _ in asked
    ]
    with TemporaryDirectory() as folder, redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()):
        files = [Path(folder) / "questions.jsonl", Path(folder) / "results.jsonl"]
        for file, lines in zip(files, (questions, results), strict=True):
            file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        scorer.main(*map(str, files))
    theirs = json.loads(out.getvalue())
    for k in CUTOFFS:
        assert ours[f"recall@{k}"] == theirs[f"all_recall@{k}"]
    for name in [*(f"recall@{budget}w" for budget in WORD_BUDGETS), "mrr@10"]:
        assert ours[name] == theirs[name]


@pytest.mark.parametrize(
    ("passage", "snippet", "held"),
    [
        ("The loss is convex, so one minimum.", "loss is convex", True),
        ("**The loss** is\n- convex", "The loss is convex", True),
        ("The losses are convex", "loss", False),
        ("one two three four five", "one two THREE four six", False),  # too short to be cut
        ("one two three four five six seven", "one two three four five six seven eight nine ten", True),
        ("one two three four five six", "one two three four five six seven eight nine ten", False),
        ("ten nine eight seven six five four three two one", "one two three four five six seven eight nine ten", False),
        ("anything", "** - |", False),
        ("", "one", False),
    ],
)
def test_holds_in_a_row_or_cut(passage: str, snippet: str, held: bool) -> None:
    assert holds(gold_words(passage), gold_words(snippet)) is held


def test_a_set_is_met_by_its_first_alternative_in_the_right_document() -> None:
    passages = [Passage("a.md", "the snippet"), Passage("b.md", "nothing"), Passage("b.md", "the snippet"), Passage("c.md", "another")]
    evidence = [[Gold("b.md", "the snippet")], [Gold("c.md", "another"), Gold("a.md", "snippet")], [Gold("a.md", "another")]]
    assert judge_snippets(passages, evidence).ranks == (3, 1, None)


def test_only_the_top_ten_count() -> None:
    passages = [Passage("a.md", f"words {number}") for number in range(12)]
    assert judge_snippets(passages, [[Gold("a.md", "words 9")], [Gold("a.md", "words 10")]]).ranks == (10, None)


def test_metrics_of_one_question_worked_out_by_hand() -> None:
    passages = [Passage("a.md", "word " * 300), Passage("a.md", "word " * 100), Passage("a.md", "word " * 500)]
    metrics = snippet_metrics(passages, (2, 3), (False, True, True))
    assert metrics == pytest.approx(
        {
            "recall@1": 0, "recall@3": 1, "recall@5": 1, "recall@10": 1, "recall@400w": 0, "recall@800w": 0, "mrr@10": 1 / 2,
            "precision@3": 2 / 3, "precision@5": 2 / 5, "precision@10": 2 / 10, "map@10": (1 / 2 + 2 / 3) / 2,
            "ndcg@10": (1 / math.log2(3) + 1 / math.log2(4)) / (1 / math.log2(2) + 1 / math.log2(3)),
        }
    )  # fmt: skip
    second = snippet_metrics(passages, (2,), (False, True, False))
    assert (second["recall@400w"], second["map@10"]) == (1, 1 / 2)
    assert second["ndcg@10"] == pytest.approx(1 / math.log2(3))
    half_met = snippet_metrics(passages, (1, None), (True, False, False))
    assert (half_met["recall@10"], half_met["mrr@10"], half_met["map@10"]) == (0, 1, 1 / 2)
    assert half_met["ndcg@10"] == pytest.approx(1 / (1 + 1 / math.log2(3)))
    assert set(snippet_metrics([], (None,), ()).values()) == {0}
    both_at_once = snippet_metrics(passages, (1, 1), (True, False, False))
    assert (both_at_once["ndcg@10"], both_at_once["map@10"]) == (1, 1)


def test_every_passage_that_meets_a_set_counts_for_precision() -> None:
    passages = [Passage("a.md", "the snippet"), Passage("a.md", "other"), Passage("a.md", "the snippet again")]
    judged = judge_snippets(passages, [[Gold("a.md", "the snippet")]])
    assert judged.ranks == (1,)
    assert judged.metrics["precision@3"] == pytest.approx(2 / 3)


def test_metrics_of_graded_documents_worked_out_by_hand() -> None:
    passages = [Passage(name, "word " * 150) for name in ("x", "b", "y", "a", "z", "u")]
    judged = judge_grades(passages, {"a": 1, "b": 2, "c": 1, "x": 0})
    assert judged.ranks == (4, 2, None)
    assert judged.metrics == pytest.approx(
        {
            "recall@1": 0, "recall@3": 1 / 3, "recall@5": 2 / 3, "recall@10": 2 / 3, "recall@100": 2 / 3,
            "recall@400w": 1 / 3, "recall@800w": 2 / 3, "precision@3": 1 / 3, "precision@5": 2 / 5, "precision@10": 1 / 5,
            "mrr@10": 1 / 2, "map@10": (1 / 2 + 2 / 4) / 3,
            "ndcg@10": (2 / math.log2(3) + 1 / math.log2(5)) / (2 + 1 / math.log2(3) + 1 / 2),
        }
    )  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(grades=st.lists(st.integers(0, 3), min_size=2, max_size=10).filter(any), order=st.randoms(use_true_random=False))
def test_metrics_of_graded_documents_equal_those_of_scikit_learn(grades: list[int], order: Random) -> None:
    order.shuffle(grades)
    passages = [Passage(str(at), "text") for at in range(len(grades))]
    ours = grade_metrics(passages, {str(at): float(grade) for at, grade in enumerate(grades)})
    scores = [float(-at) for at in range(len(grades))]
    assert ours["ndcg@10"] == pytest.approx(ndcg_score([grades], [scores], k=10))
    assert ours["map@10"] == pytest.approx(average_precision_score([grade > 0 for grade in grades], scores))


@settings(max_examples=50, deadline=None)
@given(values=st.lists(st.floats(0, 1), min_size=1, max_size=30), seed=st.integers(0, 1000))
def test_the_interval_holds_the_mean_and_is_the_same_every_time(values: list[float], seed: int) -> None:
    rows = [{"metric": value, "constant": 1.0} for value in values]
    summary = summarise(rows, seed=seed)
    assert summary == summarise(rows, seed=seed)
    interval = summary["metric"]
    assert interval.mean == pytest.approx(sum(values) / len(values))
    assert min(values) - 1e-9 <= interval.low <= interval.mean + 1e-9
    assert interval.mean - 1e-9 <= interval.high <= max(values) + 1e-9
    assert (summary["constant"].low, summary["constant"].mean, summary["constant"].high) == (1, 1, 1)


def test_the_interval_narrows_around_the_mean_as_questions_are_added() -> None:
    few, many = (summarise([{"hit": float(number % 2)} for number in range(count)])["hit"] for count in (10, 1000))
    assert few.low < few.mean < few.high
    assert many.low < many.mean < many.high
    assert many.high - many.low < (few.high - few.low) / 3
    # The normal approximation: 1.96 standard errors each way.
    assert many.high - many.mean == pytest.approx(1.96 * 0.5 / math.sqrt(1000), rel=0.15)


def test_nothing_measured_gives_nothing() -> None:
    assert summarise([]) == {}
