"""What is found in a corpus about names: their signs, and counts of words in running text."""

from __future__ import annotations

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from graph.text.names import is_name, trim
from graph.text.normal import STOP, is_acronym, is_namelike, key, words
from graph.text.units import Corpus
from graph.text.vocabulary import GENERIC, QUALIFIER, VERBS
from ingest.language.language import Language
from ingest.model import Kind

_BEFORE_NOUN = frozenset(Language.load("en").groups("name_words")["before_noun"])
_WRITTEN = frozenset({"title", "heading", "definition"})
_END = ""
_SPACES = frozenset({" ", "\n"})
_JOINTS = frozenset({" ", "-", "\n"})
_RECURRING = 3
_OFTEN_IN_SHORT = 6
SHORT = 3_000
"""Words of a text that says most things once."""
_ONE_QUESTION = 2  # it is seen as a question, and as the title of its section
_NO_BEGINNING = GENERIC | QUALIFIER | VERBS


@dataclass(slots=True)
class Finding:
    """What speaks for one name: its spellings and how often each kind of sign was seen (at most once a unit).

    `written` counts the spellings of titles, headings and definitions alone, `title` is that of the front matter.
    """

    forms: Counter[str] = field(default_factory=Counter)
    written: Counter[str] = field(default_factory=Counter)
    title: str = ""
    signs: Counter[str] = field(default_factory=Counter)
    parents: set[tuple[int, int]] = field(default_factory=set)


