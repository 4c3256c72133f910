"""Names that documents offer as concepts, each with the signs that speak for it.

Structure (titles, questions, labels, emphasis, tables), definitions, abbreviations with their long forms (Schwartz & Hearst 2003)
and recurring phrases (C-value, Frantzi et al. 2000) each vote; `graph.concepts` counts the votes.
"""

from __future__ import annotations

import math
import re

from graph.concepts.abbreviations import abbreviations
from graph.concepts.phrases import Finding, Findings, add_recurring, count_phrases
from graph.concepts.subjects import headed, marked, own_words
from graph.concepts.titles import STEP, note_titles
from graph.text.names import asks_what_it_is, head_part, is_name, parenthesis, parts, question_subject, unmark, unnumber
from graph.text.normal import is_acronym, is_namelike, key
from graph.text.units import Corpus, Unit, strip_bullet
from graph.text.vocabulary import is_generic
from ingest.language.language import Language
from ingest.model import Kind, SectionKind

WEIGHTS = {
    "title": 10.0, "note": 6.0, "heading": 3.0, "question": 3.0, "acronym": 3.0, "definition": 2.5, "label": 1.2, "emphasis": 1.2,
    "table": 1.0, "contents": 1.0, "phrase": 1.0, "namelike": 1.0, "part": 1.2, "document": 1.2, "noun": 1.0, "asked": 1.0, "opening": 0.0,
}  # fmt: skip
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
# "An indifference curve joins bundles of equal utility." says what one is, "the curve moves" does not.
_ONE_DOES = re.compile(
    r"^An? (?P<name>[\w-]+(?: [\w-]+){0,3}?) (?!(?:is|was|has|does|less|plus|bias|loss|this|its)\b)[a-z]{2,}(?<!s)s (?=[a-z(])"
)
_LABEL = re.compile(r"^(?P<name>[^.:;|?!]{2,60}?)\s*(?::|—|–|\s-\s)\s*(?=\S|$)")
_SOURCES = re.compile(r"\W*(?:sources?|references?|bibliography|works cited|literature|(?:further|more) reading|see also)\b", re.IGNORECASE)
_EMPHASIS = re.compile(r"(?<![\w*])(\*\*|__|\*|_)(?P<name>[^\s*_][^*_\n]{0,58}?)\1(?![\w*])")
_CALLED = re.compile(r"\b(?:also called|known as|a\.k\.a|aka|or simply|i\.e)\b")
_KNOWN_AS = re.compile(
    r"(?P<one>[A-Za-z][\w'’-]*(?:[ -][\w'’-]+){0,4}?)\s*[,(]\s*(?:also (?:known as|called)|a\.k\.a\.?|aka|"
    r"known as|or simply|i\.e\.,? the)\s+(?:the\s+)?"
    r"[\"“*]*(?P<two>[A-Za-z][\w'’-]*(?:[ -][\w'’-]+){0,3})"
)


def _titled(findings: Findings, title: str, sign: str) -> list[str]:
    """Add the names in a title or label, with what its parentheses say of them. Returns their keys."""
    text = unnumber(unmark(title))
    if text.isupper() and len(text) > 6:
        text = text.lower()
    whole, inside = parenthesis(text)
    head = head_part(whole)
    added: list[str] = []
    if len(head.split()) > 9 or (head.endswith("?") or text.endswith("?")):
        return added
    pieces = parts(head) if not findings.is_name(head) or len(parts(head)) > 1 else [head]
    for name in _coordinated(findings, [findings.trim(piece) for piece in pieces]):
        if findings.is_name(name, asked=sign == "definition"):
            added.append(findings.add(name, sign))
    if len(pieces) == 1 and len(added) == 1 and len(inside) == 1 and sign != "contents":
        other = findings.trim(re.sub(r"^(?:a\.?k\.?a\.?|also(?: called| known as)?|or)\s+", "", inside[0]))
        if findings.is_name(other) and len(parts(inside[0])) == 1 and not re.search(r"\d{4}", other):
            findings.add(other, "part")
            spelled_out = re.match(r"(?:a\.?k\.?a\.?|also|or)\s", inside[0]) is not None
            findings.same[added[0], key(other)] += 2 if spelled_out else 1
    return added


