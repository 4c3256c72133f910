"""The documentation is true: what it names exists, commands and options are documented, links lead somewhere, examples run.

Blocks marked `console`, `python` and `pycon` are run over a copy of docs/guide/notes, page by page, in order; those marked `sh` are only
parsed.
"""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click
import pytest
from terminal import Ran, study

from assistant.cli.main import study as study_group

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "docs" / "guide"
NOTES = GUIDE / "notes"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(page for page in (ROOT / "docs").rglob("*.md") if NOTES not in page.parents)])
GUIDE_PAGES = [page for page in PAGES if page.parent == GUIDE]
PRESENT = [page for page in PAGES if page.name != "CHANGELOG.md"]
"""Pages that speak of the present only; the changelog names what is gone."""
WIDEST = 150
ANYWHERE = {"--library", "--json", "--help", "--force"}
"""Options of nearly every command, which a page need not repeat."""
FROM_NOTHING = {"first-hour.md"}
"""Pages whose examples begin without a library."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, the number of its first line, its lines, and what the comment right above it says."""

    language: str
    first: int
    lines: tuple[str, ...]
    comment: str


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


pages = pytest.mark.parametrize("page", PAGES, ids=name_of)
present_pages = pytest.mark.parametrize("page", PRESENT, ids=name_of)


@cache
def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@cache
def blocks_of(page: Path) -> tuple[Block, ...]:
    lines = text_of(page).split("\n")
    found: list[Block] = []
    start: int | None = None
    for at, line in enumerate(lines):
        if not line.startswith("```"):
            continue
        if start is None:
            start = at
            continue
        above = re.fullmatch(r"<!-- (.*) -->", lines[start - 1]) if start else None
        found.append(Block(lines[start][3:], start + 2, tuple(lines[start + 1 : at]), above[1] if above else ""))
        start = None
    assert start is None, f"{name_of(page)}: the fence at line {start} is not closed"
    return tuple(found)


@cache
def prose_of(page: Path) -> str:
    """The text of a page without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", text_of(page), flags=re.DOTALL | re.MULTILINE)


# Commands and their options


def walk(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command of the tree with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from walk(below, (*path, name))


COMMANDS = dict(walk(study_group))


def spellings(command: click.Command) -> list[list[str]]:
    """The options of a command, each with its spellings."""
    named = [[*param.opts, *param.secondary_opts] for param in command.params if isinstance(param, click.Option)]
    return [*named, ["--help", "-h"]]


def is_callable(command: click.Command) -> bool:
    """True unless the command is a group that only holds others."""
    return not isinstance(command, click.Group) or command.invoke_without_command


def called(words: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """The command that the words after `study` name, and the rest of the words."""
    path: tuple[str, ...] = ()
    while len(path) < len(words) and (*path, words[len(path)]) in COMMANDS:
        path = (*path, words[len(path)])
    return path, words[len(path) :]


def split_shell(line: str) -> list[list[str]]:
    """The commands of a shell line, each as its words. Operators end a command; a redirection and its file are dropped."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|<>;&")
    lexer.whitespace_split = True
    commands: list[list[str]] = [[]]
    is_file = False
    for word in lexer:
        if set(word) <= set("<>"):
            is_file = True
        elif set(word) <= set("|;&"):
            commands.append([])
        elif is_file:
            is_file = False
        else:
            commands[-1].append(word)
    return commands


def calls(line: str) -> list[list[str]]:
    """The words after `study` in every call of it on a shell line."""
    return [words[1:] for words in split_shell(line) if words[:1] == ["study"]]


def shell_lines(page: Path) -> Iterator[tuple[int, str]]:
    """The shell lines of a page with their numbers: those of `sh` blocks, and those after `$` in `console` blocks."""
    for block in blocks_of(page):
        for number, line in enumerate(block.lines, start=block.first):
            if block.language == "sh":
                yield number, line
            elif block.language == "console" and line.startswith("$ "):
                yield number, line[2:]


def inline_calls(page: Path) -> list[list[str]]:
    """The words after `study` wherever a page's text names a call in code marks."""
    return [span.split()[1:] for span in re.findall(r"`(study(?: [^`]+)?)`", prose_of(page))]


