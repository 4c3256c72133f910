"""Markdown. Read line by line by the same engine as plain text, since every block must keep its exact lines."""

from __future__ import annotations

from ingest.model import Document
from ingest.readers.plain.text import read_lines


def read_markdown(name: str, digest: str, lines: tuple[str, ...]) -> Document:
    """A markdown file. One without any `#` heading may still be structured by other means, and is read for them."""
    hashed = any(line.lstrip(" ").startswith("#") for line in lines)
    return read_lines(name, digest, lines, marked=hashed)