def _coordinated(findings: Findings, names: list[str]) -> list[str]:
    """Give coordinated names the head they share where the text uses it: "L1 vs L2 regularization" has "L1 regularization"."""
    last = names[-1].split() if names else []
    found: list[str] = []
    for name in names:
        joined = name
        if len(last) > 1 and len(name.split()) <= len(last) - 1 and name != names[-1]:
            longer = f"{name} {last[-1]}"
            if findings.grams[key(longer)] >= 1:
                joined = longer
        found.append(joined)
    return found


def _defined(findings: Findings, text: str) -> str | None:
    """The subject of a defining sentence."""
    found = _COPULA.match(text) or _VERB.match(text) or _ONE_DOES.match(text)
    return findings.trim(found["name"]) if found else None


def _in_unit(findings: Findings, unit: Unit, raw: str) -> None:
    text = strip_bullet(raw)
    clean = unmark(raw).replace("\n", " ")
    for short, long in abbreviations(clean):
        if is_name(long, protected=True, own=findings.own):
            findings.abbreviate(unit.document, short.removesuffix("s") if is_acronym(short) else short, long)
    if unit.kind is Kind.FORMULA:
        return
    for found in _EMPHASIS.finditer(text):
        name = findings.trim(head_part(parenthesis(unmark(found["name"]))[0]))
        at_start = found.start() <= 2
        if len(name) < 45 and findings.is_name(name):
            findings.add(name, "label" if at_start and found["name"].rstrip().endswith(":") else "emphasis")
    bare = clean if text is raw else unmark(text).replace("\n", " ")
    subject = _defined(findings, bare) or findings.trim(marked(unit) or "")
    if subject and findings.is_name(subject, asked=True):
        findings.add(subject, "definition")
    elif unit.kind in {Kind.LIST, Kind.DEFINITION, Kind.PROSE, Kind.ANSWER, Kind.CALLOUT}:
        found_label = _LABEL.match(bare)
        if found_label and len(found_label["name"].split()) <= 6:
            defines = unit.kind is Kind.DEFINITION or re.match(r"(?:an?|the)\s+\w+\s+\w", bare[found_label.end() :]) is not None
            for added in _titled(findings, found_label["name"], "definition" if defines else "label"):
                findings.names[added].parents.add((unit.document, unit.section))
    for same in _KNOWN_AS.finditer(bare) if _CALLED.search(bare) else ():
        one, two = findings.trim(same["one"]), findings.trim(same["two"])
        pieces = one.split()
        one = next((" ".join(pieces[at:]) for at in range(len(pieces)) if key(" ".join(pieces[at:])) in findings.names), "")
        if one and findings.is_name(two):
            findings.add(two, "part")
            findings.same[key(one), key(two)] += 2


def _in_table(findings: Findings, text: str) -> None:
    cells = [unmark(cell).strip() for cell in text.strip().strip("|").split("|")]
    if cells and len(cells) > 1 and len(cells[0].split()) <= 5:
        name = findings.trim(parenthesis(cells[0])[0])
        if findings.is_name(name):
            findings.add(name, "table")


