"""`study practice`: sessions, and what belongs to them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from assistant.cli.practice.views import show_items, show_statistics
from assistant.cli.shared.completion import complete_concept
from assistant.cli.shared.groups import SuggestingGroup
from assistant.cli.shared.opening import opened_library
from assistant.cli.shared.options import AnyNumber, WholeNumber, json_option, library_option, print_json, run_batch
from assistant.cli.shared.terminal import print_line
from assistant.contract.practice import (
    answered_to_json,
    change_to_json,
    fitted_to_json,
    items_to_json,
    session_to_json,
    statistics_to_json,
    undone_to_json,
)
from assistant.library.library import Library
from assistant.practice.items.values import ItemKind
from assistant.practice.schedule.memory import Rating
from assistant.practice.sessions.entries import STATUSES, Entry
from assistant.wording.counts import counted
from ingest.errors import UsageError

_item = click.argument("item", metavar="ID")
_RATINGS = {rating.name.lower(): rating for rating in Rating} | {str(rating.value): rating for rating in Rating}
_DONE = {
    "suspend": "Put away",
    "resume": "Asked again from now on",
    "bury": "Not asked before tomorrow",
    "flag": "Flagged, and no longer asked",
    "edit": "Worded anew",
}
_UNDONE = {"review": "answer to", "repeat": "answer to", "edit": "new wording of", "know": "what you said of knowing"}
"""What is taken back, by the act; any other has the act's own name: "flag of"."""


@click.group("practice", cls=SuggestingGroup, invoke_without_command=True, epilog="Example: study practice --to attention --minutes 10")
@click.option("--to", metavar="CONCEPT", shell_complete=complete_concept, help="Only what is on the path to this concept.")
@click.option("--minutes", type=AnyNumber(min=0.5), help="How long the session takes, if not as the setting `minutes` says.")
@click.option(
    "--new",
    type=WholeNumber(min=0),
    help="At most so many new questions, if not what the setting `new_per_day` leaves for today.",
)
@click.option("--batch", is_flag=True, help='Read answers from stdin, one {"id", "answer", "rating"} a line; print one JSON object a line.')
@library_option
@json_option
@click.pass_context
def practice_command(
    context: click.Context, to: str | None, minutes: float | None, new: int | None, batch: bool, library: Path | None, as_json: bool
) -> None:
    """Answer questions made from your notes, when you are about to forget the answers.

    Questions that are due come first, those that most depends on before others. Type an answer to have it compared with the notes, or
    press Enter to see it; then say how well you knew it. A miss comes again in the same session. Stop whenever you like: every answer is
    kept at once. With --json the questions are printed and nothing is recorded.
    """
    if context.invoked_subcommand is not None:
        context.default_map = {name: {"library": library, "as_json": as_json} for name in practice_command.list_commands(context)}
        return
    with opened_library(library) as opened:
        if batch:
            names = opened.practice.names()
            run_batch(lambda line: _answered(opened, line, names), _nothing)
            return
        session = opened.practice.session(to=to, minutes=minutes, new=new)
        if as_json:
            print_json(session_to_json(session, opened.practice.names()))
            return
        from assistant.cli.practice.asking import run_session

        run_session(opened, session)


def _answered(library: Library, line: str, names: dict[str, str]) -> dict[str, Any]:
    """Grade and record what a line of a batch says."""
    try:
        given = json.loads(line)
        id_, answer, rating = given["id"], given.get("answer", ""), given.get("rating")
        if not isinstance(id_, str) or not isinstance(answer, str):
            raise TypeError
        chosen = None if rating is None else _RATINGS[str(rating).lower()]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        example = '{"id": "0123456789abcdef", "answer": "what you say", "rating": 3}'
        raise UsageError(
            "This line cannot be read as an answer.",
            f"Write one object a line: {example}; a rating is 1 to 4; both may be left out.",
        ) from error
    practice = library.practice
    grade = practice.grade(id_, answer) if answer.strip() else None
    entry = None
    if chosen is not None:
        entry = practice.review(id_, chosen, answer=answer, suggested=None if grade is None else grade.suggested)
    return answered_to_json(practice.item(id_).id, grade, entry, names)


def _nothing(line: str) -> dict[str, Any]:
    return {"id": "", "graded": None, "recorded": False, "item": None}


@practice_command.command("items", epilog="Example: study practice items --concept softmax")
@click.option("--to", metavar="CONCEPT", shell_complete=complete_concept, help="Only what is on the path to this concept.")
@click.option("--concept", metavar="CONCEPT", shell_complete=complete_concept, help="Only what is about this concept.")
@click.option("--kind", type=click.Choice([kind.value for kind in ItemKind]), metavar="KIND", help=f"Only one kind: {', '.join(ItemKind)}.")
@click.option("--document", metavar="NAME", help="Only what comes from this document, folder or glob.")
@click.option("--status", type=click.Choice(STATUSES), metavar="STATUS", help=f"Only one status: {', '.join(STATUSES)}.")
@library_option
@json_option
def items_command(
    to: str | None, concept: str | None, kind: str | None, document: str | None, status: str | None, library: Path | None, as_json: bool
) -> None:
    """List the questions that your notes give, with what is known of each."""
    with opened_library(library) as opened:
        entries = opened.practice.items(to=to, concept=concept, kind=kind, document=document, status=status)
        names = opened.practice.names()
        day = opened.practice.day
    if as_json:
        print_json(items_to_json(entries, names))
    else:
        show_items(entries, names, day)


