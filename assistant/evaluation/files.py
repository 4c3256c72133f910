"""Read the user's files for an evaluation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.evaluation.errors import BadEvaluation


def read_text(file: Path, encoding: str = "utf-8") -> str:
    """The text of a file. Raises BadEvaluation if it cannot be read or is not UTF-8."""
    try:
        return file.read_text(encoding=encoding)
    except OSError as error:
        raise BadEvaluation(str(file), 0, f"the file cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise BadEvaluation(str(file), 1, "the file cannot be read (not UTF-8)") from error


def numbered_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers."""
    return ((number, line.rstrip("\r")) for number, line in enumerate(text.split("\n"), start=1) if line.strip())


def json_objects(file: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON object on each line of the file's text, with the line's number. Raises BadEvaluation."""
    for number, line in numbered_lines(text):
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise BadEvaluation(str(file), number, f"the line is not a JSON object (see column {error.colno})") from error
        if not isinstance(value, dict):
            raise BadEvaluation(str(file), number, "the line is not a JSON object")
        yield number, value
