"""Measure the fairness of suggested ratings on 200 answers written by hand for five subjects.

    python -m benchmarks.grading            the figures, by subject and by sort of answer
    python -m benchmarks.grading --misses   and every answer whose suggestion is not what a teacher would say

Every item has an answer that is right, one that is right in part, one that is wrong, one about something else, and one that only
repeats the question or its words; a teacher rates them 3, 2, 1, 1 and 1. Those to biology, law and music were looked at while grading
was mended; those to machine learning and physics were not.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assistant.practice.grading.grade import Grade, grade
from assistant.practice.items.drafts import draft
from assistant.practice.items.values import Item, ItemKind
from index.models.encoder import default_model, open_encoder
from ingest.data import data_folder
from ingest.model import Span

FILE = "practice-answers.jsonl"


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer with the rating that a teacher gives and what was suggested."""

    subject: str
    item: Item
    label: str
    answer: str
    teacher: int
    grade: Grade

    @property
    def is_near(self) -> bool:
        """True if the suggestion is within one step."""
        return abs(self.grade.suggested - self.teacher) <= 1


def judged() -> Iterator[Judged]:
    """Every answer of the file, graded."""
    encoder = open_encoder(default_model())
    for line in (data_folder("evaluation") / FILE).read_text(encoding="utf-8").splitlines():
        value: dict[str, Any] = json.loads(line)
        points = tuple(value["points"])
        item = draft(ItemKind(value["kind"]), value["prompt"], "; ".join(points), "", "a.md", Span(1, 1), "", points=points).called("i")
        for one in value["answers"]:
            yield Judged(value["subject"], item, one["label"], one["text"], one["teacher"], grade(item, one["text"], encoder))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", action="store_true")
    given = parser.parse_args()
    all_ = list(judged())
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in all_:
        groups["all"].append(one)
        groups[one.subject].append(one)
        groups[f"answers that are {one.label}"].append(one)
    print(f"{'':<28} answers  within one  the same")
    for name, found in groups.items():
        near = sum(one.is_near for one in found) / len(found)
        same = sum(one.grade.suggested == one.teacher for one in found) / len(found)
        print(f"{name:<28} {len(found):7}  {near:10.1%}  {same:8.1%}")
    right = [one for one in all_ if one.label == "right"]
    failed = [one for one in right if one.grade.suggested == 1]
    print(f"right answers that are failed: {len(failed)} of {len(right)}")
    for one in all_ if given.misses else ():
        if one.grade.suggested != one.teacher:
            mark = " " if one.is_near else "!"
            met = ", ".join(point.met for point in one.grade.points)
            print(f"{mark} {one.subject} {one.label}: {one.item.prompt} / {one.answer} → {one.grade.suggested.value} ({met})")


if __name__ == "__main__":
    main()
