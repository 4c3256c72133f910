"""The examples in the docstrings of `ingest/` give what they say. They need no library, so each can be run by itself."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted(
    ".".join(file.relative_to(ROOT).with_suffix("").parts)
    for file in (ROOT / "ingest").rglob("*.py")
    if "\n    >>> " in file.read_text(encoding="utf-8")
)


def test_there_are_examples() -> None:
    assert "ingest.text.sentences" in EXAMPLES


@pytest.mark.parametrize("module", EXAMPLES)
def test_examples(module: str) -> None:
    assert doctest.testmod(import_module(module)).failed == 0
