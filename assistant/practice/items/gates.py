"""The gates that an item has to pass: general requirements of a fair question."""

from __future__ import annotations

import re
from enum import StrEnum

from assistant.practice.items.values import GAP, Item, ItemKind
from assistant.practice.items.wording import is_balanced, points_back, size
from assistant.verification.quantities import numbers_in, quantities, rounded
from graph.text.normal import words
from ingest.text.notation import fold
from ingest.text.terms import STOP_WORDS

MOST_IN_PROMPT = 30
MOST_IN_ANSWER = 20
MOST_POINTS = 5
MOST_IN_POINT = 25
_ORDERLY = re.compile(r"\w")
_SELF_TITLED = re.compile(r"^(?:table of )?contents|^index$|^summary$|^overview$|^introduction$|^notes?$|^home$|^readme$", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://|www\.|\.(?:png|jpe?g|svg|gif|pdf)\b|\bTODO\b|\bTBD\b|\bFIXME\b|\bon (?:Vimeo|YouTube)\b|�")
_CUT = re.compile(r"^\[[ xX]\]|\[!\w+\]|^[→⇒=|>]|(?:^|[;.:]\s*)\(?\d{1,2}[.)]$")
"""Matches a task to tick off, the mark of a callout, a continuation of the line before, and a numbered answer that was cut."""
_BROKEN = re.compile(r"\b(?:mm?|pp?|figs?|nos?|cf|vol|ex)\.\s*(?:\([^()]*\))?$|^\W*\d+[-–]\d+,")
"""Matches a sentence that was cut at an abbreviation, so that its number is in a neighbouring sentence."""
_TRAILS = re.compile(r"(?:\.\.\.|…)\s*\??$")
_MADE_PROMPTS = frozenset({ItemKind.ORDER, ItemKind.COMPARE, ItemKind.EXPLAIN, ItemKind.DEFINITION, ItemKind.FORMULA, ItemKind.SYMBOL})
_WORDS_OF_NOTES = frozenset({ItemKind.QUESTION, ItemKind.CARD})


class Refusal(StrEnum):
    """The reason for refusing an item."""

    EMPTY = "empty"
    LONG_PROMPT = "long prompt"
    LONG_ANSWER = "long answer"
    GIVEN_AWAY = "given away"
    POINTS_BACK = "points back"
    UNBALANCED = "unbalanced"
    FURNITURE = "furniture"
    TWICE = "twice"
    AMBIGUOUS = "ambiguous"
    MANY = "many"


def refusal(item: Item) -> Refusal | None:
    """The first gate that refuses an item, None if it passes all of them. Ambiguity, which needs a search, is judged elsewhere."""
    if not _ORDERLY.search(item.prompt) or not _ORDERLY.search(item.answer) or not item.points:
        return Refusal.EMPTY
    if size(item.prompt) > MOST_IN_PROMPT or len(item.prompt) > 12 * MOST_IN_PROMPT:
        return Refusal.LONG_PROMPT
    if len(item.points) > MOST_POINTS or (size(item.answer) > MOST_IN_ANSWER and any(size(point) > MOST_IN_POINT for point in item.points)):
        return Refusal.LONG_ANSWER
    if _is_furniture(item):
        return Refusal.FURNITURE
    if not is_balanced(item.prompt) or not all(map(is_balanced, (item.answer, *item.points))):
        return Refusal.UNBALANCED
    if item.kind not in _MADE_PROMPTS and points_back(_asked(item)):
        return Refusal.POINTS_BACK
    return Refusal.GIVEN_AWAY if _is_given_away(item) else None


def _asked(item: Item) -> str:
    """A prompt without the words that its maker added in front."""
    return re.sub(r"^(?:Why|Which term):\s*", "", item.prompt)


def _is_furniture(item: Item) -> bool:
    texts = (item.prompt, item.answer, *item.points)
    is_cut = item.kind not in _WORDS_OF_NOTES and any(_BROKEN.search(text) or _TRAILS.search(text) for text in texts)
    return is_cut or _SELF_TITLED.search(item.prompt) is not None or any(_ADDRESS.search(text) or _CUT.search(text) for text in texts)


def _is_given_away(item: Item) -> bool:
    """True if the words of a short answer are in the prompt, or a longer answer adds hardly anything to the prompt."""
    if item.kind is ItemKind.ORDER:
        return False
    asked = _content(item.prompt.replace(GAP, " "))
    said = _content(item.answer)
    if item.kind in (ItemKind.CLOZE, ItemKind.TERM):
        choice = item.prompt.rpartition("(")[2] if item.prompt.endswith(")") else ""
        rest = _content(item.prompt.replace(GAP, " ").removesuffix(f"({choice}")) if choice else asked
        return bool(said & rest) or bool(numbers_in(item.answer) & _numbers_told(item.prompt))
    if item.kind in _WORDS_OF_NOTES:
        return bool(said) and said <= asked and len(item.answer) < len(item.prompt)
    new = said - asked
    return len(new) < 2 and len(new) < len(said)


def _numbers_told(text: str) -> set[float]:
    """The numbers of a prompt, also those in words: `G to B is four semitones` tells the 4 that is asked for."""
    return {rounded(quantity.value) for quantity in quantities(fold(text))}


def _content(text: str) -> set[str]:
    return {word for word in words(text) if word not in STOP_WORDS}
