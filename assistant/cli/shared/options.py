"""Options that commands share, and the one way of printing JSON."""

from __future__ import annotations

import io
import json
import math
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

import click

from assistant.cli.shared.advice import name_library
from assistant.cli.shared.terminal import notice
from assistant.contract.errors import failure_to_json
from assistant.outputs import write_output
from assistant.wording.safe import displayable, escaped_json
from ingest.errors import StudyError


def _remembered(_context: click.Context, _parameter: click.Parameter, folder: Path | None) -> Path | None:
    if folder is not None:
        name_library(folder)
    return folder


class NamedPath(click.Path):
    """A path that is named. An empty one, as of a variable that is not set, would mean the present folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not str(value).strip():
            self.fail("the path is empty.", param, ctx)
        if not self.dir_okay and str(value).endswith(os.sep):
            self.fail(f"{value} is a folder. Name a file.", param, ctx)
        return super().convert(value, param, ctx)


def _range(kind: click.IntRange | click.FloatRange) -> str:
    """What a range asks for, in words; nothing where it takes every number."""
    least, most = ("" if bound is None else f"{bound:,}" for bound in (kind.min, kind.max))
    if least and kind.min_open:
        return f"above {least}" + (f" and up to {most}" if most else "")
    return f"from {least} to {most}" if least and most else f"of at least {least}" if least else f"of at most {most}" if most else ""


class _Ranged:
    """How help describes the range of a number."""

    name = "number"

    def _describe_range(self: Any) -> str:
        return _range(self).removeprefix("of ")


class WholeNumber(_Ranged, click.IntRange):
    """The type of a whole number, optionally in a range, with readable error messages."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            if "not in" not in error.message:
                self.fail(f"{value!r} is not a whole number.", param, ctx)
            self.fail(f"{str(value)!r} is not a number {_range(self)}.", param, ctx)


class AnyNumber(_Ranged, click.FloatRange):
    """A number in a range, with or without decimals, refused in words that say so."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            found = super().convert(value, param, ctx)
        except click.BadParameter:
            found = None
        if found is None or not math.isfinite(found):
            self.fail(f"{str(value)!r} is not a number {_range(self)}.", param, ctx)
        return found


def one_form(helps: Mapping[str, str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Options that choose an output format, stored in one argument `form`. If several are given, click silently takes the last."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def checked(**given: Any) -> Any:
            chosen = [name for name in helps if given.pop(f"as_{name}")]
            if chosen[1:]:
                raise click.UsageError(f"Give --{chosen[0]} or --{chosen[1]}, not both.")
            return command(form=next(iter(chosen), None), **given)

        for name, said in reversed(tuple(helps.items())):
            checked = click.option(f"--{name}", f"as_{name}", is_flag=True, help=said)(checked)
        return checked

    return decorate


library_option = click.option(
    "--library",
    callback=_remembered,
    type=NamedPath(path_type=Path, file_okay=False),
    help="The library's folder. Default: $STUDY_LIBRARY, else the platform's user-data folder.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
batch_option = click.option("--batch", is_flag=True, help="Read one question or target a line from stdin, print one JSON object a line.")
no_wait_option = click.option("--no-wait", is_flag=True, help="Fail at once if another process is writing to the library.")
force_option = click.option("--force", is_flag=True, help="Overwrite a file that exists.")
out_option = click.option("--out", type=NamedPath(path_type=Path, dir_okay=False), help="Write to this file instead of stdout.")
course_option = click.option(
    "--course/--no-course",
    default=None,
    help="With or without the concepts and prerequisites of the starter course.  [default: as study config says]",
)


def print_json(value: Mapping[str, Any]) -> None:
    """One JSON object on one line of stdout, flushed."""
    # Invalid bytes of a document become lone surrogates, which UTF-8 cannot encode.
    text = escaped_json(json.dumps(value, ensure_ascii=False)).encode("utf-8", "backslashreplace").decode("utf-8")
    click.echo(text)
    sys.stdout.flush()


def print_text(text: str, out: Path | None = None, *, force: bool = False) -> None:
    """Print a text for another tool, on stdout or to a file. Raises OutputExists without `force`, UsageError if it cannot be written."""
    data = displayable(text).encode("utf-8", "backslashreplace")
    if out is None:
        click.echo(data, nl=False)
    else:
        write_output(out, data, overwrite=force)
        notice(f"{out} is written.")


def run_batch(answer: Callable[[str], Mapping[str, Any]], empty: Callable[[str], Mapping[str, Any]]) -> None:
    """Answer every line of stdin with one object; a line that fails has the `empty` shape with `error` and `code`."""
    for line in _lines():
        try:
            print_json(answer(line))
        except StudyError as error:
            print_json({**empty(line), **failure_to_json(error)})


def _lines() -> Iterator[str]:
    for line in io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace"):
        yield line.rstrip("\r\n")


def one_or_batch(value: str | None, batch: bool, name: str) -> str:
    """The argument of a command, or with `batch` lines from stdin. Raises click.UsageError unless exactly one of the two is given."""
    if batch == (value is not None):
        raise click.UsageError(f"Give {name} or --batch, not both." if batch else f"Give {name}, or --batch to read them from stdin.")
    return value or ""
