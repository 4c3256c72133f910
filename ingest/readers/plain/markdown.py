"""Read Markdown. It is read line by line, by the same rules as plain text, since every block has to keep its exact lines."""

from __future__ import annotations

from ingest.model import Document
from ingest.readers.plain.text import read_lines


def read_markdown(name: str, digest: str, lines: tuple[str, ...]) -> Document:
    """A Markdown file. If it has no heading with `#` at all, its headings are inferred as in plain text."""
    hashed = any(line.lstrip(" -*+\t").startswith("#") for line in lines)
    return read_lines(name, digest, lines, marked=hashed)