@dataclass(slots=True)
class Findings:
    """All names found by key, and pairs of keys that the text calls the same thing with how often it does.

    `spelled` counts by document and abbreviation what the document spells it out as.

    Of word sequences: `grams` counts them, `leads` those of one or two recurring words directly followed by another word, `proper` those
    with a capital inside a sentence, `nouns` words that stand as a noun of their own, not within a set phrase. `own` are the organising
    words that the text makes its own (see graph/concepts/subjects.py).
    """

    names: dict[str, Finding] = field(default_factory=lambda: defaultdict(Finding))
    same: Counter[tuple[str, str]] = field(default_factory=Counter)
    spelled: dict[tuple[int, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    grams: Counter[str] = field(default_factory=Counter)
    leads: Counter[str] = field(default_factory=Counter)
    nouns: Counter[str] = field(default_factory=Counter)
    proper: Counter[str] = field(default_factory=Counter)
    own: frozenset[str] = frozenset()

    def is_name(self, text: str, asked: bool = False) -> bool:
        """Whether a text could name a concept here."""
        return is_name(text, asked, own=self.own)

    def trim(self, text: str) -> str:
        """A name without what is no part of it here."""
        return trim(text, self.own)

    def abbreviate(self, document: int, short: str, long: str) -> None:
        """A document spells an abbreviation out."""
        pair = self.add(short, "acronym"), self.add(long, "acronym")
        self.same[pair] += 3
        self.spelled[document, pair[0]][pair[1]] += 1

    def add(self, name: str, sign: str, count: int = 1) -> str:
        found = key(name)
        self.names[found].forms[name] += count
        self.names[found].signs[sign] += count
        if sign in _WRITTEN:
            self.names[found].written[name] += count
        if sign == "title":
            self.names[found].title = name
        return found


def count_phrases(corpus: Corpus, findings: Findings) -> None:
    """Count word sequences (1 to 5 words, no stop words or punctuation inside), pruned a priori."""
    sequence, ends, governed = _runs(corpus, findings)
    grams, leads = findings.grams, findings.leads
    grams.update(sequence)
    del grams[_END]
    places: Iterable[int] = range(len(sequence))
    for size in range(2, 6):
        places = array("I", _longer(findings, sequence, places, size))
        level = Counter("".join(sequence[at : at + size]) for at in places)
        if size <= 3:
            leads.update("".join(sequence[at : at + size - 1]) for at in places)
        for gram, count in level.items():
            if count > grams.get(gram, 0):
                grams[gram] = count
    begin = 0
    for end, free in zip(ends, governed, strict=True):
        if free if end - begin == 1 else end - begin <= 3 and grams[sequence[end - 2] + sequence[end - 1]] < 3:
            findings.nouns[sequence[end - 1]] += 1
        begin = end + 1


def _longer(findings: Findings, sequence: Sequence[str], places: Iterable[int], size: int) -> Iterator[int]:
    """Where sequences of `size` words begin, of the places where shorter ones do. What begins with a sequence seen once is left out."""
    grams = findings.grams
    for at in places:
        if sequence[at] and sequence[at + size - 1] and (size == 2 or grams.get("".join(sequence[at : at + size - 1]), 0) >= 2):
            yield at


def _runs(corpus: Corpus, findings: Findings) -> tuple[list[str], array[int], bytearray]:
    """Runs of words, each closed by `_END`; where they end, and whether a word that makes a noun of them goes before."""
    sequence: list[str] = []
    ends, governed = array("I"), bytearray()
    for unit in corpus.units:
        text, places, running = unit.text, unit.tokens.offsets, unit.kind is not Kind.HEADING
        inside, before, previous, end = False, "", "", -1
        for at, norm in enumerate(unit.tokens.norms):
            start = places[2 * at]
            gap = text[end:start] if end >= 0 else ""
            stop = norm in STOP
            if inside and (stop or gap not in _JOINTS):
                ends.append(len(sequence))
                governed.append(before in _BEFORE_NOUN)
                sequence.append(_END)
                inside = False
            if not stop:
                before = before if inside else previous if gap in _SPACES else ""
                inside = True
                sequence.append(norm)
                if end >= 0 and running and text[start].isupper() and (gap.rstrip() or text[end - 1])[-1].islower():
                    findings.proper[norm] += 1
            previous, end = norm, places[2 * at + 1]
        if inside:
            ends.append(len(sequence))
            governed.append(before in _BEFORE_NOUN)
            sequence.append(_END)
    return sequence, ends, governed


def add_recurring(corpus: Corpus, findings: Findings) -> None:
    """Add recurring phrases of two to four words by C-value, and words that are written like names."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    where: dict[str, set[tuple[int, int]]] = defaultdict(set)
    pieces: dict[str, tuple[str, ...]] = {}
    # What is rare stays rare when it grows.
    recurring = {gram for gram, count in findings.grams.items() if count >= _RECURRING}
    short = sum(len(unit.tokens) for unit in corpus.units) <= SHORT
    nouns = {gram for gram in recurring if _is_noun(findings, gram, short)}
    for unit in corpus.units:
        if unit.kind is Kind.FORMULA:
            continue
        text, norms, places = unit.text, unit.tokens.norms, unit.tokens.offsets
        place = unit.document, unit.section
        for at, gram in enumerate(norms):
            if gram not in recurring or gram in STOP:
                continue
            start = places[2 * at]
            for last in range(at, min(at + 4, len(norms))):
                if last > at:
                    if norms[last] in STOP or text[places[2 * last - 1] : places[2 * last]] not in _JOINTS:
                        break
                    gram += norms[last]
                    if gram not in recurring:
                        break
                    surface = " ".join(text[start : places[2 * last + 1]].split())
                else:
                    surface = text[start : places[2 * last + 1]]
                    if gram not in nouns and not is_namelike(surface):
                        continue
                forms[gram][surface] += 1
                where[gram].add(place)
                pieces[gram] = norms[at : last + 1]
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
                if spread >= (2 if short else 6) and findings.is_name(surface):
                    findings.names[gram].forms.update(forms[gram])
                    findings.names[gram].signs["noun"] += 1 + (spread >= 12)
            elif spread >= 2 and forms[gram].total() >= max(3, 0.4 * findings.grams[gram]):
                findings.names[gram].forms.update(forms[gram])
                findings.names[gram].signs["namelike"] += 1
            continue
        if norm[0] in _NO_BEGINNING and norm[0] not in findings.own:
            continue
        nested = longer.get(gram, [])
        count = findings.grams[gram] - (sum(nested) / len(nested) if nested else 0)
        termhood = math.log2(len(norm)) * count
        if spread >= 3 and termhood >= 3 and findings.is_name(surface) and findings.trim(surface) == surface:
            findings.names[gram].forms.update(forms[gram])
            findings.names[gram].signs["phrase"] += 1 + (termhood >= 8) + (termhood >= 16)


def _is_noun(findings: Findings, word: str, short: bool) -> bool:
    """Whether a word is often used as a thing on its own: alone behind an article or preposition; in a short text less often will do."""
    count, before, alone = findings.grams[word], findings.leads[word], findings.nouns[word]
    if count < _OFTEN_IN_SHORT or len(word) < 4 or not word.isalpha():
        return False
    often = count >= 8 and len(word) >= 5 and before <= 0.5 * count and alone >= 0.3 * count
    return often or (short and before <= 0.4 * count and alone >= 0.4 * count)


def is_describing(findings: Findings, name: str, spelled: str) -> bool:
    """Whether a word mostly stands before another one, as adjectives do ("linear", "non-convex"), though the text makes a label of it."""
    pieces, signs = words(spelled), findings.names[name].signs
    if len(pieces) == 1 and not is_namelike(spelled) and findings.grams[name] >= 8:
        alone, before = findings.nouns[name] / findings.grams[name], findings.leads[name] / findings.grams[name]
        if alone < 0.03 and before >= 0.3 and not signs["question"]:
            return True
        if alone < 0.06 and before >= 0.25 and not signs.keys() & {"asked", "definition", "heading", "part"}:
            return signs["question"] <= _ONE_QUESTION  # "sparse or dense?" asks of two kinds of something
    if len(pieces) > 2 or (len(pieces) == 2 and "-" not in spelled) or is_acronym(spelled):
        return False
    return findings.grams[name] >= 4 and findings.leads[name] >= 0.66 * findings.grams[name]
