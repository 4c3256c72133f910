"""Write MathML on one line, as people type formulas: `r(T)+n(T)=d^2`, `1/(x+1)=√y`. The formulas of Word documents are written in the same
way."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from ingest.readers.web.tags import plain, tag_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DEEPEST = 60
"""The most levels of a formula that are written out. Deeper levels are written as a row of letters."""
_UNSEEN = str.maketrans("", "", "\u2061\u2062\u2063\u2064\u200b\ufeff")
"""Invisible signs for function application and products."""
_SKIPPED = frozenset({"annotation", "annotation-xml", "mphantom", "mprescripts", "none"})
_ACCENTS = {
    **dict.fromkeys("¯‾\u0304\u0305−_", "\u0304"),
    **dict.fromkeys("^ˆ\u0302", "\u0302"),
    **dict.fromkeys("~˜∼\u0303", "\u0303"),
    **dict.fromkeys("→⃗\u20d7", "\u20d7"),
    **dict.fromkeys("˙.\u0307", "\u0307"),
    **dict.fromkeys("¨\u0308", "\u0308"),
}
"""Signs above a letter, with the combining character that puts them there."""
_LARGE = frozenset("∑∏∫∬∭∮⋃⋂⨁⨂∐⋁⋀")
"""Operators with a blank between them and their argument."""
_OPENING, _CLOSING = frozenset("([{⟨|‖⌊⌈"), frozenset(")]}⟩|‖⌋⌉")


def linear_mathml(element: Element, depth: int = 0) -> str:
    """The text of a formula, or of a part of one (MathML Core, presentation elements). `depth` is the part's level in it."""
    kind = tag_of(element) if isinstance(element.tag, str) else ""
    if not kind or kind in _SKIPPED:
        return ""
    if depth > _DEEPEST:
        return plain(element).translate(_UNSEEN)
    if kind in ("mi", "mn", "mo", "ms", "mtext") or not len(element):
        text = " ".join("".join(element.itertext()).translate(_UNSEEN).split())
        return f" {text} " if kind == "mtext" and text else text
    parts = [linear_mathml(each, depth + 1) for each in element if isinstance(each.tag, str) and tag_of(each) not in _SKIPPED]
    return _of_parts(element, kind, parts) or _row(parts)


def _of_parts(element: Element, kind: str, parts: list[str]) -> str:
    """The text of an element that does more than put its parts in a row; empty for other elements."""
    if kind in ("semantics", "maction"):
        return parts[0] if parts else ""
    if kind == "mfrac" and len(parts) == 2:
        return f"{_grouped(parts[0])}/{_grouped(parts[1])}"
    if kind == "msqrt":
        return f"√{_rooted(_row(parts))}"
    if kind == "mroot" and len(parts) == 2:
        return f"{_root_sign(parts[1])}{_rooted(parts[0])}"
    if kind == "mfenced":
        return _fenced(element, parts)
    if kind in ("mtable", "mtr", "mlabeledtr"):
        return ("; " if kind == "mtable" else ", ").join(part.strip() for part in parts)
    return _with_scripts(kind, parts)


def _with_scripts(kind: str, parts: list[str]) -> str:
    """The text of a base with scripts above, below, before and after it; empty for other elements."""
    if kind == "mmultiscripts" and parts:
        below, above = "".join(parts[1::2]), "".join(parts[2::2])
        return _base(parts[0]) + _script("_", below) + _script("^", above)
    if kind in ("msub", "munder") and len(parts) == 2:
        return _open(_base(parts[0]) + _script("_", parts[1]), parts[0])
    if kind == "mover" and len(parts) == 2 and parts[1] in _ACCENTS and len(parts[0]) == 1:
        return unicodedata.normalize("NFC", parts[0] + _ACCENTS[parts[1]])
    if kind in ("msup", "mover") and len(parts) == 2:
        return _open(_base(parts[0]) + _script("^", parts[1]), parts[0])
    if kind in ("msubsup", "munderover") and len(parts) == 3:
        return _open(_base(parts[0]) + _script("_", parts[1]) + _script("^", parts[2]), parts[0])
    return ""


def _row(parts: list[str]) -> str:
    """Parts in a row. A blank separates words and numbers that would run together, as in `sin x`, but not the factors of a product."""
    row = ""
    for part in parts:
        if row and part and row[-1].isalnum() and part[0].isalnum() and (_ends_in_word(row) or _begins_with_word(part)):
            row += " "
        row += part
    return row


def _ends_in_word(text: str) -> bool:
    return len(text) > 1 and text[-2:].isalpha() and text.isascii()


def _begins_with_word(text: str) -> bool:
    return len(text) > 1 and text[:2].isalpha() and text.isascii()


def _fenced(element: Element, parts: list[str]) -> str:
    signs = (element.get("separators", ",") or "").split()
    between = signs[0] if signs else ""
    return f"{element.get('open', '(')}{between.join(parts)}{element.get('close', ')')}"


def _open(text: str, base: str) -> str:
    """A blank after the bounds of a sum, which would otherwise run into the summand; else empty."""
    return f"{text} " if base.strip() in _LARGE or (len(base) > 1 and base.isalpha()) else text


def _base(text: str) -> str:
    return text if len(text) == 1 or text.isalnum() or _is_bracketed(text) else f"({text})"


def _script(sign: str, text: str) -> str:
    text = text.strip()
    return "" if not text else f"{sign}{text}" if len(text) == 1 else f"{sign}{{{text}}}"


def _grouped(text: str) -> str:
    text = text.strip()
    return text if text.isalnum() or _is_bracketed(text) else f"({text})"


def _rooted(text: str) -> str:
    text = text.strip()
    return text if len(text) == 1 else f"({text})"


def _root_sign(index: str) -> str:
    return {"2": "√", "3": "∛", "4": "∜"}.get(index.strip(), f"^{{{index.strip()}}}√")


def _is_bracketed(text: str) -> bool:
    """True if one pair of brackets is around all of a text."""
    if len(text) < 2 or text[0] not in _OPENING or text[-1] not in _CLOSING:
        return False
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign in "([{⟨⌊⌈") - (sign in ")]}⟩⌋⌉")
        if depth == 0 and at < len(text) - 1 and text[0] not in "|‖":
            return False
    return True
