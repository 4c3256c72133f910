"""The words of a heading, as a reader sees them: without links, pictures, code marks, anchors and instructions to programs."""

from __future__ import annotations

import re

from ingest.text.links import plain_links

_ANCHOR = re.compile(r"\s*\{[#.][^{}]{0,80}\}\s*$")
_CARD = re.compile(r"(?:\s+#(?:flash)?cards?(?:[/-][\w/-]*)?)+\s*$", re.IGNORECASE)
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_CODE = re.compile(r"`+([^`]+)`+")
_LINKED = re.compile(r"\[([^\[\]]+)\](?:\[[^\[\]]*\])")
_WORD = re.compile(r"\w")


def plain_title(text: str) -> str:
    """The words of a heading; the text itself if nothing is left of it.

    >>> plain_title("The `map` [function](map.md) {#map}")
    'The map function'
    """
    shown = _CARD.sub("", _ANCHOR.sub("", text)) if text[-1:] == "}" or "#" in text else text
    if "[" in shown or "<" in shown:
        shown = plain_links(_LINKED.sub(r"\1", shown))
    if "`" in shown:
        shown = _CODE.sub(r"\1", shown)
    if "**" in shown or "__" in shown:
        shown = _BOLD.sub(r"\2", shown)
    shown = " ".join(shown.split()).strip("*_ ")
    return shown if _WORD.search(shown) else text.strip("*_ ")


def is_card(text: str) -> bool:
    """True for a line that its author marks as the front of a card: `Diffusion #card`."""
    return text[-1:].isalnum() and "#" in text and _CARD.search(text) is not None
