"""Remove markup from displayed text: Markdown and its dialects, HTML, Org, reStructuredText and LaTeX.

Formulas and code stay. Only displayed text is changed: quotes keep their source verbatim.
"""

from __future__ import annotations

import html
import re

from assistant.wording.signs import SIGNS, own_formulas
from ingest.text.links import plain_links
from ingest.text.tex import plain_tex
from ingest.text.titles import without_tags

_MATHS = "equation|align|gather|multline|eqnarray|displaymath|flalign|alignat|math|split|cases|aligned|array|matrix|pmatrix|bmatrix"
_KEPT = re.compile(
    rf"\$\$[^$]{{1,2000}}?\$\$|\\\[.{{1,2000}}?\\\]|\\begin\s*\{{({_MATHS})\*?\}}.{{0,3000}}?\\end\s*\{{\1\*?\}}"
    r"|(?<![\\$])\$(?=[^\s$])[^$\n]{0,400}?(?<=\S)\$(?![\d$])|\\\([^\n]{1,400}?\\\)|`[^`\n]{1,200}`|^\s*\|.*\|\s*$",
    re.DOTALL | re.MULTILINE,
)
"""Formulas, code and rows of tables."""
_DRAWN = (
    "mermaid|dataview|dataviewjs|query|tasks|tikz|plantuml|graphviz|dot|excalidraw|chart|button|base|leaflet|timeline|toctree|bibliography"
)
"""Languages of fences that hold a drawing or a query to a program."""
_CALLOUT = re.compile(r"^(\s*)(?:>\s*)*\[![\w -]{1,30}\][-+]?[ \t]*(.*)$", re.MULTILINE)
_QUOTED = re.compile(r"^(\s*)(?:>(?![=\d])[ \t]?)+(?=\s*\S)", re.MULTILINE)
"""The marks of a quote; `>=5` and `>5` are comparisons."""
_ENVIRONMENT = re.compile(r"\\begin\s*\{[A-Za-z]{2,20}\*?\}\s*(?:\[([^\]\n]{2,160})\]|\{([^{}\n]{2,160})\}(?:\{[\w:.-]*\})?)?[ \t]*")
_OPEN_EMPHASIS = re.compile(
    r"^(\s*(?:[-+]\s+)?)(?:\*{1,3}|_{1,3}(?=[A-Z]))(?=[\w\"“‘'])([^*\n]*)$|^([^*\n]*[\w)][.!?]?)\*{1,3}$", re.MULTILINE
)
"""A star that opens a text of several sentences, of which one is shown, or that closes it."""
_MATHS_BEGIN = re.compile(rf"\\begin\s*\{{(?:{_MATHS})\*?\}}")
_LAYOUT = re.compile(
    r"\\begin\s*\{(?:minipage|multicols|columns?|figure|table|wrap|adjustbox|spacing|center|tabular|longtable|list|thebib)[a-z]*"
)
"""Environments whose arguments are not titles."""
_WORD = re.compile(r"[\W_]+")
_BACK = re.compile("\ufdd2(\\d+)\ufdd3")
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # reStructuredText and MyST
    (re.compile(r"(?<!`)``([^`\n]{1,200})``(?!`)"), r"`\1`"),
    (re.compile(r"(?<![\w`]):[\w:.+-]{1,60}:`([^`<\n]{1,300}?)\s*(?:<[^`<>\n]{1,300}>)?`"), r"\1"),
    (re.compile(r"\{[a-z][\w:-]{1,40}\}`([^`<\n]{1,300}?)\s*(?:<[^`<>\n]{1,300}>)?`"), r"\1"),
    (re.compile(r"`([^`<\n]{1,300}?)\s*<[^`<>\n]{1,300}>`__?"), r"\1"),
    (re.compile(r"(?<!`)`([^`\n]{1,200})`__?(?!\w)"), r"\1"),
    (re.compile(r"^\s*\.\.\s+[\w:-]{1,40}::[ \t]*", re.MULTILINE), ""),
    (re.compile(r"^\s*:(?:label|name|class|width|alt|align|figclass|height|nonumber|numbered|target|scale):.*$", re.MULTILINE), ""),
    (re.compile(r"^\s*(?:`{3,}|:{3,})\s*\{[\w:-]{1,40}\}[ \t]*", re.MULTILINE), ""),
    (
        re.compile(
            r"^\s*:{3,}\s*(?:note|tip|warning|important|caution|danger|info|details|hint)?\s*(?:\{[^{}\n]*\})?\s*$",
            re.MULTILINE,
        ),
        "",
    ),
    # Fences: drawings are left out, other fences lose their marks
    (
        re.compile(
            rf"^\s*(?:>\s*)*(?:`{{3,}}|~{{3,}}|:{{3,}})[ \t]*\{{?(?:{_DRAWN})\b.*?(?:^\s*(?:>\s*)*(?:`{{3,}}|~{{3,}}|:{{3,}})\s*$|\Z)",
            re.DOTALL | re.MULTILINE,
        ),
        "",
    ),
    (re.compile(r"^\s*(?:>\s*)*(?:`{3,}|~{3,})[ \t]*\{?[\w.+#-]*\}?[^\n`]*$", re.MULTILINE), ""),
    # Org
    (re.compile(r"^\s*#\+\w+(?::.*|\b.*)$", re.MULTILINE), ""),
    (re.compile(r"^\s*:[A-Z][A-Z_-]{1,40}:.*$", re.MULTILINE), ""),
    (re.compile(r"\[\[[^\[\]\n]{1,500}\]\[([^\[\]\n]{1,500})\]\]"), r"\1"),
    (re.compile(r"\[\[(?:id|roam|denote):[^\[\]\n]{1,300}\]\]"), ""),
    (re.compile(r"\s?\[fn:[^\]\n]{0,200}\]"), ""),
    # Obsidian, Logseq, Anki, kramdown
    (re.compile(r"%%.{0,2000}?%%", re.DOTALL), ""),
    (re.compile(r"\s\^(?=[\w-]*[A-Za-z-]|\d{6})[\w-]{2,60}[ \t]*$", re.MULTILINE), ""),
    (re.compile(r"\{\{c\d+::(.{1,300}?)(?:::[^{}\n]{0,200})?\}\}"), r"\1"),
    (re.compile(r"<%.{0,500}?%>|\{%.{0,500}?%\}|\{\{[^{}\n]{0,300}\}\}|\(\([0-9a-f-]{20,40}\)\)"), ""),
    (re.compile(r"\{[:#.][^{}\n]{0,200}\}|\{(?:width|height|style|class|id)=[^{}\n]{0,200}\}"), ""),
    (re.compile(r"\s?\[\^[^\]\n]{1,40}\](?!:)"), ""),
    (re.compile(r"(?<![=\w])==(?=\S)([^=\n]{1,300}?)(?<=\S)==(?![=\w])"), r"\1"),
    (re.compile(r"~~(?=\S)([^~\n]{1,300}?)(?<=\S)~~"), r"\1"),
    (re.compile(r"^(\s*(?:[-*+]\s+)?)\[[ xX/-]\]\s+(?=\S)", re.MULTILINE), r"\1"),
    (re.compile(r"\[sound:[^\[\]\n]{1,200}\]|\[/?(?:latex|\$\$?)\]", re.IGNORECASE), ""),
    (re.compile(r"^(\s*)\[\^[^\]\n]{1,40}\]:[ \t]*", re.MULTILINE), r"\1"),
    (re.compile(r"^(\s*(?:[-*+]\s+)?)[(\[]([^\W\d_][^:()\[\]\n`]{0,60}?)\s?::[ \t]+([^()\[\]\n]{1,300})[)\]]", re.MULTILINE), r"\1\2: \3"),
    (re.compile(r"^(\s*(?:[-*+]\s+)?[^\W\d_][^:\n`]{0,60}?)\s?::[ \t]+(?=\S)", re.MULTILINE), r"\1: "),
    (re.compile(r'(?<!")""(?=[^\s"])([^"\n]{1,200}?)""(?!")'), r'"\1"'),
    (re.compile(r"(?<=[.?!])\}{1,3}[ \t]*$", re.MULTILINE), ""),
    # HTML
    (re.compile(r"<!--.{0,2000}?-->", re.DOTALL), ""),
)
_BOLD = re.compile(r"(?<![\w*\\])(\*{2,3})(?=[^\s*])([^\n]{1,300}?)(?<=[^\s*\\])\1(?![\w*])")
_ITALIC = re.compile(
    r"(?<![\w*\\])\*(?=[^\s*])([^*\n]{1,300}?)(?<=[^\s*])\*(?![\w*])|(?<![\w_\\$])_(?=[^\s_])([^_\n]{1,300}?)(?<=[^\s_])_(?![\w_])"
)
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[A-Za-z]{2,8});")
_ESCAPED = re.compile(r"\\([*_#~>+!`])")
_TEX = re.compile(
    r"\\[A-Za-z]+\*?\s?[\[{<]|\\\\|\\(?:item|par|noindent|newline|pause|(?:med|big|small)skip|centering|q?quad|l?dots|LaTeX|TeX|hline"
    r"|maketitle|clearpage|newpage|[vh]fill|small|large|Large|footnotesize|em|bf|it|sc|rm|tt|S)(?![A-Za-z])"
)
_BARE_FORMULA = re.compile(
    r"\\(?:[dt]?frac|sqrt|sum|prod|int|lim|partial|nabla|math(?:bb|bf|rm|cal)|hat|bar|vec|tilde|left|right|cdot|times|[lg]eq?|infty|sigma|theta)"
    r"(?![A-Za-z])"
)
"""Commands of formulas, which notes also use without dollar signs."""
_OWN_COMMAND = re.compile(r"(?<![\w:\\/.])\\([A-Za-z]{1,20})(?![\w\\@*]|\s?[\[{<^_])(?:\{\}|\\(?= ))?")
"""A command that its author defined, without an argument."""
_REFERENCE = re.compile(r"[~\s]?\((?:[~\s,;]|and|\\(?:eq|auto|c|C|page)?(?:ref|cite[a-z]*)\*?\{[^{}\n]*\})+\)")
"""References in brackets, which would be empty."""
_OVERLAY = re.compile(r"(\\[A-Za-z]+)<[^<>\n]{1,20}>")
_ITEM = re.compile(r"^\s*\\item\b(?:\s*\[([^\]\n]{0,80})\])?[ \t]*", re.MULTILINE)


