"""Complete follow-up questions from the questions before them, without a model.

There are few kinds of references back: "what about X" exchanges the subject of the question before, a pronoun stands for it, "the second
one" for a part of the answer, and a question without a subject ("give the formula", "and why not by d?") has the subject of the one before.
A question that names its own subject is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from graph.concepts.lexicon import find_names
from ingest.text.notation import tokens
from ingest.text.terms import STOP_WORDS, analyze

_SHORT = 6
# Words that ask for an aspect of a subject and are not a subject themselves.
_GENERIC = frozenset(
    analyze(
        """formula equation expression example definition derivation proof intuition reason cause effect advantage disadvantage benefit
        drawback pro con use used usage application work works mean means meaning explain give show tell write list step
        detail more again short shorter simple simpler simply summary summarize difference better worse alternative number
        value cost expensive complexity run time implement implementation code important importance matter necessary good bad
        problem limit limitation help happen happens exactly else instead also please next kind type name main point part
        compute calculate derive prove elaborate clarify details say word words steps one two ones first second third last
        other another version case true false sure really always never often get go need needs common typical default large
        small big long fast slow"""
    )
)
_LEAD = re.compile(r"^\W*((ok(ay)?|so|and|but|or|then|also|now|well|hmm|yes|no|thanks|great)\b[\s,]*)+", re.IGNORECASE)
_ABOUT = re.compile(r"^(what|how) about\s+(?P<x>.+)$|^(what|how) if (it is|it's|we use|i use|one uses)\s+(?P<y>.+)$", re.IGNORECASE)
_BARE = re.compile(r"^(?:(?:for|in|with|of|to|on|by)\s+)?(?P<x>[^?]+)$", re.IGNORECASE)
_INSIDE = re.compile(r"^(?:for|in|with|of|to|on|by)\s", re.IGNORECASE)
_ASKS = re.compile(
    r"\b(what|why|how|when|where|which|who|is|are|does|do|did|was|were|can|could|should|would|will|give|show|explain|tell|define|"
    r"describe|compare|list|write|derive)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"^(why not|why|how so|how come|what else|which (one|of)|any|another|more|for example|e\.g|such as|like what|really)\b", re.IGNORECASE
)
_CARRIED = re.compile(r"^(?:[^:?]{1,40}: )+(?=(?:what|how|why|when|where|which|who|is|are|does|do|can)\b)", re.IGNORECASE)
"""Matches the part that an earlier follow-up added in front of its question: "why: what is a roux?"."""
_NTH = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1, "former": 0, "latter": -1}
_ORDINAL = re.compile(
    r"\bthe (?P<nth>first|second|third|fourth|fifth|last|former|latter)(?: (?:one|item|point|option|method|of (?:them|those|these)))?"
    r"(?=\W*$|\s+(?:is|are|does|do|work|mean|help)\b)",
    re.IGNORECASE,
)
_LINE = re.compile(r"^(?:-|\d{1,2}\.) ([^:\n]+)", re.MULTILINE)
_EXPLETIVE = re.compile(
    r"\b(is|was|does|would) it \w+ (to|that|sense)\b|\bit (is|was|seems|turns|takes|depends|rains?|snows?|hails?|freezes|freeze)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?P<own>its|their)\b|\b(?:it|they|them)\b|"
    r"\b(?:this|that|these|those)(?:\s+(?:one|ones|method|approach|technique|algorithm|model|formula|equation|term|thing|idea|concept|loss|"
    r"quantity|function|step|trick|case|way))?(?=\W*$|\s+(?:is|are|was|does|do|not|work|works|mean|means|happen|happens|help|helps|needed|"
    r"necessary|important|used|need|needs|have|has|make|makes|cost|costs|require|requires|scale|change|called|better|worse|so|and|or|than|in|for|with)\b)",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"^\W*(?:(?:please|can you|could you)\s+)?"
    r"(?:(?:what|who|why|how|when|where|which|give|show|explain|tell|define|describe|derive|write|list|compare)\b\s*)"
    r"(?:(?:me|us|many|much|is|are|does|do|did|was|were|can|should|would|will|about|the|a|an|not|to|we|you|i)\b\s*)*",
    re.IGNORECASE,
)
# "what are the pitfalls", but not "the pitfalls of" something.
_DEFINITE = re.compile(r"\bthe \w+$", re.IGNORECASE)
_OF = re.compile(r"\b(formula|equation|expression|example|definition|derivation|proof|intuition|idea|goal|purpose|cost|value|pitfall)s?$")
_CLAUSE = re.compile(r"[,;:]|\b(and|but|so|because|if|when|while|than)\b", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|an?)\s+", re.IGNORECASE)
_ITEMS = re.compile(r"\s*;\s*|\s*,\s*(?:and |or )?|\s+and\s+|\s+or\s+")


@dataclass(frozen=True, slots=True)
class Said:
    """An earlier turn: its question as it was understood, and its answer."""

    question: str
    answer: str


def understand(question: str, before: Sequence[Said], names: Collection[str]) -> str:
    """The question, completed if it follows up on the last turn of `before`; else unchanged.

    `names` are the names of the concepts, in words as `graph.words` spells them.
    """
    if not before:
        return question
    last = replace(before[-1], question=_CARRIED.sub("", before[-1].question))
    lead = _LEAD.match(question)
    plain = question[lead.end() if lead else 0 :].strip().rstrip("?!. ")
    if not plain:
        return last.question if lead else question
    picked = _picked(plain, last.answer)
    if picked:
        plain = picked
    exchanged = _exchanged(plain, has_lead=lead is not None)
    if exchanged:
        if _INSIDE.match(plain) and not find_names(exchanged, names):
            return f"{last.question.rstrip('?!. ')} {plain}?"
        return _swapped(last.question, exchanged, names)
    if picked:
        return _asking(plain, last.question)
    pronoun = _pointing(plain, names, has_lead=lead is not None)
    if pronoun:
        subject = _subject(last.question, names)
        return f"{plain[: pronoun.start()]}{subject}{chr(39) + 's' if pronoun['own'] else ''}{plain[pronoun.end() :]}?"
    if _is_open(plain, names, has_lead=lead is not None):
        own = [term for term in _content(plain) if term not in _GENERIC]
        is_whole = not _content(plain) or (own and not _DEFINITE.search(plain))
        about = last.question.rstrip("?!. ") if is_whole else _subject(last.question, names)
        return f"{plain}{' of ' if not is_whole and _OF.search(plain) else ': '}{about}?"
    return question


def readings(question: str, before: Sequence[Said], names: Collection[str]) -> tuple[str, ...]:
    """The possible meanings of a question in a conversation, the likeliest first; only one if it names its own subject.

    "What about xylem" asks the question before about xylem, or else what xylem is. A question with words of its own may stand alone even
    if it looks like a follow-up ("why does a plant wilt").
    """
    first = understand(question, before, names)
    if first == question:
        return (question,)
    lead = _LEAD.match(question)
    plain = question[lead.end() if lead else 0 :].strip().rstrip("?!. ")
    about = _exchanged(plain, has_lead=lead is not None)
    own = [term for term in _content(plain) if term not in _GENERIC]
    if about:
        alone = f"what is {_ARTICLE.sub('', about)}"
        return (first, alone) if find_names(before[-1].question, names) else (alone, first)
    if len(own) > 1 and not _PRONOUN.search(plain):
        return (question, first)
    return (first, question) if own else (first,)


def concept_names(names: Sequence[Sequence[str]]) -> frozenset[str]:
    """The names of an outline's concepts, as `understand` wants them.

    Single letters, generic words and function words (`is`, though it may abbreviate something) are excluded.
    """
    return frozenset(
        name
        for group in names
        for name in group
        if len(name) > 1 and not set(analyze(name)) <= _GENERIC and not set(name.split()) <= STOP_WORDS
    )


def _exchanged(plain: str, *, has_lead: bool) -> str | None:
    """The X of "what about X", or of a bare "and X", "and in X"."""
    about = _ABOUT.match(plain)
    if about:
        found = about["x"] or about["y"]
        return None if _PRONOUN.fullmatch(found) else _BARE.sub(r"\g<x>", found)
    bare = _BARE.match(plain)
    if has_lead and bare and not _ASKS.search(plain) and not _PRONOUN.search(plain) and len(plain.split()) <= _SHORT:
        return bare["x"] if not set(_content(bare["x"])) <= _GENERIC else None
    return None


def _swapped(question: str, new: str, names: Collection[str]) -> str:
    """The question about something else: the last concept in it is replaced; if it names none, the new subject is appended."""
    found = find_names(question, names)
    if not found:
        return f"{new}: {question}"
    start, end = found[-1]
    if re.search(r"\b(?:a|an|the)\s+$", question[:start], re.IGNORECASE):
        new = _ARTICLE.sub("", new)
    return f"{question[:start]}{new}{question[end:]}"


def _picked(plain: str, answer: str) -> str:
    """The text with "the second one" replaced by the second item of the answer's first list; empty without one."""
    ordinal = _ORDINAL.search(plain)
    if not ordinal:
        return ""
    lists = [line for line in re.split(r"(?<=[.!?])\s+|\n", answer) if len(_ITEMS.split(line)) > 2 and "$" not in line]
    items = [re.sub(r"^.*:\s*", "", item).strip(" .") for item in _ITEMS.split(lists[0])] if lists else []
    items = [label.strip(" .") for label in _LINE.findall(answer)] or items
    at = _NTH[ordinal["nth"].lower()]
    if not items or at >= len(items):
        return ""
    return f"{plain[: ordinal.start()]}{' '.join(items[at].split()[:12])}{plain[ordinal.end() :]}"


