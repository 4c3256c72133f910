"""`study eval`: how well the library answers, measured."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import click

from assistant.cli.evaluation.answers import answers_command, show_missed_answers
from assistant.cli.evaluation.graph_evaluation import graph_evaluation_command, make_graph_command, show_disagreements
from assistant.cli.shared.advice import for_library
from assistant.cli.shared.chunking import chunk_settings, chunking_options
from assistant.cli.shared.groups import SuggestingGroup
from assistant.cli.shared.opening import opened_library
from assistant.cli.shared.options import AnyNumber, NamedPath, WholeNumber, force_option, json_option, library_option, print_json
from assistant.cli.shared.reranking import reranking_options
from assistant.cli.shared.terminal import print_line
from assistant.contract.evaluation import (
    answers_misses_to_json,
    comparison_to_json,
    draft_to_json,
    retrieval_misses_to_json,
    retrieval_to_json,
)
from assistant.wording.counts import counted
from index.search import Channel, Fusion, SearchSettings

_FILE = NamedPath(path_type=Path, dir_okay=False)


@click.group("eval", cls=SuggestingGroup)
def eval_command() -> None:
    """Measure retrieval, answers and the concept graph on your own questions and judgements."""


eval_command.add_command(answers_command)
eval_command.add_command(graph_evaluation_command)
eval_command.add_command(make_graph_command)


@eval_command.command("retrieval", epilog="Example: study eval retrieval questions.jsonl --channels lexical")
@click.argument("source", metavar="FILE|FOLDER", type=NamedPath(path_type=Path))
@click.option("--channels", default=",".join(Channel), show_default=True, help="Which channels search, separated by commas.")
@click.option(
    "--fusion",
    type=click.Choice([way.value for way in Fusion]),
    default=SearchSettings().fusion.value,
    show_default=True,
    help="How two channels become one ranking.",
)
@click.option("--alpha", type=AnyNumber(0, 1), help="The lexical channel's weight in weighted or min-max fusion.")
@click.option(
    "--spelling/--no-spelling", default=True, help="Replace terms that no passage contains by the nearest ones.  [default: spelling]"
)
@reranking_options
@click.option("--copies/--no-copies", default=False, help="List every copy of a passage.  [default: no-copies]")
@click.option("--join/--no-join", default=True, help="Join neighbours that are found together into one passage.  [default: join]")
@chunking_options
@click.option("--split", default="test", show_default=True, help="Which qrels of a BEIR folder.")
@click.option("--trec", type=_FILE, help="Also write the ranking in TREC's run format.")
@click.option("--report", type=_FILE, help="Also write a page with plots that compare each channel alone with both.")
@force_option
@library_option
@json_option
def retrieval_command(
    source: Path,
    channels: str,
    fusion: str,
    alpha: float | None,
    spelling: bool,
    rerank: Path | None,
    rerank_depth: int,
    copies: bool,
    join: bool,
    chunking: str | None,
    chunk_size: int | None,
    chunk_overlap: int | None,
    split: str,
    trec: Path | None,
    report: Path | None,
    force: bool,
    library: Path | None,
    as_json: bool,
) -> None:
    """Search for every question of FILE (JSONL: question, gold), or of a FOLDER in BEIR's layout, and report the metrics with 95 %
    bootstrap intervals."""
    settings = replace(_settings(channels, fusion, alpha), spelling=spelling, collapse=not copies, join=join)
    with opened_library(library) as opened:
        saved = opened.evaluate.retrieval(
            source,
            settings=settings,
            split=split,
            chunking=chunk_settings(chunking, chunk_size, chunk_overlap),
            rerank=rerank,
            rerank_depth=rerank_depth,
            trec=trec,
            report=report,
            overwrite=force,
        )
    if as_json:
        print_json(retrieval_to_json(saved.run, saved.file))
        return
    from assistant.cli.evaluation.views import show_run

    show_run(saved.run, saved.file)


@eval_command.command("show", epilog="Example: study eval show latest -k 3")
@click.argument("run")
@click.option(
    "-k",
    type=WholeNumber(1, 10),
    default=5,
    show_default=True,
    help="A question is missed unless everything wanted is among the first k passages.",
)
@click.option("--trec", type=_FILE, help="Also write the ranking in TREC's run format.")
@force_option
@library_option
@json_option
def show_command(run: str, k: int, trec: Path | None, force: bool, library: Path | None, as_json: bool) -> None:
    """The questions that a saved RUN missed: what was wanted and what came back instead. RUN is a path, a name, or `latest`."""
    from assistant.evaluation.answers.runs import AnswerRun
    from assistant.evaluation.graph.evaluate import GraphRun
    from assistant.evaluation.runs import Run

    with opened_library(library) as opened:
        saved = opened.evaluate.load(run, trec=trec, overwrite=force)
    match saved.run:
        case Run() as ranking:
            missed = ranking.misses(k)
            if as_json:
                print_json(retrieval_misses_to_json(ranking, saved.file, missed))
                return
            from assistant.cli.evaluation.views import show_misses

            show_misses(ranking, missed, k)
        case AnswerRun() as answers:
            if as_json:
                print_json(answers_misses_to_json(answers, saved.file, answers.wrong))
            else:
                show_missed_answers(answers, answers.wrong)
        case GraphRun() as graph:
            show_disagreements(graph, saved.file, as_json)


@eval_command.command("compare", epilog="Example: study eval compare retrieval-20250101T120000000000 latest")
@click.argument("first")
@click.argument("second")
@click.option("--metric", help="The metric that decides whether a question is won or lost.  [default: ndcg@10; for answers key_points]")
@library_option
@json_option
def compare_command(first: str, second: str, metric: str | None, library: Path | None, as_json: bool) -> None:
    """How the SECOND saved run differs from the FIRST, question by question. Each is a path, a name, or `latest`."""
    with opened_library(library) as opened:
        comparison = opened.evaluate.compare(first, second, metric)
    if as_json:
        print_json(comparison_to_json(comparison))
        return
    from assistant.cli.evaluation.views import show_comparison

    show_comparison(comparison)


@eval_command.command("make", epilog="Example: study eval make questions.jsonl --hold-out")
@click.argument("out", type=_FILE)
@click.option("--hold-out", is_flag=True, help="Search without the lines that each question or heading was taken from.")
@force_option
@library_option
@json_option
def make_command(out: Path, hold_out: bool, force: bool, library: Path | None, as_json: bool) -> None:
    """Draft an evaluation set from the library's documents, for you to correct: their questions with answers, and their headings."""
    with opened_library(library, fill=False) as opened:
        counts = opened.evaluate.draft_questions(out, hold_out=hold_out, overwrite=force)
    if as_json:
        print_json(draft_to_json(out, counts))
        return
    parts = ", ".join(f"{count} from {kind}s" for kind, count in counts.items())
    print_line(f"{counted(sum(counts.values()), 'question')} drafted ({parts}) in {out}.")
    print_line("Correct the draft, above all its wording: people don't type headings. Then measure:")
    print_line("  " + for_library(f"study eval retrieval {shlex.quote(str(out))}"))


def _settings(channels: str, fusion: str, alpha: float | None) -> SearchSettings:
    """Raises click.BadParameter."""
    try:
        chosen = tuple(dict.fromkeys(Channel(name.strip()) for name in channels.split(",")))
    except ValueError as error:
        raise click.BadParameter(f"{error}; choose from {', '.join(Channel)}", param_hint="--channels") from error
    settings = SearchSettings(channels=chosen, fusion=Fusion(fusion))
    if alpha is None:
        return settings
    if settings.fusion is Fusion.RRF or len(chosen) < 2:
        raise click.BadParameter("only weighted and min-max fusion of both channels have weights", param_hint="--alpha")
    return SearchSettings(channels=chosen, fusion=Fusion(fusion), alpha=alpha)
