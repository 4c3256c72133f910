"""Reading the files that a person gives for an evaluation."""

from __future__ import annotations

from pathlib import Path

from assistant.errors import BadEvaluation


def read_text(file: Path, encoding: str = "utf-8") -> str:
    """The text of a file. Raises BadEvaluation if it cannot be read or is not UTF-8."""
    try:
        return file.read_text(encoding=encoding)
    except OSError as error:
        raise BadEvaluation(str(file), 0, f"the file cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise BadEvaluation(str(file), 1, "the file cannot be read (not UTF-8)") from error
