"""Names that documents offer as concepts, each with the signs in its favour.

Structure (titles, questions, labels, emphasis, tables), definitions, abbreviations with their long forms (Schwartz & Hearst 2003) and
recurring phrases (C-value, Frantzi et al. 2000) are signs, which graph/concepts/termhood.py weighs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from graph.concepts.abbreviations import abbreviations
from graph.concepts.named import add_named
from graph.concepts.phrases import Finding, Findings, add_recurring, count_phrases
from graph.concepts.subjects import headed, marked
from graph.concepts.titles import STEP, note_titles
from graph.text.defining import SUBJECT
from graph.text.names import asks_what_it_is, head_part, is_name, parenthesis, parts, question_subject, unmark, unnumber
from graph.text.normal import is_acronym, is_namelike, key, words
from graph.text.units import Corpus, Location, Unit, strip_bullet
from graph.text.vocabulary import is_generic
from ingest.language.language import Language
from ingest.model import Block, Document, Kind, Section, SectionKind

WEIGHTS = {
    "title": 10.0, "note": 6.0, "heading": 3.0, "question": 3.0, "acronym": 3.0, "definition": 2.5, "label": 1.2, "emphasis": 1.2,
    "table": 1.0, "contents": 1.0, "phrase": 1.0, "namelike": 1.0, "part": 1.2, "document": 1.2, "noun": 1.0, "asked": 1.0, "opening": 0.0,
    "entry": 6.0, "link": 0.0, "tag": 0.0,
}  # fmt: skip
"""The weight of each kind of sign for a name."""
_SIGNS = {SectionKind.HEADING: "heading", SectionKind.QUESTION: "question", SectionKind.LABEL: "label"}
_COPULA = re.compile(
    r"^(?:(?:A|An|The|In [^,]{3,30},(?: an?| the)?)\s+)?(?P<name>[^.,;:=|]{2,60}?)(?:\s*\([^)]{1,50}\))?\s+"
    r"(?:(?:is|are)\s+(?:defined as|called|simply|just|also)?\s*(?:an?|the|one of|any|how|when|where)\s+[\[\"“]*\w"
    r"|are\s+(?:[\w-]+\s+){1,3}(?:that|which|whose|with|where|of|for)\s+\w|occurs?\s+(?:when|if)\s)",
)
_VERB = Language.load("en").pattern(
    "defining_words",
    r"^(?:(?:A|An|The)\s+)?(?P<name>[^.,;:=|]{2,50}?)(?:\s*\([^)]{1,50}\))?\s+{naming_verb}\s+\w",
    0,
)
# "An indifference curve joins bundles of equal utility." defines it, "the curve moves" does not.
_ONE_DOES = re.compile(
    r"^An? (?P<name>[\w-]+(?: [\w-]+){0,3}?) (?!(?:is|was|has|does|less|plus|bias|loss|this|its)\b)[a-z]{2,}(?<!s)s (?=[a-z(])"
)
_LABEL = re.compile(r"^(?P<name>[^.:;|?!]{2,60}?)\s*(?::|—|–|\s-\s)\s*(?=\S|$)")
# "Sepsis = a dangerous answer of the body to an infection" is a definition in words, "F = m a" a formula.
_EQUALS = re.compile(r"^(?P<name>[^\W\d_][^.,:;|?!=<>+*/\\$^{}]{1,60}?)\s+=\s+(?=(?:[^\W\d_][\w'’-]*,?\s+){2,}[^\W\d_]{2,}[^=+*/\\$^{}]*$)")
_LABELLED_GENUS = re.compile(r"(?:an?|the)\s+\w+\s+\w")  # "Nucleophile: a species that …"
_SOURCES = re.compile(r"\W*(?:sources?|references?|bibliography|works cited|literature|(?:further|more) reading|see also)\b", re.IGNORECASE)
_EMPHASIS = re.compile(r"(?<![\w*])(\*\*|__|\*|_)(?P<name>[^\s*_][^*_\n]{0,58}?)\1(?![\w*])")
_CALLED = re.compile(r"\b(?:also called|known as|a\.k\.a|aka|or simply|i\.e)\b")
_KNOWN_AS = re.compile(
    r"(?P<one>[A-Za-z][\w'’-]*(?:[ -][\w'’-]+){0,4}?)\s*[,(]\s*(?:also (?:known as|called)|a\.k\.a\.?|aka|"
    r"known as|or simply|i\.e\.,? the)\s+(?:the\s+)?"
    r"[\"“*]*(?P<two>[A-Za-z][\w'’-]*(?:[ -][\w'’-]+){0,3})"
)
_ALSO = re.compile(r"^(?:a\.?k\.?a\.?|also(?: called| known as)?|or)\s+")
_SAYS_ALSO = re.compile(r"(?:a\.?k\.?a\.?|also|or)\s")
_PAGE = re.compile(r"[.\s]*\d+\s*$")
_TOLD = 10  # an alias that an author declares counts as this many statements in the text
_LONGEST_TITLE = 9  # words of a title that names something
_LONGEST_LABEL = 6  # words
_LONGEST_EMPHASIS = 45  # letters
_LABELS = frozenset({Kind.LIST, Kind.DEFINITION, Kind.PROSE, Kind.ANSWER, Kind.CALLOUT})
"""Kinds of units in which a name before a colon is a label."""


def collect(corpus: Corpus, added: Iterable[Sequence[str]] = ()) -> Findings:
    """All candidate names of a corpus with their signs. Linear in the text. `added` are the user's own names of concepts."""
    findings = Findings()
    count_phrases(corpus, findings)
    titles = note_titles(corpus)
    for number, document in enumerate(corpus.documents):
        _add_document(findings, document, titles.get(number))
        add_named(findings, document, number)
        _add_sections(findings, document, number, corpus.parents[number])
        for question in document.questions:
            _add_question(findings, question.text)
        for block in document.blocks:
            _add_contents(findings, block)
    for unit in corpus.units:
        _add_unit(findings, unit)
    for title, is_explained in headed(corpus):
        if is_name(findings.trim(title)):
            findings.add(findings.trim(title), "definition" if is_explained else "opening")
    add_recurring(corpus, findings)
    for name, *others in added:
        whole = findings.add(name, "title")
        for other in others:
            findings.same[whole, findings.add(other, "part")] += _TOLD
    return findings


