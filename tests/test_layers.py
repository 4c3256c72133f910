"""The rules of the code: allowed imports, the size of modules, functions and folders, and the places of the packages."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Collection, Iterable, Iterator
from dataclasses import is_dataclass
from enum import Enum
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import networkx as nx
import pytest
from radon.complexity import cc_visit

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "ingest": {"ingest"},
    "index": {"index", "ingest"},
    "graph": {"graph", "ingest"},
    "assistant": {"assistant", "graph", "index", "ingest"},
}
HEAVY = {"torch", "sentence_transformers", "transformers"}
CONVERTERS = [ROOT / "index" / "models" / name for name in ("convert.py", "convert_reranker.py", "tune.py")]
"""Each runs in a process of its own."""
LONGEST = 400
MOST_IN_A_FOLDER = 12
MOST_COMPLEX = 20
"""Cyclomatic complexity (McCabe 1976), boolean operators counted."""
MODULES = sorted(file for package in MAY_IMPORT for file in (ROOT / package).rglob("*.py"))
FOLDERS = sorted({file.parent for file in MODULES})


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@cache
def dotted(file: Path) -> str:
    """`graph/model/values.py` as `graph.model.values`; a package by its own name."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


NAMES = {dotted(file): file for file in MODULES}


def within(folder: Path) -> list[Path]:
    """The modules that lie in a folder itself."""
    return [file for file in MODULES if file.parent == folder]


@cache
def imported(file: Path) -> tuple[tuple[str, int], ...]:
    """The modules that a module imports anywhere in it, also inside functions and under TYPE_CHECKING, with their lines."""
    return tuple(_imported(file))


def _imported(file: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: a relative import"
            module = node.module or ""
            for alias in node.names:
                inner = f"{module}.{alias.name}"
                yield (inner if inner in NAMES else module), node.lineno


def room_of(module: str) -> str:
    """A folder is a room. In a folder that has rooms of its own, every module is one: `assistant.session`, `graph.build`."""
    file = NAMES[module]
    has_rooms = any(folder.parent == file.parent for folder in FOLDERS)
    return module if has_rooms or file.name == "__init__.py" else module.rpartition(".")[0]


def test_imports_between_rooms_form_no_circle() -> None:
    rooms = nx.DiGraph()
    places: dict[tuple[str, str], str] = {}
    for file in MODULES:
        for module, line in imported(file):
            if module in NAMES and room_of(module) != room_of(dotted(file)):
                arrow = room_of(dotted(file)), room_of(module)
                rooms.add_edge(*arrow)
                places.setdefault(arrow, f"{name_of(file)}:{line}")
    circles = [circle for circle in nx.strongly_connected_components(rooms) if len(circle) > 1]
    assert not [f"{one} → {two} at {places[one, two]}" for circle in circles for one, two in rooms.subgraph(circle).edges]


CLI = [file for file in MODULES if dotted(file).startswith("assistant.cli")]
DOORS = (
    "assistant.cli",
    "assistant.library",  # the one door
    "assistant.atlas",  # the door of the atlas, which belongs to no library
    "assistant.contract",  # every JSON shape
    "assistant.pages",  # pages, drawings and Markdown of values
    "assistant.wording",  # how things are said
    "assistant.errors",
    "ingest.errors",
    "assistant.outputs",  # files that a person names are never overwritten by accident
    "assistant.progress",
    "assistant.web.serving",  # the other faces, which commands start
    "assistant.mcp.serving",
)
"""What the command line may call."""
SAID = {
    ("graph.queries.why", "said"),  # a piece of evidence in words, as pages say it
    ("graph.queries.why", "speaks"),
    ("graph.queries.why", "best_evidence"),
    ("ingest.places", "place"),  # a location in words
    ("ingest.places", "within"),
    ("assistant.answers.events", "result_so_far"),  # reads a list of events, which are values
    ("assistant.answers.model", "marked_items"),  # reads a block of an answer
}
"""Functions of value modules that turn a value into what is shown: they decide nothing."""


def imported_when_run(file: Path) -> Iterator[tuple[str, str, int]]:
    """The modules and names that a module imports when it runs, with their lines; imports for types alone are left out."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and id(node) not in for_types:
            yield from ((node.module, alias.name, node.lineno) for alias in node.names)


def is_value(thing: object) -> bool:
    """True for a constant, and for a class whose instances only hold something: a dataclass, a tuple, an enumeration, a union of these."""
    if inspect.isfunction(thing) or inspect.ismodule(thing):
        return False
    return not inspect.isclass(thing) or is_dataclass(thing) or issubclass(thing, (tuple, Enum))


def test_the_command_line_holds_no_logic() -> None:
    """It parses, makes one call of `Library`, and prints values: it reaches into no room where something is decided."""
    found = []
    for file, (module, name, line) in ((at, each) for at in CLI for each in imported_when_run(at)):
        if module.partition(".")[0] not in MAY_IMPORT or module.startswith(DOORS) or (module, name) in SAID:
            continue
        if module == "assistant" or is_value(getattr(import_module(module), name)):
            continue
        found.append(f"{name_of(file)}:{line} imports {name} of {module}")
    assert not found


def imports_of(files: Iterable[Path], packages: Collection[str]) -> list[str]:
    """Each import of one of some packages, with its place."""
    return [
        f"{name_of(file)}:{line} imports {name}" for file in files for name, line in imported(file) if name.partition(".")[0] in packages
    ]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_run_downward_only(package: str) -> None:
    files = [file for file in MODULES if file.relative_to(ROOT).parts[0] == package]
    assert not imports_of(files, MAY_IMPORT.keys() - MAY_IMPORT[package])


def test_only_what_runs_in_a_process_of_its_own_imports_torch() -> None:
    assert not imports_of([file for file in MODULES if file not in CONVERTERS], HEAVY)


@pytest.mark.parametrize("file", CONVERTERS, ids=name_of)
def test_the_converters_are_where_they_are_thought_to_be(file: Path) -> None:
    assert HEAVY & {name.partition(".")[0] for name, _ in imported(file)}
    assert '__name__ == "__main__"' in file.read_text(encoding="utf-8")


def test_a_module_can_be_read_in_one_sitting() -> None:
    lengths = {name_of(file): len(file.read_text(encoding="utf-8").splitlines()) for file in MODULES}
    assert not {name: length for name, length in lengths.items() if length > LONGEST}


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_a_function_can_be_followed(folder: Path) -> None:
    blocks = [(file, block) for file in within(folder) for block in cc_visit(file.read_text(encoding="utf-8"))]
    assert not {
        f"{name_of(file)}:{block.lineno} {block.name}": block.complexity for file, block in blocks if block.complexity > MOST_COMPLEX
    }


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_a_folder_can_be_read_aloud(folder: Path) -> None:
    assert len([file for file in within(folder) if file.name != "__init__.py"]) <= MOST_IN_A_FOLDER


def test_the_four_packages_share_one_folder() -> None:
    folders = set()
    for package in MAY_IMPORT:
        spec = find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        folders.add(Path(spec.origin).parent.parent)
    assert len(folders) == 1


def test_no_package_hides_one_of_the_standard_library() -> None:
    assert not MAY_IMPORT.keys() & sys.stdlib_module_names