@cache
def shown_in_guide() -> dict[tuple[str, ...], set[str]]:
    """For every command that a guide page shows, the options that such a page names."""
    shown: dict[tuple[str, ...], set[str]] = {}
    for page in GUIDE_PAGES:
        named = set(re.findall(r"`(-{1,2}[a-z][a-z-]*)", prose_of(page)))
        for words in [*inline_calls(page), *(words for _, line in shell_lines(page) for words in calls(line))]:
            path, rest = called(words)
            shown.setdefault(path, set()).update(named, rest)
    return shown


@pytest.mark.parametrize("path", [path for path, command in COMMANDS.items() if is_callable(command)], ids=" ".join)
def test_the_guide_documents_every_command_with_every_option(path: tuple[str, ...]) -> None:
    assert path in shown_in_guide(), "no page of the guide shows this command"
    known = shown_in_guide()[path] | ANYWHERE
    assert [names for names in spellings(COMMANDS[path]) if not known.intersection(names)] == []


def test_the_guide_documents_the_options_of_all_commands() -> None:
    assert [option for option in ANYWHERE - {"--help"} if not any(f"`{option}" in prose_of(page) for page in GUIDE_PAGES)] == []


@pages
def test_every_study_line_parses(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for number, line in shell_lines(page):
        for words in calls(line):
            path, rest = called(words)
            try:
                COMMANDS[path].make_context("study", list(rest))
            except click.exceptions.Exit:
                pass  # --version and --help end the command
            except click.ClickException as error:
                pytest.fail(f"{name_of(page)}:{number}: {line}\n{error.format_message()}")


@present_pages
def test_commands_and_options_named_in_the_text_exist(page: Path) -> None:
    for words in inline_calls(page):
        path, rest = called(words)
        known = {spelling for names in spellings(COMMANDS[path]) for spelling in names}
        wrong = [word for word in rest if word.startswith("-") and word not in known]
        if isinstance(COMMANDS[path], click.Group) and rest and not rest[0].startswith("-"):
            wrong += [] if rest[0] in ("…", "COMMAND") else rest[:1]
        assert wrong == [], f"study {' '.join(words)}"


@pytest.mark.parametrize("page", GUIDE_PAGES, ids=name_of)
def test_options_named_in_the_guide_exist(page: Path) -> None:
    known = {spelling for command in COMMANDS.values() for names in spellings(command) for spelling in names}
    assert [option for option in re.findall(r"`(--[a-z][a-z-]*)", prose_of(page)) if option not in known] == []


@pages
def test_make_targets_that_are_named_exist(page: Path) -> None:
    targets = re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), flags=re.MULTILINE)
    named = [words[1] for _, line in shell_lines(page) for words in split_shell(line) if words[:1] == ["make"]]
    assert [target for target in named if target not in targets] == []


# Pages, links, paths


@pages
def test_no_line_is_too_long(page: Path) -> None:
    # A row of a table cannot be broken.
    lines = enumerate(text_of(page).split("\n"), start=1)
    assert [number for number, line in lines if len(line) > WIDEST and not line.startswith("|")] == []


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, made as GitHub makes them."""
    titles = re.findall(r"^#+ +(.+)$", prose_of(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pages
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", prose_of(page))):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        path = (page.parent / file).resolve() if file else page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            broken.append(target)
    assert broken == []


@present_pages
def test_files_of_the_project_that_are_named_exist(page: Path) -> None:
    named = re.findall(r"(?<![\w./~-])(?:ingest|index|graph|assistant|data|benchmarks|docs|tests)/[\w./*-]*[\w*/]", text_of(page))
    assert [path for path in named if not any(ROOT.glob(path.rstrip("/")))] == []


@pytest.mark.parametrize("folder", [GUIDE, ROOT / "docs" / "design"], ids=name_of)
def test_an_index_names_every_page_of_its_folder(folder: Path) -> None:
    index = text_of(folder / "index.md")
    assert [page.name for page in folder.glob("*.md") if page.name != "index.md" and f"({page.name})" not in index] == []


@pytest.mark.parametrize("package", ["ingest", "index", "graph", "assistant"])
def test_the_architecture_names_every_room(package: str) -> None:
    rooms = [folder.name for folder in (ROOT / package).iterdir() if (folder / "__init__.py").is_file()]
    page = text_of(ROOT / "docs" / "design" / "architecture.md")
    assert [room for room in rooms if f"| `{room}/` |" not in page] == []


# Examples


@dataclass(frozen=True, slots=True)
class Desk:
    """A home with the sample notes in it, and a copy of the library that they make."""

    home: Path

    @property
    def library(self) -> Path:
        return self.home / ".local" / "share" / "study" / "library"

    @property
    def saved(self) -> Path:
        return self.home / "saved"

    def reset(self, *, with_library: bool) -> None:
        """Put notes and library back as they were, and nothing else."""
        for path in (self.home / "notes", self.home / "work", self.library):
            shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(NOTES, self.home / "notes")
        shutil.copytree(NOTES, self.home / "work" / "notes")
        if with_library:
            shutil.copytree(self.saved, self.library)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.reset(with_library=False)
    ran = study("ingest", desk.home / "notes", "--library", desk.library)
    assert ran.code == 0, ran.err
    shutil.copytree(desk.library, desk.saved)
    return desk


@pytest.fixture
def desk(made: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The desk, with `~` its home and an empty folder beside the notes to work in."""
    monkeypatch.setenv("HOME", str(made.home))
    monkeypatch.setenv("XDG_DATA_HOME", str(made.home / ".local" / "share"))
    monkeypatch.setenv("COLUMNS", "80")
    return made