def evidence_score(finding: Finding, mentions: int, sections: int) -> float:
    """The evidence for a name: each kind of sign once at full weight, repetitions with diminishing returns, and its use in the text."""
    total = sum(WEIGHTS.get(sign, 0.0) * (1 + 0.35 * math.log2(count)) for sign, count in finding.signs.items() if count > 0)
    return total + 0.5 * math.log2(1 + mentions) + 0.4 * math.log2(1 + sections)


def _add_document(findings: Findings, document: Document, note: str | None) -> None:
    """Add the names of a document. `note` is its subject, if it is a note on one."""
    front = document.front_matter
    said = parenthesis(unmark(front.title))[0] if front.title else ""
    title = findings.add(said, "title") if words(said) else findings.add(note, "note") if note else ""
    for alias in filter(words, map(unmark, front.aliases)) if title else ():  # one that is a tag of HTML has no words
        findings.same[title, findings.add(alias, "part")] += _TOLD
    if front.title:
        return
    name = findings.trim(head_part(unnumber(unmark(document.title))))
    if is_name(name):
        findings.add(name, "document")


def _add_sections(findings: Findings, document: Document, number: int, parents: tuple[int, ...]) -> None:
    seen: set[tuple[str, int]] = set()
    for section, parent in zip(document.sections, parents, strict=True):
        if section.kind is SectionKind.QUESTION or section.title.rstrip().endswith("?"):
            _add_question(findings, section.title)
            continue
        sign = _sign_of(section)
        for added in _add_title(findings, section.title, sign):
            findings.names[added].parents.add((number, parent))
            if (added, parent) in seen:
                findings.names[added].signs[sign] -= 1  # counts once below one title
            seen.add((added, parent))


def _sign_of(section: Section) -> str:
    """The kind of sign of a section's title."""
    sign = _SIGNS[section.kind]
    if section.kind is SectionKind.LABEL and ": " in section.title and is_generic(section.title.split(": ")[0]):
        sign = "heading"  # a callout with a title of its own: "The insight: double descent"
    if sign == "heading" and STEP.match(section.title) and not is_namelike(parenthesis(unnumber(section.title))[0]):
        sign = "label"  # "Phase 5: Training" organises, "Phase 5: ChatGPT" treats something
    return sign


def _add_contents(findings: Findings, block: Block) -> None:
    """Add the entries of a table of contents."""
    if block.kind is not Kind.CONTENTS or (block.section and _SOURCES.match(block.section[-1])):
        return
    for line in block.text.split("\n"):
        for cell in line.strip("| ").split("|"):
            _add_title(findings, _PAGE.sub("", strip_bullet(cell)), "contents")


def _add_title(findings: Findings, title: str, sign: str) -> list[str]:
    """Add the names in a title or label, and those in its parentheses. Returns the keys of the names."""
    text = unnumber(unmark(title))
    if text.isupper() and len(text) > 6:
        text = text.lower()
    whole, inside = parenthesis(text)
    head = head_part(whole)
    if len(head.split()) > _LONGEST_TITLE or head.endswith("?") or text.endswith("?"):
        return []
    pieces = parts(head) if not is_name(head) or len(parts(head)) > 1 else [head]
    added = [findings.add(name, sign) for name in _coordinated(findings, [findings.trim(piece) for piece in pieces]) if is_name(name)]
    if len(pieces) == 1 and len(added) == 1 and len(inside) == 1 and sign != "contents":
        _add_other_name(findings, added[0], inside[0])
    return added


