"""Gold for the concept graph: read pairs of concepts that a person judged (TSV or JSONL), and draft files for judging."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from assistant.evaluation.errors import BadEvaluation
from assistant.evaluation.files import json_objects, read_text
from assistant.evaluation.sets.drafting import write_lines
from graph.model.values import Graph, Prerequisite, is_explicit
from ingest.errors import NothingToIngest
from ingest.model import Document

_COLUMNS = ("before", "after", "verdict")
_DRAFTED = (*_COLUMNS, "confidence", "kinds", "document", "lines", "quote")


class Verdict(StrEnum):
    """A person's verdict on "`before` is learned before `after`"."""

    YES = "yes"  # it is needed
    NO = "no"  # it is not needed
    REVERSED = "reversed"  # it is the other way round
    RELATED = "related"  # neither needs the other


_SAID = {
    **dict.fromkeys(("yes", "y", "1", "true", "positive", "prerequisite", "before"), Verdict.YES),
    **dict.fromkeys(("no", "n", "0", "false", "negative", "none"), Verdict.NO),
    **dict.fromkeys(("reversed", "r", "-1", "after"), Verdict.REVERSED),
    "related": Verdict.RELATED,
}


@dataclass(frozen=True, slots=True)
class GoldPair:
    """A judged pair. Each side is a concept with all names that it may have in a graph, at least one."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    verdict: Verdict
    line: int


def read_pairs(file: Path) -> list[GoldPair]:
    """The pairs of a file. Raises BadEvaluation with the line that is broken.

    JSONL: objects with `before`, `after` (a name, or a list of names) and `verdict`. Else columns between tabs: before, after, verdict,
    with `|` between the names of one concept, `#` in front of a remark, and further columns ignored. The verdict is yes, no, reversed or
    related; a file without a third column holds prerequisites only.
    """
    text = read_text(file, "utf-8-sig")
    first = text.lstrip()[:1]
    pairs = _from_jsonl(file, text) if first == "{" else _from_columns(file, text)
    if not pairs:
        raise BadEvaluation(str(file), 1, "the file has no pairs")
    seen: dict[tuple[frozenset[str], frozenset[str]], int] = {}
    for pair in pairs:
        if {name.casefold() for name in pair.before} & {name.casefold() for name in pair.after}:
            raise BadEvaluation(str(file), pair.line, f"{pair.before[0]!r} is on both sides")
        same = (frozenset(pair.before), frozenset(pair.after))
        if same in seen:
            raise BadEvaluation(str(file), pair.line, f"line {seen[same]} already judges this pair")
        seen[same] = pair.line
    return pairs


def _from_jsonl(file: Path, text: str) -> list[GoldPair]:
    pairs = []
    for number, value in json_objects(file, text):
        before, after = (_names(file, number, value, side) for side in ("before", "after"))
        pairs.append(GoldPair(before, after, _verdict(file, number, value.get("verdict", "yes")), number))
    return pairs


def _names(file: Path, number: int, value: Mapping[str, Any], side: str) -> tuple[str, ...]:
    given = value.get(side)
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise BadEvaluation(str(file), number, f"{side} is " + ("missing" if given is None else "neither a name nor a list of names"))
    return tuple(name.strip() for name in names)


def _from_columns(file: Path, text: str) -> list[GoldPair]:
    pairs: list[GoldPair] = []
    width = 0
    headed = False
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip().strip('"') for cell in line.rstrip("\r").split("\t")]
        if not headed and [cell.lower() for cell in cells[:2]] == list(_COLUMNS[:2]):
            headed = True
            width = len(cells)
            continue
        headed = True
        if len(cells) < 2:
            raise BadEvaluation(str(file), number, "the line has fewer than two columns separated by tabs: before, after, verdict")
        before, after = (tuple(name.strip() for name in cell.split("|") if name.strip()) for cell in cells[:2])
        if not before or not after:
            raise BadEvaluation(str(file), number, f"the name {'before' if not before else 'after'} is empty")
        if len(cells) > 2 and not cells[2]:
            raise BadEvaluation(str(file), number, "the verdict is still open; write yes, no, reversed or related into the third column")
        width = max(width, len(cells))
        if len(cells) < 3 <= width:
            raise BadEvaluation(str(file), number, "the verdict is missing; write yes, no, reversed or related")
        pairs.append(GoldPair(before, after, _verdict(file, number, cells[2] if len(cells) > 2 else "yes"), number))
    return pairs


def _verdict(file: Path, number: int, said: object) -> Verdict:
    word = str(said).strip().lower()
    found = _SAID.get(word)
    if found is None:
        raise BadEvaluation(str(file), number, f"{str(said)[:40]!r} is not a verdict; write yes, no, reversed or related")
    return found


def draft_sample(graph: Graph, count: int, seed: int) -> list[Prerequisite]:
    """A random sample of the prerequisites that no note states explicitly; the same for the same graph and seed."""
    mined = sorted((edge for edge in graph.prerequisites if not is_explicit(edge)), key=lambda edge: (edge.before, edge.after))
    chooser = random.Random(seed)  # noqa: S311 (a sample, not a secret)
    return chooser.sample(mined, min(count, len(mined)))


def sample_rows(graph: Graph, edges: Iterable[Prerequisite]) -> list[tuple[str, ...]]:
    """Edges as rows to be judged: names, an empty verdict, confidence, kinds of evidence, and the best quote with its location."""
    rows: list[tuple[str, ...]] = []
    for edge in edges:
        best = edge.evidence[0]
        rows.append(
            (
                "|".join(graph.concepts[edge.before].names),
                "|".join(graph.concepts[edge.after].names),
                "",
                f"{edge.confidence:.2f}",
                " ".join(dict.fromkeys(seen.kind.value for seen in edge.evidence)),
                best.document,
                f"{best.span.first}-{best.span.last}",
                " ".join(best.quote.split()),
            )
        )
    return rows


def required_rows(documents: Sequence[Document]) -> list[tuple[str, ...]]:
    """The requirements in the notes' front matter as rows judged yes. Raises NothingToIngest if no note has any."""
    names = {
        name.casefold(): "|".join((note.front_matter.title, *note.front_matter.aliases))
        for note in documents
        if note.front_matter.title
        for name in (note.front_matter.title, *note.front_matter.aliases)
    }
    rows: list[tuple[str, ...]] = [
        (names.get(wanted.text.casefold(), wanted.text), names[note.front_matter.title.casefold()], str(Verdict.YES))
        for note in documents
        if note.front_matter.title
        for wanted in note.front_matter.requires or ()
    ]
    if not rows:
        raise NothingToIngest("No note of the library has `requires:` in its front matter.", "Draft a sample of edges instead.")
    return rows


def write_rows(rows: Sequence[Sequence[str]], out: Path, *, overwrite: bool = False) -> None:
    """Write drafted rows below a heading into a file. Raises OutputExists without `overwrite`, since it may contain judgements."""
    heading = _DRAFTED[: len(rows[0])] if rows else _DRAFTED
    lines = ["\t".join(cell.replace("\t", " ") for cell in row) for row in (heading, *rows)]
    write_lines(out, lines, overwrite=overwrite)