def same(expected: str, printed: str) -> bool:
    """True if the text was printed, where `…` stands for any text and every run of white space is one blank."""
    pieces = re.split(r"\s*…\s*", " ".join(expected.split()))
    return re.fullmatch(r"\s*.*\s*".join(map(re.escape, pieces)), " ".join(printed.split())) is not None


def run(line: str) -> Ran:
    """Run a `study` line, whose questions may come from `printf`."""
    *before, words = split_shell(line)
    assert words[0] == "study", line
    stdin = ""
    if before:
        [[printf, text]] = before
        assert printf == "printf", line
        stdin = text.replace("\\n", "\n")
    return study(*(str(Path(word).expanduser()) if word.startswith("~") else word for word in words[1:]), stdin=stdin)


def examples(page: Path) -> Iterator[tuple[int, str, str]]:
    """The console examples of a page: line number, command, output."""
    for block in blocks_of(page):
        if block.language == "console":
            for example in re.findall(r"^\$ (.*)\n?((?:(?!\$ ).*\n?)*)", "\n".join(block.lines), flags=re.MULTILINE):
                yield block.first, *example


@pytest.mark.parametrize("page", [page for page in PRESENT if any(True for _ in examples(page))], ids=name_of)
def test_console_examples_print_what_the_page_says(page: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.reset(with_library=page.name not in FROM_NOTHING)
    monkeypatch.chdir(desk.home / "work")
    for number, line, expected in examples(page):
        ran = run(line)
        is_refusal = expected.startswith("study: ")
        assert bool(ran.code) == is_refusal, f"{name_of(page)}:{number}: {line}\n{ran.err}"
        printed = ran.err if is_refusal else ran.out
        assert same(expected, printed), f"{name_of(page)}:{number}: {line}\n{printed}"


PYTHON_PAGES = [page for page in PRESENT if any(block.language in ("python", "pycon") for block in blocks_of(page))]


@pytest.mark.parametrize("page", PYTHON_PAGES, ids=name_of)
def test_python_examples_do_what_the_page_says(page: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.reset(with_library=True)
    monkeypatch.chdir(desk.home / "work")
    names: dict[str, object] = {}  # `pycon` blocks go on from one another, `python` blocks are whole programs
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    for block in blocks_of(page):
        text = "\n".join(block.lines) + "\n"
        if block.language == "python":
            exec(compile(text, f"{name_of(page)}:{block.first}", "exec"), {})
        elif block.language == "pycon":
            said: list[str] = []
            example = doctest.DocTestParser().get_doctest(text, names, page.name, name_of(page), block.first - 1)
            runner.run(example, out=said.append, clear_globs=False)
            assert said == [], "".join(said)
            names = example.globs


@pytest.mark.parametrize(
    ("expected", "printed", "is_same"),
    [
        ("a b", "a\n  b\n", True),
        ("a … d", "a b\nc d", True),
        ("a … b", "a b", True),
        ("a b", "a c b", False),
        ("a", "a b", False),
        ("", "a", False),
        ("a.c", "abc", False),
    ],
)
def test_an_example_is_compared_with_what_is_printed(expected: str, printed: str, is_same: bool) -> None:
    assert same(expected, printed) == is_same
