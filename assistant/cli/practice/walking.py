"""`study walk`: a path step by step, with an explanation, free questions and a few graded ones at each."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Literal

import click

from assistant.cli.practice.asking import Stop, ask_all, line_of
from assistant.cli.practice.walk_views import show_lacking, show_lesson, show_walks, show_way
from assistant.cli.shared.advice import advised, for_library
from assistant.cli.shared.completion import complete_concept
from assistant.cli.shared.opening import opened_library
from assistant.cli.shared.options import json_option, library_option, print_json
from assistant.cli.shared.terminal import console, print_line, say_more
from assistant.cli.shared.writers import chosen_model, model_option, no_model_option
from assistant.contract.learning.walks import walk_to_json, walks_to_json
from assistant.library.library import Library
from assistant.library.walks import Walk
from assistant.practice.walks.values import Lesson
from assistant.wording.counts import counted
from ingest.errors import StudyError
from ingest.places import place

_MOST_LINES = 25
_HELP = """\
Enter  the questions of this step, then the next step
k      I know this          t  too fast: what do I lack?
r      read the lines       w  where am I?
b      back to the last step
q      stop; go on another day with the same command

Anything else is a question to your notes about this step."""


@click.command("walk", epilog="Example: study walk --to attention")
@click.option("--to", metavar="CONCEPT", shell_complete=complete_concept, help="Where to go; without it, list the walks under way.")
@click.option("--again", is_flag=True, help="Start again, along the present path.")
@click.option("--forget", is_flag=True, help="Give the walk up; what was answered stays.")
@model_option
@no_model_option
@library_option
@json_option
def walk_command(to: str | None, again: bool, forget: bool, model: str | None, no_model: bool, library: Path | None, as_json: bool) -> None:
    """Be led to a concept step by step: what each is and why it comes now, your notes on it, and two or three questions.

    Ask what you like in between. What you answer enters the schedule of `study practice`. Stop whenever you like, and go on
    another day with the same command, also after your notes have changed. With --json the present step is printed.
    """
    if to is None and (again or forget):
        raise click.UsageError("--again and --forget need --to CONCEPT.")
    named = chosen_model(model, no_model)
    with opened_library(library, fill=to is not None and not forget) as opened:
        if to is None:
            found = opened.walks.all()
            print_json(walks_to_json(found)) if as_json else show_walks(found)
            return
        if forget:
            walk = opened.walks.walk(to)
            name = walk.name
            walk.give_up()
            print_json(walks_to_json(opened.walks.all())) if as_json else print_line(f"Given up: {name}.")
            return
        walk = opened.walks.begin(to, again=again)
        if as_json:
            print_json(walk_to_json(walk, walk.lesson(model=named), opened.practice.names()))
            return
        _Walker(opened, walk, named).run()


class _Walker:
    """A walk at the terminal, or by lines from stdin."""

    def __init__(self, library: Library, walk: Walk, model: str | Literal[False] | None) -> None:
        self._library, self._walk, self._model = library, walk, model
        self._asked: list[tuple[str, str]] = []
        self._answers = self._missed = 0

    def run(self) -> None:
        """Continue until the end, or until the user stops."""
        steps = self._walk.steps()
        show_way(self._walk, steps)
        print_line("? says what you can type.")
        try:
            while (lesson := self._walk.lesson(model=self._model)) is not None:
                show_lesson(lesson, len(self._walk.steps()))
                self._asked = []
                self._step(lesson)
        except Stop:
            print_line(f"\n{self._done()} Go on with:\n  {for_library(f'study walk --to {_quoted(self._walk.name)}')}")
            return
        keeping = for_library(f"study practice --to {_quoted(self._walk.name)}")
        print_line(f"\nYou have arrived: {self._walk.name}. {self._done()} Keep it with: {keeping}")

    def _done(self) -> str:
        if not self._answers:
            return "No question was answered."
        missed = f", {self._missed} missed" if self._missed else ""
        return f"{counted(self._answers, 'answer')}{missed}; all of it is kept."

    def _step(self, lesson: Lesson) -> None:
        """The commands at a step, until the next step."""
        while True:
            typed = line_of("\nwalk> ").strip()
            match typed:
                case "":
                    if self._go_on(lesson):
                        return
                case "q":
                    raise Stop
                case "k":
                    self._walk.know()
                    print_line(f"Known: {lesson.concept.name}. It gives no new questions.")
                    return
                case "t":
                    if self._lacks():
                        return
                case "b":
                    try:
                        self._walk.back()
                    except StudyError as error:
                        print_line(advised(error))
                        continue
                    return
                case "r":
                    self._read(lesson)
                case "w":
                    show_way(self._walk, self._walk.steps())
                case "?":
                    print_line(_HELP)
                case _:
                    self._ask(typed)

    def _go_on(self, lesson: Lesson) -> bool:
        """Ask the questions of a step, then go to the next. False if the user stays because many were missed."""
        session = self._walk.session(lesson)
        asked = session.left
        try:
            ask_all(self._library, session)
        finally:
            self._answers, self._missed = self._answers + session.asked, self._missed + session.missed
        missed = session.missed
        if not lesson.questions and not lesson.answered:
            print_line("Your notes give no questions about it. Say in your own words what it is before you go on.")
        if missed * 2 > asked:
            print_line(f"{missed} of {counted(asked, 'question')} missed; they come again. t says what you may lack, r shows the lines.")
            if line_of("Go on all the same? [Y/n]: ").strip().lower() in ("n", "no", "t"):
                return False
        self._walk.go_on()
        return True

    def _lacks(self) -> bool:
        """Offer to insert a concept that may be missing before the step. True if one was inserted."""
        found = self._walk.lacking()
        if not found:
            print_line("Nothing that it directly builds on is missing. Ask about the word that you do not know, or read the lines (r).")
            return False
        print_line("It builds on this, which you may lack:")
        show_lacking(found)
        typed = line_of("Which one first? [1, n for none]: ").strip().lower()
        if typed in ("n", "no", "none"):
            return False
        at = int(typed) - 1 if typed.isdigit() and 0 < int(typed) <= len(found) else 0
        self._walk.insert(found[at].concept)
        print_line(f"First {found[at].name}, then back to this.")
        return True

    def _ask(self, question: str) -> None:
        """Answer a free question. An error is printed, and the walk continues."""
        from assistant.cli.questions.speaking import show_answer

        try:
            answer = show_answer(self._walk.ask(question, model=self._model, after=self._asked))
        except StudyError as error:
            print_line(advised(error))
            return
        self._asked.append((question, " ".join(sentence.text for sentence in answer.sentences)))

    def _read(self, lesson: Lesson) -> None:
        """Print the lines to read, unchanged."""
        if not lesson.reading:
            print_line("There are no lines to read.")
        for one in lesson.reading:
            shown = self._library.show(place(one.document, one.span))
            console().print(f"\n{shown.document}", style="cyan", soft_wrap=True)
            for number, text in enumerate(shown.lines[:_MOST_LINES], start=shown.first):
                print_line(f"{number:5}  {text}")
            say_more(
                console(),
                len(shown.lines) - _MOST_LINES,
                f"lines ({for_library(f'study show {shlex.quote(place(one.document, one.span))}')})",
            )


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name
