"""The house: who may import whom, how long a module may be, and where the packages lie."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "ingest": {"ingest"},
    "index": {"index", "ingest"},
    "graph": {"graph", "ingest"},
    "assistant": {"assistant", "graph", "index", "ingest"},
}
HEAVY = {"torch", "sentence_transformers", "transformers"}
CONVERTERS = [ROOT / "index" / name for name in ("convert.py", "convert_reranker.py", "tune.py")]
"""Each runs in a process of its own."""
LONGEST = 500
MODULES = sorted(file for package in MAY_IMPORT for file in (ROOT / package).rglob("*.py"))


def imported(file: Path) -> Iterator[tuple[str, int]]:
    """The top-level names that a module imports anywhere in it, with their lines."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: a relative import"
            yield (node.module or "").partition(".")[0], node.lineno


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_imports_run_downward_only(file: Path) -> None:
    package = file.relative_to(ROOT).parts[0]
    wrong = [f"{name_of(file)}:{line} imports {name}" for name, line in imported(file) if name in MAY_IMPORT.keys() - MAY_IMPORT[package]]
    assert not wrong


@pytest.mark.parametrize("file", [file for file in MODULES if file not in CONVERTERS], ids=name_of)
def test_only_what_runs_in_a_process_of_its_own_imports_torch(file: Path) -> None:
    assert not [f"{name_of(file)}:{line} imports {name}" for name, line in imported(file) if name in HEAVY]


@pytest.mark.parametrize("file", CONVERTERS, ids=name_of)
def test_the_converters_are_where_they_are_thought_to_be(file: Path) -> None:
    assert HEAVY & {name for name, _ in imported(file)}
    assert '__name__ == "__main__"' in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_a_module_can_be_read_in_one_sitting(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= LONGEST


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
