"""`study eval answers`: measure the quality of answers, and show the result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.shared.opening import opened_library
from assistant.cli.shared.options import NamedPath, force_option, json_option, library_option, print_json
from assistant.cli.shared.terminal import console
from assistant.contract.evaluation import answers_to_json, compared_answers_to_json
from assistant.wording.counts import counted

if TYPE_CHECKING:
    from assistant.evaluation.answers.runs import AnsweredQuestion, AnswerRun
    from assistant.evaluation.reports.compared import ComparedAnswers

_FILE = NamedPath(path_type=Path, dir_okay=False)
_BY_KIND = ("decided", "key_points", "citation_recall", "words")


@click.command("answers", epilog="Example: study eval answers questions.jsonl --report answers.html")
@click.argument("source", metavar="FILE", type=_FILE)
@click.option("--report", type=_FILE, help="Also write a page with plots: risk by coverage, calibration, confidence.")
@force_option
@click.option(
    "--model",
    "models",
    multiple=True,
    help="What words the answers: a name of `study model list`, a GGUF file, or the address of a server. Several are compared with each "
    "other and with the documents' own words.",
)
@library_option
@json_option
def answers_command(source: Path, report: Path | None, force: bool, models: tuple[str, ...], library: Path | None, as_json: bool) -> None:
    """Ask every question of FILE (JSONL: question, gold, key_points, answer) and report how good the answers are, with 95 % bootstrap
    intervals: key points made, citations, support, similarity to reference answers, confidence and refusals. Without --model no
    language model is used, even if you chose one."""
    with opened_library(library) as opened:
        if len(models) > 1:
            compared = opened.evaluate.answers_by(source, models, report=report, overwrite=force)
            if as_json:
                print_json(compared_answers_to_json(zip(compared.runs, compared.files, strict=True)))
            else:
                show_compared(compared)
            return
        saved = opened.evaluate.answers(source, model="".join(models) or None, report=report, overwrite=force)
    if as_json:
        print_json(answers_to_json(saved.run, saved.file))
    else:
        show_answers(saved.run, saved.file)


def show_compared(compared: ComparedAnswers) -> None:
    """The metrics of several runs beside each other, and where they were saved."""
    from rich.markup import escape

    from assistant.cli.evaluation.views import metric_table

    out = console()
    table = metric_table(f"{len(compared.runs[0].questions)} questions", "metric", *map(escape, compared.names))
    for row in compared.rows:
        table.add_row(*row)
    out.print(table)
    out.print("\nWhat each metric is: docs/design/evaluation.md")
    for file in compared.files:
        out.print(f"Saved: {escape(str(file))}", soft_wrap=True)


def show_answers(run: AnswerRun, file: Path) -> None:
    """The metrics of a run, by kind of question, how long an answer took, and where the run was saved."""
    from rich.markup import escape

    from assistant.cli.evaluation.views import metric_table

    out = console()
    answerable = sum(question.answerable for question in run.questions)
    title = f"{counted(answerable, 'answerable question')}, {counted(len(run.questions) - answerable, 'other')}"
    table = metric_table(title, "metric", "mean", "low", "high")
    for name, interval in run.metrics.items():
        table.add_row(name, *(f"{value:.3f}" for value in (interval.mean, interval.low, interval.high)))
    out.print(table)
    if run.kinds:
        table = metric_table("\nBy kind", "kind", *_BY_KIND)
        for kind, metrics in run.kinds.items():
            table.add_row(escape(kind), *(f"{metrics[name].mean:.3f}" if name in metrics else "" for name in _BY_KIND))
        out.print(table)
    latency = ", ".join(f"{name} {value:.0f} ms" for name, value in run.latency.items())
    out.print(f"\nAn answer takes {latency}. What each metric is: docs/design/evaluation.md")
    out.print(f"Saved: {escape(str(file))}", soft_wrap=True)


def show_missed_answers(run: AnswerRun, wrong: Sequence[AnsweredQuestion]) -> None:
    """Every question that was decided wrongly or whose answer lacks a key point, with the answer."""
    from rich.padding import Padding
    from rich.text import Text

    out = console()
    out.print(f"{len(wrong)} of {counted(len(run.questions), 'question')}: refused, answered wrongly, or without a key point.")
    for question in wrong:
        refused = "refused" if question.abstained else "answered"
        out.print(Text.assemble("\n", (f"{question.id}  {question.question}", "bold"), f"  {refused}, {question.confidence:.2f}"))
        for point in question.missed:
            out.print(Padding(Text.assemble("missed ", (point, "green")), (0, 0, 0, 2)))
        out.print(Padding(Text(question.answer), (0, 0, 0, 2)))
