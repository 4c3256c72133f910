"""The plots of the evaluation reports: drawn by matplotlib, as SVG inside the page.

Colours are variables of the page's style sheet, so a plot is readable on light and on dark ground. The same values give the same SVG.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from assistant.errors import ExtraMissing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDE, _SQUARE = (5.2, 3.0), (4.4, 4.0)  # inches; the screen of a phone is about five inches wide
_FONT = 11
_BAR = 0.8  # the share of a group's width that its bars take
# matplotlib does not know CSS variables: it draws with placeholder colours, which are replaced in the SVG.
_INK, _SOFT, _EDGE = "#010101", "#010102", "#010103"
_SERIES = ("#010104", "#010105", "#010106")
_VARIABLES = dict(zip((_INK, _SOFT, _EDGE, *_SERIES), ("--ink", "--soft", "--edge", "--accent", "--orange", "--green"), strict=True))
_STYLE = {
    "font.size": _FONT,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _EDGE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": _EDGE,
    "grid.linewidth": 0.6,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.major.pad": 7,
    "ytick.major.pad": 7,
    "legend.frameon": False,
    "svg.fonttype": "none",  # text stays text
}


@dataclass(frozen=True, slots=True)
class Bars:
    """A row of bars of one colour: heights, and the ends of their intervals if they have some."""

    name: str
    heights: Sequence[float]
    lows: Sequence[float] = ()
    highs: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through points."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Dot:
    """The cases with about the same confidence: their mean confidence, the share that is right, and how many there are."""

    confidence: float
    right: float
    count: int


def require_matplotlib() -> None:
    """Raises ExtraMissing if matplotlib is not installed. Call it before the long work for a report."""
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise ExtraMissing("matplotlib", "eval") from error


def bar_plot(label: str, groups: Sequence[str], rows: Sequence[Bars], highest: float | None = 1.0) -> Markup:
    """Bars side by side for each group, up to `highest`, or as high as they are."""
    with _plot(label, _WIDE, len(rows)) as (axes, drawn):
        width = _BAR / len(rows)
        for number, (row, colour) in enumerate(zip(rows, _SERIES, strict=False)):
            places = [at + (number - (len(rows) - 1) / 2) * width for at in range(len(groups))]
            axes.bar(places, row.heights, 0.9 * width, color=colour, label=row.name)
            if row.lows:
                axes.vlines(places, row.lows, row.highs, color=_INK, linewidth=1)
        axes.set_xticks(range(len(groups)), groups)
        axes.set_ylim(0, highest)
        axes.grid(visible=False, axis="x")
    return drawn[0]


def line_plot(label: str, across: str, up: str, curves: Sequence[Curve]) -> Markup:
    """Lines of shares in [0, 1] over a quantity."""
    with _plot(label, _WIDE, len(curves)) as (axes, drawn):
        for curve, colour in zip(curves, _SERIES, strict=False):
            axes.plot(*zip(*curve.points, strict=True), color=colour, linewidth=2, label=curve.name)
        axes.set_xlabel(across)
        axes.set_ylabel(up)
        axes.set_xlim(left=0)
        axes.set_ylim(0, 1)
    return drawn[0]


def calibration_plot(label: str, up: str, dots: Sequence[Dot]) -> Markup:
    """Shares that are right over confidence, larger dots for more cases; on the diagonal the confidence is exact."""
    with _plot(label, _SQUARE, 1) as (axes, drawn):
        most = max((dot.count for dot in dots), default=1)
        axes.plot([0, 1], [0, 1], color=_SOFT, linewidth=1, linestyle="--")
        axes.scatter(
            [dot.confidence for dot in dots],
            [dot.right for dot in dots],
            [30 + 250 * dot.count / most for dot in dots],
            color=_SERIES[0],
            alpha=0.7,
            linewidths=0,
            clip_on=False,
        )
        axes.set_xlabel("confidence")
        axes.set_ylabel(up)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
    return drawn[0]


@contextmanager
def _plot(label: str, size: tuple[float, float], series: int) -> Iterator[tuple[Axes, list[Markup]]]:
    """Axes to draw on; the list holds the finished plot afterwards. Raises ExtraMissing."""
    require_matplotlib()
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    drawn: list[Markup] = []
    with rc_context({**_STYLE, "svg.hashsalt": label}):  # the salt makes ids the same every time, and those of two plots different
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.subplots()
        yield axes, drawn
        if series > 1:
            figure.legend(loc="outside lower center", ncols=min(series, 3))
        drawn.append(_svg(figure, label))


def _svg(figure: Figure, label: str) -> Markup:
    """The figure as an SVG element that takes the page's width and colours."""
    out = io.StringIO()
    nothing: dict[str, Any] = {"Creator": None, "Date": None, "Format": None, "Type": None}
    figure.savefig(out, format="svg", transparent=True, metadata=nothing)
    text = out.getvalue()
    text = text[text.index("<svg") :]
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', text))
    text = re.sub(r' id="([^"]+)"', lambda found: found[0] if found[1] in used else "", text)
    text = re.sub(r"<(metadata|style)\b.*?</\1>", "", text, flags=re.DOTALL)
    for stand_in, variable in _VARIABLES.items():
        text = text.replace(stand_in, f"var({variable})")
    head = Markup('<svg role="img" aria-label="{}"').format(label)
    return head + Markup(re.sub(r'^<svg|(?<=\s)(?:width|height)="[\d.]+pt" ', "", text, count=3))  # noqa: S704 (drawn here, text escaped)
