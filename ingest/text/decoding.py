"""Turn bytes into lines. Lines end at \\n, \\r\\n or \\r and nowhere else, so that line numbers agree with every editor."""

from __future__ import annotations

import codecs
import re

from ingest.errors import BadDocument
from ingest.text.codepages import code_page_of, decodes

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks with their encodings. UTF-32 comes before UTF-16, whose mark is the beginning of its own."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_NO_CHARACTER = re.compile(r"[\x80-\x9f]")
_MOST_NONSENSE = 12
"""One in this many characters beyond ASCII may be a control: a few stray bytes do not matter."""
_SAMPLE = 65_536
"""The number of characters that are searched for control characters."""
_LINE_END = re.compile(r"\r\n?")


def decode(name: str, data: bytes) -> str:
    """The text of a file in the encoding of its byte order mark, else in UTF-8, else in an old code page (see `decode_and_name`).

    Raises BadDocument for an empty file, and for bytes that are not text. `name` is the document's, for the error.
    """
    return decode_and_name(name, data)[0]


def decode_and_name(name: str, data: bytes) -> tuple[str, str | None]:
    """As `decode`, with the name of the code page, if the text is in an old one of Asia or Eastern Europe.

    Other text is read as Windows-1252, the encoding of most old text files. Raises BadDocument if that gives nonsense.
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            try:
                return check_text(name, data.decode(encoding)), None
            except UnicodeDecodeError as error:
                raise BadDocument(name, f"not valid {encoding} text ({error.reason}).", "Save it again as UTF-8.") from error
    if b"\0" in data:
        raise BadDocument(name, "holds NUL bytes, so it is binary, not text.", "Export it as text, or leave it out.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if text and b"\x1b" not in data:
        return check_text(name, text), None
    page = code_page_of(data)
    found = decodes(data, page) if page else None
    if page and found is not None:
        return check_text(name, found), page.name
    return check_text(name, text or check_sense(name, _decode_single_byte(data))), None


def split_lines(text: str) -> tuple[str, ...]:
    """The lines of a text without their line ends. A line end at the end of the text does not start another line."""
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return tuple(lines)


def _decode_single_byte(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def check_text(name: str, text: str) -> str:
    """The text unchanged. Raises BadDocument if it is empty, or if one character in a hundred is a control character, as in binary data."""
    if not text.strip():
        raise BadDocument(name, "is empty.", "Nothing to do unless it should hold text.")
    sample = text[:_SAMPLE]
    if len(_CONTROL.findall(sample)) > len(sample) // 100:
        raise BadDocument(name, "looks binary, not like text.", "Export it as text, or leave it out.")
    return text


def check_sense(name: str, text: str) -> str:
    """The text unchanged. Raises BadDocument if it is full of undefined control characters, so that its code page is unknown."""
    sample = text[:_SAMPLE]
    beyond = sum(sign > "\x7f" for sign in sample)
    if len(_NO_CHARACTER.findall(sample)) * _MOST_NONSENSE > beyond:
        raise BadDocument(name, "is in a code page that cannot be told, so its letters would come out wrong.", "Save it again as UTF-8.")
    return text
