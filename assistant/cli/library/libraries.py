"""`study ingest`, `forget`, `status` and `doctor`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.shared.advice import command_for
from assistant.cli.shared.chunking import chunk_settings, chunking_options
from assistant.cli.shared.completion import complete_document
from assistant.cli.shared.opening import opened_library
from assistant.cli.shared.options import NamedPath, json_option, library_option, no_wait_option, print_json
from assistant.cli.shared.terminal import console, hanging, notice, print_line
from assistant.contract.ingest import forget_to_json, ingest_to_json
from assistant.contract.library import findings_to_json, status_to_json
from assistant.wording.counts import counted, held, local_time
from assistant.wording.left_out import left_out_line
from assistant.workers.choice import Workforce
from index.opening import EngineChoice
from ingest.chunking.settings import ChunkSettings

if TYPE_CHECKING:
    from assistant.building.build import IngestReport

_FEW = 10
"""The most renamed files that are listed one by one."""


@click.command("ingest", epilog="Example: study ingest ~/notes --library ~/study-library")
@click.argument("paths", nargs=-1, required=True, type=NamedPath(path_type=Path))
@click.option(
    "--encoder",
    help="The model that embeds: a sentence-transformers folder or hub name; NAME:int8 is faster. Default: all-MiniLM-L6-v2.",
)
@click.option("--collection", metavar="NAME", help='Group these paths, and files added to them later, under a name; "" ungroups them.')
@chunking_options
@click.option("--engine", type=click.Choice(["local", "milvus"]), help="Where the index is kept: in the library's folder, or in Milvus.")
@click.option("--engine-uri", metavar="URI", help="Where Milvus is: http://host:19530, or a file for Milvus Lite.")
@click.option("--workers", type=int, metavar="N", help="Read and embed with N processes. Default: one, with the threads of all cores.")
@click.option("--on", "cluster", metavar="ADDRESS", help="Read and embed on a Ray cluster: ray://HOST:PORT, or ray for this machine.")
@click.option("--watch", is_flag=True, help="Keep watching, and ingest whenever something changes, until Ctrl-C.")
@no_wait_option
@library_option
@json_option
def ingest_command(
    paths: tuple[Path, ...],
    encoder: str | None,
    collection: str | None,
    chunking: str | None,
    chunk_size: int | None,
    chunk_overlap: int | None,
    engine: str | None,
    engine_uri: str | None,
    workers: int | None,
    cluster: str | None,
    watch: bool,
    no_wait: bool,
    library: Path | None,
    as_json: bool,
) -> None:
    """Read files and folders into a library, or bring it in step with them.

    A folder that was ingested before is synced: new and changed files are read, what is gone leaves the library, the rest costs nothing.
    Hidden files are left out, and so are files that a .studyignore in any folder names, as .gitignore does.
    """
    cutting = chunk_settings(chunking, chunk_size, chunk_overlap)
    kept = EngineChoice.make(engine or "milvus", engine_uri or "") if engine or engine_uri else None
    several = Workforce.make(workers, cluster) if workers is not None or cluster else None
    with opened_library(library, quiet=watch) as opened:
        if not watch or kept is not None or several is not None:
            report = opened.ingest(
                *paths, encoder=encoder, chunking=cutting, engine=kept, workforce=several, collection=collection, wait=not no_wait
            )
            _show_ingest(opened.folder, report, as_json)
        if not watch:
            return
        notice(f"Watching {', '.join(map(str, paths))}; Ctrl-C ends it.")
        said: list[str] = []
        try:
            for report in opened.watch(*paths, encoder=encoder, chunking=cutting, collection=collection, wait=not no_wait):
                said = _show_ingest(opened.folder, report, as_json, said)
        except KeyboardInterrupt:
            notice("Stopped watching. The library is complete, and everything embedded so far is kept.")


def _show_ingest(root: Path, report: IngestReport, as_json: bool, before: Sequence[str] = ()) -> list[str]:
    """Print what was done. Notices that were printed `before` are not repeated. Returns those that hold now."""
    value = ingest_to_json(report)
    if as_json:
        print_json(value)
        return []
    now = [f"Not read: {entry.failure.document}: {entry.failure.reason}" for entry in report.failures]
    now += [f"Note: {name}: {said}" for name, said in report.notices]
    now += [said for said in (*report.remarks, left_out_line(report.left_out)) if said]
    for said in now:
        if said not in before:
            notice(said)
    renamed = [(old, new) for old, new in report.sync.renamed if old != new]
    for old, new in renamed[:_FEW]:
        notice(f"Renamed: {old} → {new}")
    if len(renamed) > _FEW:
        notice(f"and {len(renamed) - _FEW:,} more.")
    done = ", ".join(f"{count} {name}" for name, count in value["documents"].items() if count) or "Nothing to do"
    print_line(f"{done}. {held(report.documents, report.chunks, report.concepts)} in {root} ({report.seconds:.1f} s).")
    return now


@click.command("forget", epilog="Example: study forget old/draft.md")
@click.argument("documents", nargs=-1, required=True, shell_complete=complete_document)
@no_wait_option
@library_option
@json_option
def forget_command(documents: tuple[str, ...], no_wait: bool, library: Path | None, as_json: bool) -> None:
    """Take documents out of a library: by the names that `search` and `status` show, by folder, by glob (`old/*.md`),
    or by an absolute path.

    Their files stay where they are, and are left out of later ingests of their folders. Ingest such a file by its own path to have it back.
    """
    with opened_library(library) as opened:
        report = opened.forget(*documents, wait=not no_wait)
    if as_json:
        print_json(forget_to_json(report))
        return
    for name in report.sync.removed:
        print_line(f"Forgotten: {name}")
    print_line(f"{held(report.documents, report.chunks, report.concepts)} in {opened.folder}.")


@click.command("status", epilog="Example: study status --library ~/study-library")
@library_option
@json_option
def status_command(library: Path | None, as_json: bool) -> None:
    """What a library holds, what was left out, and every file that could not be read, with the reason."""
    with opened_library(library) as opened:
        status = opened.status()
    if as_json:
        print_json(status_to_json(status))
        return
    from rich.text import Text

    out = console()
    out.print(Text(str(opened.folder), style="bold"), soft_wrap=True)
    out.print(f"{held(status.documents, status.chunks, status.concepts)}; last changed {local_time(status.created)}")
    said = [
        f"Encoder: {status.encoder}",
        f"Passages: {ChunkSettings.recorded(status.chunking)}",
        *(f"Root: {known}{' (no longer there)' if known in status.gone else ''}" for known in status.roots),
    ]
    said += [f"Collection: {name}, {counted(count, 'document')}" for name, count in status.collections.items()]
    said += [*filter(None, [left_out_line(status.left_out)]), *(f"Forgotten: {name}" for name in status.forgotten), *status.remarks]
    said += [f"Note: {name}: {sentence}" for name, sentence in status.notices]
    said += [f"Not read: {entry.failure.document}: {entry.failure.reason}" for entry in status.failures]
    for line in said:
        if out.is_terminal:
            hanging(out, Text(line), 2, 0)
        else:
            out.print(line, soft_wrap=True, markup=False)


@click.command("doctor", epilog="Example: study doctor")
@library_option
@json_option
def doctor_command(library: Path | None, as_json: bool) -> None:
    """What is installed, which models, whether the library is healthy, and what to do next."""
    with opened_library(library) as opened:
        findings = opened.examine()
    if as_json:
        print_json(findings_to_json(findings))
        return
    from rich.markup import escape
    from rich.table import Table

    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")  # keep paths whole, so that they can be copied
    for finding in findings:
        lines = [line for line in (finding.advice, command_for(finding)) if line]
        advice = "".join(f"\n[bold]{escape(line)}[/bold]" for line in lines)
        table.add_row("[green]✓[/green]" if finding.ok else "[red]✗[/red]", finding.name, f"{escape(finding.detail)}{advice}")
    console().print(table)
