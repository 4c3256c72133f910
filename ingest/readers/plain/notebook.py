"""Read Jupyter notebooks. Every cell is a numbered text: the lines that the notebook shows, followed by the text of its output."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ingest.errors import BadDocument
from ingest.model import Document, Part, Text
from ingest.structure.parts import code_structure, join_parts
from ingest.structure.structure import Structure
from ingest.text.decoding import decode, split_lines

_TERMINAL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_OBJECT = re.compile(r"<[\w.]+(?: [^<>]*)?>$")
"""The text output of a plot: `<Figure size 640x480 with 1 Axes>`."""
_MOST_OUTPUT = 200
"""The most lines of a cell's output that are kept, so that the log of a training run does not drown the notebook."""


def read_notebook(name: str, digest: str, data: bytes) -> Document:
    """A notebook of format 3 or 4. Raises BadDocument for a file that is not one."""
    try:
        notebook = json.loads(decode(name, data))
    except (ValueError, RecursionError) as error:
        where = f" in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise BadDocument(name, f"is not a notebook: its JSON is broken{where}.", "Save it again in Jupyter.") from error
    cells = _cells(notebook)
    if cells is None:
        raise BadDocument(name, "is not a notebook: it has no list of cells.", "Open it in Jupyter and save it again.")
    texts: list[Text] = []
    prepared: list[Structure | None] = []
    for number, cell in enumerate(cells, start=1):
        text, structure = _read_cell(cell, Part("cell", number))
        texts.append(text)
        prepared.append(structure)
    metadata = notebook.get("metadata")
    title = metadata.get("title") if isinstance(metadata, dict) else None
    return join_parts(name, digest, texts, title=title.strip() or None if isinstance(title, str) else None, prepared=prepared)


def _cells(notebook: Any) -> Sequence[Any] | None:
    """The cells of a notebook, or None if it has no list of them. Format 3 keeps them in worksheets."""
    if not isinstance(notebook, dict):
        return None
    cells = notebook.get("cells")
    if cells is None and isinstance(notebook.get("worksheets"), list):
        sheets = [sheet.get("cells") for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for found in sheets if isinstance(found, list) for cell in found]
    return cells if isinstance(cells, list) else None


def _read_cell(cell: Any, part: Part) -> tuple[Text, Structure | None]:
    """The text of a cell and, if it is code, its structure."""
    if not isinstance(cell, dict):
        return Text((), part), None
    kind = cell.get("cell_type")
    source = split_lines(_joined(cell.get("source", cell.get("input"))))
    if kind == "heading" and source:
        level = cell.get("level")
        hashes = "#" * min(level, 6) if isinstance(level, int) and level > 0 else "#"
        source = (f"{hashes} {source[0]}", *source[1:])
    if kind != "code":
        return Text(source, part), None
    outputs = cell.get("outputs")
    printed = [line for output in outputs if isinstance(output, dict) for line in _output(output)] if isinstance(outputs, list) else []
    if len(printed) > _MOST_OUTPUT:
        printed = [*printed[:_MOST_OUTPUT], "…"]
    if not any(line.strip() for line in printed):
        return (text := Text(source, part)), code_structure(text, [(1, len(source))])
    text = Text((*source, "", "Output:", *printed), part)
    return text, code_structure(text, [(1, len(source)), (len(source) + 2, len(text.lines))])


def _output(output: Mapping[str, Any]) -> Iterator[str]:
    """The lines of an output that is text: what was printed, a value, or the last line of an error."""
    kind = output.get("output_type")
    if kind == "stream":
        text = _joined(output.get("text"))
    elif kind in ("error", "pyerr"):
        text = f"{_joined(output.get('ename'))}: {_joined(output.get('evalue'))}"
    else:
        bundle = output.get("data", output)
        text = _joined(bundle.get("text/plain", bundle.get("text"))) if isinstance(bundle, dict) else ""
        if _OBJECT.match(text.strip()):
            return
    text = _TERMINAL.sub("", text)
    # A progress bar returns to the start of its line: only its last state is visible.
    for line in text.replace("\r\n", "\n").split("\n"):
        yield line.rstrip("\r").rpartition("\r")[2]


def _joined(value: Any) -> str:
    """The text of a notebook's field: one string, or a list of strings."""
    if isinstance(value, str):
        return value
    return "".join(piece for piece in value if isinstance(piece, str)) if isinstance(value, list) else ""
