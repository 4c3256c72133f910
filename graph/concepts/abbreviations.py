"""Abbreviations and their long forms in a text (Schwartz & Hearst 2003)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.text.names import unmark
from graph.text.normal import STOP, is_acronym, is_namelike
from ingest.language.language import Language

_SMALL = frozenset(Language.load("en").groups("name_words")["small"])
_PIECE = re.compile(r"[^\W_]+")
_SHORT_AFTER = re.compile(r"\(\s*(?P<short>[A-Za-z][A-Za-z0-9&/-]{1,11})\s*\)")
_LONG_AFTER = re.compile(
    r"(?<![\w-])(?P<short>[A-Z][A-Za-z0-9&-]{1,10})\s*(?:\(|=\s|:\s|—\s|stands for\s|:\*\*\s)\s*(?P<long>[A-Za-z][^().,;:=|\n]{4,80})"
)


def abbreviations(text: str) -> Iterator[tuple[str, str]]:
    """Pairs (short, long) that a text spells out: "gradient boosting machine (GBM)", "GBM: gradient boosting machine"."""
    for found in _SHORT_AFTER.finditer(text):
        short = found["short"]
        if is_namelike(short) or is_acronym(short):
            before = re.split(r"[.,;:()=|\n]", text[: found.start()])[-1].rstrip(' *_`"”')
            long = long_form(short, before)
            if long:
                yield short, long
    for found in _LONG_AFTER.finditer(text):
        short = found["short"]
        if is_namelike(short):
            pieces = unmark(found["long"]).split()
            sizes = range(min(len(pieces), len(short) + 2), 0, -1)
            for size in sorted(sizes, key=lambda size: (not spelled_initials(short, " ".join(pieces[:size])), -size)):
                candidate = " ".join(pieces[:size]).strip(" -*_")
                if long_form(short, candidate) == candidate:
                    yield short, candidate
                    break


def long_form(short: str, before: str) -> str | None:
    """The words at the end of `before` that `short` abbreviates, or None."""
    letters = [sign.lower() for sign in short.removesuffix("s") if sign.isalnum()]
    pieces = list(_PIECE.finditer(before))
    return _by_initials(short, before, pieces[-(len(letters) + 3) :]) or _by_letters(short, letters, before, pieces)


def spelled_initials(short: str, long: str) -> bool:
    """True if the words of a name begin with the letters of an abbreviation, small words aside."""
    letters = short.removesuffix("s").lower() if not short.endswith("SS") else short.lower()
    first = [piece for piece in _PIECE.findall(long.lower()) if piece not in _SMALL]
    return "".join(sign for sign in letters if sign.isalnum()) == "".join(piece[0] for piece in first)


def _by_initials(short: str, before: str, pieces: list[re.Match[str]]) -> str | None:
    """The shortest end of a text whose words begin with the letters of the abbreviation."""
    for piece in reversed(pieces):
        spelled = before[piece.start() :].strip()
        if spelled_initials(short, spelled) and piece.group().lower() not in STOP and not _holds_acronym(spelled):
            return spelled
    return None


def _by_letters(short: str, letters: list[str], before: str, pieces: list[re.Match[str]]) -> str | None:
    """The end of a text that holds the letters of the abbreviation in their order, most of them at the starts of words."""
    pieces = pieces[-min(len(letters) + 5, len(letters) * 2) :]
    if len(letters) < 2 or not pieces:
        return None
    starts = {piece.start() for piece in pieces}
    at = len(before) - 1
    hits = 0
    for index in range(len(letters) - 1, -1, -1):
        while at >= pieces[0].start() and (before[at].lower() != letters[index] or (index == 0 and at not in starts)):
            at -= 1
        if at < pieces[0].start():
            return None
        hits += at in starts
        at -= 1
    found = before[at + 1 :].strip()
    enough = hits * 2 >= len(letters) + 1 if len(letters) > 2 else hits == len(letters) or hits * 2 > len(letters)
    is_longer = len(found) > len(short) + 2
    return found if enough and is_longer and not _holds_acronym(found) and not re.search(r"\bvs\b|\bversus\b", found) else None


def _holds_acronym(text: str) -> bool:
    return any(is_acronym(word) for word in text.split())
