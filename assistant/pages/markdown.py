"""Learning paths as Markdown: a list that can be ticked off."""

from __future__ import annotations

import re

from assistant.pages.graph_formats import extent, left_out_lines, names_of
from assistant.pages.text import one_line
from assistant.wording.display import tidy
from graph.model.values import Evidence, Place
from graph.queries.paths import LearningPath
from graph.queries.why import best_evidence, said, speaks
from ingest.places import place

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!$])")
_MOST_REASONS = 6


def path_to_markdown(path: LearningPath) -> str:
    """A path as a list of tasks; characters of the quotes that could be markup are escaped."""
    goals = ", ".join(map(_plain, names_of(path.graph, path.targets)))
    lines = [f"# Path to {goals}", "", extent(path), ""]
    learned: set[str] = set()
    for number, step in enumerate(path.steps, start=1):
        concept = step.concept
        time = f" ({step.minutes:.0f} min)" if step.minutes else ""
        lines += [f"{number}. [ ] **{_plain(concept.name)}**{time}", ""]
        if concept.definition:
            lines += [f"   {_cited(concept.definition)}", ""]
        for reason in step.because[:_MOST_REASONS]:
            relation = "Builds on" if reason.concept in learned else "Needed for"
            (name,) = names_of(path.graph, (reason.concept,))
            lines.append(f"   - {relation} {_plain(name)}: {_reason(best_evidence(reason.edge))}")
        if step.reading:
            lines.append(f"   - Read {', '.join(_code(place(read.document, read.span)) for read in step.reading)}")
        if concept.questions:
            lines.append(f"   - Check yourself: {_cited(concept.questions[0])}")
        lines.append("")
        learned.add(concept.id)
    for line in left_out_lines(path):
        lines += [_plain(line), ""]
    return "\n".join(lines)


def _reason(seen: Evidence) -> str:
    quote = f", “{_plain(tidy(seen.quote))}”" if speaks(seen) else ""
    return f"{said(seen)}{quote} {_code(place(seen.document, seen.span))}"


def _cited(seen: Place) -> str:
    return f"{_plain(tidy(seen.quote))} {_code(place(seen.document, seen.span))}"


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", one_line(text))


def _code(text: str) -> str:
    """A location as inline code, between more backticks than it contains in a row."""
    shown = one_line(text)
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", shown)), default=0))
    return f"{fence}{shown}{fence}" if len(fence) == 1 else f"{fence} {shown} {fence}"
