"""Write the formulas of Office documents on one line, as people type them: `f(x)=∑_i^n α_i/(2b)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.readers.office.namespaces import MATH

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DEEPEST = 60
"""Levels of a formula that are written out. Deeper ones are written as their letters in a row."""


def linear(element: Element, depth: int = 0) -> str:
    """The text of a formula, or of a part of one (ECMA-376, Office Open XML, part 1, section 22.1). `depth` is the part's level in it."""
    if depth > _DEEPEST:
        return "".join(each.text or "" for each in element.iter(f"{MATH}t"))
    kind = element.tag.removeprefix(MATH) if isinstance(element.tag, str) else ""
    if kind == "t":
        return (element.text or "").replace("\u2061", "").replace("\u200b", "")

    def part(name: str) -> str:
        found = element.find(f"{MATH}{name}")
        return linear(found, depth + 1) if found is not None else ""

    if kind == "f":
        return f"{_grouped(part('num'))}/{_grouped(part('den'))}"
    if kind in ("sSub", "sSup", "sSubSup"):
        return part("e") + _script("_", part("sub")) + _script("^", part("sup"))
    if kind == "nary":
        return _sign(element, "chr", "∫") + _script("_", part("sub")) + _script("^", part("sup")) + f" {part('e')}"
    if kind == "rad":
        return f"√({part('e')})"
    if kind == "d":
        inside = ",".join(linear(each, depth + 1) for each in element.iterchildren(f"{MATH}e"))
        return f"{_sign(element, 'begChr', '(')}{inside}{_sign(element, 'endChr', ')')}"
    return "".join(linear(each, depth + 1) for each in element if not str(each.tag).endswith("Pr"))


def _script(sign: str, text: str) -> str:
    return "" if not text else f"{sign}{text}" if len(text) == 1 else f"{sign}{{{text}}}"


def _grouped(text: str) -> str:
    return text if text.isalnum() else f"({text})"


def _sign(element: Element, name: str, usual: str) -> str:
    found = element.find(f"{MATH}{element.tag.removeprefix(MATH)}Pr/{MATH}{name}")
    return usual if found is None else str(found.get(f"{MATH}val", ""))
