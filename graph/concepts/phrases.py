"""What a corpus shows about names: the signs for each, and counts of the word sequences in running text."""

from __future__ import annotations

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from graph.text.names import is_name, trim, without_article
from graph.text.normal import STOP, is_namelike, key
from graph.text.units import Corpus, Location, Unit
from graph.text.vocabulary import VERBS, is_generic
from ingest.language.language import Language
from ingest.model import Kind

_BEFORE_NOUN = frozenset(Language.load("en").groups("name_words")["before_noun"])
_WEAK = frozenset({"link", "tag"})  # signs that are not enough to make a candidate
_WRITTEN = frozenset({"title", "heading", "definition"})
_END = ""
_SPACES = frozenset({" ", "\n"})
_JOINTS = frozenset({" ", "-", "\n"})
_RECURRING = 3  # the fewest occurrences of a sequence that is a candidate
_LONGEST_COUNTED, _LONGEST_RECURRING = 5, 4  # words
_LEAST_TERMHOOD = 3.0
_USED_WHOLE = 3  # the fewest occurrences of a candidate that begins with a qualifier or ends with an aspect


@dataclass(slots=True)
class Finding:
    """The evidence for one name: its spellings, and how often each kind of sign was seen (at most once per unit).

    `written` counts the spellings of titles, headings and definitions alone; `title` is that of the front matter; `parents` holds the
    sections with labels and headings of this name.
    """

    forms: Counter[str] = field(default_factory=Counter)
    written: Counter[str] = field(default_factory=Counter)
    title: str = ""
    signs: Counter[str] = field(default_factory=Counter)
    parents: set[Location] = field(default_factory=set)

    def kinds(self) -> set[str]:
        """The kinds of sign for the name."""
        return {sign for sign, count in self.signs.items() if count > 0 and sign not in _WEAK}


