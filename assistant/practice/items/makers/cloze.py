"""Items with a gap in a sentence: a number with its unit, or a word of a pair such as higher and lower."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from assistant.practice.items.drafts import draft
from assistant.practice.items.makers.opposites import is_telling
from assistant.practice.items.notes import Notes
from assistant.practice.items.values import GAP, Item, ItemKind
from assistant.practice.items.wording import opened, points_back, size
from graph.text.normal import key
from graph.text.units import Unit
from ingest.language.language import Language
from ingest.model import Kind

_LEAST, _MOST = 6, 28
_NEAR = 45
"""A sentence has to name its subject within this many characters."""
_NUMBER = re.compile(
    r"(?<![\w.,$^_{/=×*+(−-])(?P<number>[$£€]?\d+(?:[.,]\d+)*(?:\s?(?:%|°C?|percent|million|billion))?)(?![\w^_}/=×*)+-]|\s?[×*+/^=−–-]\s?\w|\.\d|,\d|\()"
)
_YEAR = re.compile(r"^(?:1[0-9]|20)\d\d$")
_REFERENCE = re.compile(
    r"(?:#|\b(?:fig(?:ure)?|table|eq(?:uation)?|section|chapter|step|rule|§+|no|version|v|p{1,2}|m{1,2}|bars?|measures?|line|level|type|art(?:icle)?|layer|stage|phase"
    r"|path|day|week|block|part|unit|option|group|class|frcp|usc|ucc|question|problem|amendment|case)\.?\s?)$",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?:^|\s)(?!(?:[Oo]f|[Tt]o|[Bb]y|[Ii]s|[Aa]re|[Ww]as|[Ww]ere|[Bb]e|[Tt]han|[Aa]t|[Uu]p|[Ii]n|[Ff]rom|[Hh]as|[Hh]ave)\s)[\w’'-]+\s+$"
)
_UNIT = re.compile(r"\s*(?:%|°|\s(?!in\b|to\b|of\b|from\b|at\b|on\b|is\b|are\b|and\b|or\b|with\b|can\b|was\b|does\b|\w+es\b)[a-z])")
"""Matches a number after a noun and without a unit, which is part of a name: `beat 4`, `Hybrid 1`."""
_MOST_IN_TERM = 4
_BARE = re.compile(
    r"^(?:(?:An?|The|Any)\s+)?(?:[\w’'-]+\s+){1,3}?(?:that|which|who|whose|whereby|in which|where|when|of|to|within)\b", re.IGNORECASE
)
"""Matches the beginning of a definition that leaves out the term."""
_FRAGMENT = re.compile(r"^(?:an?|the|any)\s+(?:[\w-]+\s+){1,3}?(?:that|which|who|whereby|in which)\b", re.IGNORECASE)
_NUMBERED_END = re.compile(r"[;:]\s*\d{1,2}[.)]$")
_MATHS = re.compile(r"\$[^$]*\$|`[^`]*`|[=<>≤≥∑√∂]|\\[a-z]+")
_KINDS = frozenset({Kind.PROSE, Kind.LIST, Kind.DEFINITION, Kind.CALLOUT, Kind.ANSWER})
_WORKED = Language.load("en").pattern("practice", r"\b{worked}\b")
_MADE_UP = re.compile(
    r"^\W*(?:for )?(?:suppose|imagine|assume|consider|argue|let|say|example|instance|e\.g|visual|take|scale|if (?:you|we|it|they)"
    r"|(?:first|second|next|finally|at the same time)(?=,))\b",
    re.IGNORECASE,
)
"""How an example, an instruction, or a sentence that goes on from the one before begins."""
_TOLD = re.compile(r"\b(?:was|were|had|gave|made|would have)\b")
"""A number of things in a sentence about the past is a detail of one case; a share or a measure is not."""
_INSTANCE = re.compile(
    r"\b(?:suppose|say|example|e\.g|for instance|take|let|imagine|assume|consider|if you"
    r"|we (?:can )?(?:choose|take|use|have|get)|or so|maybe|as \w+ as|he|she|his|her|your?|about|roughly|around|approximately|typically"
    r"|usually)\b|[~≈]",
    re.IGNORECASE,
)


def make(notes: Notes) -> Iterator[Item]:
    """The items of all documents: at most one gap of each sort per sentence."""
    for document in notes.documents:
        for unit in notes.units_of[document.name]:
            if unit.position < 0 or unit.kind not in _KINDS or any(_WORKED.search(title) for title in notes.titles(unit)[:-1]):
                continue
            said = opened(unit.text)
            if _stands_alone(said):
                yield from _of_sentence(notes, document.name, unit, said)


def _stands_alone(said: str) -> bool:
    """True for a sentence that needs no other to be understood, and is neither an example nor an answer to choose from."""
    is_part = said.startswith("Answer") or re.match(r"[A-D][.)] ", said) or _MADE_UP.match(said)
    return not is_part and _LEAST <= size(said) <= _MOST and said[-1:] not in ":?" and not points_back(said) and _is_sentence(said)


def _of_sentence(notes: Notes, document: str, unit: Unit, said: str) -> Iterator[Item]:
    concepts = sorted(notes.mentions(said), key=lambda one: one[1])
    if not concepts or concepts[0][1] > _NEAR:
        return
    if _is_verb(said) and concepts[0][1] > 2:
        return  # its subject is in the sentence before
    named = _term_of(notes, unit, said)
    if not named and _FRAGMENT.match(said):
        return  # its subject is elsewhere
    for prompt, answer in (*_number(said), *_opposite(said)):
        at = prompt.index(GAP)
        before = prompt[:at]
        if before.count('"') % 2 or before.count("“") > before.count("”") or before.count("(") > before.count(")"):
            continue  # inside of what somebody says, or of an example in brackets
        if any(start <= at < end and end - start > len(answer) for _, start, end in concepts):
            continue  # a part of a name
        asked = f"{named}: {prompt}" if named else prompt
        yield draft(ItemKind.CLOZE, asked, answer, concepts[0][0].id, document, unit.span, unit.text, gap=f"{asked} {answer}")


def _term_of(notes: Notes, unit: Unit, said: str) -> str:
    """The term above a bare definition, which is the definition's subject: `Reinforcer` above `A stimulus that increases …`."""
    title = next(iter(notes.titles(unit)), "")
    if not 0 < len(title.split()) <= _MOST_IN_TERM or re.search(r"[\d:?]", title) or not _BARE.match(said):
        return ""
    named = any(end - start >= len(title) - 2 for _, start, end in notes.mentions(title))
    return title if named and key(title) not in key(said) else ""


