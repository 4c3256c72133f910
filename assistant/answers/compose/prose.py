"""An answer in the passages' own words: runs of neighbouring units around the most relevant ones."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, islice

from assistant.answers.compose.asked import Asked
from assistant.answers.compose.contradictions import disagree, said_under
from assistant.answers.compose.tables import is_row, state, tables_of, telling
from assistant.answers.compose.units import state_unit
from assistant.answers.compose.whole_lists import lists_in_runs, with_whole_lists
from assistant.answers.passages.candidates import Candidate, why
from assistant.answers.question.intent import Intent, asks_name, fits
from assistant.answers.statements import AnyStatement, ListStatement, TableStatement
from assistant.wording.display import is_dangling, label_of, tidy
from ingest.text.terms import analyze

# Chosen on six sets of five subjects (docs/results.md); between 30 and 60 words, and below 0.5, little changes.
_FIRST_RUN = 45
"""Words of the run around the most relevant unit; other runs have _OTHER_RUN."""
_OTHER_RUN = 30
_LEAST_RELEVANT = 0.1
"""The least relevance of a unit that starts another run (the best unit has 1): 4.6 less in log odds."""
_LEAST_BESIDE = 0.05
"""The least relevance of a neighbour that joins a run."""
_LEAST_NEW = 0.4
"""The least share of a unit's terms that are new compared with every chosen unit."""
_BRIDGED = 25
"""The most words between two chosen units of a passage that are included too, so that the text has no small gaps."""
_NEARLY_FULL = 0.95
"""Above this share of the words, a unit that does not fit ends the answer; below it, a shorter unit is searched for."""
_ONWARD = 0.03
"""The bonus of the following unit over the preceding one, since it is easier to understand."""
_LEAST_OTHER_SIDE = 0.2
"""The least relevance of a contradicting unit of another document, as a share of the best unit's."""

_NEARLY_AS_GOOD = 0.85
"""A unit before the best one stays in front if it has this share of the best unit's relevance."""
_POINTED = frozenset({Intent.NUMBER, Intent.FORMULA})
"""Intents that ask for a single unit, which then comes first."""
_POINTED_SHARE = 0.6
"""The length of an answer with a number or a formula, as a share of the usual words: on seven sets it lost one of 52 key points."""

Run = list[Candidate]


def compose_prose(asked: Asked) -> list[list[AnyStatement]]:
    """The runs that answer a question, each as the statements of a paragraph; empty if there are no candidates."""
    runs = choose_runs(asked.candidates, round(_POINTED_SHARE * asked.words) if asked.intent in _POINTED else asked.words)
    runs += _other_side(runs, asked)
    if not runs:
        return []
    first, *others = runs
    said: set[tuple[str, int]] = set()
    pieces = with_whole_lists(_by_section([*_answer_first(first, asked), *others]), lists_in_runs(asked, runs))
    stated: list[list[AnyStatement]] = []
    standing = ""
    for piece in pieces:
        if isinstance(piece, ListStatement):
            stated.append([piece])
            standing = ""
        else:
            title = _title(piece, asked)
            stated.append(list(_stated(asked, piece, said, title if title != standing else "")))
            standing = title
    return _joined(stated)


def _joined(paragraphs: Sequence[list[AnyStatement]]) -> list[list[AnyStatement]]:
    """The paragraphs, tables under one header in one where nothing stands between them."""
    joined: list[list[AnyStatement]] = []
    for paragraph in paragraphs:
        if joined and joined[-1] and paragraph:
            above, below = joined[-1][-1], paragraph[0]
            if isinstance(above, TableStatement) and isinstance(below, TableStatement) and above.header == below.header != ():
                joined[-1][-1] = replace(
                    above, rows=(*above.rows, *below.rows), quotes=tuple(dict.fromkeys((*above.quotes, *below.quotes)))
                )
                paragraph = paragraph[1:]
        joined += [list(paragraph)] if paragraph else []
    return joined


