"""Markdown as harmless HTML in which every line of the source is still known.

Text, code and formulas carry the number of their line (`data-line`), so that cited lines can be marked exactly: nothing is searched for.
Raw HTML of a note is shown as text; what the renderer makes goes through an allow-list all the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup, escape

from assistant.web.rendering.text import safe

_TAGS = {"a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "mark", "ol", "p", "pre", "s", "span", "strong"}
_TAGS |= {"table", "tbody", "td", "th", "thead", "tr", "ul"}
_ATTRIBUTES = {"a": {"href"}, "mark": {"data-line"}, "span": {"class", "data-line", "data-display"}, "ol": {"start"}}
_FORMULA = re.compile(r"\$\$(?P<d>.+?)\$\$|\$(?=\S)(?P<i>[^$\n]{1,400}?)(?<=\S)\$(?!\d)", re.DOTALL)
_LINK = re.compile(r"https?://", re.IGNORECASE)
_FRONT = re.compile(r"-{3,}\s*$")
_FRONT_END = re.compile(r"(?:-{3,}|\.{3})\s*$")


def rendered(lines: Sequence[str], first: int, hits: Collection[int]) -> Markup:
    """Lines as HTML, the first of them with the number `first`; those whose numbers are in `hits` are marked."""
    text = safe("\n".join(_without_front_matter(lines) if first == 1 else lines))
    tokens = _parser().parse(text)
    body = "".join(_html(token, first, hits) for token in tokens)
    return Markup(nh3.clean(body, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https"}, link_rel="noopener noreferrer"))  # noqa: S704 (cleaned)


def _without_front_matter(lines: Sequence[str]) -> list[str]:
    """The lines with those of a front matter left empty, so that the numbers of the others stay."""
    if not lines or not _FRONT.fullmatch(lines[0]):
        return list(lines)
    end = next((number for number, line in enumerate(lines[1:], start=1) if _FRONT_END.fullmatch(line)), 0)
    return ["" for _ in range(end + 1)] + list(lines[end + 1 :]) if end else list(lines)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": 20}).enable(["table", "strikethrough"])
    parser.inline.ruler.before("escape", "formula", _formula)
    return parser


def _formula(state: StateInline, silent: bool) -> bool:
    """A formula between dollar signs: nothing inside it is markup."""
    if state.src[state.pos] != "$":
        return False
    match = _FORMULA.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        token = state.push("formula", "span", 0)
        token.content = match["d"] or match["i"]
        token.info = "display" if match["d"] else ""
    state.pos = match.end()
    return True


def _html(token: Token, first: int, hits: Collection[int]) -> str:
    begins = first + token.map[0] if token.map else first
    if token.type == "inline":
        return _inline(token.children or [], begins, hits)
    if token.type in ("fence", "code_block"):
        start = begins + (1 if token.type == "fence" else 0)
        lines = token.content.rstrip("\n").split("\n")
        return "<pre><code>" + "\n".join(_text(line, start + at, hits) for at, line in enumerate(lines)) + "</code></pre>"
    if token.type == "hr":
        return "<hr>"
    if token.hidden and token.tag == "p":
        return ""  # of a tight list
    if token.nesting < 0:
        return f"</{_tag(token)}>"
    start_at = token.attrGet("start") if token.type == "ordered_list_open" else None
    return f"<{_tag(token)}" + (f' start="{int(start_at)}"' if start_at else "") + ">"


def _tag(token: Token) -> str:
    """The tag, with headings one level lower: the page has its own first one."""
    if token.type.startswith("heading"):
        return f"h{min(6, int(token.tag[1]) + 1)}"
    return token.tag


def _inline(tokens: Sequence[Token], line: int, hits: Collection[int]) -> str:
    parts: list[str] = []
    for token in tokens:
        if token.type == "softbreak":
            parts.append("\n")
            line += 1
        elif token.type == "hardbreak":
            parts.append("<br>")
            line += 1
        elif token.type == "formula":
            parts.append(_math(token, line, hits))
            line += token.content.count("\n")
        elif token.type == "code_inline":
            parts.append(f"<code>{_text(token.content, line, hits)}</code>")
        elif token.type == "image":
            parts.append(_text(token.content or "image", line, hits))
        elif token.type == "link_open":
            parts.append(_link(token))
        elif token.type == "text":
            parts.append(_text(token.content, line, hits))
        elif token.nesting > 0:
            parts.append(f"<{token.tag}>")
        elif token.nesting < 0:
            parts.append(f"</{token.tag}>")
        else:
            parts.append(_text(token.content, line, hits))
    return "".join(parts)


def _link(token: Token) -> str:
    href: Any = token.attrGet("href") or ""
    return f'<a href="{escape(href)}">' if _LINK.match(str(href)) else "<a>"


def _text(text: str, line: int, hits: Collection[int]) -> str:
    if not text:
        return ""
    name = "mark" if line in hits else "span"
    return f'<{name} data-line="{line}">{escape(text)}</{name}>'


def _math(token: Token, line: int, hits: Collection[int]) -> str:
    last = line + token.content.count("\n")
    is_hit = any(number in hits for number in range(line, last + 1))
    display = ' data-display="yes"' if token.info else ""
    marked = "tex hit" if is_hit else "tex"
    return f'<span class="{marked}" data-line="{line}"{display}>{escape(token.content.strip())}</span>'
