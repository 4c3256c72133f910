"""Turn a unit of a passage into statements: without markup, with formulas and code laid out as such."""

from __future__ import annotations

import re

from assistant.answers.statements import Layout, Quote, Statement
from assistant.wording.display import bare, code_in, is_fragment, label_of, spoken, stands_alone, tidy
from assistant.wording.signs import is_bare_formula, own_formulas
from ingest.model import Chunk, Excerpt

_DISPLAYED = re.compile(
    r"\s*(?:\$\$(?P<dollars>(?:(?!\$\$).)+)\$\$|\\\[(?P<brackets>(?:(?!\\\]).)+)\\\]|"
    r"(?P<environment>\\begin\s*\{(?P<name>[a-z]+\*?)\}.+\\end\s*\{(?P=name)\}))[\s.,;]*",
    re.DOTALL,
)
_BEFORE = re.compile(rf"(?P<before>[^$]{{2,600}}?){_DISPLAYED.pattern}\s*\Z", re.DOTALL)
"""Matches a sentence that ends in a displayed formula."""
_ENDS = re.compile(r"\\(?:nonumber|notag|label\{[^{}]*\}|(?:begin|end)\{[a-z]+\*?\})|(?:\\\\)?\s*\Z|^\s*&?=?&(?!\w)")
_MOST_BEFORE = 60


def state_unit(chunk: Chunk, unit: Excerpt, quote: Quote, why: str = "", title: str = "") -> list[Statement]:
    """The statements of a unit. A given `title` is put before its text, unless the text has it."""
    label = label_of(chunk)
    if code := code_in(chunk, unit.text):
        before = code.before or (f"{label}:" if label else "")
        said = [Statement(before, (quote,), Layout.OWN_LINE, why)] if before else []
        return [*said, Statement(code.lines, (quote,), Layout.CODE, why)] if code.lines else said
    if formula := _formula(chunk, unit, quote, why):
        return formula
    text = spoken(chunk, unit)
    if title and bare(title) not in bare(text):
        text = f"{title}: {text}"
    return [Statement(text, (quote,), Layout.OWN_LINE if stands_alone(chunk, unit) else Layout.INLINE, why)]


def _formula(chunk: Chunk, unit: Excerpt, quote: Quote, why: str) -> list[Statement]:
    """The statements of a unit that is a displayed formula, or ends in one; empty for other units."""
    if displayed := _DISPLAYED.fullmatch(unit.text):
        label, tex = label_of(chunk), _tex_of(displayed)
        is_named = bool(label) and is_fragment(tex) and bare(label) not in bare(tex)
        return [Statement(tex, (quote,), Layout.FORMULA, why, label=label if is_named else "")]
    whole = own_formulas(unit.text.strip()).rstrip(" .,;")
    if whole.count("$") == 2 and whole[0] == whole[-1] == "$" and "\n" not in unit.text.strip() and not unit.text.lstrip().startswith("$"):
        return [Statement(" ".join(whole[1:-1].split()), (quote,), Layout.FORMULA, why)]
    if is_bare_formula(unit.text):
        return [Statement(" ".join(_ENDS.sub("", unit.text).split()), (quote,), Layout.FORMULA, why)]
    mixed = _BEFORE.match(unit.text)
    if mixed is None or len(mixed["before"].split()) > _MOST_BEFORE:
        return []
    lead = tidy(mixed["before"])
    led = [Statement(lead, (quote,), Layout.OWN_LINE, why)] if lead else []
    return [*led, Statement(_tex_of(mixed), (quote,), Layout.FORMULA, why)]


def _tex_of(match: re.Match[str]) -> str:
    return " ".join((match["dollars"] or match["brackets"] or match["environment"]).split())
