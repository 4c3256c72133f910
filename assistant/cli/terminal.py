"""What a person sees: answers, paths and tables on stdout, progress and notices on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from assistant.progress import Progress
    from ingest.model import Span

_WIDEST = 100


def console() -> Console:
    """Stdout, no wider than reads well; plain text where it is not a terminal."""
    from rich.console import Console

    plain = Console(highlight=False)
    return Console(highlight=False, soft_wrap=False, width=min(plain.width, _WIDEST))


def notice(message: str) -> None:
    """Say something on stderr."""
    print(message, file=sys.stderr, flush=True)


def place(document: str, span: Span) -> str:
    """A location as it is shown and typed: `notes.md:12-14`, `slides.pdf page 3:1-2`."""
    return f"{document} {within(span)}" if span.part else f"{document}:{lines(span)}"


def within(span: Span) -> str:
    """A location inside its document: `12-14`, `page 3:1-2`."""
    return f"{span.part.kind} {span.part.number}:{lines(span)}" if span.part else lines(span)


def lines(span: Span) -> str:
    """The lines of a span: `12` or `12-14`."""
    return str(span.first) if span.first == span.last else f"{span.first}-{span.last}"


def heading(section: Sequence[str]) -> str:
    """A section path as it is shown."""
    return " › ".join(section)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar for every stage, on a terminal; elsewhere a line when a stage is done."""
    if not sys.stderr.isatty():
        yield _progress_lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, int] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)  # type: ignore[arg-type]  # rich's TaskID is an int

        yield show


def _progress_lines() -> Callable[[str, int, int], None]:
    said: set[str] = set()

    def show(stage: str, done: int, total: int) -> None:
        if done == total and stage not in said:
            said.add(stage)
            notice(f"{stage}: {done} done")

    return show
