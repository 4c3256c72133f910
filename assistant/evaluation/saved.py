"""Load and compare saved runs of any kind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.evaluation.answers.answers import SavedAnswers
from assistant.evaluation.answers.runs import load_answers
from assistant.evaluation.graph.evaluate import SavedGraphRun, load_graph_run
from assistant.evaluation.retrieval.comparing import Comparison, compare_runs
from assistant.evaluation.retrieval.retrieval import RetrievalRun
from assistant.evaluation.runs import ANSWERS, GRAPH, find_run, kind_of, load_run

if TYPE_CHECKING:
    from assistant.evaluation.retrieval.comparing import JudgedRun

SavedRun = RetrievalRun | SavedAnswers | SavedGraphRun


def load_saved(root: Path, name: str) -> SavedRun:
    """A saved run of a library by its path, its name, or `latest`. Raises UnknownRun."""
    file = find_run(root, name)
    kind = kind_of(file)
    if kind == GRAPH:
        return SavedGraphRun(load_graph_run(file), file)
    if kind == ANSWERS:
        return SavedAnswers(load_answers(file), file)
    return RetrievalRun(load_run(file), file)


def compare_saved(root: Path, first: str, second: str, metric: str | None = None) -> Comparison:
    """Compare two saved runs on the questions that both were asked, by default by key points for answers and by nDCG@10 for retrieval.

    Raises UnknownRun for a name that is unknown, and for runs that cannot be compared.
    """
    files = [find_run(root, name) for name in (first, second)]
    runs: list[JudgedRun] = [load_answers(file) if kind_of(file) == ANSWERS else load_run(file) for file in files]
    of_answers = all(kind_of(file) == ANSWERS for file in files)
    return compare_runs(runs[0], runs[1], metric or ("key_points" if of_answers else "ndcg@10"))
