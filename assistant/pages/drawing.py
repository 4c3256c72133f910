"""A page that draws concepts in layers with arrows between them, and lists them with the evidence of each arrow.

It works without JavaScript and by keyboard.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from assistant.errors import TooManyConcepts
from assistant.pages.layers import Place, layered, route_of
from assistant.pages.render import render
from assistant.pages.text import one_line

MOST_DRAWN = 2_000
"""The most boxes: more would make an unreadable drawing and a page of many megabytes."""
# Sizes in pixels: of a box, the gaps between boxes and between layers, and the lane of an arrow that passes a layer.
_WIDTH, _HEIGHT, _GAP, _RISE, _LANE = 168, 58, 22, 54, 26
_LETTERS, _MOST_ROWS, _ROW = 20, 2, 16
_LEGEND = {"course": "Dashed arrows come from the starter course.", "user": "Green arrows are your corrections."}


_FEW = 25
"""A graph of up to this many concepts is shown as a whole; a larger one opens at its centre."""


@dataclass(frozen=True, slots=True)
class _OriginChoice:
    name: str
    label: str


_ORIGINS = (
    _OriginChoice("documents", "your notes"),
    _OriginChoice("user", "your corrections"),
    _OriginChoice("course", "the course"),
    _OriginChoice("atlas", "the atlas"),
    _OriginChoice("llm", "a language model"),
)


@dataclass(frozen=True, slots=True)
class Cited:
    """A text and the location that it is cited from; either may be empty. `address` is the link to the file, if there is one."""

    text: str
    place: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about a concept, under a label that may be empty."""

    label: str
    texts: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A concept: `label` is written into the drawing, `name` into the list; `note` is a short remark under both.

    `address` is the target of a click on it, by default its entry in the list.
    """

    id: str
    label: str
    name: str
    note: str
    is_target: bool
    facts: tuple[Fact, ...]
    address: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A piece of evidence: its kind in words, the quote, its location, and the link to the file, if there is one."""

    kind: str
    quote: str
    place: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A prerequisite between two boxes, by their ids."""

    before: str
    after: str
    confidence: float
    origin: str
    evidence: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    x: float
    y: float
    text: str
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class _DrawnBox:
    anchor: str
    label: str
    is_target: bool
    left: int
    top: int
    rows: tuple[_Row, ...]
    address: str
    width: int = _WIDTH
    height: int = _HEIGHT


@dataclass(frozen=True, slots=True)
class _DrawnArrow:
    anchor: str
    title: str
    origin: str
    curve: str
    width: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes and arrows at their places, in pixels."""

    width: int
    height: int
    boxes: tuple[_DrawnBox, ...]
    arrows: tuple[_DrawnArrow, ...]


@dataclass(frozen=True, slots=True)
class _ListedArrow:
    anchor: str
    before_anchor: str
    before_name: str
    confidence: float
    origin: str
    evidence: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    anchor: str
    box: Box
    arrows: tuple[_ListedArrow, ...]


def concept_page(
    title: str,
    lead: str,
    boxes: Sequence[Box],
    arrows: Sequence[Arrow],
    left_out: Sequence[str],
    drawn: Sequence[Arrow] | None = None,
    centre: str | None = None,
) -> str:
    """The page as HTML: of a path, or of a graph, which has a `centre`, the id of the concept that it opens at.

    `boxes` stand in topological order. All arrows are listed; `drawn` are those in the drawing, by default all. `left_out` are lines
    below the list. Raises TooManyConcepts.
    """
    if len(boxes) > MOST_DRAWN:
        raise TooManyConcepts(
            f"A page draws at most {MOST_DRAWN:,} concepts; these are {len(boxes):,}.",
            "Draw fewer, or choose another format, such as JSON.",
        )
    numbers = {box.id: number for number, box in enumerate(boxes, start=1)}
    legend = [text for origin, text in _LEGEND.items() if any(arrow.origin == origin for arrow in arrows)]
    return render(
        "concepts.html",
        title=title,
        lead=" ".join([lead, *legend]),
        style_file="concepts.css",
        script_file="concepts.js",
        drawing=_drawing(boxes, arrows if drawn is None else drawn, numbers),
        entries=_entries(boxes, arrows, numbers),
        purpose="path" if centre is None else "graph",
        centre=_box_anchor(numbers[centre]) if centre is not None and len(boxes) > _FEW else "",
        origins=[origin for origin in _ORIGINS if any(arrow.origin == origin.name for arrow in arrows)],
        left_out=left_out,
    )


