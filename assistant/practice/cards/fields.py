"""The text of an item as the fields of a card: HTML with MathJax, and gaps that their content cannot end."""

from __future__ import annotations

import html
import re

from assistant.practice.items.values import GAP, Item

_FORMULA = re.compile(r"\$\$(?P<display>.+?)\$\$|\$(?P<inline>[^$\n]+)\$", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_CHOICE = re.compile(r"\s*\((?P<choice>[^()]+ or [^()]+)\)$")


def field(text: str) -> str:
    """A text as a field: escaped, formulas in MathJax's marks, code as code."""
    parts: list[str] = []
    at = 0
    for match in _FORMULA.finditer(text):
        parts.append(_plain(text[at : match.start()]))
        is_display = match["display"] is not None
        body = html.escape(match["display"] if is_display else match["inline"], quote=False)
        parts.append(rf"\[{body}\]" if is_display else rf"\({body}\)")
        at = match.end()
    return "".join((*parts, _plain(text[at:])))


def points_field(item: Item) -> str:
    """The answer of an item: one point as a text, several as a list."""
    if len(item.points) == 1:
        return field(item.points[0])
    kind = "ol" if item.kind.value == "steps" else "ul"
    return f"<{kind}>{''.join(f'<li>{field(point)}</li>' for point in item.points)}</{kind}>"


def cloze_field(item: Item) -> str | None:
    """A prompt with its gap as a cloze, None if it has no gap. `}}` would end a cloze, and `::` begin a hint."""
    if item.prompt.count(GAP) != 1:
        return None
    prompt, hint = item.prompt, ""
    choice = _CHOICE.search(prompt)
    if choice:
        prompt, hint = prompt[: choice.start()], f"::{_whole(field(choice['choice']))}"
    before, after = (_whole(field(part)) for part in prompt.split(GAP))
    return f"{before}{{{{c1::{_whole(field(item.answer))}{hint}}}}}{after}"


def _whole(text: str) -> str:
    """A text changed so that it cannot end a cloze or begin a cloze or a hint."""
    while "}}" in text or "{{" in text or "::" in text:
        text = text.replace("}}", "} }").replace("{{", "{ {").replace("::", ": :")
    return text


def _plain(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", html.escape(text, quote=False)).replace("\n", "<br>")
