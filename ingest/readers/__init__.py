"""One reader a format: the bytes of a file become a `Document`."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

from ingest.decoding import decode, split_lines
from ingest.model import Document
from ingest.readers.markdown import read_markdown
from ingest.readers.text import read_text

_READERS = {".md": read_markdown, ".markdown": read_markdown, ".mdown": read_markdown, ".mkd": read_markdown}


def read_document(name: str, data: bytes) -> Document:
    """A file as study understands it: a pure function of its name and its bytes.

    Raises `BadDocument` for an empty file and for bytes that are not text, whatever the name says.
    """
    reader = _READERS.get(PurePosixPath(name).suffix.lower(), read_text)
    return reader(name, hashlib.sha256(data).hexdigest(), split_lines(decode(name, data)))


__all__ = ["read_document"]