def _add_other_name(findings: Findings, name: str, inside: str) -> None:
    """Add the text in parentheses after a name with the key `name`."""
    other = findings.trim(_ALSO.sub("", inside))
    if is_name(other) and len(parts(inside)) == 1 and not re.search(r"\d{4}", other):
        findings.add(other, "part")
        findings.same[name, key(other)] += 2 if _SAYS_ALSO.match(inside) else 1


def _coordinated(findings: Findings, names: list[str]) -> list[str]:
    """Coordinated names with the head that they share, if the text uses it: "L1 vs L2 regularization" has "L1 regularization"."""
    head = names[-1].split() if names else []
    found = []
    for name in names:
        longer = f"{name} {head[-1]}" if head else name
        takes_head = len(head) > 1 and len(name.split()) <= len(head) - 1 and name != names[-1]
        found.append(longer if takes_head and findings.grams[key(longer)] >= 1 else name)
    return found


def _add_question(findings: Findings, question: str) -> None:
    """Add the names that a question asks about."""
    subjects = [subject for subject in question_subject(question) if subject]
    for subject in _coordinated(findings, subjects):
        whole, inside = parenthesis(subject)
        name = findings.trim(whole)
        if not is_name(name):
            continue
        added = findings.add(name, "question")
        if asks_what_it_is(question):
            findings.add(name, "asked")
        other = findings.trim(inside[0]) if len(inside) == 1 else ""
        if is_namelike(other) and is_name(other):
            findings.same[added, findings.add(other, "part")] += 1


def _add_unit(findings: Findings, unit: Unit) -> None:
    """Add the names in a unit: abbreviations that it spells out, and names that it marks, defines, labels or gives as aliases."""
    if unit.kind is Kind.HEADING:
        _add_abbreviations(findings, unit.document, unnumber(unmark(unit.text)), is_title=True)
        return
    if unit.kind is Kind.TABLE:
        _add_row(findings, unit.text)
    _add_abbreviations(findings, unit.document, unmark(unit.text).replace("\n", " "))
    if unit.kind is Kind.FORMULA:
        return
    text = strip_bullet(unit.text)
    _add_emphasis(findings, text)
    plain = unmark(text).replace("\n", " ")
    subject = _defined(findings, plain) or findings.trim(marked(unit) or "")
    if subject and is_name(subject):
        findings.add(subject, "definition")
    elif unit.kind in _LABELS:
        _add_label(findings, plain, unit.location, unit.kind is Kind.DEFINITION)
    if _CALLED.search(plain):
        _add_called(findings, plain)


def _add_abbreviations(findings: Findings, document: int, text: str, is_title: bool = False) -> None:
    for short, long in abbreviations(text):
        if is_name(long, protected=True):
            findings.abbreviate(document, short.removesuffix("s") if is_acronym(short) and not is_title else short, long)


def _add_row(findings: Findings, text: str) -> None:
    """Add the first cell of a table's row."""
    cells = [unmark(cell).strip() for cell in text.strip().strip("|").split("|")]
    if len(cells) > 1 and len(cells[0].split()) <= 5:
        name = findings.trim(parenthesis(cells[0])[0])
        if is_name(name):
            findings.add(name, "table")


def _add_emphasis(findings: Findings, text: str) -> None:
    for found in _EMPHASIS.finditer(text):
        name = findings.trim(head_part(parenthesis(unmark(found["name"]))[0]))
        if len(name) < _LONGEST_EMPHASIS and is_name(name):
            is_label = found.start() <= 2 and found["name"].rstrip().endswith(":")
            findings.add(name, "label" if is_label else "emphasis")


def _defined(findings: Findings, text: str) -> str | None:
    """The subject of a sentence that defines something."""
    found = _COPULA.match(text) or _VERB.match(text) or _ONE_DOES.match(text) or SUBJECT.match(text) or _equated(text)
    return findings.trim(found["name"]) if found else None


def _equated(text: str) -> re.Match[str] | None:
    """The match of a sentence that says in words what its subject equals."""
    return _EQUALS.match(text) if " = " in text else None


def _add_label(findings: Findings, text: str, location: Location, is_definition: bool) -> None:
    """Add the name before a colon or dash."""
    label = _LABEL.match(text)
    if label is None or len(label["name"].split()) > _LONGEST_LABEL:
        return
    defines = is_definition or _LABELLED_GENUS.match(text, label.end()) is not None
    for added in _add_title(findings, label["name"], "definition" if defines else "label"):
        findings.names[added].parents.add(location)


def _add_called(findings: Findings, text: str) -> None:
    """Add the aliases that a text states ("also called")."""
    for same in _KNOWN_AS.finditer(text):
        pieces, two = findings.trim(same["one"]).split(), findings.trim(same["two"])
        ends = (" ".join(pieces[at:]) for at in range(len(pieces)))
        one = next((name for name in ends if key(name) in findings.names), None)
        if one and is_name(two):
            findings.add(two, "part")
            findings.same[key(one), key(two)] += 2
