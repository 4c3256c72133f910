"""Word text of documents for an answer: without markup, and with labels that it needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from textwrap import dedent

from assistant.wording.marks import without_marks
from ingest.model import Chunk, Excerpt, Kind
from ingest.structure.patterns import continues_code, is_code
from ingest.text.links import only_links
from ingest.text.list_marks import BULLETS
from ingest.text.sentences import continues

_FEW_WORDS = 7
_LABEL_WORDS = 3
_FRONT_WORDS = 16

_DANGLING = re.compile(
    r"(it|its|this|that|these|those|they|their|such|here|then|so|thus|hence|therefore|where|the (former|latter|above))\b", re.IGNORECASE
)
MARKER = re.compile(rf"^\s*(?:[{BULLETS}]\s+|\d{{1,3}}[.)]\s+|\((?:\d{{1,3}}|[a-z])\)\s+|[a-h][.)]\s+(?=\S)|>\s+|#{{1,6}}\s+)+")
_POINTER = re.compile(r"\W*see\b.{0,80}(?:\.\w{1,4}\b|https?:|chapter|section|figure|appendix|below|above)", re.IGNORECASE)
# Stars and underscores in code and inside words stay: `2**3` is not emphasis.
_EMPHASIS = re.compile(r"(`[^`\n]*`)|(?<![\w*])(\*\*|__)(?=\S)(.+?)(?<=\S)\2(?![\w*])")
_STRAY = re.compile(
    r"(`[^`\n]*`|\$[^$\n]*\$)|(?<![\w*])\*\*(?=[A-Z(]|[a-z]+[\s*])|(?<=[^\W\d_])\*\*(?=[^\W\d_]{2})|(?<=[\w.,;:!?)\"”'’])\*\*(?![\w*])"
)
"""Matches unpaired stars of emphasis, left when one sentence of the emphasis is shown alone."""
_STOPPED = re.compile(r"[a-z0-9)][.!?]$")
_REMARK = re.compile(r"\?\s*\([^()?]*\)$")
_STATED_BEFORE = re.compile(r".*[\w)%][.!]\s+(?=[A-Z(])", re.DOTALL)
_PUNCTUATION = ":;,.!?"
_LEADS = re.compile(r"\b(?:suppose|assume|that|if|where|are|is|by|with|of|following|satisfies|satisfying|when|let)$", re.IGNORECASE)
"""Matches the end of a sentence that continues with a list."""
_SPACES = re.compile(r"\s+")
_ANSWERS = re.compile(r"\A\s*(?:[*_]{2})?(?:(?i:answer|solution)|A)\s*:(?:[*_]{2})?\s+(?=\S)")
ROW = re.compile(r"^\s*\|(?:.*\||\s.*\s\|\s.*)\s*$")
"""Matches a table row, whose last bar is often missing."""
RULE = re.compile(r"^\s*\|?[\s:|+-]+\|?\s*$")
_ANSWERED = re.compile(r"(?<=\?)(\s*\n\s*)A[.):]\s+(?=\S)")
_FENCE = re.compile(r"^\s*(?:```|~~~)", re.MULTILINE)
_FORMULA = re.compile(r"^\s*\$\$|\$\$\s*$")
_NUMBER = re.compile(r"^(?:(?:chapter|section|part|lecture)\s+)?\d{1,3}(?:\.\d{1,3})*[.):]?\s+(?=\S)", re.IGNORECASE)
_UNSTOPPED = re.compile(r"[\w)%][\"'”’*]*$")
_ENDED = re.compile(r"[.!?:;…$|)`][\"'”’*]*$")


@dataclass(frozen=True, slots=True)
class CodeText:
    """Code with the text before it; the lines of the code as they stand, without the marks around it."""

    before: str
    lines: str


def code_in(chunk: Chunk, text: str) -> CodeText | None:
    """The code of a unit, None without code. A unit from the middle of code has no fence and is recognised by its lines."""
    fence = _FENCE.search(text)
    opens = fence is not None and text[fence.end() :].strip("`~ \n") != ""
    if not opens and not _is_code(chunk, text[: fence.start()] if fence else text):
        return None
    begins = fence.start() if fence and opens else 0
    indent = chunk.text[: max(0, chunk.text.find(text))].rpartition("\n")[2] if not begins else ""
    code = text[begins:] if indent.strip() else indent + text[begins:]
    lines = [line.rstrip() for line in code.split("\n") if line.strip() and not _FENCE.match(line)]
    return CodeText(tidy(text[:begins]), dedent("\n".join(lines)))


def _is_code(chunk: Chunk, text: str) -> bool:
    """True if every line of a text may be code, and one line of it or of its passage must be code."""
    if chunk.kind is Kind.CODE:
        return True
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if not all(map(continues_code, lines)) or not any(is_code(line) or "=" in line for line in lines):
        return False
    return any(is_code(line.strip()) for line in chunk.text.split("\n"))


def spoken(chunk: Chunk, unit: Excerpt) -> str:
    """The text of a unit without code: without markup, and with the label above it if it is too short to be understood alone."""
    label = label_of(chunk)
    text = tidy(unit.text, is_item=is_item(chunk, unit))
    if is_fragment(text) and label and bare(label) not in bare(text):
        text = f"{label}: {text}"
    if _ENDED.search(text):
        return text
    return f"{text} …" if is_cut(chunk, unit) else f"{text}."


def is_cut(chunk: Chunk, unit: Excerpt) -> bool:
    """True if a sentence of a PDF continues on the next page, so that the unit is incomplete."""
    at_end = (
        chunk.document.lower().endswith(".pdf") and unit.span.last == chunk.span.last and chunk.text.rstrip().endswith(unit.text.rstrip())
    )
    return at_end and len(unit.text.split()) >= _FEW_WORDS and unit.text.rstrip()[-1:] not in ".!?:"


def label_of(chunk: Chunk) -> str:
    """The title above a passage, without its number; empty if it is a sentence or a question."""
    label = without_number(tidy(chunk.section[-1])).rstrip(":") if chunk.section else ""
    most = _FRONT_WORDS if chunk.kind is Kind.ANSWER else _FEW_WORDS  # the front of a card is longer than a heading
    return label if 0 < len(label.split()) < most and label[-1] not in "?.!" else ""


def without_number(title: str) -> str:
    """A title without the number of its section: `2.1 Cells` is `Cells`."""
    return _NUMBER.sub("", title)


def stands_alone(chunk: Chunk, unit: Excerpt) -> bool:
    """True if the unit has its own lines: a list item, a table row, a formula, code, a few words."""
    if _FORMULA.search(unit.text) or is_item(chunk, unit) or is_fragment(unit.text) or code_in(chunk, unit.text):
        return True
    return any(ROW.match(line) or MARKER.match(line) for line in unit.text.split("\n"))


def is_fragment(text: str) -> bool:
    """True if a text is a few words that are not a sentence."""
    return len(text.split()) < _FEW_WORDS and _STOPPED.search(text) is None


def header_of(chunk: Chunk) -> str:
    """The header of the first table of a passage, empty without one."""
    lines = chunk.text.split("\n") if "|" in chunk.text else []
    return next((head for head, rule in pairwise(lines) if "|" in head and "|" in rule and RULE.match(rule)), "")


def is_dangling(text: str) -> bool:
    """True if a text begins with a word that refers to the sentence before it."""
    return _DANGLING.match(tidy(text)) is not None


def is_empty(text: str) -> bool:
    """True if a text makes no statement: a question, a pointer to another place, only links and pictures, signs without a word."""
    if only_links(text):
        return True
    said = without_question(tidy(text))
    return _POINTER.match(said) is not None or re.search(r"\w", said) is None


def without_question(said: str) -> str:
    """A tidied text without a question at its end; empty if it is only a question."""
    said = _REMARK.sub("?", said)
    if not said.endswith("?"):
        return said
    stated = _STATED_BEFORE.match(said)
    return stated[0].rstrip() if stated else ""


def tidy(text: str, *, is_item: bool = False) -> str:
    """Text without list markers, emphasis marks and addresses of links, on one line except for table rows.

    Items are separated by semicolons, a label is followed by a colon. `is_item` is true if the text is a list item without its marker.
    """
    said, before = "", ""
    widest = max(map(len, text.split("\n")))
    in_list = ended = False  # an item stands before, and a line without words below it
    for line in _unmarked(text):
        words = _SPACES.sub(" ", MARKER.sub("", line)).strip()
        if not words or RULE.match(line):
            ended = in_list and not words
            continue
        if ROW.match(line):
            said = f"{said}\n{words}" if said else words
            continue
        opens = MARKER.match(line) is not None
        if opens:
            said += _before_item(said, is_item)
        elif ended and words[0].isupper():
            said += ";"
        elif before and _is_stated(said) and words[0].isalnum() and not continues(before, words, widest):
            said += "."  # the author ended the statement with the line
        is_item = is_item or opens
        ended, in_list = False, opens
        said, before = (f"{said} {words}" if said else words), words
    return said


def tidy_cell(text: str) -> str:
    """A cell of a table in the same way. It is no line, so `> 5`, `- 5 °C` and `1. x` in it are no marks of a quote or a list.

    >>> tidy_cell("> 5 **mmol**")
    '> 5 mmol'
    """
    return tidy(f"| {text.strip()} |")[1:-1].strip()


def _unmarked(text: str) -> list[str]:
    """The lines of a text without markup, emphasis and answer marks."""
    shown = _EMPHASIS.sub(lambda match: match[1] or match[3], _ANSWERED.sub(r"\1", _ANSWERS.sub("", without_marks(text))))
    return (_STRAY.sub(r"\1", shown) if "**" in shown else shown).split("\n")


def _is_stated(said: str) -> bool:
    """True if a text ends with a word and not with a sign."""
    return _UNSTOPPED.search(said) is not None


def _before_item(said: str, is_item: bool) -> str:
    """The separator between a text and the item after it: a colon after a label, a semicolon after another item."""
    if not said or said[-1] in _PUNCTUATION:
        return ""
    return ":" if not is_item and (len(said.split()) <= _LABEL_WORDS or _LEADS.search(said)) else ";"


def bare(text: str) -> str:
    """The words in lower case, for comparison."""
    return re.sub(r"\W+", " ", text).strip().lower()


def is_item(chunk: Chunk, unit: Excerpt) -> bool:
    """True if a list marker is before the unit in its passage."""
    before, _, _ = chunk.text.partition(unit.text)
    return MARKER.match(before[before.rfind("\n") + 1 :]) is not None