def _by_section(runs: Sequence[Run]) -> list[Run]:
    """The runs with those of one section together, at the place of the first of them, in the document's order but for the answer's."""
    answer, *others = runs
    sections = list(dict.fromkeys(map(_section, runs)))
    order = {section: number for number, section in enumerate(sections)}
    return [answer, *sorted(others, key=lambda run: (order[_section(run)], run[0].reading))]


def _section(run: Run) -> tuple[str, tuple[str, ...]]:
    chunk = run[0].hit.chunk
    return chunk.document, tuple(chunk.section)


def choose_runs(candidates: Sequence[Candidate], most: int) -> list[Run]:
    """Runs of neighbouring units in the order of their best units, with at most `most` words together, each in document order.

    A run starts with the most relevant unit that is in no run yet and adds something new, and grows towards its more relevant neighbour.
    """
    at_place = {candidate.place: candidate for candidate in candidates}
    taken: set[tuple[int, int]] = set()
    runs: list[Run] = []
    words = 0
    for best in candidates:
        if best.place in taken:
            continue
        if runs:
            is_full = words + best.words > most
            if is_full and words > _NEARLY_FULL * most:
                break
            if is_full or best.relevance < _LEAST_RELEVANT * candidates[0].relevance or not _is_new(best, runs):
                continue
        if bridge := _bridge(best, runs, at_place, most - words):
            at, run = bridge
            words += sum(candidate.words for candidate in run) - sum(candidate.words for candidate in runs[at])
            runs[at] = run
            taken.update(candidate.place for candidate in run)
            continue
        room = max(best.words, min(_OTHER_RUN if runs else _FIRST_RUN, most - words))
        run = _grown(best, at_place, taken, room)
        taken.update(candidate.place for candidate in run)
        words += sum(candidate.words for candidate in run)
        runs.append(run)
    return runs


def _grown(best: Candidate, at_place: Mapping[tuple[int, int], Candidate], taken: Collection[tuple[int, int]], room: int) -> Run:
    """A unit with its neighbours, the more relevant first, as long as they fit. A pronoun also gets the unit that it refers to."""
    run = [best]
    words = best.words
    while True:
        before, after = run[0], run[-1]
        free = [
            candidate
            for place in ((before.hit.rank, before.position - 1), (after.hit.rank, after.position + 1))
            if place not in taken and (candidate := at_place.get(place))
        ]
        if not free:
            return run
        points_back = is_dangling(before.unit.text) and free[0].position < before.position
        if points_back:
            nearest = free[0]
        else:
            nearest = max(free, key=lambda candidate: candidate.relevance + _ONWARD * (candidate.position > best.position))
        if words + nearest.words > room or (nearest.relevance < _LEAST_BESIDE and not points_back):
            return run
        words += nearest.words
        run = [nearest, *run] if nearest.position < before.position else [*run, nearest]


def _bridge(best: Candidate, runs: Sequence[Run], at_place: Mapping[tuple[int, int], Candidate], room: int) -> tuple[int, Run] | None:
    """The run of the same passage that a unit belongs to, with the few words between them; None if much stands between."""
    for at, run in enumerate(runs):
        if run[0].hit.rank != best.hit.rank:
            continue
        before, after = run[0].position, run[-1].position
        places = range(best.position, before) if best.position < before else range(after + 1, best.position + 1)
        added = [at_place.get((best.hit.rank, position)) for position in places]
        there = [candidate for candidate in added if candidate is not None]
        words = sum(candidate.words for candidate in there)
        is_beside_the_point = any(candidate.relevance < _LEAST_BESIDE for candidate in there)
        if len(there) == len(added) and words - best.words <= _BRIDGED and words <= room and not is_beside_the_point:
            return at, [*there, *run] if best.position < before else [*run, *there]
    return None


def _is_new(candidate: Candidate, runs: Sequence[Run]) -> bool:
    """True if no unit chosen so far has most of a unit's terms."""
    size = max(1, len(candidate.terms))
    return all(len(candidate.terms - other.terms) >= _LEAST_NEW * size for run in runs for other in run)


