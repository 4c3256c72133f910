"""`study ingest`, `status`, `inspect` and `doctor`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.options import json_option, library_option, print_json
from assistant.cli.terminal import console, notice, progress_bar, within
from assistant.library import library_folder

if TYPE_CHECKING:
    from ingest.model import Span


@click.command("ingest", epilog="Example: study ingest ~/notes --library ~/study-library")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--encoder", help="The model that embeds: a sentence-transformers folder or hub name. Default: all-MiniLM-L6-v2.")
@library_option
@json_option
def ingest_command(paths: tuple[Path, ...], encoder: str | None, library: Path | None, as_json: bool) -> None:
    """Read files and folders into a library, or bring it in step with them.

    A folder that was ingested before is synced: new and changed files are read, what is gone leaves the library, the rest costs nothing.
    """
    from assistant.build import ingest

    start = time.perf_counter()
    root, _ = library_folder(library)
    with progress_bar() as progress:
        report = ingest(root, paths, encoder=encoder, progress=progress, notice=notice)
    seconds = time.perf_counter() - start
    sync = report.sync
    failures = [{"document": entry.failure.document, "reason": entry.failure.reason} for entry in sync.failures]
    counts = {name: len(getattr(sync, name)) for name in ("added", "updated", "unchanged", "removed")} | {"failed": len(failures)}
    if as_json:
        print_json(
            {"documents": counts, "chunks": report.chunks, "concepts": report.concepts, "failures": failures, "seconds": round(seconds, 3)}
        )
        return
    for failure in failures:
        notice(f"Not read: {failure['document']}: {failure['reason']}")
    done = ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "nothing to do"
    click.echo(
        f"{done}. {len(sync.documents)} documents, {report.chunks} passages, {report.concepts} concepts in {root} ({seconds:.1f} s)."
    )


@click.command("status", epilog="Example: study status --library ~/study-library")
@library_option
@json_option
def status_command(library: Path | None, as_json: bool) -> None:
    """What a library holds, and every file that could not be read, with the reason."""
    from assistant.snapshots import Layout, open_snapshot

    root, _ = library_folder(library)
    snapshot = open_snapshot(Layout(root))
    manifest = snapshot.manifest
    failures = [{"document": failure["document"], "reason": failure["reason"]} for failure in manifest["failures"]]
    value = {
        "library": str(root),
        "created": manifest["created"],
        **manifest["counts"],
        "roots": manifest["roots"],
        "encoder": manifest["settings"]["encoder"]["name"],
        "failures": failures,
    }
    snapshot.close()
    if as_json:
        print_json(value)
        return
    out = console()
    out.print(f"[bold]{root}[/bold]", soft_wrap=True)
    out.print(f"{value['documents']} documents, {value['chunks']} passages, {value['concepts']} concepts; last changed {value['created']}")
    out.print(f"Encoder: {value['encoder']}")
    for known in value["roots"]:
        out.print(f"Root: {known}", soft_wrap=True, markup=False)
    for failure in failures:
        out.print(f"Not read: {failure['document']}: {failure['reason']}", markup=False)


@click.command("inspect", epilog="Example: study inspect notes/attention.md")
@click.argument("file", type=click.Path(path_type=Path))
@library_option
@json_option
def inspect_command(file: Path, library: Path | None, as_json: bool) -> None:
    """How a file is understood: its section tree, its blocks by kind, its questions and which of them it answers."""
    from collections import Counter

    from ingest.errors import NothingToIngest
    from ingest.readers import read_document
    from ingest.sources import find_sources, read_source

    if file.is_dir():
        raise click.UsageError(f"{file} is a folder; name one file.")
    sources, failures = find_sources([file])
    if not sources:
        raise NothingToIngest(f"{file}: {failures[0].reason}")
    document = read_document(sources[0].name, read_source(sources[0]))
    kinds = dict(Counter(block.kind.value for block in document.blocks).most_common())
    sections = [{"title": s.title, "level": s.level, "kind": s.kind.value, **s.span.to_json()} for s in document.sections]
    questions = [
        {
            "text": q.text,
            **q.span.to_json(),
            "answered": q.answer is not None,
            "answer_lines": [q.answer.first, q.answer.last] if q.answer else None,
        }
        for q in document.questions
    ]
    if as_json:
        print_json({"document": document.name, "title": document.title, "sections": sections, "kinds": kinds, "questions": questions})
        return
    from rich.markup import escape
    from rich.tree import Tree

    tree = Tree(f"[bold]{escape(document.title)}[/bold]")
    open_nodes = [(0, tree)]
    for section in document.sections:
        if section.title == document.title and section.span.first == document.sections[0].span.first:
            continue  # the root says it
        while len(open_nodes) > 1 and open_nodes[-1][0] >= section.level:
            open_nodes.pop()
        open_nodes.append((section.level, open_nodes[-1][1].add(f"{escape(section.title)} [dim]{within(section.span)}[/dim]")))
    out = console()
    out.print(tree)
    out.print("Blocks: " + ", ".join(f"{count} {kind}" for kind, count in kinds.items()))
    answered = sum(q.answer is not None for q in document.questions)
    out.print(f"Questions: {answered} answered, {len(document.questions) - answered} not")
    for question in document.questions:
        if question.answer is None:
            out.print(f"  unanswered, {_where(question.span)}: {question.text}", markup=False)


def _where(span: Span) -> str:
    return f"{span.part.kind} {span.part.number}, line {span.first}" if span.part else f"line {span.first}"


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
