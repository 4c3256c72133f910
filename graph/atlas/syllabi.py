"""How much of known courses and books the atlas covers.

A syllabus is a file of lines with tabs: a heading of the course, then the ids that teach it with spaces between them, or `-` and in the
third column a reason for leaving it out. Lines that begin with `#` are comments; the first one names the course.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graph.atlas.reading import Finding
from graph.atlas.values import Atlas

FOLDER = "syllabi"
LEAST = 0.95
"""The share of a syllabus's headings that the atlas has to cover."""
_NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading of a syllabus: the ids that teach it, empty if the atlas deliberately leaves it out."""

    text: str
    concepts: tuple[str, ...]
    reason: str
    line: int


@dataclass(frozen=True, slots=True)
class Syllabus:
    """The headings of a course or book, in its order. `name` is the file's name without the ending."""

    name: str
    title: str
    headings: tuple[Heading, ...]

    def covered(self, atlas: Atlas) -> float:
        """The share of headings that concepts of the atlas teach."""
        taught = sum(bool(one.concepts) and all(id_ in atlas.entries for id_ in one.concepts) for one in self.headings)
        return taught / len(self.headings) if self.headings else 1.0


def read_syllabi(folder: Path) -> list[Syllabus]:
    """The syllabi beside an atlas, in the order of their names."""
    return [_read(file) for file in sorted((folder / FOLDER).glob("*.tsv"))]


def _read(file: Path) -> Syllabus:
    lines = file.read_text(encoding="utf-8", errors="replace").split("\n")
    title = next((line.removeprefix("#").strip() for line in lines if line.startswith("#")), file.stem)
    return Syllabus(file.stem, title, tuple(_headings(lines)))


def _headings(lines: list[str]) -> Iterator[Heading]:
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            text, ids, reason = (*(part.strip() for part in line.split("\t", 2)), "", "")[:3]
            yield Heading(text, tuple(one for one in ids.split() if one != _NOTHING), reason, number)


def check_syllabi(atlas: Atlas, syllabi: list[Syllabus]) -> Iterator[Finding]:
    """Headings that name no concept and give no reason, ids that do not exist, and syllabi of which too little is covered."""
    for syllabus in syllabi:
        file = f"{FOLDER}/{syllabus.name}.tsv"
        for one in syllabus.headings:
            if not one.concepts and not one.reason:
                yield Finding(file, one.line, "", f"{one.text!r} has neither a concept nor a reason why there is none")
            for id_ in one.concepts:
                if id_ not in atlas.entries:
                    yield Finding(file, one.line, "", f"{one.text!r}: there is no concept {id_!r}")
        share = syllabus.covered(atlas)
        if share < LEAST:
            yield Finding(file, 1, "", f"{share:.0%} of the headings are covered, but {LEAST:.0%} are the least")
