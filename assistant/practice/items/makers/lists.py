"""Items from lists of two to five points: name them, or give the steps in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.practice.items.drafts import draft, source
from assistant.practice.items.notes import Notes
from assistant.practice.items.values import Item, ItemKind
from assistant.practice.items.wording import clean, points_back, sentence, size
from assistant.wording.display import MARKER
from graph.text.units import Unit
from ingest.language.language import Language
from ingest.model import Kind, Span

_LEAST, _MOST = 2, 5
_LONGEST = 20
_NUMBERED = re.compile(r"^\s*\(?\d{1,2}[.)]\s+")
_LISTING = Language.load("en").pattern(
    "practice", r"^(?:the|its|main|key|common|typical|major|basic|core|\d|two|three|four|five|some|many|\s)*{listing}$"
)
_EXAMPLES = re.compile(r"\bexamples?\b|^(?:the )?following\b", re.IGNORECASE)
_PROCEDURE = Language.load("en").pattern("practice", r"^(?:the|its|main|key|basic|\s)*{procedure}\b")
_WORKED = Language.load("en").pattern("practice", r"\b{worked}\b")
_IMPERATIVE = re.compile(r"^(?:explain|describe|define|derive|implement|compare|what|how|why|when)\b", re.IGNORECASE)
_COUNT = re.compile(
    r"\b(?:two|three|four|five|several|following|main|types?|kinds?|ways?|steps?|stages?|parts?|reasons?|elements?|conditions?|factors?|requirements?|assumptions?|properties)\b",
    re.I,
)
_UNIT = {2: "two", 3: "three", 4: "four", 5: "five"}


def make(notes: Notes) -> Iterator[Item]:
    """The items of all documents."""
    for document in notes.documents:
        units = notes.units_of[document.name]
        at = 0
        while at < len(units):
            end = at
            while end < len(units) and _is_item(units[end]) and units[end].location == units[at].location and _follows(units, at, end):
                end += 1
            if _LEAST <= end - at <= _MOST:
                item = _from_list(notes, units[at - 1] if at else None, units[at:end])
                if item is not None:
                    yield item
            at = max(end, at + 1)


def _is_item(unit: Unit) -> bool:
    return unit.position >= 0 and unit.kind is Kind.LIST


def _follows(units: Sequence[Unit], first: int, at: int) -> bool:
    """True if a unit continues the list that begins with unit `first`."""
    return at == first or units[at].span.first <= units[at - 1].span.last + 2


def _from_list(notes: Notes, lead: Unit | None, items: Sequence[Unit]) -> Item | None:
    document = notes.documents[items[0].document]
    spans = Span(items[0].span.first, items[-1].span.last, items[0].span.part)
    lines = [line for line in source(document, spans).split("\n") if line.strip()]
    points = [sentence(unit.text).rstrip(".;, ") for unit in items]
    if not _is_plain(lines, points):
        return None
    titles = notes.titles(items[0])
    if any(_WORKED.search(title) for title in titles[:-1]):
        return None
    asked = _asked(notes, lead, items[0], titles)
    if asked is None:
        return None
    prompt, concept, is_order = asked
    is_order = is_order and all(_NUMBERED.match(line) for line in lines if MARKER.match(line))
    count = _UNIT[len(items)]
    tail = f"{count} steps, in order" if is_order else f"{count} points"
    first = lead.span.first if lead is not None and lead.location == items[0].location and lead.position >= 0 else spans.first
    span = Span(first, spans.last, spans.part)
    kind = ItemKind.STEPS if is_order else ItemKind.LIST
    return draft(
        kind, f"{prompt} ({tail})", "; ".join(points), concept, document.name, span, source(document, span), points=points, gap=prompt
    )


def _is_plain(lines: Sequence[str], points: Sequence[str]) -> bool:
    """True if every item is short, on one (possibly wrapped) line, and without lists inside."""
    if sum(1 for line in lines if MARKER.match(line)) != len(points) or not _is_flat(lines):
        return False
    return len(set(points)) == len(points) and all(1 <= size(point) <= _LONGEST and not point.endswith((":", "?")) for point in points)


def _is_flat(lines: Sequence[str]) -> bool:
    indents = {len(line) - len(line.lstrip()) for line in lines if MARKER.match(line)}
    return len(indents) == 1


def _asked(notes: Notes, lead: Unit | None, first: Unit, titles: Sequence[str]) -> tuple[str, str, bool] | None:
    """The prompt for a list, its concept, and whether its order may matter: from the words before it, else from its title."""
    is_led = lead is not None and lead.location == first.location and lead.position >= 0 and lead.span.last >= first.span.first - 2
    if is_led and lead is not None:
        return _by_lead(notes, lead, titles)
    if not titles or not (_LISTING.match(titles[0]) or _PROCEDURE.match(titles[0])):
        return None
    return _with_title(notes, titles[0], titles[1:])


def _by_lead(notes: Notes, lead: Unit, titles: Sequence[str]) -> tuple[str, str, bool] | None:
    """The same by the words before the list."""
    said = clean(lead.text)
    words = said.rstrip(": ")
    if not said.endswith(":") or points_back(said) or MARKER.match(lead.text) or _EXAMPLES.search(words):
        return None
    named = notes.mentions(words)
    if size(words) >= 3 and named and (_COUNT.search(words) or _LISTING.search(words) or _PROCEDURE.search(words)):
        return f"{sentence(words)}: what?", notes.concept_of(words), _PROCEDURE.search(words) is not None or "step" in words.lower()
    return _with_title(notes, words, titles) if _LISTING.match(words) or _PROCEDURE.match(words) else None


def _with_title(notes: Notes, words: str, titles: Sequence[str]) -> tuple[str, str, bool] | None:
    """`Assumptions` below `Linear regression` as one question; None where the title above is no concept."""
    above = next((title for title in titles if notes.mentions(title)), None) if titles else None
    if above is None or titles.index(above) > 1 or size(above) > 8 or re.search(r"\d|:", words) or re.search(r"[\d`]", above):
        return None
    concept = notes.concept_of(above)
    if above.endswith((".", "?", "!")) or _IMPERATIVE.match(above):
        above = notes.graph.concepts[concept].name
    label = " ".join(word if word[1:] != word[1:].lower() else word.lower() for word in words.split(" "))
    return f"{sentence(above)}: {label}?", concept, _PROCEDURE.match(words) is not None