def _answer_first(run: Run, asked: Asked) -> list[Run]:
    """The run reordered to begin with the unit that answers, followed by the units before it, unless these are needed to understand it.

    If a number or a formula is asked for, the answering unit is one that has it, else the most relevant one.
    """
    fitting = [each for each in run if fits(asked.intent, each.unit.text)] if asked.intent in _POINTED else []
    best = max(fitting or run, key=lambda candidate: candidate.relevance)
    at = run.index(best)
    if at == 0 or is_dangling(best.unit.text) or tidy(run[at - 1].unit.text).endswith(":") or _is_of_table(best.unit.text):
        return [run]
    is_clear = asked.intent in _POINTED or max(each.relevance for each in run[:at]) < _NEARLY_AS_GOOD * best.relevance
    return [run[at:], run[:at]] if is_clear else [run]


def _other_side(runs: Sequence[Run], asked: Asked) -> list[Run]:
    """A unit of another document that contradicts the most relevant unit, if it was not chosen."""
    if not runs:
        return []
    best = asked.candidates[0]
    chosen = {candidate.place for run in runs for candidate in run}
    rivals = (
        candidate
        for candidate in asked.candidates
        if candidate.place not in chosen
        and candidate.hit.chunk.document != best.hit.chunk.document
        and candidate.relevance >= _LEAST_OTHER_SIDE * best.relevance
        and disagree(asked.query.text, _said(candidate), _said(best))
    )
    return [[candidate] for candidate in islice(rivals, 1)]


def _said(candidate: Candidate) -> tuple[str, str]:
    return said_under(tidy(candidate.unit.text), candidate.hit.chunk.section)


def _stated(asked: Asked, run: Run, said: set[tuple[str, int]], heading: str) -> Iterator[AnyStatement]:
    """The units of a run as statements, rows of a table together under their header. `said` are the rows given before."""
    for is_table, units in groupby(run, key=lambda candidate: _is_of_table(candidate.unit.text)):
        together = list(units)
        if is_table:
            yield from _rows(asked, together, said)
            lines = {line.number for table in tables_of(asked.index, together[0].hit) for line in table.lines}
            # What is left is a header without its rows, or rows that were said before.
            together = [each for each in together if each.unit.span.first not in lines or each.unit.span.last not in lines]
        for candidate in together:
            title = heading if candidate is run[0] else ""
            yield from state_unit(candidate.hit.chunk, candidate.unit, candidate.quote(candidate.unit), why(candidate, asked.intent), title)


def _title(run: Run, asked: Asked) -> str:
    """The title above a run, if its first words do not name it: "Habituation: Occurs when …"; empty otherwise.

    Before the answering words it is given only if it was asked for, or if a name is asked for: then it is the answer.
    """
    title = label_of(run[0].hit.chunk)
    terms = frozenset(analyze(title))
    is_best = asked.candidates[0] in run
    if is_best and asks_name(asked.query.text):
        return title
    is_named = 2 * len(terms & run[0].terms) >= len(terms)
    return "" if is_named or (is_best and terms.isdisjoint(asked.query.terms)) else title


def _is_of_table(text: str) -> bool:
    """True if a unit is rows of a table, perhaps with the label above it."""
    lines = [line for line in text.split("\n") if line.strip()]
    return is_row(lines[-1]) and all(is_row(line) or line.rstrip().endswith(":") for line in lines)


def _rows(asked: Asked, units: Run, said: set[tuple[str, int]]) -> Iterator[AnyStatement]:
    """The table rows in units of one passage, each table's under its header, without rows given before."""
    document = units[0].hit.chunk.document
    for table in tables_of(asked.index, units[0].hit):
        held = [
            row
            for row in table.rows
            if (document, row.line.number) not in said
            and any(unit.unit.span.first <= row.line.number <= unit.unit.span.last for unit in units)
        ]
        if held:
            said.update((document, row.line.number) for row in held)
            yield state(table, telling(table, held, asked.query.terms), why=why(units[0], asked.intent), copies=asked.copies)
