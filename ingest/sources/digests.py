"""Compute the SHA-256 of files, by which changed files are recognised."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def file_sha256(file: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal digits. Raises OSError."""
    import hashlib  # loads OpenSSL, and a question hashes nothing

    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def files_sha256(files: Iterable[Path]) -> str:
    """The SHA-256 of the digests of several files, which depends on their order. Raises OSError."""
    import hashlib

    return hashlib.sha256("".join(map(file_sha256, files)).encode()).hexdigest()
