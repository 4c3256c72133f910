"""`study inspect`: how a file is understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.shared.opening import opened_library
from assistant.cli.shared.options import NamedPath, json_option, library_option, print_json
from assistant.cli.shared.terminal import console, notice
from assistant.contract.documents import inspect_to_json, kinds_of
from ingest.places import within

if TYPE_CHECKING:
    from ingest.model import Document, Section, Span


@click.command("inspect", epilog="Example: study inspect notes/attention.md")
@click.argument("file", type=NamedPath(path_type=Path))
@library_option
@json_option
def inspect_command(file: Path, library: Path | None, as_json: bool) -> None:
    """How a file is understood: its section tree, its blocks by kind, its questions and which of them it answers.

    In the tree, `?` marks a question that is answered below it and `:` a label; after the lines come the blocks that are not prose.
    """
    if file.is_dir():
        raise click.UsageError(f"{file} is a folder; name one file.")
    with opened_library(library) as opened:
        document = opened.inspect(file)
    if not as_json:
        for sentence in document.notices:
            notice(f"Note: {document.name}: {sentence}")
        _show(document, kinds_of(document))
        return
    print_json(inspect_to_json(document))


def _show(document: Document, kinds: dict[str, int]) -> None:
    from rich.columns import Columns
    from rich.markup import escape
    from rich.tree import Tree

    from ingest.model import SectionKind

    marks = {SectionKind.QUESTION: "[cyan]?[/cyan] ", SectionKind.LABEL: "[dim]:[/dim] "}
    tree = Tree(f"[bold]{escape(document.title)}[/bold]")
    open_nodes = [(0, tree)]
    for section, held in _own_kinds(document):
        if section.title == document.title and section.span.first == document.sections[0].span.first:
            continue  # the root's line shows it
        while len(open_nodes) > 1 and open_nodes[-1][0] >= section.level:
            open_nodes.pop()
        after = "".join(f" · {count} {kind}" for kind, count in held.items())
        line = f"{marks.get(section.kind, '')}{escape(section.title)} [dim]{within(section.span)}{after}[/dim]"
        open_nodes.append((section.level, open_nodes[-1][1].add(line)))
    out = console()
    out.print(tree)
    width = max(map(len, kinds), default=0)
    out.print("\nBlocks")
    out.print(Columns([f"{count:>6} {kind:<{width}}" for kind, count in kinds.items()], padding=(0, 2)))
    answered = sum(question.answer is not None for question in document.questions)
    out.print(f"\nQuestions: {answered} answered, {len(document.questions) - answered} unanswered")
    for question in document.questions:
        if question.answer is None:
            out.print(f"  unanswered, {_where(question.span)}: {question.text}", markup=False)


def _own_kinds(document: Document) -> Iterator[tuple[Section, dict[str, int]]]:
    """Each section with the kinds of its own blocks, without subsections, its first line, headings and prose."""
    from ingest.model import Kind

    held: list[Counter[str]] = [Counter() for _ in document.sections]
    stack: list[int] = []
    at = 0
    for block in document.blocks:
        while at < len(document.sections) and document.sections[at].span.covers(block.span):
            stack.append(at)
            at += 1
        while stack and not document.sections[stack[-1]].span.covers(block.span):
            stack.pop()
        opens = bool(stack) and block.span.first == document.sections[stack[-1]].span.first
        if stack and not opens and block.kind not in (Kind.HEADING, Kind.PROSE, Kind.METADATA, Kind.FURNITURE):
            held[stack[-1]][block.kind.value] += 1
    return zip(document.sections, map(dict, held), strict=True)


def _where(span: Span) -> str:
    return f"{span.part.kind} {span.part.number}, line {span.first}" if span.part else f"line {span.first}"
