"""The words of a heading, as a reader sees them: without links, pictures, code marks, anchors and instructions to programs."""

from __future__ import annotations

import re

from ingest.text.links import plain_links
from ingest.text.terms import STOP_WORDS

_ANCHOR = re.compile(r"\s*\{[#.][^{}]{0,80}\}\s*$")
_TAGS = re.compile(
    r"([^\s#]+)[ \t]*((?:[ \t]+#(?!(?:define|elif|else|endif|error|ifn?def|if|include|line|pragma|undef)\b|(?=[a-f]*\d)[\da-f]{6}\b)"
    r"[^\W\d_][\w/-]*,?)+)(?=[.!?]?[ \t]*$)",
    re.IGNORECASE | re.MULTILINE,
)
"""Tags at the end of a line with the word before them. Instructions of C's preprocessor and colours are none."""
_TAG_BEFORE_COMMA = re.compile(r"(?<=[\w)])[ \t]+#[^\W\d_][\w/-]*(?=,[ \t])")
_CARD = re.compile(r"(?:\s+#(?:flash)?cards?(?:[/-][\w/-]*)?)+\s*$", re.IGNORECASE)
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_CODE = re.compile(r"`+([^`]+)`+")
_LINKED = re.compile(r"\[([^\[\]]+)\](?:\[[^\[\]]*\])")
_WORD = re.compile(r"\w")


def plain_title(text: str) -> str:
    """The words of a heading; the text itself if nothing is left of it.

    >>> plain_title("The `map` [function](map.md) {#map}")
    'The map function'
    >>> plain_title("Peace of Augsburg #treaty #religion")
    'Peace of Augsburg'
    """
    shown = text
    if text[-1:] == "}" or "#" in text:
        shown = _ANCHOR.sub("", _TAG_BEFORE_COMMA.sub("", without_tags(_CARD.sub("", _ANCHOR.sub("", text)))))
    if "[" in shown or "<" in shown:
        shown = plain_links(_LINKED.sub(r"\1", shown))
    if "`" in shown:
        shown = _CODE.sub(r"\1", shown)
    if "**" in shown or "__" in shown:
        shown = _BOLD.sub(r"\2", shown)
    shown = " ".join(shown.split()).strip("*_ ")
    return shown if _WORD.search(shown) else text.strip("*_ ")


def without_tags(text: str) -> str:
    """A text without the tags at the ends of its lines. After a word that needs another, a tag is part of the sentence.

    >>> without_tags("The election of 1534 #war #church"), without_tags("The rise of #MeToo")
    ('The election of 1534', 'The rise of #MeToo')
    """

    def kept(match: re.Match[str]) -> str:
        return match[0] if match[1] in STOP_WORDS or match[1][-1] in ":,(=" else match[1]

    return _TAGS.sub(kept, text) if " #" in text or "\t#" in text else text


def is_card(text: str) -> bool:
    """True for a line that its author marks as the front of a card: `Diffusion #card`."""
    return text[-1:].isalnum() and "#" in text and _CARD.search(text) is not None
