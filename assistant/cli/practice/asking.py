"""A session of practice in the terminal: plain lines, so that it works in any terminal and with answers from a file."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from assistant.cli.practice.views import place_of, show_answer
from assistant.cli.shared.terminal import console, hanging, print_line
from assistant.library.library import Library
from assistant.practice.grading.grade import Grade
from assistant.practice.items.values import Item
from assistant.practice.schedule.memory import Rating
from assistant.wording.counts import counted
from ingest.errors import StudyError

if TYPE_CHECKING:
    from assistant.practice.sessions.asking import Session

_RATINGS = "1 again, 2 hard, 3 good, 4 easy"
_MORE = "l lines, e edit, s suspend, b bury, f flag, u undo, k known, q quit"
_LETTERS = ("?", "l", "e", "s", "b", "f", "u", "k", "q")
_WORDS = ("lines", "edit", "suspend", "bury", "flag", "undo", "known", "quit")
_CONTEXT = 2


class Stop(Exception):
    """The user stops; `is_interrupted` is true for Ctrl-C."""

    def __init__(self, *, is_interrupted: bool = False) -> None:
        super().__init__()
        self.is_interrupted = is_interrupted


def run_session(library: Library, session: Session) -> None:
    """Ask until the session is over, or the user stops."""
    if session.left == 0:
        unseen = sum(one.status == "new" for one in library.practice.items())
        if unseen:
            print_line(f"Nothing is due. {counted(unseen, 'question')} not asked yet: --new NUMBER brings that many.")
        else:
            print_line("Nothing is due, and there is nothing new. Come back tomorrow.")
        return
    print_line(f"{counted(session.due, 'question')} due, {session.new} new. Type an answer, or press Enter to see it.")
    print_line("? for help, q to stop.")
    stopped = ""
    try:
        ask_all(library, session)
    except Stop as stop:
        stopped = "Stopped. " if stop.is_interrupted else ""
    right = session.asked and f", {session.missed} missed at first" if session.missed else ""
    print_line(f"{stopped}{counted(session.asked, 'answer')} kept{right}. {counted(session.left, 'question')} left for another time.")


def ask_all(library: Library, session: Session) -> None:
    """Ask one question after the other. Raises Stop if the person stops."""
    names = library.practice.names()
    while (item := session.next()) is not None:
        _ask(library, session, item, names)


def _ask(library: Library, session: Session, item: Item, names: dict[str, str]) -> None:
    """One question: the prompt, an answer, the answer of the notes, and a rating."""
    from rich.text import Text

    out = console()
    about = names.get(item.concept, item.concept)
    out.print()
    out.print(Text(f"{session.asked + 1}. {about or item.document}", style="dim"), soft_wrap=True)
    hanging(out, Text(item.prompt, style="bold"), 0)
    began = time.monotonic()
    typed = line_of("> ")
    while typed.strip() in _LETTERS and typed.strip() != item.answer.strip().lower():
        if _command(library, session, item, typed.strip()):
            return
        typed = line_of("> ")
    seconds = time.monotonic() - began
    grade = session.grade(item, typed) if typed.strip() else None
    show_answer(item, grade)
    rating = _rating(library, session, item, grade)
    if rating is not None:
        session.answer(item, rating, seconds=seconds, answer=typed.strip(), suggested=None if grade is None else grade.suggested)


def _rating(library: Library, session: Session, item: Item, grade: Grade | None) -> Rating | None:
    """The rating that the user chooses; None if a command was typed instead."""
    suggested = grade.suggested if grade is not None else Rating.GOOD
    while True:
        typed = line_of(f"How well did you know it? {_RATINGS} [{suggested.value}]: ").strip().lower()
        if not typed:
            return suggested
        if typed in ("1", "2", "3", "4"):
            return Rating(int(typed))
        if typed in {rating.name.lower() for rating in Rating}:
            return Rating[typed.upper()]
        if _command(library, session, item, typed[0] if typed in _WORDS else typed):
            return None


def _command(library: Library, session: Session, item: Item, typed: str) -> bool:
    """Carry out a command of one letter; True if the question is finished."""
    practice = library.practice
    match typed:
        case "q":
            raise Stop
        case "l":
            _show_lines(library, item)
        case "s":
            session.away(item, practice.suspend)
            print_line("Put away.")
            return True
        case "b":
            session.away(item, practice.bury)
            print_line("Not asked before tomorrow.")
            return True
        case "f":
            remark = line_of("What is wrong with it? ").strip()
            session.away(item, lambda id_: practice.flag(id_, remark))
            print_line("Flagged, and no longer asked.")
            return True
        case "e":
            prompt, answer = line_of("The question (Enter keeps it): "), line_of("The answer (Enter keeps it): ")
            if prompt.strip() or answer.strip():
                practice.edit(item.id, prompt=prompt, answer=answer)
            return True
        case "k" if item.concept:
            session.away(item, lambda id_: (practice.know(item.concept), practice.bury(id_))[1])
            print_line(f"{practice.names().get(item.concept, item.concept)} counts as known.")
            return True
        case "u":
            try:
                session.undo()
            except StudyError as error:
                print_line(str(error))
                return False
            print_line("Taken back.")
            return True
        case _:
            print_line(f"{_RATINGS};\n{_MORE}.")
    return False


def _show_lines(library: Library, item: Item) -> None:
    """The lines that an item comes from, with those around them."""
    try:
        shown = library.show(place_of(item), _CONTEXT)
    except StudyError:
        print_line(item.quote)  # a card from another program, or a deleted document
        return
    for number, line in enumerate(shown.lines, start=shown.first):
        mark = ">" if shown.span.first <= number <= shown.span.last else " "
        print_line(f"{mark} {number:4}  {line}")


def line_of(prompt: str) -> str:
    """A line of input. The end of the input and Ctrl-C stop the session."""
    print(prompt, end="", flush=True)
    try:
        line = sys.stdin.readline()
    except KeyboardInterrupt:
        print_line("")
        raise Stop(is_interrupted=True) from None
    if not line:
        print_line("")
        raise Stop
    return line.rstrip("\n")