def _asking(plain: str, question: str) -> str:
    return f"{plain}?" if _ASKS.search(plain) else f"{plain}: {question}"


def _pointing(plain: str, names: Collection[str], *, has_lead: bool) -> re.Match[str] | None:
    """The pronoun that refers to something outside the question: nothing before it in the question could be meant."""
    pronoun = _PRONOUN.search(plain)
    if not pronoun or _EXPLETIVE.search(plain):
        return None
    head = plain[: pronoun.start()]
    # A concept, or something in an earlier clause: "if the scores are large, why does it saturate".
    clause = head[: max((match.start() for match in _CLAUSE.finditer(head)), default=0)]
    has_antecedent = bool(find_names(head, names)) or any(term not in _GENERIC for term in _content(clause))
    return pronoun if has_lead or not has_antecedent else None


def _is_open(plain: str, names: Collection[str], *, has_lead: bool) -> bool:
    """True if a question does not name its own subject."""
    if find_names(plain, names):
        return False
    content = _content(plain)
    if all(term in _GENERIC for term in content):
        return True
    if len(content) == 1 and _DEFINITE.search(plain):
        return True
    return (has_lead or _OPEN.match(plain) is not None) and len(content) <= 2


def _subject(question: str, names: Collection[str]) -> str:
    """The subject of a question: the first concept that it names, else its words without question words."""
    found = find_names(question, names)
    if found:
        return question[found[0][0] : found[0][1]]
    return _FRAME.sub("", question).rstrip("?!. ") or question.rstrip("?!. ")


def subject_terms(question: str) -> list[str]:
    """The terms of a question's subject, without those that only ask for an aspect of it ("formula", "give")."""
    return [term for term in _content(question) if term not in _GENERIC]


def _content(text: str) -> list[str]:
    """The content terms without those of the question form; empty if there are only stop words."""
    return analyze(text) if any(token not in STOP_WORDS for token in tokens(text)) else []
