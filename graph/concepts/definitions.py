"""Choose the sentence that defines a concept, if there is one."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from functools import partial

from graph.concepts.lexicon import Mention
from graph.concepts.subjects import explains
from graph.text.cues import Relation, under_title
from graph.text.normal import key
from graph.text.units import Corpus, Location, Unit, upwards
from ingest.language.language import Language
from ingest.model import Kind

_compiled = partial(Language.load("en").pattern, "defining_words")
_IS = re.compile(
    r"^(?:is|are)\s+(?:defined as|called|simply|just|essentially|basically|also)?\s*(?:an?|the|one of|any|how|when|where)\s+[\[*_`\"“]*\w",
    re.IGNORECASE,
)
_VERB = _compiled(r"^{verb}\s+\w")
# "X combines them", "X is the same idea": without the sentence before, this says nothing.
_POINTING = _compiled(r"^(?:is|are|\w+s?)\s+(?:\w+ly\s+)?(?:(?:to|from|on|in|of|by|the|an?)\s+)?{pointing}\b(?!\s+(?:of|as)\b)")
# "X is the modern default", "X is a real failure mode": what is thought of X.
_JUDGED = _compiled(
    r"^(?:is|are)\s+(?:an?|the|one of(?: the)?|any)\s+(?:[\w'’-]+\s+){0,4}?"
    r"(?:\w+est[,.;]|{judged}s?\b(?!\s+(?:that|which|who|whose|where|when)\b)"
    r"|{judged_alone}s?\b(?!\s+(?:that|which|who|whose|where|in|of|when|for)\b))",
)
_DOES = re.compile(r"^[*_]*\s+[a-z]{2,}s\s+\w")
_OTHER = re.compile(r"^(?:is|are|was|were)\s+\w", re.IGNORECASE)
_COLON = re.compile(r"(?:\*\*)?\s*(?::|—|–|- )\s*(?:\*\*)?\s*\S")
_EQUALS = re.compile(r"\s*(?:\([^)]*\)\s*)?=")
_EMPTY = re.compile(r"^[:—–-]\s*$")
# "The entropy of a random variable is …", "Attention in which … are …": what is defined goes on before its verb.
_WIDER = re.compile(
    r"^(?:of|for|in|over|between|on|with|from)\s(?=(?:an?|the|two|any|each|some|which)\s|\$)[^.;:?!\d]{1,70}?\s"
    r"(?=(?:is|are)\s+(?:an?|the|one|any|how)\s|(?:maps|measures|describes|says|tells)\s)",
    re.IGNORECASE,
)
_WHAT_FOR = _compiled(r"^(?:is|are)\s+(?:\w+ly\s+)?{used_for}\b", 0)
_SAYS = re.compile(r"^[*_`’'\"”)]*\s*(?:\([^)]{1,60}\)[*_`]*\s*)?(?:[:=—–-]|(?:is|are)\s)")
_ABBREVIATED = re.compile(r"^\([^)]*\)")
_SETTING = re.compile(r"\bvs\b|\s[A-Z][\w-]*:\s|^\W*(?:\w+,? ){1,3}but\b|^\W*\w+, \w+ [—–-]")
_STARTS = re.compile(r"^\W*(?:an?|the|any|how|when|where|what)\s", re.IGNORECASE)
_COMPARED = re.compile(r"^\W*\w+\s+(?:better|worse|well|poorly|faster|slower|more|less)\b")
_ASIDE = re.compile(r"\W*(?:at|in|on|for|with|without|by|from|to|when|if|few|best|\d|[\"“])", re.IGNORECASE)
_GENUS, _GENUS_OF_WIDER, _DOING, _LABELLED, _DEFINED, _EQUATION, _REMARK, _SHORT_LABEL = 3.0, 2.8, 2.4, 2.2, 2.0, 1.5, 1.4, 1.0
"""How much a unit reads as a definition: "X is a …", "X of a y is a …", "X maps …", "X: …", a definition list, "X = …", other remarks, and
a label with a word or two behind it."""
_OPENS = 1.8  # the first sentence of a section on X, which begins "X aligns …"
_MOSTLY = 0.6  # the least weight of what a section is about for the most part
_SHORTEST, _LONGEST = 3, 70  # words of a definition
_SHORTEST_LABELLED = 6  # words
_LEAST_EQUATION = 6  # words
_REMARKS = 2  # semicolons of a sentence that makes several remarks
_OPENING = 9.0  # a note's first sentence, about its title, outweighs every other


def definition_strength(unit: Unit, mention: Mention) -> float:
    """How much a unit reads as the definition of the concept that it mentions first: from 0 (not at all) to 3 ("X is a …")."""
    before = unit.text[: mention.start]
    if not _begins_with_name(before) or not _may_define(unit, mention):
        return 0.0
    after = unit.text[mention.end :].lstrip("*_`’'\"” ")
    if after.startswith("("):
        after = after.split(")", 1)[-1].lstrip("*_` ")
    wider = _WIDER.match(after)
    predicate = after[wider.end() :] if wider else after
    if _is_remark(predicate):
        return _REMARK
    if _IS.match(predicate):
        return _GENUS_OF_WIDER if wider else _GENUS
    if _VERB.match(predicate) or (before.endswith(("*", "_")) and explains(after)):
        return _DOING
    if _COLON.match(after) and not _EMPTY.match(after.strip()):
        return _LABELLED if len(unit.tokens) >= _SHORTEST_LABELLED and _is_prose(after) else _SHORT_LABEL
    if _OTHER.match(after):
        return _REMARK
    if unit.kind is Kind.DEFINITION and _SAYS.match(unit.text[mention.end :]):
        return _DEFINED
    return _EQUATION if _EQUALS.match(after) else 0.0


def _begins_with_name(before: str) -> bool:
    """True if only an article and marks stand before the name."""
    letters = re.sub(r"[^a-z ]", "", before.lower()).split()
    return not letters or letters in (["a"], ["an"], ["the"])


def _may_define(unit: Unit, mention: Mention) -> bool:
    """False for a formula's "KL(p || q)", a question, a unit of unfit length, and a sentence that was cut."""
    if unit.text[mention.end : mention.end + 1] == "(" or unit.text.rstrip().endswith("?"):
        return False
    if not _SHORTEST <= len(unit.tokens) <= _LONGEST:
        return False
    is_cut = unit.kind is not Kind.LIST and unit.text[:1].islower() and len(unit.text.split(None, 1)[0]) > 1 and "-" not in unit.text[:3]
    return not is_cut


