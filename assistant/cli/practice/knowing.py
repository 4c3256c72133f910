"""`study know`: the concepts that the user knows already."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from assistant.cli.shared.completion import complete_concept
from assistant.cli.shared.opening import opened_library
from assistant.cli.shared.options import json_option, library_option, print_json
from assistant.cli.shared.terminal import notice, print_line
from assistant.contract.practice import known_to_json, placed_to_json
from assistant.library.library import Library
from assistant.practice.schedule.memory import Rating
from assistant.wording.counts import counted


@click.command("know", epilog="Example: study know softmax; study know --test attention")
@click.argument("concept", required=False, shell_complete=complete_concept)
@click.option("--not", "forget", is_flag=True, help="You do not know it after all.")
@click.option("--test", "target", metavar="CONCEPT", shell_complete=complete_concept, help="Find out by at most twelve questions.")
@library_option
@json_option
def know_command(concept: str | None, forget: bool, target: str | None, library: Path | None, as_json: bool) -> None:
    """Say that you know CONCEPT: it gives no new questions. Without CONCEPT, list what you know.

    With --test, answer questions along the path to a concept; what you answer counts for what it builds on as well.
    """
    if (concept is not None and target is not None) or (forget and concept is None):
        raise click.UsageError("Give a CONCEPT, or --test with a concept; --not needs a CONCEPT.")
    with opened_library(library, fill=bool(concept or target)) as opened:
        names = opened.practice.names()
        if target is not None:
            asked, known = _test(opened, target)
            if as_json:
                print_json(placed_to_json(target, asked, known, names))
            else:
                said = ", ".join([names.get(one, one) for one in known]) or "none of them"
                print_line(f"{counted(asked, 'question')}. You know: {said}." if asked else "No question was answered.")
            return
        if concept is not None:
            said_of = opened.practice.know(concept, not forget)
            if not as_json:
                print_line(f"{names.get(said_of, said_of)}: {'no longer known' if forget else 'known'}.")
                return
        known = opened.practice.known
    if as_json:
        print_json(known_to_json(known, names))
    else:
        print_line("\n".join([names.get(one, one) for one in known]) or "You have not said yet what you know.")


def _test(library: Library, target: str) -> tuple[int, list[str]]:
    """Ask the questions of a placement test on stderr, so that stdout holds the result alone; answers come from stdin."""
    test = library.practice.placement(target)
    notice("Type an answer, or press Enter if you do not know. Ctrl-D ends the test.")
    while (item := test.next()) is not None:
        notice(f"\n{test.asked + 1}. {item.prompt}")
        typed = sys.stdin.readline()
        if not typed:
            break
        grade = library.practice.grade(item.id, typed)
        is_known = grade.suggested is not Rating.AGAIN
        notice(f"{'Known' if is_known else 'Not known'}: {item.answer}")
        test.answered(item, is_known)
    return test.asked, library.practice.placed(test)
