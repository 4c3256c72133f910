"""Links and pictures in a note's text, as a reader sees them."""

from __future__ import annotations

import re

_EMBED = re.compile(r"!\[\[[^\[\]\n]*\]\]")
_WIKI = re.compile(r"\[\[(?!\s*\[)(?![\d\s.,;+-]*[\]|])(?P<page>[^\[\]\n|]+?)\\?(?:\|(?P<text>[^\[\]\n]+))?\]\]")
_PICTURE = re.compile(r"!\[(?P<alt>[^\[\]\n]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"\n]*\")?\)")
_SIZE = re.compile(r"\s*\|\s*(?:\d{1,4}(?:x\d{1,4})?|left|right|center)\s*$", re.IGNORECASE)
_FILE_NAME = re.compile(
    r"\S*\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?|heic)"
    r"|(?:pasted image|screen ?shot|image|img|photo|picture|untitled)[\s\d_.:-]*(?:at [\d.: ]+)?",
    re.IGNORECASE,
)
_LINK = re.compile(r"(?<![\w\]])\[(?P<text>[^\[\]\n]+)\]\((?:[^()\s]|\([^()\s]*\))+(?:#[^()\n\"]{0,100}|\s+\"[^\"\n]*\")?\)")
_BAD_LINK = re.compile(r"\[\(?(?P<text>[^\[\]\n]+?)\)?\](?:\((?=[^()\n]{0,300}\w://)[^()\n]{0,400}\)|\(\w+://\S+)")
"""A link with spaces in its address, or without the bracket that closes it."""
_INLINE = re.compile(
    r"</?(?:b|i|u|em|strong|span|font|sup|sub|small|mark|kbd|a|abbr|cite|del|ins|s|strike|dfn|q|var|samp|code|label)\b[^<>\n]{0,200}/?>",
    re.IGNORECASE,
)
_BROKEN = re.compile(
    r"</?(?:h[1-6]|p|br|div|center|img|hr|figure|figcaption|table|thead|tbody|tr|td|th|ul|ol|li|pre|blockquote|details|summary|section|article"
    r"|iframe|embed|object|param|spoiler|video|audio|source|dl|dt|dd|nav|picture|svg|aside|button|input|caption)\b[^<>\n]{0,200}/?>",
    re.IGNORECASE,
)
"""Tags that separate the text before them from the text after."""


def plain_links(text: str) -> str:
    """The text with links replaced by their words and pictures by their captions.

    >>> plain_links("see [[Ohm's law|Ohm]] and [the proof](proof.md) ![[graph.png]]")
    'see Ohm and the proof '
    >>> plain_links("![Pasted image 20241125153354|300](a.png)![the inner ear|200](b.png)")
    'the inner ear'
    """
    if "[" in text:
        text = _PICTURE.sub(lambda match: _caption(match["alt"]), _EMBED.sub("", text))
        text = _LINK.sub(lambda match: match["text"], _WIKI.sub(_words, text))
        if "](" in text:
            text = _BAD_LINK.sub(lambda match: match["text"], text)
    return _INLINE.sub("", _BROKEN.sub(" ", text)) if "<" in text else text


def _caption(alt: str) -> str:
    """The caption in a picture's alternative text, without its size; empty if that is the name of a file."""
    said = _SIZE.sub("", alt)
    return "" if _FILE_NAME.fullmatch(said.strip()) else said


def only_links(text: str) -> bool:
    """True if a text consists of links and pictures only."""
    if "[" not in text:
        return False
    rest = _LINK.sub("", _WIKI.sub("", _PICTURE.sub("", _EMBED.sub("", text))))
    return rest != text and re.search(r"[^\W\d_]{2}", rest) is None


def _words(match: re.Match[str]) -> str:
    """The visible text of a wiki link: its own text, else the page, with the heading in it if one is named."""
    return match["text"] or match["page"].lstrip("#^").replace("#", " › ")
