"""Abbreviations and what they stand for, as a text spells them out (Schwartz & Hearst 2003)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.text.names import unmark
from graph.text.normal import STOP, is_acronym, is_namelike
from ingest.language.language import Language

_SMALL = frozenset(Language.load("en").groups("name_words")["small"])
_SHORT_AFTER = re.compile(r"\(\s*(?P<short>[A-Za-z][A-Za-z0-9&/-]{1,11})\s*\)")
_LONG_AFTER = re.compile(
    r"(?<![\w-])(?P<short>[A-Z][A-Za-z0-9&-]{1,10})\s*(?:\(|=\s|:\s|—\s|stands for\s|:\*\*\s)\s*(?P<long>[A-Za-z][^().,;:=|\n]{4,80})"
)


def long_form(short: str, before: str) -> str | None:
    """The words at the end of `before` that `short` abbreviates, or None (Schwartz & Hearst 2003, with most letters at word starts)."""
    letters = [sign.lower() for sign in short.removesuffix("s") if sign.isalnum()]
    every = list(re.finditer(r"[^\W_]+", before))
    for start in range(len(every) - 1, max(-1, len(every) - len(letters) - 4), -1):
        spelled = before[every[start].start() :].strip()
        if (
            spelled_initials(short, spelled)
            and every[start].group().lower() not in STOP
            and not any(is_acronym(word) for word in spelled.split())
        ):
            return spelled
    pieces = list(re.finditer(r"[^\W_]+", before))[-min(len(letters) + 5, len(letters) * 2) :]
    if len(letters) < 2 or not pieces:
        return None
    at = len(before) - 1
    starts = {piece.start() for piece in pieces}
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
    fits = (
        len(found) > len(short) + 2 and not any(is_acronym(word) for word in found.split()) and not re.search(r"\bvs\b|\bversus\b", found)
    )
    return found if enough and fits else None


def spelled_initials(short: str, long: str) -> bool:
    """Whether the words of a name, small words aside, begin with the letters of an abbreviation."""
    letters = short.removesuffix("s").lower() if not short.endswith("SS") else short.lower()
    first = [piece for piece in re.findall(r"[^\W_]+", long.lower()) if piece not in _SMALL]
    return "".join(sign for sign in letters if sign.isalnum()) == "".join(piece[0] for piece in first)


def abbreviations(text: str) -> Iterator[tuple[str, str]]:
    """(short, long) pairs that a text spells out."""
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
