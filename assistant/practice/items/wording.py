"""Word a piece of the notes for an item: without markup, on one line; and check whether it is understandable alone."""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.wording.display import bare, is_dangling, tidy
from ingest.language.language import Language
from ingest.text.list_marks import BULLETS

_LINK = re.compile(r"!?\[\[(?:[^\]|]*\|)?([^\]|]+)\]\]|!?\[([^\]]*)\]\([^)]*\)")
_NOTE = re.compile(
    r"\[\^[^\]]{1,40}\]|(?<=[a-z.,)])\s?\[\d{1,3}\](?!\()|</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>\n]{0,200})?/?>|(?<=\w)==|==(?=\w)|\s+\^[\w-]+$"
)
_HIGHLIGHT = re.compile(r"==(?=\S)([^=\n]+?)(?<=\S)==")
_OPENS, _CLOSES = "([{", ")]}"
_EMPHASIS = re.compile(r"(?<![\w*\\])[*_]{1,3}(?=\S)([^*_\n`$]+?)(?<=\S)[*_]{1,3}(?![\w*])")
_BULLETS = f"{BULLETS} "
_POINTS = Language.load("en").pattern("practice", r"\b{pointing}\b")
_DANGLING = Language.load("en").pattern("practice", r"^(?:{conjunction}[ ,]+)?{dangling}\b")
_OPENING = re.compile(
    r"^(?:[A-Z]\w+ly,|(?:However|Instead|Finally|Similarly|But|And|So|Thus|Hence|Also|Here|Therefore|Moreover|Note that|Recall that"
    r"|In practice|In general),?)\s+(?=\w)"
)
_CLAUSE_END = re.compile(r"(?<=[;:])\s+|\s+[—–]\s+|,\s+(?=(?:and|but|so|which|because|while|whereas|where|with|by)\b)")


def clean(text: str) -> str:
    """Running text on one line, without markup; formulas and code keep their marks."""
    said = _HIGHLIGHT.sub(r"\1", _LINK.sub(lambda match: match[1] or match[2] or "", text))
    said = _NOTE.sub("", said)
    said = " ".join(tidy(said).replace("\n", " ").split())
    said = _EMPHASIS.sub(r"\1", said)
    return said.strip(_BULLETS if not said.startswith("-") or not said[1:2].isdigit() else " ")


def sentence(text: str) -> str:
    """The same with a capital at the beginning, unless a symbol or a name in small letters begins it."""
    said = clean(text)
    first = said.split(" ", 1)[0] if said else ""
    return said[:1].upper() + said[1:] if first.isalpha() and first.islower() and (len(first) > 1 or first == "a") else said


def opened(text: str) -> str:
    """A sentence without its initial connective: "However, …", "But …", "Importantly, …"."""
    return sentence(_OPENING.sub("", sentence(text), count=1))


def size(text: str) -> int:
    """The number of words of a text; a formula counts one for every few signs."""
    return sum(1 for word in text.split() if any(sign.isalnum() for sign in word))


def is_balanced(text: str) -> bool:
    """True if brackets, dollars, code marks and double quotes come in pairs."""
    open_: list[str] = []
    for sign in re.sub(r"\\[()\[\]{}]", "", text):
        if sign in _OPENS:
            open_.append(sign)
        elif sign in _CLOSES and (not open_ or _OPENS[_CLOSES.index(sign)] != open_.pop()):
            return _is_interval(text)
    return not open_ and text.count("$") % 2 == 0 and text.count("`") % 2 == 0 and text.count('"') % 2 == 0 and text.count("**") % 2 == 0


def _is_interval(text: str) -> bool:
    """True if the odd brackets are those of a half-open interval: `[0, 1)`."""
    return re.search(r"[\[(]\s*[^\s\[\]()]+\s*,\s*[^\[\]()]+[\])]", text) is not None and text.count("(") + text.count("[") == text.count(
        ")"
    ) + text.count("]")


def points_back(text: str) -> bool:
    """True if a text contains a word that refers to earlier text: "it", "this approach", "the former"."""
    said = clean(text)
    return is_dangling(said) or _DANGLING.search(said) is not None or _POINTS.search(said) is not None


def same_words(one: str, other: str) -> bool:
    """True if two texts differ only in signs and case."""
    return bare(one) == bare(other)


def clauses(text: str, longest: int) -> tuple[str, ...]:
    """A text as points of at most `longest` words, cut between clauses; or a single point if it is short enough."""
    if size(text) <= longest:
        return (text,)
    cuts = [0, *(match.end() for match in _CLAUSE_END.finditer(text)), len(text)]
    points: list[str] = []
    for start, end in pairwise(cuts):
        piece = text[start:end]
        if points and size(points[-1]) + size(piece) <= longest:
            points[-1] += piece
        else:
            points.append(piece)
    return tuple(point.strip(" ,;—–") for point in points if point.strip(" ,;—–"))
