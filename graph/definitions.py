"""Which sentence defines a concept, if any."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from graph.mentions import Mention
from graph.subjects import says_what
from graph.units import Corpus, Unit
from ingest.model import Kind

_IS = re.compile(
    r"^(?:is|are)\s+(?:defined as|called|simply|just|essentially|basically|also)?\s*(?:an?|the|one of|any|how|when|where)\s+[\[*_`\"“]*\w",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"^(?:refers? to|denotes?|measures?|describes?|means|represents?|quantif(?:y|ies)|is defined as|is when|"
    r"stands for|converts?|computes?|minimi[sz]es?|maximi[sz]es?"
    r"|extends?|generali[sz]es?|combines?|estimates?|tells?|lets?|says?|states?|picks?|finds?|adds?|models?|learns?)\s+\w",
    re.IGNORECASE,
)
_DOES = re.compile(r"^[*_]*\s+[a-z]{2,}s\s+\w")
_OTHER = re.compile(r"^(?:is|are|was|were)\s+\w", re.IGNORECASE)
_EMPTY = re.compile(r"^[:—–-]\s*$")
# "The entropy of a random variable is …", "Attention in which … are …": what is defined goes on before its verb.
_WIDER = re.compile(r"^(?:of|for|in|over|between|on|with|from)\s[^.;:?!]{1,70}?\s(?=(?:is|are)\s+(?:an?|the|one|any|how)\s)", re.IGNORECASE)
_WHAT_FOR = re.compile(
    r"^(?:is|are)\s+(?:\w+ly\s+)?(?:used|based|defined|called|known|said|obtained|given|computed|made|built|composed|formed)\b"
)
_COMPARED = re.compile(r"^\W*\w+\s+(?:better|worse|well|poorly|faster|slower|more|less)\b")
_ASIDE = re.compile(r"\W*(?:at|in|on|for|with|without|by|from|to|when|if|few|best|\d|[\"“])", re.IGNORECASE)
_LABELLED, _EQUATION, _REMARK = 2.2, 1.5, 1.4
_OPENING = 9.0  # a note's first sentence, about its title, outweighs every other


def definition_strength(unit: Unit, mention: Mention) -> float:
    """How much a unit reads as the definition of the concept that it mentions first: 0 (not at all) to 3 ("X is a …")."""
    before = unit.text[: mention.start]
    letters = re.sub(r"[^a-z ]", "", before.lower()).split()
    if letters and letters not in (["a"], ["an"], ["the"]):
        return 0.0
    if unit.text[mention.end : mention.end + 1] == "(":
        return 0.0  # a formula's "KL(p || q)"
    after = unit.text[mention.end :].lstrip("*_`’'\"” ")
    if after.startswith("("):
        after = after.split(")", 1)[-1].lstrip("*_` ")
    size = len(unit.tokens)
    if size < 3 or size > 70 or unit.text.rstrip().endswith("?"):
        return 0.0
    if _IS.match(after):
        return 3.0
    wider = _WIDER.match(after)
    if wider is not None and _IS.match(after[wider.end() :]):
        return 2.8
    if _VERB.match(after) or (before.endswith(("*", "_")) and says_what(after)):
        return 2.4
    if re.match(r"^(?:\*\*)?\s*(?::|—|–|- )\s*(?:\*\*)?\s*\S", after) and not _EMPTY.match(after.strip()):
        return _LABELLED if size >= 6 and _is_said(after) else 1.0
    if _OTHER.match(after):
        return _REMARK
    if unit.kind is Kind.DEFINITION:
        return 2.0
    if re.match(r"^\s*(?:\([^)]*\)\s*)?=", after):
        return _EQUATION
    return 0.0


def defines(unit: Unit, mentions: Sequence[Mention], concept: int) -> bool:
    """Whether the unit that says most of what a concept is would pass as its definition with a reader.

    Labels with a word or two behind them, remarks ("X is smooth") and lists tell something of a concept, but not what it is.
    """
    own = next((mention for mention in mentions if mention.concept == concept), None)
    if own is None or _COMPARED.match(unit.text[own.end :]):
        return False
    strength = definition_strength(unit, own)
    after = unit.text[own.end :].lstrip("*_`’'\"”) ")
    if strength == _REMARK:
        return _WHAT_FOR.match(after) is not None
    if strength == _EQUATION:
        return _is_said(after.replace("=", " ")) and len(unit.tokens) >= 4
    if strength == _LABELLED:
        body = unit.text.split(":", 1)[-1]
        listed = body.count(",") >= 2 and len(body.split()) <= 4 * (body.count(",") + 1)
        return len(body.split()) >= 4 and not listed and not _ASIDE.match(body)
    return strength >= 2.0 or _opens(unit, own)


def _is_said(text: str) -> bool:
    """Whether a text is words rather than numbers and formulas."""
    return sum(sign.isalpha() or sign.isspace() for sign in text) >= 0.8 * len(text) and "=" not in text


def _opens(unit: Unit, first: Mention) -> bool:
    """Whether a sentence begins with a name and what it does: "X aligns …"."""
    return unit.kind is Kind.PROSE and unit.position == 0 and _is_subject(unit, first) and _DOES.match(unit.text[first.end :]) is not None


def _is_subject(unit: Unit, first: Mention) -> bool:
    return unit.text[: first.start].strip("*_ ").lower() in {"", "a", "an", "the"}


def defining(
    corpus: Corpus,
    mentions: Sequence[Sequence[Mention]],
    sections: Sequence[Mapping[tuple[int, int], float]],
    notes: Mapping[int, int],
) -> tuple[int, ...]:
    """For each concept the number of its defining unit, or -1.

    A sentence that names the concept first wins; failing that, the first sentence of a section that is about the concept alone.
    `sections[c]` maps (document, section) to the weight with which they are about concept c, `notes[d]` is the concept
    that document d is titled with in its front matter: its first sentence defines it.
    """
    best: list[tuple[float, int]] = [(0.0, -1)] * len(sections)
    opened: set[int] = set()
    for number, (unit, here) in enumerate(zip(corpus.units, mentions, strict=True)):
        if unit.position < 0 or unit.kind in {Kind.FORMULA, Kind.TABLE}:
            continue
        if unit.document not in opened:
            opened.add(unit.document)
            note = notes.get(unit.document)
            if note is not None and best[note][0] < _OPENING and any(mention.concept == note for mention in here):
                best[note] = (_OPENING, number)
        if not here:
            continue
        first = here[0]
        strength = definition_strength(unit, first)
        if strength == 0 and _opens(unit, first) and sections[first.concept].get((unit.document, unit.section), 0.0) >= 1.0:
            strength = 1.8
        if len(here) > 1 and here[1].concept == first.concept and unit.text[here[1].end :].strip(" .*_)") == "":
            continue  # an abbreviation and what it stands for
        if strength > 0:
            strength += (
                0.8 * sections[first.concept].get((unit.document, unit.section), 0.0)
                + 0.3 * (unit.position <= 1)
                + 0.3 * (8 <= len(unit.tokens) <= 40)
            )
            if strength > best[first.concept][0]:
                best[first.concept] = (strength, number)
    for number, unit in enumerate(corpus.units):
        if (
            unit.position != 0
            or unit.kind not in {Kind.PROSE, Kind.LIST, Kind.ANSWER, Kind.DEFINITION, Kind.CALLOUT}
            or not 5 <= len(unit.tokens) <= 60
        ):
            continue
        title = corpus.section(unit)
        if title is None or unit.text.rstrip().endswith(("?", ":")):
            continue
        for concept in {mention.concept for mention in mentions[_heading(corpus, number)]}:
            if best[concept][1] < 0 and sections[concept].get((unit.document, unit.section), 0.0) >= 1.0:
                best[concept] = (0.5, number)
    return tuple(number for _, number in best)


def _heading(corpus: Corpus, number: int) -> int:
    """The unit that opens the section of a unit (itself when there is none before it)."""
    unit = corpus.units[number]
    at = number
    while at > 0 and corpus.units[at - 1].document == unit.document and corpus.units[at - 1].section == unit.section:
        at -= 1
    return at
