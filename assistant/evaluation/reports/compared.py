"""Evaluations of answers by several models as one page: metrics beside each other, then every question with every answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant.evaluation.answers.runs import AnswerRun
from assistant.evaluation.reports.page import Section, Table, made, report_page, write_page

OWN = "the documents' own words"
COMPARED = (
    "key_points",
    "written_key_points",
    "words",
    "written_words",
    "written",
    "citation_precision",
    "citation_recall",
    "supported",
    "sure",
    "seconds_to_first",
    "seconds",
)
"""The metrics for comparing models, the most important first."""


@dataclass(frozen=True, slots=True)
class ComparedAnswers:
    """Runs over the same questions and where each was saved: the documents' own words first, then each model."""

    runs: tuple[AnswerRun, ...]
    files: tuple[Path, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The writer of the answers of each run."""
        return tuple(Path(run.model).name if run.model else OWN for run in self.runs)

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """A row for each metric that any run has: its name, and the mean of each run."""
        rows = [(name, *(f"{run.metrics[name].mean:.3f}" if name in run.metrics else "–" for run in self.runs)) for name in COMPARED]
        return [row for row in rows if any(cell != "–" for cell in row[1:])]


def write_compared_report(compared: ComparedAnswers, file: Path) -> None:
    """Write the page. Raises LibraryReadOnly."""
    write_page(compared_page(compared), file)


def compared_page(compared: ComparedAnswers) -> str:
    """The page as HTML."""
    first, names = compared.runs[0], compared.names
    facts = {
        "evaluated": first.evaluated,
        "questions": f"{len(first.questions)}, {sum(question.answerable for question in first.questions)} of them answerable",
        "made": made(first.created, first.study, first.commit),
    }
    sections = [Section("Metrics", table=Table(("metric", *names), compared.rows))]
    for beside in zip(*(run.questions for run in compared.runs), strict=True):
        rows = [
            (name, each.answer, f"{each.worth:.2f}", f"{each.confidence:.2f}", f"{each.milliseconds / 1000:.1f}")
            for name, each in zip(names, beside, strict=True)
        ]
        sections.append(Section(beside[0].question, table=Table(("worded by", "answer", "key points", "confidence", "seconds"), rows)))
    return report_page("Answers, side by side", facts, sections)
