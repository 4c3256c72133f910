"""Split an answer to a comparison by the two things compared."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.text.terms import analyze

_CLAUSE = re.compile(r"[.;:]\s+|,\s+|\s+(?:and|but|while|whereas|however)\s+", re.IGNORECASE)
_NAME = 6


def sides(points: Sequence[str], said: str) -> tuple[str, ...]:
    """For each point the clauses of an answer that are about its side, empty where none is.

    A side is known by the words that open its point and that no other point has; a clause without such a word continues with the side
    before it. An answer that names no side counts for both sides.
    """
    opening = [analyze(" ".join(point.split()[:_NAME])) for point in points]
    rest = [{term for number, other in enumerate(points) if number != at for term in analyze(other)} for at in range(len(points))]
    telling = [next((term for term in terms if term not in rest[at]), "") for at, terms in enumerate(opening)]
    found: list[list[str]] = [[] for _ in points]
    now: int | None = None
    for clause in _CLAUSE.split(said):
        there = analyze(clause)
        named = [(there.index(term), at) for at, term in enumerate(telling) if term and term in there]
        if named:
            now = min(named)[1]
        if now is not None:
            found[now].append(clause)
    return tuple(", ".join(clauses) for clauses in found) if any(found) else (said,) * len(points)