def defines(unit: Unit, mentions: Sequence[Mention], concept: int) -> bool:
    """True if a reader would take the unit for the definition of a concept.

    Labels with a word or two behind them, remarks ("X is smooth") and lists tell something of a concept, but not what it is. Without this
    filter no path gets worse, but twice as many concepts have a definition: "Activation: ReLU after layer 1".
    """
    own = next((mention for mention in mentions if mention.concept == concept), None)
    if own is None or _COMPARED.match(unit.text[own.end :]):
        return False
    if len(mentions) > 1 and mentions[1].concept == concept and unit.text[mentions[1].end :].strip(" .*_)") == "":
        return False  # an abbreviation and what it stands for
    strength = definition_strength(unit, own)
    after = unit.text[own.end :].lstrip("*_`’'\"”) ")
    if strength == _REMARK:
        return _WHAT_FOR.match(after) is not None
    if strength == _EQUATION:
        body = after.lstrip("= ")
        return _is_prose(body.replace("=", " ")) and len(unit.tokens) >= _LEAST_EQUATION and not body[:1].isdigit()
    if strength == _LABELLED:
        return _is_explanation(_ABBREVIATED.sub("", after).lstrip(" :—–-*_"))
    return strength >= _DEFINED or _opens(unit, own)


def _is_explanation(body: str) -> bool:
    """True if what stands behind a label explains it, rather than list or set something."""
    size, commas = len(body.split()), body.count(",")
    is_list = commas >= 2 and size <= 4 * (commas + 1)
    return size >= 4 and not is_list and not _ASIDE.match(body) and not _SETTING.search(body)