def without_marks(text: str) -> str:
    """A text as a reader of its format sees it, line by line.

    >>> without_marks("See [[id:1][the tide]] and :ref:`waves <w>`. ^b1a2")
    'See the tide and waves.'
    """
    for rule, shown in _RULES[:5]:
        text = rule.sub(shown, text)
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        # A table row keeps its bars, but not its links.
        kept.append(_inside(match[0]) if match[0].lstrip().startswith("|") else match[0])
        return f"\ufdd2{len(kept) - 1}\ufdd3"

    if "}{" in text:
        text = own_formulas(text)
    text = _inside(_KEPT.sub(keep, _with_titles(text.replace("\ufdd2", "").replace("\ufdd3", ""))))
    for _ in range(2):  # a row may hold a formula
        text = _BACK.sub(lambda match: kept[int(match[1])] if int(match[1]) < len(kept) else "", text)
    return text


def _with_titles(text: str) -> str:
    """The text with titles of callouts and environments as labels (`Entropy: …`), and without the marks of quotes."""
    if ">" in text or "[!" in text:
        text = _CALLOUT.sub(lambda match: _titled(match, match[2], text[match.end() :]), text)
        text = _QUOTED.sub(r"\1", text)
    if "\\begin" in text:
        shown = text
        text = _ENVIRONMENT.sub(lambda match: _titled(match, match[1] or match[2] or "", shown[match.end() :]), text)
    return text


