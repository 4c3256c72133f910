"""What single lines of technical notes look like: titles, labels, formulas, code, definitions, pointers elsewhere."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SMALL_WORDS = _words(
    "a an and as at but by for from in into is it nor of off on or per so than that the their to up vs vs. via with without are be do does "
    "its not you your"
)
_MATH_SIGNS = frozenset("=←≤≥≈∑∏√∫{}\\|^~<>∈∝∇∂")
_LONGEST = 400
"""No line of code or formula is longer; a bound on the work that a hostile line can cause."""

_DATE = re.compile(
    r"(?:\d{1,2}[ ./-])?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?: \d{1,2},?)?(?: \d{4})?$|[\d./-]+$", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://|www\.|\S+@\S+")
_RELATION = re.compile(r"[=≈≤≥←∝≠∼⇒]|:=|\\(?:leq?|geq?|approx|sim|propto|frac|sum)\b")
_PLAIN_WORD = re.compile(r"(?<![\w\\^])[A-Za-z]{3,}(?![\w(^])")
_FUNCTIONS = _words("log exp max min argmax argmin softmax sigmoid tanh relu sqrt sum mean var cov det where for all sign subject")
_CODE_STRONG = re.compile(
    r"(?:(?:async )?def \w+\(|class \w+.*:$|import \w+|from [\w.]+ import |return\b(?!.*\.$)|for \w[\w, ]* in .+:$|while .+:$"
    r"|if .+:$|elif .+:$|else:$|try:$|except\b.*:$|with .+ as .+:$|@\w+|self\.\w|print\(|#include"
    r"|(?:public|private|static|const|let|var|function) \w.*[{;=]|\$ \w|>>> )"
)
_CODE_WEAK = re.compile(
    r"(?:[\w.\[\], :'\"-]+\s*[-+*/|]?=[^=]|[\w.]+\(.*\)?[,;]?$|[\])}]+[,;]?$|[^.!?]*[(\[{\\,]$|# \S|//|\"\"\"|\'\'\'"
    r"|[\w.'\"\[\]]+,?$|(?:pass|break|continue)$|(?:with|if|for|while|elif|except) .+:$|assert |raise |yield |super\()"
)
_DEFINITION = re.compile(
    r"\*\*[^*]{2,80}\*\*(?: \([^)]*\))?:?\s*(?:is|are|was|means|refers|measures|denotes|describes|—|–|-|:)?\s"
    r"|(?:The |An? )?[A-Z][\w'’/()-]*(?: [\w'’/()-]+){0,6} (?:is|are) (?:an?|the|when|how|where)\b"
    r"|(?:[A-Z][\w'’/-]*(?: [\w'’/()-]+){0,4}|[a-z][\w'’/-]*(?: [\w'’/-]+){0,3}) ?(?:: [A-Z]| — an? )"
)
_CALLOUT_WORDS = (
    r"TL;?DR|notes?|tip|hint|warning|caution|danger|important|attention|(?:worked )?example|(?:common )?pitfalls?|remember"
    r"|(?:key )?takeaways?|key points?|(?:key |the )?insight|intuition|gotchas?|caveat|summary|in short|rule of thumb|info|abstract"
)
_CALLOUT_INLINE = re.compile(
    r"(?:>\s*)?(?:\[!\w+\]|(?:\*\*|__)?(?:TL;?DR|note|tip|hint|warning|caution|important|example|pitfalls?|remember"
    r"|(?:key )?takeaways?|intuition|(?:key )?insight|gotchas?|caveat|rule of thumb)"
    r"(?:(?: on| for| —| –)[^:*]{1,40})?(?::\s*(?:\*\*|__)|(?:\*\*|__)?\s*[:—–]))",
    re.IGNORECASE,
)
_CALLOUT_ALONE = re.compile(rf"(?:(?:{_CALLOUT_WORDS}))(?:\s*[—–:]\s*(.+)| \d+)?$", re.IGNORECASE)
_CALLOUT_PLAIN = re.compile(rf"(?:(?:{_CALLOUT_WORDS}))[.!]?$", re.IGNORECASE)
_POINTER = re.compile(
    r"(?:[-*•] )?(?:see|read|refer to|check|open|back to|next:|previous:)\b.{0,60}?"
    r"(?:\w\.(?:md|py|ipynb|pdf|txt|html?|rst)\b|\]\([^)]*\)\s*\.?$|above$|below$)",
    re.IGNORECASE,
)
_CONTENTS_TITLE = re.compile(
    r"(?:table of )?contents|toc|on this page|in this (?:article|document|note)"
    r"|(?:sources|references|bibliography|works cited|literature|further reading|see also)(?: and (?:notes|links|further reading))?",
    re.IGNORECASE,
)
_LABEL_STOP = _words("where then with so and or but because since if when let given here also thus hence now")
_LABEL_WORDS = _words(
    "answer task problem goal question solution relationship tuning effect use usage step input output result results setup cause fix why "
    "how what when where who proof derivation formula case option part method query thought action observation advantages disadvantages "
    "pros cons"
)
"""What stands before a colon as a label, and is no term that the rest defines."""
_BOLD_LABEL = re.compile(r"(?:\*\*|__)([^*_]+?):?(?:\*\*|__):?$")


def is_title_like(text: str, words: list[str]) -> bool:
    """A line that could be a heading by its own looks: short, capital first, no end of sentence, no mathematics, no date or address."""
    first = text[0]
    text = text.rstrip("*_")
    if not text or "**" in text[2:]:
        return False
    if len(text) > 110 or len(words) > 14 or (text[-1] in ".,;:!" and not text.endswith("...")) or first.islower():
        return False
    if not (first.isalnum() or first in "\"'“‘¿¡("):
        return False
    if not _MATH_SIGNS.isdisjoint(text) or not any(c.isalpha() for c in text):
        return False
    return not (_DATE.match(text) or _ADDRESS.search(text))


def is_title_case(words: list[str]) -> bool:
    """Whether the words that carry the meaning start with capitals, as in a title."""
    if len(words) > 9:
        return False
    counted = [w for w in words if w.lower() not in _SMALL_WORDS]
    high = sum(not w.lstrip("\"'“‘(")[:1].islower() for w in counted)
    return bool(counted) and 5 * high >= 4 * len(counted) and any(c.isalpha() for c in words[0])


def label_of(text: str) -> str | None:
    """The title of a label line (`Key points:`, `**Solutions**`), None for other lines, also for a sentence before a list."""
    if len(text) > 120:
        return None
    bold = _BOLD_LABEL.match(text)
    if bold:
        return bold[1].strip() if len(bold[1].split()) <= 10 else None
    if text[-1] != ":" or len(text) > 70:
        return None
    title = text[:-1].strip()
    words = title.split()
    if not words or len(words) > 8 or title[0].islower() or words[0].lower() in _LABEL_STOP or not _MATH_SIGNS.isdisjoint(title):
        return None
    return title if len(words) <= 3 or is_title_case(words) else None


def is_formula(text: str) -> bool:
    """A line that states a relation in signs, with hardly a plain word in it."""
    if len(text) > _LONGEST or not _RELATION.search(text):
        return False
    body = re.split(r"\s{2,}#|\s#\s|\s{3,}", text, maxsplit=1)[0] or text
    words = [w for w in _PLAIN_WORD.findall(body) if w.lower() not in _FUNCTIONS]
    return 3 * len(words) <= len(body.split()) and len(words) <= 6


def is_code(text: str) -> bool:
    """A line that is a statement of a programming language beyond doubt."""
    return len(text) < _LONGEST and _CODE_STRONG.match(text) is not None


def continues_code(text: str) -> bool:
    """A line that may be code beside a line that is."""
    return len(text) < _LONGEST and (_CODE_WEAK.match(text) is not None or _CODE_STRONG.match(text) is not None)


def is_definition(text: str) -> bool:
    """A paragraph that opens by saying what a term is."""
    if _DEFINITION.match(text[:_LONGEST]) is None:
        return False
    before, colon, _ = text[:_LONGEST].partition(":")
    return not colon or before.split(None, 1)[0].lower() not in _LABEL_WORDS or len(before.split()) > 2


def callout_title(text: str) -> str | None:
    """The title of a callout that a line opens by itself: `TL;DR`, `PITFALL`, `EXAMPLE — …`. None for other lines."""
    if len(text) > 110 or not text[:2].isupper():
        return None
    alone = _CALLOUT_ALONE.match(text)
    keyword = text[: alone.start(1)] if alone and alone[1] else text
    return text if alone and keyword == keyword.upper() else None


def is_callout_word(title: str) -> bool:
    """Whether a label's title names a callout: `Example`, `Key takeaways`."""
    return _CALLOUT_PLAIN.match(title) is not None


def is_inline_callout(text: str) -> bool:
    """A paragraph that opens with a callout word: `Note: …`, `**Example:** …`."""
    return _CALLOUT_INLINE.match(text) is not None


def is_pointer(text: str) -> bool:
    """A line that only sends the reader to another file or place."""
    return len(text) < 160 and _POINTER.match(text) is not None


def is_contents_title(title: str) -> bool:
    """A heading whose section only points elsewhere: a table of contents, a list of sources."""
    return _CONTENTS_TITLE.fullmatch(title.strip(" :*#")) is not None
