"""An answer of sentences: those that are most relevant and add something, in the order in which they are understood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from assistant.answers.compose.asked import Asked, Bounds
from assistant.answers.compose.contradictions import disagree, said_under
from assistant.answers.compose.tables import asked_columns, is_row, state, tables_of, telling
from assistant.answers.compose.units import state_unit
from assistant.answers.passages.candidates import Candidate, mostly, why
from assistant.answers.question.intent import Intent, asks_name, fits, has_form, says_yes_or_no, subject
from assistant.answers.statements import AnyStatement, TableStatement
from assistant.wording.display import is_dangling, is_empty, label_of, stands_alone, tidy
from assistant.wording.labels import with_items
from ingest.text.terms import analyze

# Of the best unit's relevance: what a unit needs in the same section, and what one from elsewhere needs: less where it speaks of the
# question itself and does not only stand under a fitting heading.
LEAST_BESIDE = 0.62
LEAST_SILENT = 0.75
LEAST_ELSEWHERE = 0.78
LEAST_COVERING = 0.78
LEAST_COVERAGE = 0.5
LEAST_OTHER_SIDE = 0.6
# Maximal marginal relevance (Carbonell and Goldstein 1998): what repeats the chosen loses, what continues their section gains.
_REPEATED = 0.25
_CONTINUED = 0.08
_LEAST_NEW = 0.25
# Intents that one sentence meets: it comes first, and less is said beside it.
_POINTED = frozenset({Intent.NUMBER, Intent.FORMULA, Intent.YES_NO})
LEAST_POINTED = 0.8
# Of what the best unit and its heading speak of, the share that another has to.
LEAST_ABOUT = 0.8
_LEAST_PAIRED = 0.4
# Of the best unit's relevance, what one before it has that is to be read first.
_NEARLY = 0.85
_FEW_ROWS = 6
_PARENTHESIS = re.compile(r"\s*\([^()]*\)")
_WHERE = re.compile(r"\W*(?:where|here)\b", re.IGNORECASE)
_EXPLAINS = re.compile(
    r"\W*(?:where|here|with|in which)\b.{0,60}?(?:\b(?:is|are|denotes?|stands?|means?|the)\b|=|:)", re.IGNORECASE | re.DOTALL
)


def compose_prose(asked: Asked) -> list[AnyStatement]:
    """The sentences that answer a question best; none where no passage has one to offer."""
    intent, candidates = asked.intent, asked.candidates
    chosen = _with_form(_select(candidates, intent, asked.bounds), candidates, intent)
    chosen = _with_context(_with_symbols(_with_other_side(chosen, candidates, asked.query.text), candidates, intent), asked)
    if not chosen:
        return []
    lead = _lead(chosen, asked)
    return _stated(asked, _ordered(chosen, lead, asked), lead)


def _lead(chosen: Sequence[Candidate], asked: Asked) -> Candidate:
    """The unit that answers: the formula if one is asked for, the unit that says yes or no, else the most relevant."""
    if asked.intent is Intent.FORMULA:
        return max(chosen, key=lambda c: (fits(Intent.FORMULA, c.unit.text), c.relevance))
    if asked.intent is Intent.YES_NO:
        return max(chosen, key=lambda c: (c.paired and says_yes_or_no(tidy(c.unit.text)), c.relevance))
    if asked.intent is Intent.NUMBER:
        about = max(c.about for c in chosen)
        return max(chosen, key=lambda c: (fits(Intent.NUMBER, c.unit.text) and c.about >= LEAST_ABOUT * about, c.relevance))
    return max(chosen, key=lambda c: c.relevance)


def _ordered(chosen: Sequence[Candidate], lead: Candidate, asked: Asked) -> list[Candidate]:
    """The section of the best sentence first, in its own order, then the other passages, each in its own."""
    ordered = sorted(chosen, key=lambda c: (0, c.reading) if c.section == lead.section else (1, c.place))
    if asked.intent is Intent.DEFINITION and not (lead.labelled or _is_of_table(lead.unit.text)):
        # The definition and what follows it, then what stood before it.
        first_said = _definition([c for c in ordered if c.section == lead.section], lead, frozenset(asked.query.terms))
        ordered.sort(key=lambda c: 2 if c.section != lead.section else int(c.reading < first_said.reading))
    elif _leads(lead, ordered, asked):
        first = {lead.reading}
        if is_dangling(lead.unit.text):
            first.add((lead.hit.place, lead.position - 1))
        if asked.intent is Intent.FORMULA:
            first |= {(lead.hit.place, at) for at in _explaining(lead)}
        ordered.sort(key=lambda c: c.reading not in first)
    return ordered


def _leads(lead: Candidate, ordered: Sequence[Candidate], asked: Asked) -> bool:
    """Whether the unit that answers comes before those that stand before it: where one sentence is what was asked for, where it is laid out
    on a line of its own, and where none of those before it comes near it; not where they may be steps."""
    if asked.intent in _POINTED or lead.labelled or _is_of_table(lead.unit.text):
        return True
    if asked.intent is Intent.OTHER and stands_alone(lead.hit.chunk, lead.unit):
        return True
    if asked.intent is Intent.HOW:
        return False
    before = [c.relevance for c in ordered if c.section == lead.section and c.reading < lead.reading]
    return max(before, default=0.0) < _NEARLY * lead.relevance


def _stated(asked: Asked, ordered: Sequence[Candidate], lead: Candidate) -> list[AnyStatement]:
    """The units as they are said; rows of one table together, under their header."""
    said: list[AnyStatement] = []
    rows_said: set[tuple[str, int]] = set()
    labels: set[tuple[tuple[str, int], int]] = set()
    for candidate in ordered:
        if _is_of_table(candidate.unit.text):
            if statement := _rows(asked, candidate, ordered, rows_said):
                said.append(statement)
            continue
        if (candidate.hit.place, candidate.position - 1) in labels:
            continue
        chunk = candidate.hit.chunk
        unit = candidate.unit
        if labelled := with_items(chunk, candidate.position):
            labels.add(candidate.reading)
            unit = labelled
        title = label_of(chunk) if candidate is lead and asks_name(asked.query.text) else ""
        said += state_unit(chunk, unit, candidate.quote(unit), why(candidate, asked.intent), title)
    return said


def _is_of_table(text: str) -> bool:
    """Whether a unit is rows of a table, perhaps with the label above it."""
    lines = [line for line in text.split("\n") if line.strip()]
    return is_row(lines[-1]) and all(is_row(line) or line.rstrip().endswith(":") for line in lines)


def _rows(asked: Asked, candidate: Candidate, ordered: Sequence[Candidate], said: set[tuple[str, int]]) -> TableStatement | None:
    """The rows that were chosen of a candidate's table and tell most of the question, under their header; None where they were said."""
    document = candidate.hit.chunk.document
    table = next((t for t in tables_of(asked.index, candidate.hit) if any(_covers(candidate, line.number) for line in t.lines)), None)
    if table is None or (document, table.lines[0].number) in said:
        return None
    chosen = [row for row in table.rows if any(_covers(c, row.line.number) and c.hit.chunk.document == document for c in ordered)]
    chosen = chosen or list(table.rows) if len(table.rows) <= _FEW_ROWS else chosen
    if not chosen:
        return None
    said.add((document, table.lines[0].number))
    columns = asked_columns(table, asked.weights) if asked.intent is Intent.NUMBER else None
    return state(table, telling(table, chosen, asked.query.terms), columns, why(candidate, asked.intent), asked.copies)


