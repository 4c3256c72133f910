"""The fields of a text with separators, with their places, and the words of a field of a card."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr|hr)\b[^<>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>|<!--.*?-->", re.DOTALL)
_MEDIA = re.compile(r"\[sound:[^\[\]]{0,200}\]|\[/?latex\]", re.IGNORECASE)
_MATHJAX = re.compile(r"\\\((.{1,500}?)\\\)|\\\[(.{1,500}?)\\\]|\[\$\$?\](.{1,500}?)\[/\$\$?\]", re.DOTALL)
_CLOZE = re.compile(r"\{\{c\d{1,3}::(.{0,500}?)(?:::[^{}]{0,200})?\}\}", re.DOTALL)
SEPARATORS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " ", "colon": ":"}
_DECK = re.compile(r"#(?:separator|html|deck|notetype|columns|tags(?: column)?|(?:guid|deck|notetype) column):", re.IGNORECASE)


class Field(NamedTuple):
    """The place of a field in a text, without the quotes around it, and whether it has quotes."""

    start: int
    end: int
    quoted: bool


def is_deck_header(line: str) -> bool:
    """True for a line that Anki writes above exported cards: `#separator:tab`."""
    return _DECK.match(line) is not None


def rows_of(text: str, separator: str, start: int = 0) -> Iterator[Sequence[Field]]:
    """The rows of a text from an offset on, each with its fields. A field in quotes may hold separators, line ends and doubled quotes."""
    fields: list[Field] = []
    at, length = start, len(text)
    while at < length:
        quoted = text[at] == '"'
        end = _closing_quote(text, at + 1) if quoted else -1
        if quoted and end >= 0 and (end + 1 >= length or text[end + 1] in (separator, "\n")):
            fields.append(Field(at + 1, end, True))
            at = end + 1
        else:
            end = at
            while end < length and text[end] != separator and text[end] != "\n":
                end += 1
            fields.append(Field(at, end, False))
            at = end
        if at >= length or text[at] == "\n":
            yield fields
            fields = []
            at += 1
        else:
            at += 1
            if at >= length or text[at] == "\n":
                fields.append(Field(at, at, False))
                yield fields
                fields = []
                at += 1
    if fields:
        yield fields


def _closing_quote(text: str, at: int) -> int:
    while (at := text.find('"', at)) >= 0:
        if text[at + 1 : at + 2] != '"':
            return at
        at += 2
    return -1


def card_lines(field: str) -> list[str]:
    """The lines of a field of a card: without HTML and media, gaps filled in, formulas in dollars.

    >>> card_lines("{{c1::ATP::energy}} is <b>made</b>.<br>Here.")
    ['ATP is made.', 'Here.']
    """
    shown = _MATHJAX.sub(lambda match: f"${(match[1] or match[2] or match[3]).strip()}$", _CLOZE.sub(r"\1", _MEDIA.sub("", field)))
    shown = html.unescape(_TAG.sub("", _BREAK.sub("\n", shown)))
    return [words for line in shown.split("\n") if (words := " ".join(line.split()))]


def card_words(field: str) -> str:
    """The words of a field of a card on one line."""
    return " ".join(card_lines(field))
