"""Find the concept behind a function symbol: if entropy is written H(X), a formula with H(X) on its right builds on entropy."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

from ingest.text.notation import fold

Symbol = tuple[str, int]
_CALL = re.compile(r"(?<![A-Za-z_])([A-Z][A-Za-z]{0,2})\s*\(\s*([^()]{1,30})\)")
_EQUALS = re.compile(r"(?<![<>!:=~])=(?![=>])")


def calls(text: str) -> tuple[list[Symbol], list[Symbol]]:
    """The function symbols left and right of the first equals sign of a text, each with its number of arguments."""
    plain = fold(text)
    equals = _EQUALS.search(plain)
    if equals is None:
        return [], []
    left, right = plain[: equals.start()], plain[equals.end() :]
    return [_symbol(found) for found in _CALL.finditer(left)][-1:], [_symbol(found) for found in _CALL.finditer(right)]


def _symbol(found: re.Match[str]) -> Symbol:
    return found[1], 1 + len(re.findall(r"\|\||[,;|]", found[2]))


def agreed(votes: Mapping[Symbol, Counter[int]]) -> dict[Symbol, int]:
    """The symbols that at least two definitions, and three fifths of all, give to the same concept."""
    found = {}
    for symbol, concepts in votes.items():
        (concept, count), *_ = concepts.most_common(1)
        if count >= 2 and count * 5 >= 3 * concepts.total():
            found[symbol] = concept
    return found


def empty_votes() -> defaultdict[Symbol, Counter[int]]:
    """An empty count of definitions by symbol and concept."""
    return defaultdict(Counter)
