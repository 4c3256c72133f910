"""Kinds that are told in sections of their own: under "Four types of tissue" stand the sections Epithelial, Connective, Muscle, Nervous."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.answers.compose.asked import Asked
from assistant.answers.compose.lists import counts_in, wanted_terms
from assistant.answers.passages.coverage import covered
from assistant.answers.passages.lists_in_text import first_sentence
from assistant.answers.question.intent import Intent
from assistant.answers.statements import ListItem, ListStatement, Quote
from assistant.wording.display import tidy
from index.search import Hit
from ingest.model import Chunk, Excerpt, Kind
from ingest.text.terms import analyze

_HITS = 5
_REACH = 40
"""Passages before and after one found among which its sections are looked for."""
_FEWEST, _MOST = 2, 12
_LEAST_ABOUT = 0.6
"""Of the question, what the line or the heading above as many sections as it names has to speak of."""
_NAMED = 0.95
"""The same where nothing names how many there are."""
_SPOKEN = frozenset({Kind.HEADING, Kind.CONTENTS, Kind.TODO, Kind.QUESTION})
_NUMBERED = re.compile(r"^\W*(?:\d{1,3}(?:\.\d{1,3})*[.):]?|[ivx]{1,4}[.)]|[a-h][.)])\s+", re.IGNORECASE)

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    """Sections that stand below one heading: the passages directly under the heading, and the first passage of each section."""

    path: Path
    above: tuple[Chunk, ...]
    sections: tuple[tuple[str, Chunk], ...]

    @property
    def lead(self) -> Excerpt | None:
        """The last thing said before the first section."""
        return self.above[-1].units[-1] if self.above and self.above[-1].units else None


def compose_sections(asked: Asked) -> list[ListStatement]:
    """The sections that are the kinds asked for, each with what it begins with, as one statement; none if no sections are."""
    wanted = {term: weight for term, weight in wanted_terms(asked).items() if not counts_in(term)}
    named = counts_in(asked.query.text)
    if not named and asked.intent is not Intent.LIST:
        return []
    best: tuple[float, _Group] | None = None
    for hit in asked.hits[:_HITS]:
        for group in _groups(asked, hit):
            lead = tidy(group.lead.text) if group.lead else ""
            heading = group.path[-1] if group.path else ""
            size = len(group.sections)
            is_counted = size in (named or counts_in(f"{lead} {heading}"))
            about = max(covered(wanted, analyze(said), analyze(hit.chunk.title)) for said in (lead, heading))
            least = _LEAST_ABOUT if is_counted and named else _NAMED
            if about >= least and (is_counted or (heading and not named)) and (best is None or about > best[0]):
                best = about, group
    return [_stated(asked, best[1], f"the sections of what was asked, {best[0]:.0%} named")] if best else []


def _groups(asked: Asked, hit: Hit) -> list[_Group]:
    """The sections below the heading of a passage, and those beside it."""
    near = [chunk for chunk in asked.index.engine.around(hit.chunk.id, _REACH, _REACH) if chunk.kind not in _SPOKEN]
    path = tuple(hit.chunk.section)
    found = []
    for above in dict.fromkeys((path, path[:-1])):
        depth = len(above)
        first: dict[str, Chunk] = {}
        for chunk in near:
            if len(chunk.section) > depth and tuple(chunk.section[:depth]) == above:
                first.setdefault(chunk.section[depth], chunk)
        own = tuple(chunk for chunk in near if tuple(chunk.section) == above)
        if _FEWEST <= len(first) <= _MOST:
            found.append(_Group(above, own, tuple(first.items())))
    return found


def _stated(asked: Asked, group: _Group, why: str) -> ListStatement:
    told = [
        (_NUMBERED.sub("", name).strip(" .:"), first_sentence(tidy(chunk.units[0].text)), Quote(chunk, chunk.units[0]))
        for name, chunk in group.sections
    ]
    is_long = sum(len(said.split()) for _, said, _ in told) > asked.words
    items = tuple(ListItem(name if is_long or not said else f"{name}: {said}", (quote,)) for name, said, quote in told)
    lead = tidy(group.lead.text) if group.lead else group.path[-1] if group.path else ""
    above = (Quote(group.above[-1], group.lead),) if group.lead else ()
    return ListStatement(f"{lead.rstrip(' :.')}:" if lead else "", items, (*above, *(quote for _, _, quote in told)), why=why)
