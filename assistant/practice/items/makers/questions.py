"""Items from the questions that the notes ask and answer themselves, and from the cards that they hold (`Q::A`, `==gap==`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.practice.items.drafts import draft, source
from assistant.practice.items.notes import Notes
from assistant.practice.items.values import GAP, Item, ItemKind
from assistant.practice.items.wording import clauses, clean, sentence, size
from assistant.wording.display import MARKER
from graph.text.units import Unit
from ingest.language.language import Language
from ingest.model import Document, Kind, Question, Span

_MOST_WORDS = 80
_MOST_IN_UNIT = 25
_MOST_POINTS = 5
_LABEL = re.compile(r"^[^.?!]{1,60}:$")
_MARK = re.compile(r"^(?:\W*)(?:Q(?:uestion)?\s*\d*\s*[:.)]|\(?\d{1,3}(?:\.\d+)*[.):]|[IVX]+\.)\s*", re.IGNORECASE)
_ANSWER = re.compile(r"^\W*(?:answer|solution|a|ans)\s*[:.]\s*|^(?:show answer|answer)\W*$", re.IGNORECASE)
_MOST_IN_TITLE = 6
_SELF = re.compile(r"\b(?:quiz|questions?|faq|exercises?|exam|interview|review|notes?|check)\b|\d", re.IGNORECASE)
_SEE = re.compile(r"\W*see\b", re.IGNORECASE)
_COMPARES = re.compile(r"\b(?:differ|difference|differences|compare|versus|vs|relationship|between|connection|similar)\b", re.IGNORECASE)
_FIRST = re.compile(r"^.{12,}?[.?](?=\s+[A-Z])")
_ASKS = re.compile(
    r"\?|^(?:explain|describe|define|derive|compare|name|list|give|state|what|why|how|when|which|who|where|prove|show|outline|discuss)\b",
    re.IGNORECASE,
)
_WORK = re.compile(
    r"\b(?:implement|derive|prove|code|write (?:a|an|the|some)|program|build|design|coding|compute|calculate|solve|your|you)\b",
    re.IGNORECASE,
)
_OF_SOMETHING = re.compile(
    r"^(?:is|was|are|were|does|did|do|can|should|has|have)\s+(?:this|it|that|these|they|he|she|there)\b", re.IGNORECASE
)
"""Matches a question that refers to the text before it."""
_GOES_ON = re.compile(r"^(?:and|but|or|if (?:so|not)|then|today|next|whether|objection)\b|\([^()]*\d[^()]*\)\??$", re.IGNORECASE)
"""A question that goes on from the text before it, belongs to one day, or bears the length of an exercise or a page."""
_INTERROGATIVE = re.compile(
    r"\b(?:what|why|how|when|which|who|whose|whom|where|is|are|was|were|do|does|did|can|should|will|has|must|explain|describe|define|compare"
    r"|name|list|give|state|discuss)\b",
    re.IGNORECASE,
)
_FEWEST_WORDS = 4
_NO_ANSWER = re.compile(
    r"^\(?hint\b|\b(?:these|following|below)\s+(?:\d+|two|three|four|five|six)?\s*(?:questions|steps|points|conditions)\b", re.IGNORECASE
)
_PAIR = re.compile(r"^\s*(?:[-*+]\s+)?(?P<asked>[^:\n`]{3,200}?)\s*(?<!:):{2,3}(?!:)\s*(?P<said>\S[^\n]{0,300})$")
_CODE = re.compile(r"\w::\w+[(<:]|\bstd::")
_MOST_IN_GAP, _LEAST_AROUND = 3, 7
_POINTS_ELSEWHERE = re.compile(r"\b(?:similarly|likewise|see|below|above)\b|\?\s*$", re.IGNORECASE)
_GAP = re.compile(r"==(?=\S)([^=\n]{1,80}?)(?<=\S)==")
_SKIPPED = frozenset({Kind.CODE, Kind.TABLE, Kind.HEADING, Kind.TODO, Kind.METADATA, Kind.FURNITURE, Kind.CONTENTS, Kind.FORMULA})
_WORKED = Language.load("en").pattern("practice", r"^\W*{worked}\b")


def make(notes: Notes) -> Iterator[Item]:
    """The items of all documents."""
    for document in notes.documents:
        for question in document.questions:
            item = _from_question(notes, document, question)
            if item is not None:
                yield item
        for unit in notes.units_of[document.name]:
            yield from _from_cards(notes, document, unit)


def _from_question(notes: Notes, document: Document, question: Question) -> Item | None:
    prompt = sentence(_MARK.sub("", clean(question.text))).strip("\"“”' ")
    if question.answer is None or not _ASKS.search(prompt) or _WORK.search(prompt) or prompt.count("?") > 2 or size(prompt) < 3:
        return None
    if _depends(prompt) or re.match(r"\w+\?", prompt) or (size(prompt) < _FEWEST_WORDS and not _INTERROGATIVE.search(prompt)):
        return None
    answer = _answer(notes, document, question.answer, prompt)
    if answer is None or any(_NO_ANSWER.search(point) for point in answer[0]):
        return None
    points, span = answer
    if (len(points) == 1 or _COMPARES.search(prompt)) and (first := _FIRST.match(prompt)) and not _COMPARES.search(first[0]):
        prompt = first[0]  # a second question is hardly answered by the first points
    titles = [title for title in reversed(_section(document, question.span)) if not _WORKED.search(title)]
    concept = notes.concept_of(prompt, titles[:1])
    asked = prompt
    if not notes.mentions(prompt):
        prompt = _with_title(prompt, [*titles, document.title])
    quote = source(document, span)
    return draft(ItemKind.QUESTION, prompt, " ".join(points), concept, document.name, span, quote, points=points, gap=asked)


def _depends(prompt: str) -> bool:
    """True for a question that needs the text around it."""
    return _OF_SOMETHING.match(prompt) is not None or _GOES_ON.search(prompt) is not None


def _with_title(prompt: str, titles: Sequence[str]) -> str:
    """A question that does not name its subject, after the title above it."""
    title = next((sentence(title).strip(" :.") for title in titles if 0 < size(title) <= _MOST_IN_TITLE and not title.endswith("?")), "")
    return f"{title}: {prompt}" if title and not _SELF.search(title) else prompt


def _section(document: Document, span: Span) -> tuple[str, ...]:
    block = next((block for block in document.blocks if block.span.overlaps(span)), None)
    return block.section if block else ()


def _answer(notes: Notes, document: Document, span: Span, prompt: str) -> tuple[tuple[str, ...], Span] | None:
    """The first points of an answer, and their lines: sentences and list items, as many as can be said in a minute."""
    points: list[str] = []
    used: list[Span] = []
    words = 0
    for unit in _below_label(notes.inside(document.name, span), prompt):
        if unit.kind in _SKIPPED or unit.position < 0:
            # An answer that begins with code, a table or a formula is not in words.
            points = points if _is_complete(points) else []
            break
        said = sentence(_ANSWER.sub("", clean(unit.text)))
        if points and _LABEL.match(said):
            points = [] if unit.kind is Kind.LIST else points  # half a list would be asked for as a whole
            break
        if _says_nothing(said, prompt):
            continue
        is_item = MARKER.match(unit.text) is not None or unit.kind is Kind.LIST
        pieces = clauses(said, _MOST_IN_UNIT)
        if _is_too_much(size(said), len(points) + len(pieces), words + size(said)):
            points = [] if is_item else points  # half a list would be asked for as a whole
            break
        if said.endswith("?") or (said.endswith(":") and not is_item and points):
            break
        points += [piece.rstrip(":") for piece in pieces]
        used.append(unit.span)
        words += size(said)
    return (tuple(points), Span(used[0].first, used[-1].last, span.part)) if points and words > 1 else None


def _below_label(units: Sequence[Unit], prompt: str) -> Sequence[Unit]:
    """The units of an answer, without the label that it may begin with (`Components:`); a comparison needs what is below every label."""
    is_labelled = len(units) > 1 and units[0].position < 0 and units[1].kind is Kind.LIST
    if not is_labelled or _COMPARES.search(first[0] if (first := _FIRST.match(prompt)) else prompt):
        return units
    return units[1:]


def _is_complete(points: Sequence[str]) -> bool:
    return len(points) > 1 or (len(points) == 1 and points[0][-1:] in ".!")


def _says_nothing(said: str, prompt: str) -> bool:
    """True for a label alone, a pointer to another place, and the question once more."""
    return not size(said) or _LABEL.match(said) is not None or _SEE.match(said) is not None or said.rstrip("?!. ") == prompt.rstrip("?!. ")


def _is_too_much(words: int, points: int, in_all: int) -> bool:
    return words > 2 * _MOST_IN_UNIT or points > _MOST_POINTS or in_all > _MOST_WORDS


def _is_gap(notes: Notes, hidden: str, text: str) -> bool:
    """True if what is highlighted may be asked for: a word or a name in a sentence. Other highlighted words have many right answers."""
    if (
        "..." in text
        or "…" in text
        or not 0 < size(hidden) <= _MOST_IN_GAP
        or size(text) - size(hidden) < _LEAST_AROUND
        or _POINTS_ELSEWHERE.search(text)
    ):
        return False
    first = text.lstrip(" =*_-0123456789.)").split(" ", 1)[0]
    if first.lower() in ("identify", "list", "name", "check", "consider", "remember", "note", "determine", "find"):
        return False  # an instruction
    if first.isalpha() and first.endswith("s") and not first.endswith(("ss", "us", "is", "as")) and first[1:].islower():
        return False  # it begins with its verb: its subject is in the line before
    is_label = text.lstrip(" =*_-").startswith(hidden) and re.match(r"[=*_\s]*:", text.partition(hidden)[2]) is not None
    named = max((end - start for _, start, end in notes.mentions(hidden)), default=0)
    return size(hidden) == 1 or is_label or 2 * named >= len(hidden)


def _from_cards(notes: Notes, document: Document, unit: Unit) -> Iterator[Item]:
    """Cards in the notes: `asked::said` on a line, and sentences with a ==gap==."""
    for line in unit.text.split("\n") if "::" in unit.text else ():
        match = _PAIR.match(line)
        if match and " " in line and " " in match["asked"].strip() and not _CODE.search(line):
            prompt, said = sentence(match["asked"]), clean(match["said"])
            concept = notes.concept_of(prompt, notes.titles(unit))
            yield draft(ItemKind.QUESTION, prompt, said, concept, document.name, unit.span, unit.text, points=clauses(said, _MOST_IN_UNIT))
    if "==" in unit.text and (match := _GAP.search(unit.text)) and _is_gap(notes, match[1], unit.text):
        prompt = sentence(f"{unit.text[: match.start()]}{GAP}{unit.text[match.end() :]}")
        concept = notes.concept_of(match[1], notes.titles(unit))
        yield draft(ItemKind.CLOZE, prompt, clean(match[1]), concept, document.name, unit.span, unit.text)
