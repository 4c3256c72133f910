"""Text of documents as safe HTML, with formulas and code marked up."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from assistant.wording.display import tidy
from assistant.wording.safe import displayable

_SET = re.compile(
    r"(?P<display>\$\$(?P<d>.+?)\$\$)|(?P<code>`+)(?P<c>[^`]+?)(?P=code)|(?P<inline>\$(?=\S)(?P<i>[^$\n]{1,400}?)(?<=\S)\$(?!\d))|"
    r"\\\((?P<p>.{1,400}?)\\\)|\\\[(?P<q>.+?)\\\]",
    re.DOTALL,
)


def safe(text: str) -> str:
    """Text without characters that are invalid in a page or hide others."""
    return displayable(text).encode("utf-8", "replace").decode()


def rich(text: str) -> Markup:
    """Text in which formulas and code between their usual marks are set as such, and nothing else is markup.

    >>> rich("a < $x^2$ and `f(x)`")
    Markup('a &lt; <span class="tex">x^2</span> and <code>f(x)</code>')
    """
    parts, end = [], 0
    shown = safe(text)
    for match in _SET.finditer(shown):
        parts.append(escape(shown[end : match.start()]))
        parts.append(_set(match))
        end = match.end()
    return Markup("").join([*parts, escape(shown[end:])])


def said(text: str) -> Markup:
    """A quote of a document on one line, without its list marks and emphasis."""
    return rich(tidy(text))


def _set(match: re.Match[str]) -> Markup:
    if match["c"]:
        return Markup("<code>{}</code>").format(match["c"])
    if display := match["d"] or match["q"]:
        return formula(display)
    return Markup('<span class="tex">{}</span>').format(match["i"] or match["p"])


def formula(text: str) -> Markup:
    """A displayed formula as TeX, which a script typesets."""
    return Markup('<span class="tex" data-display="yes">{}</span>').format(safe(text).strip())