def _entries(boxes: Sequence[Box], arrows: Sequence[Arrow], numbers: Mapping[str, int]) -> list[_Entry]:
    into: dict[str, list[_ListedArrow]] = defaultdict(list)
    for arrow in arrows:
        before = numbers[arrow.before]
        into[arrow.after].append(
            _ListedArrow(
                _arrow_anchor(arrow, numbers),
                _box_anchor(before),
                boxes[before - 1].name,
                arrow.confidence,
                arrow.origin,
                arrow.evidence,
            )
        )
    return [_Entry(_box_anchor(numbers[box.id]), box, tuple(into[box.id])) for box in boxes]


def draw(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> Drawing:
    """Boxes in topological order, with arrows between them."""
    order = {box.id: number for number, box in enumerate(boxes, start=1)}
    return _drawing(boxes, arrows, order)


def _drawing(boxes: Sequence[Box], arrows: Sequence[Arrow], numbers: Mapping[str, int]) -> Drawing:
    known = {box.id: box for box in boxes}
    layers = layered([box.id for box in boxes], [(arrow.before, arrow.after) for arrow in arrows])
    widths = [sum(map(_room, layer)) + _GAP for layer in layers]
    width = max(widths, default=0)
    level: dict[str, int] = {}
    at: dict[Place, tuple[float, float]] = {}  # the middle of the top edge
    for depth, layer in enumerate(layers):
        x = (width - widths[depth]) / 2 + _GAP
        for place in layer:
            at[place] = (x + (_room(place) - _GAP) / 2, _GAP + depth * (_HEIGHT + _RISE))
            x += _room(place)
            if isinstance(place, str):
                level[place] = depth
    return Drawing(
        width,
        len(layers) * (_HEIGHT + _RISE) - _RISE + 2 * _GAP,
        tuple(_drawn_box(known[place], at[place], numbers[place]) for layer in layers for place in layer if isinstance(place, str)),
        tuple(
            _DrawnArrow(
                _arrow_anchor(arrow, numbers),
                f"Why {known[arrow.before].label} comes before {known[arrow.after].label}",
                arrow.origin,
                _curve([at[place] for place in route_of(arrow.before, arrow.after, level)]),
                1 + 2 * arrow.confidence,
                arrow.confidence,
            )
            for arrow in sorted(arrows, key=lambda arrow: arrow.confidence)  # the surest are drawn last, on top
        ),
    )


def _room(place: Place) -> int:
    """The width that a box or a passing arrow takes in its layer, with the gap beside it."""
    return _WIDTH + _GAP if isinstance(place, str) else _LANE


def _curve(route: Sequence[tuple[float, float]]) -> str:
    """The path of an arrow from below its first box, past those between, to above its last. `route` holds the middles of top edges."""
    x, y = route[0]
    y += _HEIGHT
    curve = f"M{x:.0f} {y:.0f}"
    for number, (x2, top) in enumerate(route[1:], start=2):
        y2 = top - 2
        bend = (y2 - y) / 2
        curve += f"C{x:.0f} {y + bend:.0f} {x2:.0f} {y2 - bend:.0f} {x2:.0f} {y2:.0f}"
        x, y = x2, y2
        if number < len(route):
            y = top + _HEIGHT
            curve += f"L{x:.0f} {y:.0f}"
    return curve


def _drawn_box(box: Box, at: tuple[float, float], number: int) -> _DrawnBox:
    middle, top = round(at[0]), round(at[1])
    texts = wrap(one_line(box.label), _LETTERS, max_lines=_MOST_ROWS, placeholder=" …") or [""]
    first = top + _HEIGHT // 2 + 5 - _ROW // 2 * (len(texts) - 1) - (7 if box.note else 0)
    rows = [_Row(middle, first + _ROW * row, text) for row, text in enumerate(texts)]
    if box.note:
        rows.append(_Row(middle, top + _HEIGHT - 8, box.note, is_note=True))
    return _DrawnBox(
        _box_anchor(number), box.label, box.is_target, middle - _WIDTH // 2, top, tuple(rows), box.address or f"#{_box_anchor(number)}"
    )


def _box_anchor(number: int) -> str:
    return f"s{number}"


def _arrow_anchor(arrow: Arrow, numbers: Mapping[str, int]) -> str:
    return f"w{numbers[arrow.before]}-{numbers[arrow.after]}"
