"""Names that documents offer as concepts, each with the signs that speak for it.

Structure (titles, questions, labels, emphasis, tables), definitions, abbreviations with their long forms (Schwartz & Hearst 2003)
and recurring phrases (C-value, Frantzi et al. 2000) each vote; `graph.concepts` counts the votes.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from graph.names import head_part, is_name, parenthesis, parts, question_subject, trim, unmark, unnumber
from graph.units import Corpus, Unit, strip_bullet
from graph.words import GENERIC, QUALIFIER, STOP, VERBS, is_acronym, is_generic, is_namelike, key, words
from ingest.model import Kind, SectionKind

WEIGHTS = {
    "title": 10.0, "heading": 3.0, "question": 3.0, "acronym": 3.0, "definition": 2.5, "label": 1.2, "emphasis": 1.2,
    "table": 1.0, "contents": 1.0, "phrase": 1.0, "namelike": 1.0, "part": 1.2, "noun": 1.0,
}  # fmt: skip
_BEFORE_NOUN = frozenset("a an the of all each every per by in for with over on between from into its their these those this that some any and or through via".split())
_COPULA = re.compile(
    r"^(?:(?:A|An|The|In [^,]{3,30},(?: an?| the)?)\s+)?(?P<name>[^.,;:=|]{2,60}?)(?:\s*\([^)]{1,50}\))?\s+"
    r"(?:is|are)\s+(?:defined as|called|simply|just|also)?\s*(?:an?|the|one of|any)\s+\w",
)
_VERB = re.compile(
    r"^(?:(?:A|An|The)\s+)?(?P<name>[^.,;:=|]{2,50}?)(?:\s*\([^)]{1,50}\))?\s+"
    r"(?:refers? to|denotes?|measures?|describes?|means|represents?|quantif(?:y|ies)|is defined as|is when|stands for|extends?|generali[sz]es?)\s+\w"
)
_LABEL = re.compile(r"^(?P<name>[^.:;|?!]{2,60}?)\s*(?::|—|–|\s-\s)\s*(?=\S|$)")
_EMPHASIS = re.compile(r"(?<![\w*])(\*\*|__|\*|_)(?P<name>[^\s*_][^*_\n]{0,58}?)\1(?![\w*])")
_SHORT_AFTER = re.compile(r"\(\s*(?P<short>[A-Za-z][A-Za-z0-9&/-]{1,11})\s*\)")
_LONG_AFTER = re.compile(r"(?<![\w-])(?P<short>[A-Z][A-Za-z0-9&-]{1,10})\s*(?:\(|=\s|:\s|—\s|stands for\s|:\*\*\s)\s*(?P<long>[A-Za-z][^().,;:=|\n]{4,80})")
_KNOWN_AS = re.compile(
    r"(?P<one>[A-Za-z][\w'’-]*(?:[ -][\w'’-]+){0,4}?)\s*[,(]\s*(?:also (?:known as|called)|a\.k\.a\.?|aka|known as|or simply|i\.e\.,? the)\s+(?:the\s+)?"
    r"[\"“*]*(?P<two>[A-Za-z][\w'’-]*(?:[ -][\w'’-]+){0,3})"
)


@dataclass(slots=True)
class Finding:
    """What speaks for one name: its spellings and how often each kind of sign was seen (at most once a unit)."""

    forms: Counter[str] = field(default_factory=Counter)
    signs: Counter[str] = field(default_factory=Counter)
    parents: set[tuple[int, int]] = field(default_factory=set)


@dataclass(slots=True)
class Findings:
    """All names found by key, and pairs of keys that the text calls the same thing with how often it does.

    Of word sequences: `grams` counts them, `leads` those directly followed by another word, `proper` those with a
    capital inside a sentence, `nouns` words that stand as a noun of their own, not within a set phrase.
    """

    names: dict[str, Finding] = field(default_factory=lambda: defaultdict(Finding))
    same: Counter[tuple[str, str]] = field(default_factory=Counter)
    grams: Counter[str] = field(default_factory=Counter)
    leads: Counter[str] = field(default_factory=Counter)
    nouns: Counter[str] = field(default_factory=Counter)
    proper: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, sign: str, count: int = 1) -> str:
        found = key(name)
        self.names[found].forms[name] += count
        self.names[found].signs[sign] += count
        return found


def long_form(short: str, before: str) -> str | None:
    """The words at the end of `before` that `short` abbreviates, or None (Schwartz & Hearst 2003, with most letters at word starts)."""
    letters = [sign.lower() for sign in short.removesuffix("s") if sign.isalnum()]
    every = list(re.finditer(r"[^\W_]+", before))
    for start in range(len(every) - 1, max(-1, len(every) - len(letters) - 4), -1):
        spelled = before[every[start].start() :].strip()
        if spelled_initials(short, spelled) and every[start].group().lower() not in STOP and not any(is_acronym(word) for word in spelled.split()):
            return spelled
    pieces = list(re.finditer(r"[^\W_]+", before))[-min(len(letters) + 5, len(letters) * 2) :]
    if len(letters) < 2 or not pieces:
        return None
    at = len(before) - 1
    starts = {piece.start() for piece in pieces}
    hits = 0
    for index in range(len(letters) - 1, -1, -1):
        while at >= pieces[0].start() and (before[at].lower() != letters[index] or (index == 0 and at not in starts)):
            at -= 1
        if at < pieces[0].start():
            return None
        hits += at in starts
        at -= 1
    found = before[at + 1 :].strip()
    enough = hits * 2 >= len(letters) + 1 if len(letters) > 2 else hits == len(letters) or hits * 2 > len(letters)
    fits = len(found) > len(short) + 2 and not any(is_acronym(word) for word in found.split()) and not re.search(r"\bvs\b|\bversus\b", found)
    return found if enough and fits else None


def spelled_initials(short: str, long: str) -> bool:
    """Whether the words of a name, small words aside, begin with the letters of an abbreviation."""
    letters = short.removesuffix("s").lower() if not short.endswith("SS") else short.lower()
    first = [piece for piece in re.findall(r"[^\W_]+", long.lower()) if piece not in {"of", "and", "the", "for", "in", "with", "from", "to", "a", "an", "by"}]
    return "".join(sign for sign in letters if sign.isalnum()) == "".join(piece[0] for piece in first)


def _abbreviations(text: str) -> Iterator[tuple[str, str]]:
    """(short, long) pairs that a text spells out."""
    for found in _SHORT_AFTER.finditer(text):
        short = found["short"]
        if is_namelike(short) or is_acronym(short):
            before = re.split(r"[.,;:()=|\n]", text[: found.start()])[-1].rstrip(" *_`\"”")
            long = long_form(short, before)
            if long:
                yield short, long
    for found in _LONG_AFTER.finditer(text):
        short = found["short"]
        if is_namelike(short):
            pieces = unmark(found["long"]).split()
            sizes = range(min(len(pieces), len(short) + 2), 0, -1)
            for size in sorted(sizes, key=lambda size: (not spelled_initials(short, " ".join(pieces[:size])), -size)):
                candidate = " ".join(pieces[:size]).strip(" -*_")
                if long_form(short, candidate) == candidate:
                    yield short, candidate
                    break


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
    pieces = parts(head) if not is_name(head) or len(parts(head)) > 1 else [head]
    for name in _coordinated(findings, [trim(piece) for piece in pieces]):
        if is_name(name):
            added.append(findings.add(name, sign))
    if len(pieces) == 1 and len(added) == 1 and len(inside) == 1 and sign != "contents":
        other = trim(re.sub(r"^(?:a\.?k\.?a\.?|also(?: called| known as)?|or)\s+", "", inside[0]))
        if is_name(other) and len(parts(inside[0])) == 1 and not re.search(r"\d{4}", other):
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


def _phrases(corpus: Corpus, findings: Findings) -> None:
    """Count word sequences (1 to 5 words, no stop words or punctuation inside), pruned a priori."""
    grams = findings.grams
    runs: list[tuple[str, list[str]]] = []
    for unit in corpus.units:
        run: list[str] = []
        end, before, previous = -1, "", ""
        for token in unit.tokens:
            gap = unit.text[end : token.start] if end >= 0 else ""
            if run and (token.norm in STOP or gap not in {" ", "-", "\n"}):
                runs.append((before, run))
                run = []
            if token.norm not in STOP:
                before = before if run else previous if gap in {" ", "\n"} else ""
                run.append(token.norm)
                if end >= 0 and unit.kind is not Kind.HEADING and unit.text[token.start].isupper() and unit.text[: token.start].rstrip()[-1:].islower():
                    findings.proper[token.norm] += 1
            previous, end = token.norm, token.end
        if run:
            runs.append((before, run))
    for size in range(1, 6):
        level: Counter[str] = Counter()
        for _, run in runs:
            for at in range(len(run) - size + 1):
                if size <= 2 or grams["".join(run[at : at + size - 1])] >= 2:
                    gram = "".join(run[at : at + size])
                    level[gram] += 1
                    findings.leads[gram] += size <= 2 and at + size < len(run)
        for gram, count in level.items():
            grams[gram] = max(grams[gram], count)
    for before, run in runs:
        free = before in _BEFORE_NOUN if len(run) == 1 else len(run) <= 3 and grams[run[-2] + run[-1]] < 3
        findings.nouns[run[-1]] += free


def _recurring(corpus: Corpus, findings: Findings) -> None:
    """Add recurring phrases of two to four words by C-value, and words that are written like names."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    where: dict[str, set[tuple[int, int]]] = defaultdict(set)
    pieces: dict[str, tuple[str, ...]] = {}
    for unit in corpus.units:
        if unit.kind is Kind.FORMULA:
            continue
        tokens = unit.tokens
        for at, token in enumerate(tokens):
            if token.norm in STOP:
                continue
            for size in range(1, 5):
                last = at + size - 1
                if last >= len(tokens) or tokens[last].norm in STOP:
                    break
                if size > 1 and unit.text[tokens[last - 1].end : tokens[last].start] not in {" ", "-", "\n"}:
                    break
                gram = "".join(piece.norm for piece in tokens[at : last + 1])
                surface = " ".join(unit.text[token.start : tokens[last].end].split())
                if findings.grams[gram] < 3 or (size == 1 and not is_namelike(surface) and not _is_noun(findings, gram)):
                    continue
                forms[gram][surface] += 1
                where[gram].add((unit.document, unit.section))
                pieces[gram] = tuple(piece.norm for piece in tokens[at : last + 1])
    longer: dict[str, list[int]] = defaultdict(list)
    for gram, norm in pieces.items():
        for size in range(2, len(norm)):
            for at in range(len(norm) - size + 1):
                longer["".join(norm[at : at + size])].append(findings.grams[gram])
    for gram, norm in pieces.items():
        surface = forms[gram].most_common(1)[0][0]
        spread = len(where[gram])
        if len(norm) == 1:
            if not is_namelike(surface):
                if spread >= 6 and is_name(surface):
                    findings.names[gram].forms.update(forms[gram])
                    findings.names[gram].signs["noun"] += 1 + (spread >= 12)
            elif spread >= 2 and forms[gram].total() >= max(3, 0.4 * findings.grams[gram]):
                findings.names[gram].forms.update(forms[gram])
                findings.names[gram].signs["namelike"] += 1
            continue
        if norm[0] in GENERIC | QUALIFIER | VERBS and norm[0] not in {"deep", "hidden", "natural", "general", "test", "loss"}:
            continue
        nested = longer.get(gram, [])
        count = findings.grams[gram] - (sum(nested) / len(nested) if nested else 0)
        termhood = math.log2(len(norm)) * count
        if spread >= 3 and termhood >= 3 and is_name(surface) and trim(surface) == surface:
            findings.names[gram].forms.update(forms[gram])
            findings.names[gram].signs["phrase"] += 1 + (termhood >= 8) + (termhood >= 16)