def _covers(candidate: Candidate, line: int) -> bool:
    return candidate.unit.span.first <= line <= candidate.unit.span.last


def _definition(passage: Sequence[Candidate], lead: Candidate, asked: frozenset[str]) -> Candidate:
    """The unit that a definition begins with.

    It is the one that says what the asked term is, else, in a section about the term, the section's first, else the lead.
    """
    for candidate in passage:
        if mostly(analyze(subject(_PARENTHESIS.sub("", tidy(candidate.unit.text)))), asked):
            return candidate
    chunk = lead.hit.chunk
    about = mostly(analyze(chunk.section[-1] if chunk.section else chunk.title), asked)
    return passage[0] if about or is_dangling(lead.unit.text) else lead


def _select(candidates: Sequence[Candidate], intent: Intent, bounds: Bounds) -> list[Candidate]:
    """The most relevant units that add something new, within the bounds of an answer."""
    chosen = list(candidates[:1])
    words = sum(len(candidate.unit.text.split()) for candidate in chosen)
    beside = LEAST_POINTED if intent in _POINTED else _LEAST_PAIRED if candidates and candidates[0].paired else LEAST_BESIDE
    left = [c for c in candidates[1:] if _belongs(c, candidates[0], beside) and (c.labelled or not _WHERE.match(c.unit.text))]
    if has_form(intent) and intent in _POINTED:
        left = [c for c in left if _adds(c, candidates[0], intent)]
    while left and len(chosen) < bounds.sentences:
        best = max(left, key=lambda c: c.relevance + _CONTINUED * (c.section == chosen[0].section) + _REPEATED * _new(c, chosen))
        left.remove(best)
        length = len(best.unit.text.split())
        if words + length <= bounds.words and _new(best, chosen) >= _LEAST_NEW:
            chosen.append(best)
            words += length
    return chosen