def _is_remark(predicate: str) -> bool:
    """True if a predicate leans on the sentence before it, or says what is thought of its subject rather than what it is."""
    return _POINTING.match(predicate) is not None or _JUDGED.match(predicate) is not None or predicate.count("; ") >= _REMARKS


def _is_prose(text: str) -> bool:
    """True for a text of words rather than of numbers and formulas."""
    return sum(sign.isalpha() or sign.isspace() for sign in text) >= 0.8 * len(text) and "=" not in text


def _opens(unit: Unit, first: Mention) -> bool:
    """True if a section's first sentence begins with a name and what it does: "X aligns …"."""
    is_subject = unit.text[: first.start].strip("*_ ").lower() in {"", "a", "an", "the"}
    return unit.kind is Kind.PROSE and unit.position == 0 and is_subject and _DOES.match(unit.text[first.end :]) is not None


def defining(
    corpus: Corpus,
    mentions: Sequence[Sequence[Mention]],
    sections: Sequence[Mapping[Location, float]],
    notes: Mapping[int, int],
    names: Container[str],
) -> tuple[int, ...]:
    """For each concept the number of the unit that says best what it is, or -1 if none does.

    `sections[c]` says how much each section is about concept c. `notes[d]` is the concept that document d is a note on: its first sentence
    defines it. `names` are the keys of names that hold everywhere.
    """
    best: list[tuple[float, int]] = [(0.0, -1)] * len(sections)
    opened: set[int] = set()
    subjects = _subjects(sections)
    for number, (unit, here) in enumerate(zip(corpus.units, mentions, strict=True)):
        if unit.position < 0 or unit.kind in {Kind.FORMULA, Kind.TABLE}:
            continue
        if unit.document not in opened:
            opened.add(unit.document)
            note = notes.get(unit.document)
            if note is not None and best[note][0] < _OPENING and any(mention.concept == note for mention in here):
                best[note] = (_OPENING, number)
        if here and key(unit.text[here[0].start : here[0].end]) in names:
            concept = here[0].concept
            strength = _strength(corpus, unit, here, sections[concept].get(unit.location, 0.0), subjects)
            if strength > best[concept][0]:
                best[concept] = (strength, number)
    return tuple(number for _, number in best)


def _strength(corpus: Corpus, unit: Unit, here: Sequence[Mention], own: float, subjects: Mapping[Location, set[int]]) -> float:
    """How well a unit defines the concept that it mentions first, whose section it stands in with the weight `own`; 0 if it does not."""
    first = here[0]
    strength = definition_strength(unit, first)
    if strength == 0 and own >= 1.0 and _opens(unit, first):
        strength = _OPENS
    if strength == 0 or not defines(unit, here, first.concept):
        return 0.0
    if strength in {_LABELLED, _DOING} and _is_setting(corpus, unit, first, subjects):
        return 0.0
    return strength + 0.8 * own + 0.3 * (unit.position <= 1) + 0.3 * (8 <= len(unit.tokens) <= 40)


def _subjects(sections: Sequence[Mapping[Location, float]]) -> dict[Location, set[int]]:
    """The concepts that each section is about for the most part."""
    found: dict[Location, set[int]] = {}
    for concept, locations in enumerate(sections):
        for location, weight in locations.items():
            if weight >= _MOSTLY:
                found.setdefault(location, set()).add(concept)
    return found


def _is_setting(corpus: Corpus, unit: Unit, first: Mention, subjects: Mapping[Location, set[int]]) -> bool:
    """True if a list item in a section about something else says what its label is there: "Decoding: beam search"."""
    if unit.kind is not Kind.LIST or "*" in unit.text[: first.start] or _STARTS.match(unit.text[first.end :]):
        return False
    section = corpus.section(unit)
    if section is not None and under_title(section.title) in {Relation.EXAMPLE, Relation.CONTRAST}:
        return True
    above = next((subjects[location] for location in upwards(corpus, unit.location) if location in subjects), None)
    return above is not None and first.concept not in above
