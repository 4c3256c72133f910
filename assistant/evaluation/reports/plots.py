"""Plots that reports share: squares of shares against shares, as inline SVG that grows with the page."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.evaluation.answers.scores import Bin

SIZE, LEFT, TOP, FOOT = 300, 44, 12, 40
BLUE, ORANGE = "#1b6ca8", "#d1711f"
SQUARE = "svg.square { max-width: 26rem }"


def calibration_plot(bins: Sequence[Bin], label: str, up: str, said: str) -> str:
    """Confidence against the share that is so, a circle for each bin, larger for more questions; `said` names the share in words."""
    most = max(each.questions for each in bins)
    parts = [f'<line x1="{x_of(0)}" y1="{y_of(0)}" x2="{x_of(1)}" y2="{y_of(1)}" stroke="#999" stroke-dasharray="4"/>']
    for each in bins:
        title = f"{each.questions} questions: confidence {each.confidence:.2f}, {said} {each.answerable:.2f}"
        radius = 3 + 9 * (each.questions / most) ** 0.5
        parts.append(
            f'<circle cx="{x_of(each.confidence):.1f}" cy="{y_of(each.answerable):.1f}" r="{radius:.1f}" fill="{BLUE}" fill-opacity="0.7">'
            f"<title>{title}</title></circle>"
        )
    return square_plot(label, parts, "confidence", up)


def square_plot(label: str, parts: Sequence[str], across: str, up: str) -> str:
    """A plot of shares against shares; `parts` are what is drawn in it."""
    axes = "".join(
        f'<line class="axis" x1="{x_of(0)}" x2="{x_of(1)}" y1="{y_of(at / 5):.1f}" y2="{y_of(at / 5):.1f}"/>'
        f'<text x="{LEFT - 8}" y="{y_of(at / 5) + 4:.1f}" text-anchor="end">{at / 5:.1f}</text>'
        f'<text x="{x_of(at / 5):.1f}" y="{y_of(0) + 16:.1f}" text-anchor="middle">{at / 5:.1f}</text>'
        for at in range(6)
    )
    names = (
        f'<text x="{x_of(0.5):.1f}" y="{y_of(0) + 34:.1f}" text-anchor="middle">{across}</text>'
        f'<text x="12" y="{y_of(0.5):.1f}" text-anchor="middle" transform="rotate(-90 12 {y_of(0.5):.1f})">{up}</text>'
    )
    height = TOP + SIZE + FOOT
    return (
        f'<svg class="square" viewBox="0 0 {LEFT + SIZE + 20} {height}" role="img" aria-label="{label}">{axes}{names}{"".join(parts)}</svg>'
    )


def x_of(share: float) -> float:
    """Where a share stands across."""
    return LEFT + SIZE * share


def y_of(share: float) -> float:
    """Where a share stands in height."""
    return TOP + SIZE * (1 - share)
