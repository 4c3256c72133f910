"""`study ingest`, `forget`, `status` and `doctor`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.shared.chunking import chunk_settings, chunking_options
from assistant.cli.shared.options import json_option, library_option, no_wait_option, print_json
from assistant.cli.shared.terminal import console, notice, progress_bar
from assistant.opening import library_folder
from ingest.chunking.settings import ChunkSettings

if TYPE_CHECKING:
    from assistant.building.build import IngestReport

_FEW = 10
"""Renamed files that are listed one by one."""


@click.command("ingest", epilog="Example: study ingest ~/notes --library ~/study-library")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--encoder", help="The model that embeds: a sentence-transformers folder or hub name. Default: all-MiniLM-L6-v2.")
@click.option("--collection", metavar="NAME", help='Group what is ingested under a name, files added later too; "" ends that.')
@chunking_options
@click.option("--watch", is_flag=True, help="Go on and ingest whenever something changes, until Ctrl-C.")
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
    watch: bool,
    no_wait: bool,
    library: Path | None,
    as_json: bool,
) -> None:
    """Read files and folders into a library, or bring it in step with them.

    A folder that was ingested before is synced: new and changed files are read, what is gone leaves the library, the rest costs nothing.
    Hidden files are left out, and what a .studyignore file names (as .gitignore does), in any folder.
    """
    from assistant.building.build import ingest

    cutting = chunk_settings(chunking, chunk_size, chunk_overlap)
    root, _ = library_folder(library)
    start = 0.0

    def run() -> IngestReport:
        nonlocal start
        start = time.perf_counter()
        with progress_bar(quiet=watch) as progress:
            return ingest(
                root, paths, encoder=encoder, chunking=cutting, collection=collection, wait=not no_wait, progress=progress, notice=notice
            )

    def show(report: IngestReport) -> None:
        _show_ingest(root, report, time.perf_counter() - start, as_json)

    if not watch:
        show(run())
        return
    from assistant.building.watching import ingest_on_change

    notice(f"Watching {', '.join(map(str, paths))}; Ctrl-C ends it.")
    try:
        for report in ingest_on_change(paths, root, run, notice):
            show(report)
    except KeyboardInterrupt:
        notice("No longer watching. The library is whole; what was embedded is kept.")


def _show_ingest(root: Path, report: IngestReport, seconds: float, as_json: bool) -> None:
    sync = report.sync
    failures = [{"document": entry.failure.document, "reason": entry.failure.reason} for entry in report.failures]
    counts = {name: len(getattr(sync, name)) for name in ("added", "updated", "renamed", "unchanged", "removed")}
    counts["failed"] = len(failures)
    if as_json:
        print_json(
            {
                "documents": counts,
                "chunks": report.chunks,
                "concepts": report.concepts,
                "failures": failures,
                "notices": [{"document": name, "notice": said} for name, said in report.notices],
                "left_out": report.roots.counts_left_out,
                "seconds": round(seconds, 3),
            }
        )
        return
    for failure in failures:
        notice(f"Not read: {failure['document']}: {failure['reason']}")
    for name, said in report.notices:
        notice(f"Note: {name}: {said}")
    for said in (*report.remarks, *_left_out(report.roots.counts_left_out)):
        notice(said)
    for old, new in sync.renamed[:_FEW]:
        notice(f"Renamed: {old} → {new}")
    done = ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "nothing to do"
    click.echo(f"{done}. {report.documents} documents, {report.chunks} passages, {report.concepts} concepts in {root} ({seconds:.1f} s).")


def _left_out(counts: Mapping[str, int]) -> list[str]:
    said = [f"{counts['ignored']} by .studyignore"] if counts["ignored"] else []
    said += [f"{counts['hidden']} hidden"] if counts["hidden"] else []
    return [f"Files and folders left out: {', '.join(said)}."] if said else []


@click.command("forget", epilog="Example: study forget old/draft.md")
@click.argument("documents", nargs=-1, required=True)
@no_wait_option
@library_option
@json_option
def forget_command(documents: tuple[str, ...], no_wait: bool, library: Path | None, as_json: bool) -> None:
    """Take documents out of a library, by the names that `search` and `status` show.

    Their files stay where they are, and are left out of later ingests of their folders. Ingest such a file by its own path to have it back.
    """
    from assistant.building.build import forget

    root, _ = library_folder(library)
    with progress_bar() as progress:
        report = forget(root, documents, wait=not no_wait, progress=progress, notice=notice)
    if as_json:
        left = {"documents": report.documents, "chunks": report.chunks, "concepts": report.concepts}
        print_json({"forgotten": list(report.sync.removed), **left})
        return
    for name in report.sync.removed:
        click.echo(f"Forgotten: {name}")
    click.echo(f"{report.documents} documents, {report.chunks} passages, {report.concepts} concepts in {root}.")


@click.command("status", epilog="Example: study status --library ~/study-library")
@library_option
@json_option
def status_command(library: Path | None, as_json: bool) -> None:
    """What a library holds, what was left out, and every file that could not be read, with the reason."""
    from assistant.storage.status import library_status

    root, _ = library_folder(library)
    value = library_status(root)
    if as_json:
        print_json(value)
        return
    out = console()
    out.print(f"[bold]{root}[/bold]", soft_wrap=True)
    out.print(f"{value['documents']} documents, {value['chunks']} passages, {value['concepts']} concepts; last changed {value['created']}")
    said = [
        f"Encoder: {value['encoder']}",
        f"Passages: {ChunkSettings.recorded(value['chunking'])}",
        *(f"Root: {known}" for known in value["roots"]),
    ]
    said += [f"Collection: {name}, {count} documents" for name, count in value["collections"].items()]
    said += [*_left_out(value["left_out"]), *(f"Forgotten: {name}" for name in value["forgotten"]), *value["remarks"]]
    said += [f"Note: {entry['document']}: {entry['notice']}" for entry in value["notices"]]
    said += [f"Not read: {failure['document']}: {failure['reason']}" for failure in value["failures"]]
    for line in said:
        out.print(line, soft_wrap=True, markup=False)


@click.command("doctor", epilog="Example: study doctor")
@library_option
@json_option
def doctor_command(library: Path | None, as_json: bool) -> None:
    """What is installed, which models, whether the library is healthy, and what to do next."""
    from assistant.doctor import examine

    root, _ = library_folder(library)
    findings = examine(root)
    if as_json:
        print_json({"checks": [{"name": f.name, "ok": f.ok, "detail": f.detail, "advice": f.advice} for f in findings]})
        return
    from rich.markup import escape
    from rich.table import Table

    table = Table.grid(padding=(0, 1))
    for finding in findings:
        advice = f"\n[bold]{escape(finding.advice)}[/bold]" if finding.advice else ""
        table.add_row("[green]✓[/green]" if finding.ok else "[red]✗[/red]", finding.name, f"{escape(finding.detail)}{advice}")
    console().print(table)