def _is_noun(findings: Findings, word: str) -> bool:
    """Whether a word is often used as a thing on its own: alone behind an article or preposition."""
    count = findings.grams[word]
    return count >= 8 and len(word) >= 5 and word.isalpha() and findings.leads[word] <= 0.5 * count and findings.nouns[word] >= 0.3 * count


def _defined(text: str) -> str | None:
    """The subject of a defining sentence."""
    found = _COPULA.match(text) or _VERB.match(text)
    return trim(found["name"]) if found else None


def _in_unit(findings: Findings, unit: Unit, raw: str) -> None:
    text = strip_bullet(raw)
    for short, long in _abbreviations(unmark(raw).replace("\n", " ")):
        if is_name(long, protected=True):
            findings.same[findings.add(short.removesuffix("s") if is_acronym(short) else short, "acronym"), findings.add(long, "acronym")] += 3
    if unit.kind is Kind.FORMULA:
        return
    for found in _EMPHASIS.finditer(text):
        name = trim(head_part(parenthesis(unmark(found["name"]))[0]))
        at_start = found.start() <= 2
        if is_name(name) and len(name) < 45:
            findings.add(name, "label" if at_start and found["name"].rstrip().endswith(":") else "emphasis")
    bare = unmark(text).replace("\n", " ")
    subject = _defined(bare)
    if subject and is_name(subject, asked=True):
        findings.add(subject, "definition")
    elif unit.kind in {Kind.LIST, Kind.DEFINITION, Kind.PROSE, Kind.ANSWER, Kind.CALLOUT}:
        found_label = _LABEL.match(bare)
        if found_label and len(found_label["name"].split()) <= 6:
            for added in _titled(findings, found_label["name"], "definition" if unit.kind is Kind.DEFINITION else "label"):
                findings.names[added].parents.add((unit.document, unit.section))
    for same in _KNOWN_AS.finditer(bare):
        one, two = trim(same["one"]), trim(same["two"])
        pieces = one.split()
        one = next((" ".join(pieces[at:]) for at in range(len(pieces)) if key(" ".join(pieces[at:])) in findings.names), "")
        if one and is_name(two):
            findings.add(two, "part")
            findings.same[key(one), key(two)] += 2


