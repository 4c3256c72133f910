"""The pages of evaluation reports: plots that follow the page's colours, and text that stays text."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from assistant.errors import ExtraMissing
from assistant.evaluation.reports.page import Section, Table, report_page
from assistant.evaluation.reports.plots import Bars, Curve, Dot, bar_plot, calibration_plot, line_plot

HOSTILE = "</style></svg><script>alert(1)</script>\"'><img src=x onerror=alert(1)> \x00\ud800"
PLOTS = {
    "bars": lambda name: bar_plot(name, ["a", "b"], [Bars(name, [0.5, 1.0], [0.4, 0.9], [0.6, 1.0]), Bars("other", [0.1, 0.2])]),
    "lines": lambda name: line_plot(name, "words", name, [Curve(name, [(0, 0.1), (50, 0.9)]), Curve("other", [(0, 0.2), (50, 0.3)])]),
    "calibration": lambda name: calibration_plot(name, name, [Dot(0.2, 0.1, 3), Dot(0.9, 1.0, 30)]),
}


@pytest.mark.parametrize("kind", PLOTS)
def test_a_plot_is_the_same_every_time_and_takes_the_colours_of_the_page(kind: str) -> None:
    plot = PLOTS[kind]("Some name")
    assert plot == PLOTS[kind]("Some name")
    root = ElementTree.fromstring(plot)
    assert root.get("aria-label") == "Some name"
    assert root.get("width") is None
    assert root.get("height") is None
    assert root.get("viewBox")
    assert "var(--accent)" in plot
    assert not re.findall(r"#[0-9a-f]{6}\b", plot)
    assert not re.search(r"<metadata|\d{4}-\d\d-\d\d", plot)


def test_the_ids_of_two_plots_are_apart() -> None:
    ids = [re.findall(r'id="([^"]+)"', PLOTS["calibration"](name)) for name in ("one", "two")]
    assert ids[0]
    assert not set(ids[0]) & set(ids[1])


@pytest.mark.parametrize("kind", PLOTS)
def test_hostile_text_stays_text(kind: str) -> None:
    page = report_page(HOSTILE, {HOSTILE: HOSTILE}, [Section(HOSTILE, HOSTILE, PLOTS[kind]("<b>x"), Table((HOSTILE,), ((HOSTILE,),)))])
    page.encode()
    assert not re.search(r"<(?:script|img|b)\b", page)
    assert "default-src 'none'" in page
    assert "script-src" not in page


def test_without_matplotlib_the_extra_to_install_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ExtraMissing, match=r"study-assistant\[eval\]"):
        PLOTS["bars"]("x")


def test_matplotlib_is_imported_for_a_plot_only() -> None:
    program = "import sys, assistant.evaluation.reports.retrieval, assistant.evaluation.reports.answers; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
    assert done.stdout == "False\n"
