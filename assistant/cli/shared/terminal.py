"""Output for people: answers, paths and tables on stdout, progress and notices on stderr."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from assistant.cli.shared.advice import advised
from assistant.wording.counts import counted
from assistant.wording.safe import displayable

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.progress import Progress as Bars
    from rich.progress import TaskID
    from rich.text import Text

    from assistant.progress import Progress

_WIDEST = 100
_PLACES = 5


@cache
def _console_class() -> type[Console]:
    """Rich's console with a filter. rich is imported only by commands that draw."""
    from rich.console import Console
    from rich.segment import Segment

    class SafeConsole(Console):
        """A console that lets only rich's own control codes reach the terminal."""

        def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
            for segment in super().render(renderable, options):
                yield segment if segment.control else Segment(displayable(segment.text), segment.style)

    return SafeConsole


def console(*, stderr: bool = False) -> Console:
    """Stdout (or stderr) with a readable width; plain text if it is not a terminal."""
    kind = _console_class()
    plain = kind(highlight=False, stderr=stderr)
    return kind(highlight=False, soft_wrap=False, stderr=stderr, width=min(plain.width, _WIDEST))


def hanging(out: Console, text: Text, indent: int, first: int | None = None) -> None:
    """Print a paragraph indented, its first line by `first`; without blanks at the ends of lines."""
    from rich.text import Text

    head = indent if first is None else first
    wrapped = text.wrap(out, max(20, out.width - indent))
    for number, line in enumerate(wrapped):
        line.rstrip()
        out.print(Text(" " * (indent if number else head)).append_text(line), soft_wrap=True)


def print_line(text: str) -> None:
    """Print a line on stdout, wrapped on a terminal. All output without a console goes through this function or `notice`."""
    said = displayable(text.encode("utf-8", "replace").decode("utf-8"))
    print(_wrapped(said) if sys.stdout.isatty() else said, flush=True)


def say_more(out: Console, count: int, what: str) -> None:
    """Print the number of entries that are not shown, if any."""
    if count > 0:
        out.print(f"and {count:,} more {what}", style="dim", soft_wrap=True)


def ask_which(question: str, names: Sequence[str]) -> int:
    """The index of the name that the user at the terminal chooses."""
    import click

    from assistant.cli.shared.options import WholeNumber

    for number, name in enumerate(names, start=1):
        notice(f"  {number}. {name}")
    return int(click.prompt(question, type=WholeNumber(1, len(names)), default=1, err=True)) - 1


def is_interactive() -> bool:
    """True if a user at a terminal can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()


def notice(message: str) -> None:
    """Print a notice on stderr."""
    text = displayable(advised(message).encode("utf-8", "replace").decode("utf-8"))
    print(_wrapped(text) if sys.stderr.isatty() else text, file=sys.stderr, flush=True)


def _wrapped(text: str) -> str:
    """Lines wrapped to the width of the terminal. Commands (indented, or at the end of a line) are not broken, so that they can be
    copied."""
    width = max(20, min(shutil.get_terminal_size().columns, _WIDEST))
    lines = []
    for line in text.split("\n"):
        said, colon, command = line.rpartition(": study ")
        if line.startswith(" ") or len(line) <= width:
            lines.append(line)
        elif colon:
            lines += [textwrap.fill(f"{said}:", width, break_long_words=False, break_on_hyphens=False), f"  study {command}"]
        else:
            lines.append(textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False))
    return "\n".join(lines)


def heading(section: Sequence[str]) -> str:
    """A section path for display. A title that is also the first heading is shown once."""
    return " › ".join(name for name, _ in groupby(section))


def also_in(places: Sequence[str], own: str) -> str:
    """A line with other places of the same text than its own; empty if there are none."""
    places = [each for each in dict.fromkeys(places) if each != own]
    if not places:
        return ""
    more = f" and {counted(len(places) - _PLACES, 'more place')}" if len(places) > _PLACES else ""
    return f"also in {', '.join(places[:_PLACES])}{more}"


@contextmanager
def progress_bar(*, quiet: bool = False) -> Iterator[Progress]:
    """Progress with a bar for every stage on a terminal, and elsewhere a line when a stage is done; nothing if `quiet`."""
    if quiet:
        yield lambda _stage, _done, _total: None
    elif not sys.stderr.isatty():
        yield _progress_lines()
    else:
        bars = _Bars()
        try:
            yield bars.show
        finally:
            bars.stop()


class _Bars:
    """Bars that are shown from the first stage until all started stages are done, so that later output is below them."""

    def __init__(self) -> None:
        self._bars: Bars | None = None
        self._tasks: dict[str, TaskID] = {}

    def show(self, stage: str, done: int, total: int) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        if self._bars is None:
            columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self._bars, self._tasks = Bars(*columns, console=console(stderr=True)), {}
            self._bars.start()
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=total)
        self._bars.update(self._tasks[stage], completed=done, total=total)
        if self._bars.finished:
            self.stop()

    def stop(self) -> None:
        if self._bars is not None:
            self._bars.stop()
            self._bars = None


def _progress_lines() -> Callable[[str, int, int], None]:
    said: set[str] = set()

    def show(stage: str, done: int, total: int) -> None:
        if done == total and stage not in said:
            said.add(stage)
            notice(f"{stage}: {done} done")

    return show
