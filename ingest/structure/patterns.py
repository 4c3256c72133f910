"""Recognise single lines of technical notes by their looks: titles, labels, formulas, code, definitions, pointers to other places."""

from __future__ import annotations

import re

from ingest.language.language import Language, alternatives

_ENGLISH = Language.load("en")
_HEADINGS = _ENGLISH.groups("headings")
_LABELS = _ENGLISH.groups("labels")
_CALLOUTS = _ENGLISH.groups("callouts")
_POINTERS = _ENGLISH.groups("pointers")
_DEFINITIONS = _ENGLISH.groups("definitions")

_LONGEST = 400
"""The longest line of code or formula, a limit on the work that a hostile line can cause."""
LONGEST_TITLE = 110
"""The most characters of a title. Headings of real notes are shorter; a longer line is a sentence without a full stop."""
_MOST_TITLE_WORDS = 14
"""The most words of a title, for the same reason."""
LONGEST_LABEL = 70
"""The most characters of a label. A longer line with a colon at its end is a sentence before a list."""
_LONGEST_BOLD_LABEL = 120
"""A label in bold is marked as one, and may be longer than a plain one."""
_LONGEST_POINTER = 160
"""The most characters of a line that only sends the reader elsewhere. A longer line has content of its own."""

_SMALL_WORDS = frozenset(_HEADINGS["small_words"])
_MATH_SIGNS = frozenset("=←≤≥≈∑∏√∫{}\\|^~<>∈∝∇∂")
"""Signs that never occur in a title."""
_DATE = re.compile(
    rf"(?:\d{{1,2}}[ ./-])?{alternatives(_HEADINGS['months'])}[a-z]*\.?(?: \d{{1,2}},?)?(?: \d{{4}})?$|[\d./-]+$", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://|www\.|\S+@\S+")
_CONTENTS_TITLE = re.compile(
    rf"{alternatives(_HEADINGS['contents'])}"
    rf"|{alternatives(_HEADINGS['sources'])}(?: and {alternatives(_HEADINGS['with_sources'])})?",
    re.IGNORECASE,
)

_RELATION = re.compile(r"[=≈≤≥←∝≠∼⇒]|:=|\\(?:leq?|geq?|approx|sim|propto|frac|sum)\b")
_PLAIN_WORD = re.compile(r"(?<![\w\\^])[A-Za-z]{3,}(?![\w(^])")
_ANY_WORD = re.compile(r"(?<![\w\\^])[A-Za-z]{2,}(?=[\s,.;:?]|$)")
_SENTENCE_WORDS = 4
"""Words of a sentence with a formula in it. A formula with words has fewer, or no capital and full stop."""
_FORMULA_WORDS = _ENGLISH.words("formula_words")
_ASIDE = re.compile(r"\s{2,}#|\s#\s|\s{3,}")
"""Separates a formula from a comment beside it."""

_CODE_STRONG = re.compile(
    r"(?:(?:async )?def \w+\(|class \w+.*:$|import \w+|from [\w.]+ import |return\b(?!.*\.$)|for \w[\w, ]* in .+:$|while .+:$"
    r"|if .+:$|elif .+:$|else:$|try:$|except\b.*:$|with .+ as .+:$|@\w+|self\.\w|print\(|#include"
    r"|(?:public|private|static|const|let|var|function) \w.*[{;=]|\$ \w|>>> )"
)
"""Matches a statement that cannot be an English sentence."""
_CODE_WEAK = re.compile(
    r"(?:[\w.\[\], :'\"-]+\s*[-+*/|]?=[^=]|[\w.]+\(.*\)?[,;]?$|[\])}]+[,;]?$|[^.!?]*[(\[{\\,]$|# \S|//|\"\"\"|\'\'\'"
    r"|[\w.'\"\[\]]+,?$|(?:pass|break|continue)$|(?:with|if|for|while|elif|except) .+:$|assert |raise |yield |super\()"
)
"""Matches text that may be code or English: the lines around it decide."""

_TERM = r"[A-Z][\w'’/()-]*(?: [\w'’/()-]+){0,6}"
_DEFINITION = re.compile(
    rf"\*\*[^*]{{2,80}}\*\*(?: \([^)]*\))?:?\s*(?:{'|'.join(_DEFINITIONS['verbs'])}|—|–|-|:)?\s"
    rf"|(?:{alternatives(_DEFINITIONS['articles'])} )?{_TERM}"
    rf" {alternatives(_DEFINITIONS['copulas'])} {alternatives(_DEFINITIONS['predicates'])}\b"
    r"|(?:[A-Z][\w'’/-]*(?: [\w'’/()-]+){0,4}|[a-z][\w'’/-]*(?: [\w'’/-]+){0,3}) ?(?:: [A-Z]| — an? )"
)
"""`**Term** means …`, `A term is a …`, `Term: The …`."""
_SENTENCE_OPENERS = frozenset(_LABELS["sentence_openers"])
_NO_TERMS = frozenset(_LABELS["no_terms"])
_BOLD_LABEL = re.compile(r"(?:\*\*|__)([^*_]+?):?(?:\*\*|__):?$")

_CALLOUT_INLINE = re.compile(
    rf"(?:>\s*)?(?:\[!\w+\]|(?:\*\*|__)?{alternatives(_CALLOUTS['inline'])}"
    rf"(?:(?:{''.join(f' {joint}|' for joint in _CALLOUTS['joints'])} —| –)[^:*]{{1,40}})?(?::\s*(?:\*\*|__)|(?:\*\*|__)?\s*[:—–]))",
    re.IGNORECASE,
)
_CALLOUT_ALONE = re.compile(rf"{alternatives(_CALLOUTS['alone'])}(?:\s*[—–:]\s*(.+)| \d+)?$", re.IGNORECASE)
_CALLOUT_PLAIN = re.compile(rf"{alternatives(_CALLOUTS['alone'])}[.!]?$", re.IGNORECASE)
_POINTER = re.compile(
    rf"(?:[-*•] )?{alternatives(_POINTERS['openers'])}(?!\w).{{0,60}}?"
    rf"(?:\w\.(?:md|py|ipynb|pdf|txt|html?|rst)\b|\]\([^)]*\)\s*\.?$|{alternatives(_POINTERS['places'])}$)",
    re.IGNORECASE,
)


def is_title_like(text: str, words: list[str]) -> bool:
    """True for a line that could be a heading by its own looks. `words` is the text split at white space.

    It is short, opens with a capital, a digit or a quote, does not end a sentence, and holds no mathematics, date or address.
    """
    first = text[0]
    text = text.rstrip("*_")
    if not text or "**" in text[2:]:
        return False
    if len(text) > LONGEST_TITLE or len(words) > _MOST_TITLE_WORDS or first.islower():
        return False
    if text[-1] in ".,;:!" and not text.endswith("..."):
        return False
    if not (first.isalnum() or first in "\"'“‘¿¡("):
        return False
    if not _MATH_SIGNS.isdisjoint(text) or not any(c.isalpha() for c in text):
        return False
    return not (_DATE.match(text) or _ADDRESS.search(text))


def is_title_case(words: list[str]) -> bool:
    """True if four of five words that carry meaning start with a capital, as in a title. Longer lines are sentences."""
    if len(words) > 9:
        return False
    counted = [w for w in words if w.lower() not in _SMALL_WORDS]
    high = sum(not w.lstrip("\"'“‘(")[:1].islower() for w in counted)
    return bool(counted) and 5 * high >= 4 * len(counted) and any(c.isalpha() for c in words[0])


def label_of(text: str) -> str | None:
    """The title of a label line (`Key points:`, `**Solutions**`), or None for any other line, such as a sentence before a list."""
    if len(text) > _LONGEST_BOLD_LABEL:
        return None
    bold = _BOLD_LABEL.match(text)
    if bold:
        return bold[1].strip() if len(bold[1].split()) <= 10 else None
    if text[-1] != ":" or len(text) > LONGEST_LABEL:
        return None
    title = text[:-1].strip()
    words = title.split()
    if not words or len(words) > 8 or title[0].islower() or words[0].lower() in _SENTENCE_OPENERS or not _MATH_SIGNS.isdisjoint(title):
        return None
    return title if len(words) <= 3 or is_title_case(words) else None


def is_formula(text: str) -> bool:
    """True for a line that states a relation in signs, with at most six plain words and few signs inside words."""
    if len(text) > _LONGEST or not _RELATION.search(text):
        return False
    if text[-1] in ".?" and text[0].isupper() and len(_ANY_WORD.findall(text)) >= _SENTENCE_WORDS:
        return False
    body = _ASIDE.split(text, maxsplit=1)[0] or text
    words = [w for w in _PLAIN_WORD.findall(body) if w.lower() not in _FORMULA_WORDS]
    return 3 * len(words) <= len(body.split()) and len(words) <= 6


def is_code(text: str) -> bool:
    """True for a line that is a statement of a programming language beyond doubt."""
    return len(text) < _LONGEST and _CODE_STRONG.match(text) is not None


def continues_code(text: str) -> bool:
    """True for a line that may be code if the line beside it is."""
    return len(text) < _LONGEST and (_CODE_WEAK.match(text) is not None or _CODE_STRONG.match(text) is not None)


def is_definition(text: str) -> bool:
    """True for a paragraph that opens by saying what a term is."""
    if _DEFINITION.match(text[:_LONGEST]) is None:
        return False
    before, colon, _ = text[:_LONGEST].partition(":")
    return not colon or before.split(None, 1)[0].lower() not in _NO_TERMS or len(before.split()) > 2


def callout_title(text: str) -> str | None:
    """The title of a callout that stands alone in capitals: `TL;DR`, `PITFALL`, `EXAMPLE — …`. None for any other line."""
    if len(text) > LONGEST_TITLE or not text[:2].isupper():
        return None
    alone = _CALLOUT_ALONE.match(text)
    keyword = text[: alone.start(1)] if alone and alone[1] else text
    return text if alone and keyword == keyword.upper() else None


def is_callout_word(title: str) -> bool:
    """True if the title of a label names a callout: `Example`, `Key takeaways`."""
    return _CALLOUT_PLAIN.match(title) is not None


def is_inline_callout(text: str) -> bool:
    """True for a paragraph that opens with a callout word: `Note: …`, `**Example:** …`."""
    return _CALLOUT_INLINE.match(text) is not None


def is_pointer(text: str) -> bool:
    """True for a line that only sends the reader to another file or place: `See notes.md`."""
    return len(text) < _LONGEST_POINTER and _POINTER.match(text) is not None


def is_contents_title(title: str) -> bool:
    """True for a heading whose section only points elsewhere: a table of contents, a list of sources."""
    return _CONTENTS_TITLE.fullmatch(title.strip(" :*#")) is not None