def _in_table(findings: Findings, text: str) -> None:
    cells = [unmark(cell).strip() for cell in text.strip().strip("|").split("|")]
    if cells and 1 < len(cells) and len(cells[0].split()) <= 5 and is_name(trim(parenthesis(cells[0])[0])):
        findings.add(trim(parenthesis(cells[0])[0]), "table")


def collect(corpus: Corpus) -> Findings:
    """All candidate names of a corpus with their signs. Linear in the text."""
    findings = Findings()
    _phrases(corpus, findings)
    for number, document in enumerate(corpus.documents):
        front = document.front_matter
        if front.title:
            title = findings.add(parenthesis(unmark(front.title))[0], "title")
            for alias in front.aliases:
                findings.same[title, findings.add(unmark(alias), "part")] += 10
        elif is_name(trim(head_part(unnumber(unmark(document.title))))):
            findings.add(trim(head_part(unnumber(unmark(document.title)))), "part")
        seen: set[tuple[str, int]] = set()
        for index, section in enumerate(document.sections):
            sign = {SectionKind.HEADING: "heading", SectionKind.QUESTION: "question", SectionKind.LABEL: "label"}[section.kind]
            parent = corpus.parents[number][index]
            if section.kind is SectionKind.LABEL and ": " in section.title and is_generic(section.title.split(": ")[0]):
                sign = "heading"  # a callout with a title of its own: "The insight: double descent"
            if section.kind is SectionKind.QUESTION or section.title.rstrip().endswith("?"):
                for subject in _coordinated(findings, _asked(section.title)):
                    _titled_question(findings, subject)
                continue
            for added in _titled(findings, section.title, sign):
                findings.names[added].parents.add((number, parent))
                if (added, parent) in seen:
                    findings.names[added].signs[sign] -= 1
                seen.add((added, parent))
        for question in document.questions:
            for subject in _coordinated(findings, _asked(question.text)):
                _titled_question(findings, subject)
        for block in document.blocks:
            if block.kind is Kind.CONTENTS:
                for line in block.text.split("\n"):
                    for cell in line.strip("| ").split("|"):
                        _titled(findings, re.sub(r"[.\s]*\d+\s*$", "", strip_bullet(cell)), "contents")
    for unit in corpus.units:
        if unit.kind is Kind.TABLE:
            _in_table(findings, unit.text)
        if unit.kind is not Kind.HEADING:
            _in_unit(findings, unit, unit.text)
        else:
            for short, long in _abbreviations(unnumber(unmark(unit.text))):
                if is_name(long, protected=True):
                    findings.same[findings.add(short, "acronym"), findings.add(long, "acronym")] += 3
    _recurring(corpus, findings)
    return findings


def _asked(text: str) -> list[str]:
    return [subject for subject in question_subject(text) if subject]


def _titled_question(findings: Findings, subject: str) -> None:
    whole, inside = parenthesis(subject)
    name = trim(whole)
    if is_name(name, asked=True):
        added = findings.add(name, "question")
        if len(inside) == 1 and is_name(trim(inside[0])) and is_namelike(trim(inside[0])):
            findings.same[added, findings.add(trim(inside[0]), "part")] += 1


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


def is_describing(findings: Findings, name: str, spelled: str) -> bool:
    """Whether a word mostly stands before another one, as adjectives do ("linear", "non-convex"), though the text makes a label of it."""
    pieces = words(spelled)
    if len(pieces) == 1 and not is_namelike(spelled) and findings.grams[name] >= 8 and findings.nouns[name] < 0.03 * findings.grams[name] and findings.leads[name] >= 0.3 * findings.grams[name]:
        return not findings.names[name].signs["question"]
    if len(pieces) > 2 or (len(pieces) == 2 and "-" not in spelled) or is_acronym(spelled):
        return False
    return findings.grams[name] >= 4 and findings.leads[name] >= 0.66 * findings.grams[name]
