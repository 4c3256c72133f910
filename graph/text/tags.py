"""Tags of HTML that stand in running text."""

from __future__ import annotations

import re

TAG = re.compile(
    r"</[a-z][a-z0-9]*\s*>|<[a-z][a-z0-9]*(?:\s+[\w:-]+\s*=[^<>]*|\s*/)>"
    r"|<(?:b|br|code|dd|dl|dt|em|figcaption|figure|hr|i|kbd|li|mark|ol|p|small|strong|sub|summary|sup|td|th|tr|u|ul)>"
)
"""A tag of HTML; `<mask>` without attributes may be a word that the text is about."""


def without_tags(text: str) -> str:
    """The text without tags of HTML."""
    return TAG.sub("", text) if "<" in text else text
