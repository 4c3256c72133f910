"""The error tree: drawn whole, told apart by codes, free of the command line's words; and the commands that the command line adds."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from terminal import study

import assistant.backup.errors
import assistant.errors
import assistant.evaluation.errors
import assistant.practice.errors
import assistant.web.errors
from assistant.cli.main import study as study_group
from assistant.cli.shared.advice import COMMANDS, advised, name_library
from assistant.errors import ContradictsCorrection, ContradictsNotes, LibraryMissing, OutputExists, RootGone, UnknownModel
from assistant.progress import Remark
from graph.errors import UnknownConcept
from ingest.errors import BadDocument, StudyError, UsageError

ROOT = Path(__file__).resolve().parent.parent
OTHER_CODES = {"default-library", "library-empty", "starter-course", "unreadable-files"}
"""Codes of remarks and of what `doctor` finds."""


def subclasses(of: type[StudyError]) -> Iterator[type[StudyError]]:
    """The class and all public classes below it."""
    yield of
    for one in of.__subclasses__():
        if not one.__name__.startswith("_"):
            yield from subclasses(one)


ERRORS = list(dict.fromkeys(subclasses(StudyError)))


def test_every_error_has_a_code_of_its_own() -> None:
    codes = {error.code: error for error in ERRORS if "code" in vars(error)}
    assert sorted(codes.values(), key=str) == sorted(ERRORS, key=str)
    assert not [code for code in codes if not re.fullmatch(r"[a-z]+(-[a-z]+)*", code)]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_says_what_it_is(error: type[StudyError]) -> None:
    assert error.__doc__
    assert error.__doc__ != StudyError.__doc__ or error is StudyError


def test_the_drawing_is_the_tree() -> None:
    drawing = assistant.errors.__doc__ or ""
    drawn: dict[str, tuple[str, str]] = {}
    above: list[str] = []
    for line in drawing.splitlines():
        if found := re.match(r"    ([│├└─ ]*)([A-Z]\w+) +(ingest|index|graph|assistant)\b", line):
            branch, name, package = found.groups()
            depth = len(branch) // 4
            above[depth:] = [name]
            drawn[name] = (above[depth - 1] if depth else "Exception", package)
    assert drawn == {error.__name__: (error.__bases__[0].__name__, error.__module__.partition(".")[0]) for error in ERRORS}


def messages(file: Path) -> Iterator[tuple[int, str]]:
    """The texts in a module that are not docstrings, with their lines."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.lineno, node.value


def test_only_the_command_line_speaks_of_commands_and_options() -> None:
    names = "|".join(study_group.list_commands(click.Context(study_group)))
    command = re.compile(rf"`study |\bstudy ({names})\b| --[a-z]|Ctrl-C")
    modules = [file for package in ("ingest", "index", "graph", "assistant") for file in (ROOT / package).rglob("*.py")]
    assert not [
        f"{file.relative_to(ROOT)}:{line}: {text}"
        for file in modules
        if not file.is_relative_to(ROOT / "assistant" / "cli")
        for line, text in messages(file)
        if command.search(text)
    ]


def test_an_error_is_its_message_and_its_hint() -> None:
    error = StudyError("The lamp is out.", "Light it.")
    assert (error.message, error.hint, str(error), str(StudyError("Dark."))) == (
        "The lamp is out.",
        "Light it.",
        "The lamp is out. Light it.",
        "Dark.",
    )
    bad = BadDocument("a.pdf", "is cut short.", "Fetch it again.")
    assert (str(bad), bad.reason) == ("a.pdf: is cut short. Fetch it again.", "is cut short. Fetch it again.")


def test_a_wrong_call_is_a_value_error_too() -> None:
    assert issubclass(UsageError, ValueError)
    assert (StudyError.exit_code, UsageError.exit_code) == (1, 2)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (LibraryMissing("There is no library at /x.", "Ingest documents to make one.", Path("/x")), "study ingest FOLDER --library /x"),
        (ContradictsCorrection("No.", 3), "study graph undo 3"),
        (ContradictsNotes("No.", "Tree", "Heap"), "study graph reject 'Tree' 'Heap'"),
        (UnknownConcept("loss"), "study graph"),
        (Remark("starter-course", "Reading the course."), "study ingest FOLDER"),
    ],
)
def test_the_command_line_adds_the_command_to_type(said: StudyError | str, shown: str) -> None:
    name_library(None)
    assert advised(said) == f"{said}\n  {shown}"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (ContradictsCorrection("No.", 3), "study graph undo 3 --library 'my plants'"),
        (ContradictsNotes("No.", "Tree, red", "{Heap}"), "study graph reject 'Tree, red' '{Heap}' --library 'my plants'"),
        (RootGone("/old", 2), "study ingest NEW-PLACE --library 'my plants', or study forget /old --library 'my plants'"),
        (UnknownModel("None."), "study model list"),
        (LibraryMissing("No library.", "", Path("/x")), "study ingest FOLDER --library /x"),
        (OutputExists("There."), "--force"),
    ],
)
def test_a_command_to_type_reaches_the_library_that_was_named(said: StudyError, shown: str) -> None:
    name_library(Path("my plants"))
    try:
        assert advised(said) == f"{said}\n  {shown}"
    finally:
        name_library(None)


def test_nothing_is_added_where_no_command_helps() -> None:
    assert advised(StudyError("Dark.", "Wait.")) == "Dark. Wait."
    assert advised(UnknownConcept("los", ["Loss"])) == "No concept named 'los' in this library. Nearest: Loss."
    assert advised("Preparing.") == "Preparing."


def test_every_code_that_has_a_command_is_one() -> None:
    assert COMMANDS.keys() <= {error.code for error in ERRORS} | OTHER_CODES


@pytest.mark.parametrize(
    "line", [part for line in COMMANDS.values() for part in re.split(r", (?:or )?(?=study )", line) if part.startswith("study ")]
)
def test_the_commands_to_type_exist(line: str) -> None:
    command: click.Command = study_group
    context = click.Context(command)
    for word in line.split()[1:]:
        if isinstance(command, click.Group):
            found = command.get_command(context, word)
            assert found is not None, f"{line}: no command {word}"
            command = found
        elif word.startswith("--"):
            assert word in {option for parameter in command.params for option in parameter.opts}, f"{line}: no option {word}"


def test_a_terminal_shows_the_command(tmp_path: Path) -> None:
    none = tmp_path / "none"
    ran = study("status", "--library", none)
    assert (ran.code, ran.out) == (1, "")
    said = f"study: There is no library at {none}. Ingest documents to make one."
    assert ran.err.splitlines() == [said, f"  study ingest FOLDER --library {none}"]
