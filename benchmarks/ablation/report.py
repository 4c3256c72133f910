"""The table: every figure of the product, and its change with each row switched off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isnan

from benchmarks.ablation.figures import Figure, Kind, difference
from benchmarks.ablation.measuring import Measured
from benchmarks.ablation.row import Area, Row

Results = Mapping[tuple[str, Area, str], Measured]
"""What was measured, by set, area and row; the row "" is the product as it is."""

_SEARCH = ("mrr@10", "recall@1", "recall@5", "recall@400w", "points")
_SHOWN = {
    Area.ANSWERS: ("points",),
    Area.GRAPH: ("recall", "direction", "f1", "paths alone", "paths with course"),
    Area.SEARCH: _SEARCH,
    Area.INDEX: _SEARCH,
    Area.CONFIDENCE: ("auroc",),
}
_TOGETHER = {Area.SEARCH: _SEARCH, Area.INDEX: _SEARCH}
"""Areas that are told over all sets together, figure by figure; of the others each set has a column."""
_TITLES = {
    Area.ANSWERS: "Answers: share of the key points made (of the wanted places cited, where a set has no key points)",
    Area.GRAPH: "Graph",
    Area.SEARCH: "Search",
    Area.INDEX: "Index",
    Area.CONFIDENCE: "Confidence: AUROC of questions with an answer against those without",
}
_SAME = "·"


def tables(results: Results, rows: Sequence[Row], sets: Sequence[str]) -> str:
    """All tables, as Markdown. A change is bold where its 95 % interval leaves 0 out; a dot says that nothing changed."""
    parts = []
    for area in Area:
        chosen = [row for row in rows if row.area is area and any((name, area, row.name) in results for name in sets)]
        if chosen:
            parts.append(_table(results, area, chosen, [name for name in sets if (name, area, "") in results]))
    return "\n\n".join(parts) + "\n"


def _table(results: Results, area: Area, rows: Sequence[Row], sets: Sequence[str]) -> str:
    base = {name: results[name, area, ""] for name in sets}
    columns = [] if area in _TOGETHER else [(name, figure) for figure in _SHOWN[area] for name in sets if _has(base[name], figure)]
    head = ["switched off", *(name if len(_SHOWN[area]) == 1 else f"{name}: {figure}" for name, figure in columns), *_heads(area), ""]
    values = [_absolute(base[name].figures[figure]) for name, figure in columns]
    lines = [head, ["---"] * len(head), ["nothing", *values, *_totals(area, list(base.values())), ""]]
    for row in rows:
        after = {name: results[name, area, row.name] for name in sets}
        cells = [_change(base[name].figures[figure], after[name].figures[figure]) for name, figure in columns]
        lines.append([row.name, *cells, *_changes(area, list(base.values()), list(after.values())), row.does])
    return f"### {_TITLES[area]}\n\n" + "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _has(measured: Measured, figure: str) -> bool:
    return figure in measured.figures and not isnan(measured.figures[figure].value)


def _absolute(figure: Figure) -> str:
    return f"{figure.value:.0f} of {len(figure.values)}" if figure.kind is Kind.COUNT else f"{figure.value:.3f}"


def _change(before: Figure, after: Figure, interval: bool = False) -> str:
    if before.same(after):
        return _SAME
    change, low, high = difference(before, after)
    digits = 0 if before.kind is Kind.COUNT else 3
    said = f"{change:+.{digits}f}" + (f" ({low:+.{digits}f} … {high:+.{digits}f})" if interval else "")
    return f"**{said}**" if low > 0 or high < 0 else said


def _heads(area: Area) -> list[str]:
    if area is Area.ANSWERS:
        return ["all sets", "first sentence", "words", "changed", "better", "worse"]
    if area is Area.GRAPH:
        return ["concepts", "edges lost", "edges new"]
    return list(_TOGETHER.get(area, ("all sets",)))


def _totals(area: Area, base: Sequence[Measured]) -> list[str]:
    if area is Area.ANSWERS:
        answers = sum(len(measured.texts) for measured in base)
        return [
            _absolute(_all(base, "points")),
            _absolute(_all(base, "first")),
            f"{_all(base, 'words').value:.0f}",
            f"of {answers}",
            "",
            "",
        ]
    if area is Area.GRAPH:
        return [_by_set(f"{measured.figures['concepts'].value:.0f}" for measured in base), _by_set(str(len(m.texts)) for m in base), ""]
    return [_absolute(_all(base, figure)) for figure in _TOGETHER.get(area, ("auroc",))]


def _changes(area: Area, base: Sequence[Measured], after: Sequence[Measured]) -> list[str]:
    if area is Area.ANSWERS:
        one, two = _all(base, "points"), _all(after, "points")
        changed = sum(a != b for before, other in zip(base, after, strict=True) for a, b in zip(before.texts, other.texts, strict=True))
        better, worse = int((two.values > one.values).sum()), int((two.values < one.values).sum())
        first = _change(_all(base, "first"), _all(after, "first"), interval=True)
        return [_change(one, two, interval=True), first, f"{_all(after, 'words').value:.0f}", str(changed), str(better), str(worse)]
    if area is Area.GRAPH:
        pairs = list(zip(base, after, strict=True))
        return [
            _by_set(_signed(len(two.figures["concepts"].values) - len(one.figures["concepts"].values)) for one, two in pairs),
            _by_set(_count(set(one.texts) - set(two.texts)) for one, two in pairs),
            _by_set(_count(set(two.texts) - set(one.texts)) for one, two in pairs),
        ]
    return [_change(_all(base, figure), _all(after, figure), interval=True) for figure in _TOGETHER.get(area, ("auroc",))]


def _all(measured: Sequence[Measured], figure: str) -> Figure:
    first, *others = [each.figures[figure] for each in measured]
    return first.joined(others)


def _by_set(cells: Iterable[str]) -> str:
    return " / ".join(cells)


def _signed(number: int) -> str:
    return f"{number:+d}" if number else _SAME


def _count(things: set[str]) -> str:
    return str(len(things)) if things else _SAME
