"""A report as one page that needs no network: facts, then sections of text, plots and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from assistant.storage.snapshots import writing
from index.metrics.ranking import Interval


@dataclass(frozen=True, slots=True)
class Table:
    """Cells under headings; the first column holds names, the others numbers."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report."""

    heading: str
    text: str = ""
    plot: Markup | None = None
    table: Table | None = None


def report_page(title: str, facts: Mapping[str, str], sections: Sequence[Section]) -> str:
    """The page as HTML; every text in it is escaped."""
    from assistant.pages.render import render

    return render("report.html", title=title, style_file="report.css", script_file="", facts=facts, sections=sections)


def write_page(page: str, file: Path) -> None:
    """Write a page. Raises LibraryReadOnly if that fails."""
    with writing(file.parent):
        file.write_text(page, encoding="utf-8", errors="backslashreplace")


def metric_table(metrics: Mapping[str, Interval | None]) -> Table:
    """Means with their intervals; a dash for a metric that nothing was asked for."""
    rows = [(name, f"{each.mean:.3f}", f"{each.low:.3f} – {each.high:.3f}") if each else (name, "–", "–") for name, each in metrics.items()]
    return Table(("metric", "mean", "95 % interval"), rows)


def made(created: str, study: str, commit: str | None) -> str:
    """When and by which version a run was made."""
    return f"{created[:19]} UTC, study {study}" + (f", commit {commit}" if commit else "")
