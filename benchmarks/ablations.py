"""What each rule is worth: every rule, signal, form of answer and channel is switched off alone, on several sets.

    python -m benchmarks.ablations [--shared DIR] [--documents NAME=FOLDER …] [--area AREA] [--only PATTERN] [--jobs 2] [--markdown FILE]

The course, and the notes of data/evaluation, are always there. `--shared` names a folder with `documents/` and `eval/` (questions, path
cases and what scores them), `--documents` where the documents of a set of data/evaluation/foreign are; a set without documents is left out,
and said so. Nothing of the product is changed: a rule is replaced by a neutral one while its row is measured (benchmarks/ablation).

Answers are composed without refusals over the same searches; the graph is mined from the same documents, without the course and without
what notes require where the course's requirements are the gold. Prints Markdown tables; `--markdown` writes them into a file, between the
lines `<!-- ablations -->` and `<!-- /ablations -->` where it has them.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from multiprocessing import get_context
from pathlib import Path

from benchmarks.ablation import answer_rows, graph_rows, search_rows
from benchmarks.ablation.measuring import Measured, measure
from benchmarks.ablation.report import tables
from benchmarks.ablation.row import Area, Row
from benchmarks.ablation.sets import DATA, Source, make_library, open_set, sources
from index.models.cache import cache_folder

ROWS: tuple[Row, ...] = (*answer_rows.ROWS, *graph_rows.ROWS, *search_rows.ROWS)
_BEGIN, _END = "<!-- ablations -->", "<!-- /ablations -->"
_COST = {Area.ANSWERS: 4, Area.GRAPH: 3, Area.INDEX: 2, Area.SEARCH: 1, Area.CONFIDENCE: 1}

Results = dict[tuple[str, Area, str], Measured]


def run(source: Source, area: Area, pattern: str, work: Path) -> Results:
    """All rows of an area on a set."""
    opened = open_set(source, work)
    results: Results = {(source.name, area, ""): measure(opened, None, area)}
    for row in rows_of(area, pattern):
        results[source.name, area, row.name] = measure(opened, row, area)
    return results


def rows_of(area: Area, pattern: str) -> list[Row]:
    return [row for row in ROWS if row.area is area and re.search(pattern, row.name)]


def measured(there: Sequence[Source], areas: Sequence[Area], pattern: str, work: Path, jobs: int) -> Iterator[Results]:
    """The results of every set and area, the longest first, each in a process of its own."""
    todo = [(source, area) for source, area in product(there, areas) if rows_of(area, pattern)]
    todo.sort(key=lambda task: -_COST[task[1]] * sum(file.stat().st_size for file in task[0].documents.rglob("*") if file.is_file()))
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        for source, area, future in [(source, area, pool.submit(run, source, area, pattern, work)) for source, area in todo]:
            yield future.result()
            print(f"{source.name}: {area}", file=sys.stderr, flush=True)


def main() -> None:
    said = _arguments()
    begin = time.perf_counter()
    named = dict(each.split("=", 1) for each in said.documents)
    there, missing = sources(said.shared, said.foreign, {name: Path(folder) for name, folder in named.items()})
    there = [source for source in there if not said.set or source.name in said.set]
    for line in missing:
        print(f"left out: {line}", file=sys.stderr)
    said.work.mkdir(parents=True, exist_ok=True)
    for source in there:
        make_library(source, said.work, source.name)
    print(f"libraries made after {time.perf_counter() - begin:.0f} s", file=sys.stderr, flush=True)
    results: Results = {}
    for found in measured(there, said.area or list(Area), said.only, said.work, said.jobs):
        results |= found
    text = tables(results, ROWS, [source.name for source in there])
    print(text)
    print(f"{time.perf_counter() - begin:.0f} s", file=sys.stderr)
    if said.markdown:
        _write(said.markdown, text)


def _write(file: Path, text: str) -> None:
    """Put the tables into a file, in place of those that it has."""
    whole = file.read_text(encoding="utf-8") if file.is_file() else ""
    begins, ends = whole.find(_BEGIN), whole.find(_END)
    inside = f"{_BEGIN}\n\n{text}\n{_END}"
    file.write_text(whole[:begins] + inside + whole[ends + len(_END) :] if 0 <= begins < ends else f"{whole}{inside}\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, help="a folder with documents/ and eval/")
    parser.add_argument("--documents", metavar="NAME=FOLDER", action="append", default=[], help="where the documents of a set are")
    parser.add_argument("--foreign", type=Path, default=DATA / "evaluation" / "foreign", help="sets on documents that are elsewhere")
    parser.add_argument("--set", metavar="NAME", action="append", default=[], help="only these sets")
    parser.add_argument("--area", type=Area, action="append", choices=list(Area), help="only these areas")
    parser.add_argument("--only", metavar="PATTERN", default="", help="only rows whose name matches")
    parser.add_argument("--jobs", type=int, default=2, help="processes at once")
    parser.add_argument("--work", type=Path, default=cache_folder() / "ablations", help="where libraries and embeddings are kept")
    parser.add_argument("--markdown", type=Path, help="a file to write the tables into")
    return parser.parse_args()


if __name__ == "__main__":
    main()
