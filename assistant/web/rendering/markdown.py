"""Render Markdown as safe HTML that keeps the line numbers of its source.

Text, code and formulas carry the number of their line (`data-line`), so that cited lines can be marked exactly, without a search. Other
formats are first converted to Markdown lines that know their source lines (`Written`). Raw HTML of a note is shown as text, and the output
is also filtered by an allow-list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup, escape

from assistant.web.rendering.text import safe

_TAGS = {"a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "mark", "ol", "p", "pre", "s", "span", "strong"}
_TAGS |= {"table", "tbody", "td", "th", "thead", "tr", "ul"}
_ATTRIBUTES = {"a": {"href"}, "mark": {"data-line"}, "span": {"class", "data-line", "data-display"}, "ol": {"start"}}
_FORMULA = re.compile(
    r"\$\$(?P<d>.+?)\$\$|\$(?=\S)(?P<i>[^$\n]{1,400}?)(?<=\S)\$(?!\d)|\\\((?P<p>[^$\n]{1,400}?)\\\)|\\\[(?P<q>[^$]{1,2000}?)\\\]", re.DOTALL
)
_LINK = re.compile(r"https?://", re.IGNORECASE)
_WIKI = re.compile(r"!?\[\[(?P<page>[^\[\]\n|]{1,300}?)\\?(?:\|(?P<text>[^\[\]\n]{1,300}))?\]\]")
_FRONT = re.compile(r"-{3,}\s*$")
_FRONT_END = re.compile(r"(?:-{3,}|\.{3})\s*$")


class Written(NamedTuple):
    """A line of Markdown, and the numbers of its source lines; empty for added lines."""

    text: str
    lines: range = range(0)


def _nowhere(_: str) -> str:
    return ""


def rendered(lines: Sequence[str], first: int, hits: Collection[int], page_of: Callable[[str], str] = _nowhere) -> Markup:
    """Lines of Markdown as HTML, the first of them with the number `first`; those whose numbers are in `hits` are marked.

    `page_of` gives the address of the page that a link to another note leads to, empty if there is none.
    """
    shown = _without_front_matter(lines) if first == 1 else lines
    return rendered_lines([Written(line, range(number, number + 1)) for number, line in enumerate(shown, start=first)], hits, page_of)


def rendered_lines(lines: Sequence[Written], hits: Collection[int], page_of: Callable[[str], str] = _nowhere) -> Markup:
    """The same for converted lines."""
    marking = _Marking([line.lines for line in lines], hits, page_of)
    tokens = _parser().parse(safe("\n".join(line.text for line in lines)))
    body = "".join(marking.html(token) for token in tokens)
    return Markup(nh3.clean(body, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https"}, link_rel="noopener noreferrer"))  # noqa: S704 (cleaned)


def is_marked(html: Markup) -> bool:
    """True if something in a rendered text is marked."""
    return "<mark" in html or '<span class="tex hit"' in html


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
    parser.inline.ruler.before("link", "wiki", _wiki)
    parser.inline.ruler.before("wiki", "embed", _wiki)
    return parser


def _formula(state: StateInline, silent: bool) -> bool:
    """A formula between dollar signs: nothing inside it is markup."""
    if state.src[state.pos] not in "$\\":
        return False
    match = _FORMULA.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        token = state.push("formula", "span", 0)
        token.content = next(filter(None, match.groups()))
        token.info = "display" if match["d"] or match["q"] else ""
    state.pos = match.end()
    return True


def _wiki(state: StateInline, silent: bool) -> bool:
    """A link to another note by its name: `[[note]]`, `[[note#section|words]]`, or `![[note]]`, which is shown as a link too."""
    if state.src[state.pos] not in "[!":
        return False
    match = _WIKI.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        token = state.push("wiki", "a", 0)
        token.content = (match["text"] or match["page"].lstrip("#^").replace("#", " › ")).strip()
        token.info = match["page"]
    state.pos = match.end()
    return True


@dataclass(frozen=True, slots=True)
class _Marking:
    """Writes tokens as HTML. `numbers` has the lines of the source for each line of the text that was parsed."""

    numbers: Sequence[range]
    hits: Collection[int]
    page_of: Callable[[str], str]

    def html(self, token: Token) -> str:
        """A token between the words."""
        begins = token.map[0] if token.map else 0
        if token.type == "inline":
            return self._inline(token.children or [], begins)
        if token.type in ("fence", "code_block"):
            start = begins + (1 if token.type == "fence" else 0)
            lines = token.content.rstrip("\n").split("\n")
            return "<pre><code>" + "\n".join(self._text(line, start + at) for at, line in enumerate(lines)) + "</code></pre>"
        if token.type == "hr":
            return "<hr>"
        if token.hidden and token.tag == "p":
            return ""  # in a tight list
        if token.nesting < 0:
            return f"</{_tag(token)}>"
        start_at = token.attrGet("start") if token.type == "ordered_list_open" else None
        return f"<{_tag(token)}" + (f' start="{int(start_at)}"' if start_at else "") + ">"

    def _inline(self, tokens: Sequence[Token], line: int) -> str:
        parts: list[str] = []
        for token in tokens:
            if token.type == "softbreak":
                parts.append("\n")
                line += 1
            elif token.type == "hardbreak":
                parts.append("<br>")
                line += 1
            elif token.type == "formula":
                parts.append(self._math(token, line))
                line += token.content.count("\n")
            elif token.type == "code_inline":
                parts.append(f"<code>{self._text(token.content, line)}</code>")
            elif token.type == "image":
                parts.append(self._text(token.content or "image", line))
            elif token.type == "link_open":
                parts.append(self._link(str(token.attrGet("href") or "")))
            elif token.type == "wiki":
                parts.append(f"{self._link(token.info)}{self._text(token.content, line)}</a>")
            elif token.type == "text":
                parts.append(self._text(token.content, line))
            elif token.nesting > 0:
                parts.append(f"<{token.tag}>")
            elif token.nesting < 0:
                parts.append(f"</{token.tag}>")
            else:
                parts.append(self._text(token.content, line))
        return "".join(parts)

    def _text(self, text: str, line: int) -> str:
        if not text:
            return ""
        number, is_hit = self._told(line, line)
        name = "mark" if is_hit else "span"
        return f'<{name} data-line="{number}">{escape(text)}</{name}>'

    def _math(self, token: Token, line: int) -> str:
        display = ' data-display="yes"' if token.info else ""
        number, is_hit = self._told(line, line + token.content.count("\n"))
        marked = "tex hit" if is_hit else "tex"
        return f'<span class="{marked}" data-line="{number}"{display}>{escape(token.content.strip())}</span>'

    def _link(self, href: str) -> str:
        """The beginning of a link; it leads nowhere but to the web and to documents of the library."""
        address = href if _LINK.match(href) else self.page_of(href)
        return f'<a href="{escape(address)}">' if address else "<a>"

    def _told(self, line: int, last: int) -> tuple[int, bool]:
        """The number that some lines bear, the first of those to be marked if any are, and whether there is one."""
        told = [number for numbers in self.numbers[line : last + 1] for number in numbers]
        hit = next((number for number in told if number in self.hits), None)
        return (told[0] if told else 0, False) if hit is None else (hit, True)


def _tag(token: Token) -> str:
    """The tag, with headings one level lower: the page has its own first one."""
    if token.type.startswith("heading"):
        return f"h{min(6, int(token.tag[1]) + 1)}"
    return token.tag