def collect(corpus: Corpus) -> Findings:
    """All candidate names of a corpus with their signs. Linear in the text."""
    findings = Findings(own=own_words(corpus))
    count_phrases(corpus, findings)
    titles = note_titles(corpus)
    for number, document in enumerate(corpus.documents):
        front = document.front_matter
        if number in titles and not front.title and not is_generic(titles[number], findings.own):
            findings.add(titles[number], "note")
        if front.title:
            title = findings.add(parenthesis(unmark(front.title))[0], "title")
            for alias in front.aliases:
                findings.same[title, findings.add(unmark(alias), "part")] += 10
        elif findings.is_name(name := findings.trim(head_part(unnumber(unmark(document.title))))):
            findings.add(name, "document")
        seen: set[tuple[str, int]] = set()
        for index, section in enumerate(document.sections):
            sign = {SectionKind.HEADING: "heading", SectionKind.QUESTION: "question", SectionKind.LABEL: "label"}[section.kind]
            parent = corpus.parents[number][index]
            if section.kind is SectionKind.LABEL and ": " in section.title and is_generic(section.title.split(": ")[0]):
                sign = "heading"  # a callout with a title of its own: "The insight: double descent"
            if sign == "heading" and STEP.match(section.title) and not is_namelike(parenthesis(unnumber(section.title))[0]):
                sign = "label"  # "Phase 5: Training" organises, "Phase 5: ChatGPT" treats something
            if section.kind is SectionKind.QUESTION or section.title.rstrip().endswith("?"):
                for subject in _coordinated(findings, _asked(section.title)):
                    _titled_question(findings, subject, asks_what_it_is(section.title))
                continue
            for added in _titled(findings, section.title, sign):
                findings.names[added].parents.add((number, parent))
                if (added, parent) in seen:
                    findings.names[added].signs[sign] -= 1
                seen.add((added, parent))
        for question in document.questions:
            for subject in _coordinated(findings, _asked(question.text)):
                _titled_question(findings, subject, asks_what_it_is(question.text))
        for block in document.blocks:
            if block.kind is Kind.CONTENTS and not (block.section and _SOURCES.match(block.section[-1])):
                for line in block.text.split("\n"):
                    for cell in line.strip("| ").split("|"):
                        _titled(findings, re.sub(r"[.\s]*\d+\s*$", "", strip_bullet(cell)), "contents")
    for unit in corpus.units:
        if unit.kind is Kind.TABLE:
            _in_table(findings, unit.text)
        if unit.kind is not Kind.HEADING:
            _in_unit(findings, unit, unit.text)
        else:
            for short, long in abbreviations(unnumber(unmark(unit.text))):
                if is_name(long, protected=True, own=findings.own):
                    findings.abbreviate(unit.document, short, long)
    for title, says in headed(corpus):
        if findings.is_name(findings.trim(title), asked=says):
            findings.add(findings.trim(title), "definition" if says else "opening")
    add_recurring(corpus, findings)
    return findings


def _asked(text: str) -> list[str]:
    return [subject for subject in question_subject(text) if subject]


def _titled_question(findings: Findings, subject: str, whole_question: bool) -> None:
    whole, inside = parenthesis(subject)
    name = findings.trim(whole)
    if findings.is_name(name, asked=True):
        added = findings.add(name, "question")
        if whole_question:
            findings.add(name, "asked")
        other = findings.trim(inside[0]) if len(inside) == 1 else ""
        if is_namelike(other) and findings.is_name(other):
            findings.same[added, findings.add(other, "part")] += 1


def evidence_score(finding: Finding, mentions: int, spread: int) -> float:
    """How much speaks for a name: each kind of sign once at full weight, repetitions with diminishing returns, and its use in the text."""
    total = sum(WEIGHTS.get(sign, 0.0) * (1 + 0.35 * math.log2(count)) for sign, count in finding.signs.items() if count > 0)
    return total + 0.5 * math.log2(1 + mentions) + 0.4 * math.log2(1 + spread)


def is_structural(finding: Finding, used: int) -> bool:
    """Whether a name is a label that recurs under many headings ("Key points"), the mark of an organising word rather than of a
    subject. `used` counts the name in all of the text: a subject is also talked about.
    """
    strong = sum(finding.signs[sign] for sign in ("title", "question", "acronym"))
    labels = finding.signs["label"] + finding.signs["heading"] + finding.signs["definition"]
    return len(finding.parents) >= 4 and strong == 0 and used < 2 * labels