@practice_command.command("stats", epilog="Example: study practice stats")
@library_option
@json_option
def stats_command(library: Path | None, as_json: bool) -> None:
    """What is coming, how much you remember, whether the predictions hold, the time it took, and every concept."""
    with opened_library(library, fill=False) as opened:
        found, mastery, names = opened.practice.statistics(), opened.mastery(), opened.practice.names()
    if as_json:
        print_json(statistics_to_json(found, mastery, names))
    else:
        show_statistics(found, mastery, names)


@practice_command.command("write", epilog="Example: study practice write --most 30")
@click.option("--model", help="The language model: a name of `study model list`, a GGUF file, or the address of a server.")
@click.option("--most", type=WholeNumber(min=1), default=20, show_default=True, help="About at most so many concepts.")
@library_option
@json_option
def write_command(model: str | None, most: int, library: Path | None, as_json: bool) -> None:
    """Let a language model write questions about concepts of which your notes give few.

    A question is kept if it passes the gates that all questions pass, and your notes support its answer.
    """
    with opened_library(library) as opened:
        found = opened.practice.write(model, most=most)
        ids = {item.id for item in found}
        entries, names = [one for one in opened.practice.items() if one.item.id in ids], opened.practice.names()
        day = opened.practice.day
    if as_json:
        print_json(items_to_json(entries, names))
    else:
        show_items(entries, names, day)


@practice_command.command("fit", epilog="Example: study practice fit")
@library_option
@json_option
def fit_command(library: Path | None, as_json: bool) -> None:
    """Fit the schedule to your own answers, if that predicts better what it has not seen.

    It learns from the first four fifths of your answers and is judged by the last one. `study practice undo` takes it back.
    """
    with opened_library(library, fill=False) as opened:
        found = opened.practice.fit()
    if as_json:
        print_json(fitted_to_json(found))
        return
    what = "The schedule now follows your own answers" if found.is_kept else "The schedule stays as it is, which predicts as well"
    print_line(f"{what}: log loss {found.after:.3f} fitted, {found.before:.3f} before, on {counted(found.judged, 'answer')} held back.")


@practice_command.command("undo", epilog="Example: study practice undo")
@library_option
@json_option
def undo_command(library: Path | None, as_json: bool) -> None:
    """Take back the last answer, or the last change of a question."""
    with opened_library(library, fill=False) as opened:
        event = opened.practice.undo()
        about = _about(opened, event.about)
    if as_json:
        print_json(undone_to_json(event))
    else:
        what = _UNDONE.get(event.act, f"{event.act} of")
        print_line(f"Taken back: {what} {about}" if about else f"Taken back: {event.act}.")


@practice_command.command("suspend", epilog="Example: study practice suspend 3f2a")
@_item
@library_option
@json_option
def suspend_command(item: str, library: Path | None, as_json: bool) -> None:
    """Put a question away. An ID may be cut to its first four letters or more."""
    _change(library, as_json, "suspend", lambda opened: opened.practice.suspend(item))


@practice_command.command("resume", epilog="Example: study practice resume 3f2a")
@_item
@library_option
@json_option
def resume_command(item: str, library: Path | None, as_json: bool) -> None:
    """Ask a question again that was suspended, buried or flagged."""
    _change(library, as_json, "resume", lambda opened: opened.practice.resume(item))


@practice_command.command("bury", epilog="Example: study practice bury 3f2a")
@_item
@library_option
@json_option
def bury_command(item: str, library: Path | None, as_json: bool) -> None:
    """Do not ask a question before tomorrow."""
    _change(library, as_json, "bury", lambda opened: opened.practice.bury(item))


@practice_command.command("flag", epilog='Example: study practice flag 3f2a --remark "two answers are right"')
@_item
@click.option("--remark", default="", help="What is wrong with it.")
@library_option
@json_option
def flag_command(item: str, remark: str, library: Path | None, as_json: bool) -> None:
    """Mark a question as bad; it is no longer asked."""
    _change(library, as_json, "flag", lambda opened: opened.practice.flag(item, remark))


@practice_command.command("edit", epilog='Example: study practice edit 3f2a --prompt "What does a softmax do?"')
@_item
@click.option("--prompt", help="The new question.")
@click.option("--answer", help="The new answer.")
@library_option
@json_option
def edit_command(item: str, prompt: str | None, answer: str | None, library: Path | None, as_json: bool) -> None:
    """Word a question or its answer anew; your words stay when the notes change."""
    _change(library, as_json, "edit", lambda opened: opened.practice.edit(item, prompt=prompt, answer=answer))


def _about(library: Library, id_: str) -> str:
    """A concept by its name, or an item by its question, as far as they are still known, to end a sentence."""
    named = library.practice.names().get(id_)
    if named or not id_:
        return f"{named}." if named else ""
    entries = (*library.practice.items(), *library.practice.items(status="retired"))
    return next((f"“{one.item.prompt}”" for one in entries if one.item.id == id_), f"{id_}.")


def _change(library: Path | None, as_json: bool, act: str, change: Callable[[Library], Entry]) -> None:
    with opened_library(library, fill=False) as opened:
        entry = change(opened)
        names = opened.practice.names() if as_json else {}
    if as_json:
        print_json(change_to_json(entry, act, names))
    else:
        print_line(f"{_DONE[act]}: {entry.item.prompt}")
