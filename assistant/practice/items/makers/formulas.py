"""Items from formulas: write the formula of something, and what a symbol stands for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from assistant.practice.items.drafts import draft
from assistant.practice.items.notes import Notes
from assistant.practice.items.values import Item, ItemKind
from assistant.practice.items.wording import clean, is_balanced, size
from graph.model.values import Concept
from graph.text.units import Location, Unit
from ingest.language.language import Language
from ingest.model import Document, Kind

_LONGEST = 120
_MOST_SYMBOLS = 5
_DISPLAY = re.compile(r"^\W{0,4}?(?:\$\$?|\\\[)(?P<body>[^$]+?)(?:\$\$?|\\\])\s*$", re.DOTALL)
_NOT_A_NAME = re.compile(r"^(?:topic|chapter|unit|lecture|week|lesson|part|module|section|day)\b|\d\s*[-–:.]", re.IGNORECASE)
_SPLIT = re.compile(r"(?<![<>=!:≤≥])=(?!=)")
_MEANINGS = re.compile(
    r"(?:^|[,;]\s*(?:and\s+)?|\band\s+|\b(?:where|here|with)\s+)"
    r"(?P<symbol>\$[^$\s][^$]{0,20}\$|`[^`\s]{1,12}`|[A-Za-zα-ωΑ-Ω](?:[_^]\{?\w{1,6}\}?|[₀-₉ₐ-ₜ])?)\s+"
    r"(?:is|are|denotes?|means|stands? for|represents?)\s+(?P<meaning>(?:an?|the|number|how)\b[^,;.$]{3,70}?)"
    r"(?=[;.]|,\s*(?:and\s+)?[$`]|\s+and\s+\$|$)",
    re.IGNORECASE,
)
_SORT = re.compile(
    r"^(?:an?|the)\s+(?:scalar|vector|matrix|constant|number|function|variable|input|output|value|parameter)s?$", re.IGNORECASE
)
_OPENS = re.compile(r"^\W*(?:where|here|with)\b", re.IGNORECASE)
_FORMULA_TITLE = re.compile(r"\b(?:formulas?|formulae|equations?|definition|math(?:s|ematics)?|objective|loss)\b", re.IGNORECASE)
_WORKED = Language.load("en").pattern("practice", r"\b{worked}\b")
_MEANS = re.compile(r"^(?:definition|meaning|name|description|quantity|stands for|what)", re.IGNORECASE)


def make(notes: Notes) -> Iterator[Item]:
    """The items of all documents."""
    for document in notes.documents:
        alone = _alone(notes, document.name)
        before: Unit | None = None
        formula = ""
        for unit in notes.units_of[document.name]:
            titles = notes.titles(unit)
            if unit.position < 0 or any(_WORKED.search(title) for title in titles[:1]):
                formula, before = "", unit
                continue
            found = _formula(unit)
            if found:
                yield from _recall(notes, unit, found, None if unit.location in alone else before, titles, document.name)
                formula = found
            elif formula and (_OPENS.match(unit.text) or _MEANINGS.match(clean(unit.text))):
                yield from _symbols(notes, unit, formula, titles, document.name)
            elif unit.kind is Kind.PROSE and formula and not _MEANINGS.search(unit.text):
                formula = ""
            if not found and "where" in unit.text and "$" in unit.text and (inner := _inline(unit.text)):
                yield from _symbols(notes, unit, inner, titles, document.name)
            before = unit
        yield from _tables(notes, document)


def _alone(notes: Notes, document: str) -> set[Location]:
    """The sections with one formula: it is the formula of their subject, whatever comes before it."""
    count = Counter(unit.location for unit in notes.units_of[document] if unit.position >= 0 and _DISPLAY.match(unit.text))
    return {location for location, formulas in count.items() if formulas == 1}


def _formula(unit: Unit) -> str:
    """The formula of a unit, with its dollar signs, if the unit is one equation on one line."""
    match = _DISPLAY.match(unit.text)
    body = " ".join((match["body"] if match else "").split())
    if not body or "$" in body or body[-1] in "+-=*/" or len(body) > _LONGEST or "\\\\" in body or "&" in body or not is_balanced(body):
        return ""
    body = re.sub(r"\s*\\tag\{[^}]*\}|\s*\\label\{[^}]*\}", "", body).rstrip(" ,.")
    return f"${body}$" if _SPLIT.search(body) else ""


def _inline(text: str) -> str:
    found = re.findall(r"\$([^$]{3,90})\$", text)
    return next((f"${one}$" for one in found if _SPLIT.search(one) and is_balanced(one)), "")


def _recall(notes: Notes, unit: Unit, formula: str, before: Unit | None, titles: list[str], document: str) -> Iterator[Item]:
    concept = _subject(notes, before, unit, titles)
    if concept is not None and not _NOT_A_NAME.search(concept.name):
        prompt = f"Write the formula for {concept.name}."
        yield draft(ItemKind.FORMULA, prompt, formula, concept.id, document, unit.span, unit.text, gap=concept.id)


def _subject(notes: Notes, before: Unit | None, unit: Unit, titles: list[str]) -> Concept | None:
    """The concept of a formula: named by the line that introduces it, else by a title that is only its name."""
    if before is not None and before.position >= 0 and before.location == unit.location:
        lead = clean(before.text)
        found = notes.mentions(lead)
        if lead.endswith((":", "is", "as", "by")) and found and size(lead) <= 25:
            starts = [
                one for one in found if re.fullmatch(r"\W*(?:(?:the|an?|for|formula|equation|of|we|define)\W+)*", lead[: one[1]], re.I)
            ]
            return starts[0][0] if starts else None
        return None  # the text between a title and its formula may be about something else
    for title in titles[:2]:
        found = notes.mentions(title)
        if len(found) == 1 and len(title) <= found[0][2] - found[0][1] + 12:
            return found[0][0]
        if found or not _FORMULA_TITLE.search(title):
            return None
    return None


def _symbols(notes: Notes, unit: Unit, formula: str, titles: list[str], document: str) -> Iterator[Item]:
    """At most two symbols of a formula that a sentence explains."""
    concept = notes.concept_of("", titles)
    count = 0
    for match in _MEANINGS.finditer(clean(unit.text)):
        symbol, meaning = match["symbol"], match["meaning"].strip()
        bare = symbol.strip("$`")
        if (
            count == 2
            or bare.lower() in ("a", "i", "this", "that", "it")
            or bare not in formula
            or "=" in bare
            or _SORT.match(meaning)
            or not 1 < size(meaning) <= 15
        ):
            continue
        shown = symbol if symbol[0] in "$`" else f"${symbol}$"
        prompt = f"In {formula}, what does {shown} stand for?"
        count += 1
        yield draft(ItemKind.SYMBOL, prompt, meaning, concept, document, unit.span, unit.text, gap=f"{bare} in {formula}")


def _tables(notes: Notes, document: Document) -> Iterator[Item]:
    """The symbols that a table with a column of symbols explains, of the one formula above it in the same section."""
    for block in document.blocks:
        rows = [_cells(line) for line in block.text.split("\n")] if block.kind is Kind.TABLE else []
        if len(rows) < 3 or not re.fullmatch(r"symbols?|variables?|letters?|terms?|notation", rows[0][0], re.IGNORECASE):
            continue
        meant = next((at for at, head in enumerate(rows[0]) if at and _MEANS.search(head)), None)
        near = [unit for unit in notes.units_of[document.name] if unit.span.part == block.span.part and unit.span.last < block.span.first]
        formula = next((found for unit in reversed(near[-3:]) if (found := _formula(unit))), "")
        explained = list(_explained(rows[2:], meant, formula)) if meant is not None and formula else []
        if 2 <= len(explained) <= _MOST_SYMBOLS:
            concept = notes.concept_of("", notes.titles(near[-1]))
            prompt = f"In {formula}, what does each symbol stand for?"
            yield draft(
                ItemKind.SYMBOL, prompt, "; ".join(explained), concept, document.name, block.span, block.text, points=explained, gap=formula
            )


def _explained(rows: Sequence[Sequence[str]], meant: int, formula: str) -> Iterator[str]:
    """The symbols of a formula that rows explain in the column `meant`."""
    for row in rows:
        bare = row[0].strip("$` ")
        if len(row) > meant and bare and bare in formula and size(row[meant]) and "\\frac" not in bare:
            yield f"${bare}$: {clean(row[meant])}"


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