def _adds(candidate: Candidate, lead: Candidate, intent: Intent) -> bool:
    """Whether a unit may stand beside one that answers: it has the form that is asked for, or speaks of all that the other does; in
    another section both."""
    fitting = fits(intent, candidate.unit.text)
    if candidate.section == lead.section:
        return fitting or candidate.about >= lead.about
    return fitting and candidate.about >= LEAST_ABOUT * lead.about


def _belongs(candidate: Candidate, lead: Candidate, beside: float) -> bool:
    if candidate.section == lead.section:
        is_next = candidate.hit.place == lead.hit.place and abs(candidate.position - lead.position) == 1
        least = beside if is_next or candidate.coverage > 0 else max(beside, LEAST_SILENT)
        return candidate.relevance >= (beside if lead.paired else least) * lead.relevance
    least = LEAST_COVERING if candidate.coverage >= LEAST_COVERAGE else LEAST_ELSEWHERE
    return candidate.relevance >= least * lead.relevance


def _with_form(chosen: Sequence[Candidate], candidates: Sequence[Candidate], intent: Intent) -> list[Candidate]:
    """The chosen and, where a formula or a number is asked for that none of them has, the most relevant unit that has one."""
    if intent not in (Intent.NUMBER, Intent.FORMULA) or any(fits(intent, candidate.unit.text) for candidate in chosen):
        return list(chosen)
    fitting = (candidate for candidate in candidates if fits(intent, candidate.unit.text) and _belongs(candidate, candidates[0], 0.0))
    return [*chosen, *islice(fitting, 1)]


def _with_other_side(chosen: Sequence[Candidate], candidates: Sequence[Candidate], question: str) -> list[Candidate]:
    """The chosen and, where another document contradicts the best of them, its word on it."""
    if not chosen:
        return []
    best = chosen[0]
    rivals = (
        candidate
        for candidate in candidates
        if candidate not in chosen
        and candidate.hit.chunk.document != best.hit.chunk.document
        and candidate.relevance >= LEAST_OTHER_SIDE * best.relevance
        and disagree(question, _said(candidate), _said(best))
    )
    return [*chosen, *islice(rivals, 1)]


def _said(candidate: Candidate) -> tuple[str, str]:
    return said_under(tidy(candidate.unit.text), candidate.hit.chunk.section)


def _with_symbols(chosen: Sequence[Candidate], candidates: Sequence[Candidate], intent: Intent) -> list[Candidate]:
    """The chosen and, after each formula, what says what its symbols mean; unless a formula is asked for, only `where …` and `here …`."""
    by_reading = {candidate.reading: candidate for candidate in candidates}
    wanted = {candidate.reading: candidate for candidate in chosen}
    for candidate in chosen:
        for at in _explaining(candidate) if fits(Intent.FORMULA, candidate.unit.text) else ():
            following = by_reading.get((candidate.hit.place, at))
            if following and (intent is Intent.FORMULA or _WHERE.match(following.unit.text)):
                wanted.setdefault(following.reading, following)
    return list(wanted.values())


def _explaining(candidate: Candidate) -> list[int]:
    """The position of the unit behind a formula if it says what its symbols mean."""
    units, at = candidate.hit.chunk.units, candidate.position + 1
    return [at] if at < len(units) and _EXPLAINS.match(units[at].text) else []


def _new(candidate: Candidate, chosen: Sequence[Candidate]) -> float:
    """The share of a unit's terms that the chosen unit nearest to it does not have."""
    return min((len(candidate.terms - other.terms) / max(1, len(candidate.terms)) for other in chosen), default=1.0)


def _with_context(chosen: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    """The chosen, and before each that begins with a pronoun the unit that it points back to."""
    by_place = {candidate.place: candidate for candidate in asked.candidates}
    wanted = {candidate.place: candidate for candidate in chosen}
    for candidate in chosen:
        before = by_place.get((candidate.hit.rank, candidate.position - 1))
        if before and is_dangling(candidate.unit.text) and not is_empty(before.unit.text):
            wanted.setdefault(before.place, before)
    return list(wanted.values())
