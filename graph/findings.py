"""What is found in a corpus about names: their signs, and counts of words in running text."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from graph.names import is_name, trim
from graph.units import Corpus
from graph.words import GENERIC, QUALIFIER, STOP, VERBS, is_acronym, is_namelike, key, words
from ingest.model import Kind

_BEFORE_NOUN = frozenset(
    "a an the of all each every per by in for with over on between from into its their these those this that some any and or through"
    " via".split()
)


_WRITTEN = frozenset({"title", "heading", "definition"})


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

    Of word sequences: `grams` counts them, `leads` those directly followed by another word, `proper` those with a
    capital inside a sentence, `nouns` words that stand as a noun of their own, not within a set phrase.
    """

    names: dict[str, Finding] = field(default_factory=lambda: defaultdict(Finding))
    same: Counter[tuple[str, str]] = field(default_factory=Counter)
    spelled: dict[tuple[int, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    grams: Counter[str] = field(default_factory=Counter)
    leads: Counter[str] = field(default_factory=Counter)
    nouns: Counter[str] = field(default_factory=Counter)
    proper: Counter[str] = field(default_factory=Counter)

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
                if (
                    end >= 0
                    and unit.kind is not Kind.HEADING
                    and unit.text[token.start].isupper()
                    and unit.text[: token.start].rstrip()[-1:].islower()
                ):
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


def add_recurring(corpus: Corpus, findings: Findings) -> None:
    """Add recurring phrases of two to four words by C-value, and words that are written like names."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    where: dict[str, set[tuple[int, int]]] = defaultdict(set)
    pieces: dict[str, tuple[str, ...]] = {}
    grams = findings.grams
    for unit in corpus.units:
        if unit.kind is Kind.FORMULA:
            continue
        tokens = unit.tokens
        for at, token in enumerate(tokens):
            if token.norm in STOP:
                continue
            gram = ""
            for size in range(1, 5):
                last = at + size - 1
                if last >= len(tokens) or tokens[last].norm in STOP:
                    break
                if size > 1 and unit.text[tokens[last - 1].end : tokens[last].start] not in {" ", "-", "\n"}:
                    break
                gram += tokens[last].norm
                if grams.get(gram, 0) < 3:
                    break  # what is rare stays rare when it grows
                surface = " ".join(unit.text[token.start : tokens[last].end].split())
                if size == 1 and not is_namelike(surface) and not _is_noun(findings, gram):
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
        if norm[0] in GENERIC | QUALIFIER | VERBS:
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


def is_describing(findings: Findings, name: str, spelled: str) -> bool:
    """Whether a word mostly stands before another one, as adjectives do ("linear", "non-convex"), though the text makes a label of it."""
    pieces = words(spelled)
    if (
        len(pieces) == 1
        and not is_namelike(spelled)
        and findings.grams[name] >= 8
        and findings.nouns[name] < 0.03 * findings.grams[name]
        and findings.leads[name] >= 0.3 * findings.grams[name]
    ):
        return not findings.names[name].signs["question"]
    if len(pieces) > 2 or (len(pieces) == 2 and "-" not in spelled) or is_acronym(spelled):
        return False
    return findings.grams[name] >= 4 and findings.leads[name] >= 0.66 * findings.grams[name]
