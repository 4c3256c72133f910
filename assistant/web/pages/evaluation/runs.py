"""The pages of saved evaluation runs: their metrics, missed questions, and comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from assistant.contract.evaluation import comparison_to_json
from assistant.evaluation.errors import UnknownRun
from assistant.library.library import Library
from assistant.web.context import context_of
from assistant.web.pages.shared import page

_WITHIN = 10


async def evaluation(request: Request) -> Response:
    """All saved runs, and all sets of questions."""
    context = context_of(request)
    evaluate = context.library.evaluate
    runs, sets = await context.workers.call(evaluate.runs), await context.workers.call(evaluate.sets.names)
    return page("evaluation.html", "/evaluation", "Evaluation", runs=runs, sets=sets)


async def run(request: Request) -> Response:
    """One run."""
    context = context_of(request)
    name = request.path_params["name"]
    return page("run.html", "/evaluation", name, name=name, **await context.workers.call(_run, context.library, name))


async def compare(request: Request) -> Response:
    """How the second run differs from the first."""
    context = context_of(request)
    names = [request.query_params.get(name, "") for name in ("first", "second")]
    rows = await context.workers.call(_compared, context.library, *names)
    return page("compare.html", "/evaluation", "Comparison", first=names[0], second=names[1], rows=rows)


def _check(library: Library, name: str) -> None:
    """Refuse a run that is not listed, such as a file path."""
    if name not in library.evaluate.runs():
        raise UnknownRun(f"No run is named {name[:80]!r}.")


def _run(library: Library, name: str) -> dict[str, Any]:
    from assistant.evaluation.answers.runs import AnswerRun
    from assistant.evaluation.runs import Run

    _check(library, name)
    saved = library.evaluate.load(name).run
    metrics = [(metric, *_three(each)) for metric, each in saved.metrics.items() if each is not None]
    if isinstance(saved, Run):
        missed = [(one.question, _ranks(one.ranks)) for one in saved.misses(_WITHIN)]
    elif isinstance(saved, AnswerRun):
        missed = [(one.question, "refused" if one.abstained else "; ".join(one.missed)) for one in saved.wrong]
    else:
        missed = []
    return {"metrics": metrics, "missed": missed}


def _ranks(ranks: Sequence[int | None]) -> str:
    return f"ranks {', '.join('–' if rank is None else str(rank) for rank in ranks)}"


def _three(each: Any) -> tuple[str, str, str]:
    return f"{each.mean:.3f}", f"{each.low:.3f}", f"{each.high:.3f}"


def _compared(library: Library, first: str, second: str) -> list[tuple[str, str]]:
    for name in (first, second):
        _check(library, name)
    found = comparison_to_json(library.evaluate.compare(first, second))
    rows = [("questions", str(found["questions"])), ("left out", str(found["left_out"])), ("decided by", str(found["metric"]))]
    for name, change in found["metrics"].items():
        rows.append((name, f"{change['first']:.3f} → {change['second']:.3f}"))
    rows += [(f"better: {one['question']}", f"{one['first']:.2f} → {one['second']:.2f}") for one in found["won"][:20]]
    rows += [(f"worse: {one['question']}", f"{one['first']:.2f} → {one['second']:.2f}") for one in found["lost"][:20]]
    return rows