def _is_verb(said: str) -> bool:
    """True if a sentence seems to begin with its verb: \"Keeps correlated features\"."""
    first = said.split(" ", 1)[0]
    return first.isalpha() and first.endswith("s") and not first.endswith(("ss", "us", "is"))


def _is_sentence(said: str) -> bool:
    """True if a text ends like a sentence and has a word that may be its verb: in small letters, after the first word."""
    return said[-1:] in '.!)"”' and re.search(r"\s[a-z]{2,}\b", said) is not None and said.count("|") < 2 and not _NUMBERED_END.search(said)


def _number(said: str) -> Iterator[tuple[str, str]]:
    """A gap for the only number of a sentence that has one."""
    digits = re.findall(r"\d+(?:[.,]\d+)*", said)
    found = list(_NUMBER.finditer(said))
    if len(digits) != 1 or len(found) != 1 or _INSTANCE.search(said) or _MATHS.search(said):
        return
    match = found[0]
    number = match["number"]
    if _YEAR.match(number) or _REFERENCE.search(said[: match.start()]) or match.start() < 2:
        return
    if _LABELLED.search(said[: match.start()]) and not _UNIT.match(said[match.end() :]):
        return
    if number.isdigit() and _TOLD.search(said):
        return
    if re.match(r"\s?(?:\)|years? ago)", said[match.end() :]) or said[: match.start()].rstrip().endswith(("(", "[")):
        return
    yield f"{said[: match.start()]}{GAP}{said[match.end() :]}", number


def _opposite(said: str) -> Iterator[tuple[str, str]]:
    """A gap for a word of a pair, with both words to choose from, if the sentence has no other word of such a pair."""
    found = [(match, pair, at) for pair in _pairs() for at in (0, 1) for match in pair[at].finditer(said)]
    places = {match.span() for match, _, _ in found}
    if len(places) != 1 or _MATHS.search(said) or re.search(r"\b(?:n[o']t|never|no|nor|than not|or less|or more|at least|at most)\b", said):
        return
    match, pair, at = found[0]
    word = match[0]
    if not is_telling(said, match.start(), match.end()):
        return
    other = _form(pair[1 - at].pattern, word)
    if (
        re.search(r"\b(?:more|less)\s+(?:and|or|than one|than \d)", said)
        or match.start() < 2
        or word[:1].isupper()
        or said[match.start() - 1] == "("
    ):
        return
    choice = " or ".join(sorted((word.lower(), other)))
    yield f"{said[: match.start()]}{GAP}{said[match.end() :]} ({choice})", word.lower()


def _form(pattern: str, word: str) -> str:
    """The word that a pattern of the list stands for, in the form of its opposite."""
    plain = pattern.removeprefix(r"(?<![\w-])(?:").removesuffix(r")(?![\w-])")
    plain = re.sub(r"\(\?=.*\)$", "", plain).replace("[sz]", "z" if "z" in word else "s")
    return plain.replace("s?", "s" if word.lower().endswith("s") else "")


@cache
def _pairs() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    found = []
    for line in Language.load("en").groups("practice")["opposites"]:
        one, other = line.split(" ")
        found.append((_word(one), _word(other)))
    return tuple(found)


def _word(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE)
