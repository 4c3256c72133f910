"""Clean text of documents for all output formats."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Text with the replacement character for control characters and lone surrogates, which XML and HTML do not allow."""
    return _CONTROL.sub("�", text)


def one_line(text: str) -> str:
    """The same on one line, with single spaces."""
    return " ".join(clean(text).split())