@dataclass(slots=True)
class Findings:
    """All names found by key, and how often the text equates two keys.

    `spelled` counts the long forms by document and abbreviation.

    Of word sequences, by key: `grams` counts them; `leads` counts those of one or two recurring words directly before another word;
    `proper` those with a capital inside a sentence; `nouns` words that are used as a noun by themselves, not within a set phrase.
    """

    names: dict[str, Finding] = field(default_factory=lambda: defaultdict(Finding))
    same: Counter[tuple[str, str]] = field(default_factory=Counter)
    spelled: dict[tuple[int, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    grams: Counter[str] = field(default_factory=Counter)
    leads: Counter[str] = field(default_factory=Counter)
    nouns: Counter[str] = field(default_factory=Counter)
    proper: Counter[str] = field(default_factory=Counter)

    def trim(self, text: str) -> str:
        """A name without generic words, unless this text uses the whole as a set phrase ("basic idea", "phase rule")."""
        whole, short = without_article(text), trim(text)
        return whole if short == whole or is_generic(short) or self.grams[key(whole)] >= _USED_WHOLE else short

    def abbreviate(self, document: int, short: str, long: str) -> None:
        """Note that a document spells an abbreviation out."""
        pair = self.add(short, "acronym"), self.add(long, "acronym")
        self.same[pair] += 3
        self.spelled[document, pair[0]][pair[1]] += 1

    def add(self, name: str, sign: str) -> str:
        """Note a sign that speaks for a name. Returns its key."""
        found = key(name)
        finding = self.names[found]
        finding.forms[name] += 1
        finding.signs[sign] += 1
        if sign in _WRITTEN:
            finding.written[name] += 1
        if sign == "title":
            finding.title = name
        return found

    def add_forms(self, name: str, forms: Counter[str], sign: str, count: int) -> None:
        """Note the spellings of a key in running text, and a sign that speaks for it."""
        self.names[name].forms.update(forms)
        self.names[name].signs[sign] += count


def count_phrases(corpus: Corpus, findings: Findings) -> None:
    """Count the word sequences (1 to 5 words, without function words or punctuation inside), pruned a priori."""
    runs = _runs(corpus, findings)
    sequence, grams, leads = runs.words, findings.grams, findings.leads
    grams.update(sequence)
    del grams[_END]
    places: Iterable[int] = range(len(sequence))
    for size in range(2, _LONGEST_COUNTED + 1):
        places = array("I", _longer(findings, sequence, places, size))
        level = Counter("".join(sequence[at : at + size]) for at in places)
        if size <= 3:
            leads.update("".join(sequence[at : at + size - 1]) for at in places)
        for gram, count in level.items():
            if count > grams.get(gram, 0):
                grams[gram] = count
    begin = 0
    for end, is_governed in zip(runs.ends, runs.governed, strict=True):
        if is_governed if end - begin == 1 else end - begin <= 3 and grams[sequence[end - 2] + sequence[end - 1]] < _RECURRING:
            findings.nouns[sequence[end - 1]] += 1
        begin = end + 1


def _longer(findings: Findings, sequence: Sequence[str], places: Iterable[int], size: int) -> Iterator[int]:
    """The start positions of sequences of `size` words, among those of shorter ones. Sequences that begin with a sequence seen once are
    left out."""
    grams = findings.grams
    for at in places:
        if sequence[at] and sequence[at + size - 1] and (size == 2 or grams.get("".join(sequence[at : at + size - 1]), 0) >= 2):
            yield at


@dataclass(slots=True)
class _Runs:
    """The words of a corpus in runs without function words or punctuation inside, each run closed by `_END`.

    `ends` says where the runs end, `governed` whether the word before each shows that it is a noun.
    """

    words: list[str] = field(default_factory=list)
    ends: array[int] = field(default_factory=lambda: array("I"))
    governed: bytearray = field(default_factory=bytearray)

    def close(self, is_governed: bool) -> None:
        self.ends.append(len(self.words))
        self.governed.append(is_governed)
        self.words.append(_END)


def _runs(corpus: Corpus, findings: Findings) -> _Runs:
    """The runs of words of a corpus. Capitals inside sentences are counted at the same time."""
    runs = _Runs()
    for unit in corpus.units:
        text, offsets, is_running = unit.text, unit.tokens.offsets, unit.kind is not Kind.HEADING
        inside, before, previous, end = False, "", "", -1
        for at, norm in enumerate(unit.tokens.norms):
            start = offsets[2 * at]
            gap = text[end:start] if end >= 0 else ""
            stop = norm in STOP
            if inside and (stop or gap not in _JOINTS):
                runs.close(before in _BEFORE_NOUN)
                inside = False
            if not stop:
                before = before if inside else previous if gap in _SPACES else ""
                inside = True
                runs.words.append(norm)
                if end >= 0 and is_running and text[start].isupper() and (gap.rstrip() or text[end - 1])[-1].islower():
                    findings.proper[norm] += 1
            previous, end = norm, offsets[2 * at + 1]
        if inside:
            runs.close(before in _BEFORE_NOUN)
    return runs


@dataclass(slots=True)
class _Phrase:
    """A recurring word sequence: its words, its spellings, and the sections that hold it."""

    words: tuple[str, ...]
    forms: Counter[str] = field(default_factory=Counter)
    sections: set[Location] = field(default_factory=set)


def add_recurring(corpus: Corpus, findings: Findings) -> None:
    """Add recurring phrases of two to four words by C-value (Frantzi et al. 2000), nouns, and words that are written like names."""
    phrases = _recurring(corpus, findings)
    nested = _counts_of_longer(findings, phrases)
    for gram, phrase in phrases.items():
        if len(phrase.words) == 1:
            _add_word(findings, gram, phrase)
        else:
            _add_phrase(findings, gram, phrase, nested.get(gram, []))


def _recurring(corpus: Corpus, findings: Findings) -> dict[str, _Phrase]:
    """The sequences of one to four words that recur; single words only if they are nouns or written like names."""
    # A longer sequence cannot be more frequent.
    recurring = {gram for gram, count in findings.grams.items() if count >= _RECURRING}
    nouns = {gram for gram in recurring if _is_noun(findings, gram)}
    found: dict[str, _Phrase] = {}
    for unit in corpus.units:
        if unit.kind is Kind.FORMULA:
            continue
        for gram, norms, form in _recurring_in(unit, recurring):
            if len(norms) > 1 or gram in nouns or is_namelike(form):
                phrase = found.setdefault(gram, _Phrase(norms))
                phrase.words = norms  # a key may be split in several ways, of which the last is kept
                phrase.forms[form] += 1
                phrase.sections.add(unit.location)
    return found


def _recurring_in(unit: Unit, recurring: set[str]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """The recurring sequences in a unit: key, words in normal form, and spelling."""
    text, norms, offsets = unit.text, unit.tokens.norms, unit.tokens.offsets
    for at, gram in enumerate(norms):
        if gram not in recurring or gram in STOP:
            continue
        start = offsets[2 * at]
        yield gram, norms[at : at + 1], text[start : offsets[2 * at + 1]]
        for last in range(at + 1, min(at + _LONGEST_RECURRING, len(norms))):
            gram += norms[last]
            is_cut = norms[last] in STOP or text[offsets[2 * last - 1] : offsets[2 * last]] not in _JOINTS
            if is_cut or gram not in recurring:
                break
            yield gram, norms[at : last + 1], " ".join(text[start : offsets[2 * last + 1]].split())


def _counts_of_longer(findings: Findings, phrases: dict[str, _Phrase]) -> dict[str, list[int]]:
    """For each phrase how often longer phrases with it occur in the text."""
    longer: dict[str, list[int]] = defaultdict(list)
    for gram, phrase in phrases.items():
        for size in range(2, len(phrase.words)):
            for at in range(len(phrase.words) - size + 1):
                longer["".join(phrase.words[at : at + size])].append(findings.grams[gram])
    return longer


def _add_word(findings: Findings, gram: str, phrase: _Phrase) -> None:
    spread = len(phrase.sections)
    form = phrase.forms.most_common(1)[0][0]
    if is_namelike(form):
        if spread >= 2 and phrase.forms.total() >= max(3, 0.4 * findings.grams[gram]):
            findings.add_forms(gram, phrase.forms, "namelike", 1)
    elif is_name(form):
        findings.add_forms(gram, phrase.forms, "noun", spread)


def _add_phrase(findings: Findings, gram: str, phrase: _Phrase, nested: Sequence[int]) -> None:
    if phrase.words[0] in VERBS or phrase.words[-1] in VERBS:
        return
    form = phrase.forms.most_common(1)[0][0]
    count = findings.grams[gram] - (sum(nested) / len(nested) if nested else 0)
    termhood = math.log2(len(phrase.words)) * count
    if termhood >= _LEAST_TERMHOOD and is_name(form):
        findings.add_forms(gram, phrase.forms, "phrase", round(termhood))


def _is_noun(findings: Findings, word: str) -> bool:
    """True if at least a fifth of a word's occurrences are nouns, after an article or preposition."""
    count = findings.grams[word]
    return count >= _RECURRING and len(word) >= 4 and word.isalpha() and findings.nouns[word] >= 0.2 * count