def _titled(match: re.Match[str], title: str, body: str) -> str:
    """The body after its title, unless it begins with it. A formula's environment stays unchanged."""
    if _MATHS_BEGIN.match(match[0].lstrip()):
        return match[0]
    title = title.strip(" *_.:")
    words = _WORD.sub(" ", title).strip().lower()
    said = _WORD.sub(" ", _QUOTED.sub("", body[: len(title) + 40])).strip().lower()
    if (
        not title
        or title[0] in "\\0123456789."
        or _LAYOUT.match(match[0].lstrip())
        or re.match(rf"(?:(?:the|an?) )?{re.escape(words)}\b", said)
    ):
        return ""
    return title + ("" if title[-1] in "?!" else ":") + (" " if body else "")


def _inside(text: str) -> str:
    """The text between formulas and code without marks."""
    for rule, shown in _RULES[5:]:
        text = rule.sub(shown, text)
    text = plain_links(without_tags(text))
    if "\\" in text:
        text = _without_tex(_ESCAPED.sub(r"\1", text if "\\]" in text else text.replace("\\[", "[")))
    if "**" in text:  # before the single stars, which may stand around it
        text = _BOLD.sub(r"\2", text)
    text = _ITALIC.sub(lambda match: match[1] or match[2], text)
    if "*" in text or "_" in text:
        text = _OPEN_EMPHASIS.sub(lambda match: match[3] if match[1] is None else f"{match[1]}{match[2]}", text)
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text


def _without_tex(text: str) -> str:
    """The words of a text with commands of LaTeX, its items as list items."""
    if not _BARE_FORMULA.search(text) and "^" not in text:
        text = _OWN_COMMAND.sub(lambda match: match[0] if match[1] in SIGNS else match[1], text)
    if not _TEX.search(text):
        return text
    items = _ITEM.sub(lambda match: f"- {match[1]}: " if match[1] else "- ", _OVERLAY.sub(r"\1", text))
    if "ref" in items or "cite" in items:
        items = _REFERENCE.sub("", items)
    return "\n".join(plain_tex(line) if "\\" in line and not _BARE_FORMULA.search(line) else line for line in items.split("\n"))
