"""Decide which names are names of one thing: the text says so, an abbreviation fits, or the spelling differs by a rule."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from graph.concepts.lexicon import EVERYWHERE, Lexicon, Mention
from graph.concepts.phrases import Findings
from graph.concepts.titles import section_subjects
from graph.text.normal import CLASS, is_acronym, is_namelike, key, plain, words
from graph.text.units import Corpus, Location, unlabelled
from graph.text.vocabulary import is_generic
from ingest.language.language import Language
from ingest.text.terms import stem

_CLASS_LETTERS = {"m": ("model", "machine", "method"), "n": ("network", "net")}
"""Last letters of abbreviations that stand for the class of the thing: GBM, CNN."""
_WORDS = Language.load("en").groups("name_words")
_SILENT, _SAME_THING, _DERIVED, _ADDS_NOTHING = (frozenset(_WORDS[group]) for group in ("silent", "same_thing", "derived", "adds_nothing"))
_SYNONYMS = [frozenset(line.split()) for line in _WORDS["synonyms"]]
_LONGEST_ACRONYM = 5
_LONGEST = 5  # the words of a name with these initials
_SEEN_TWICE = 2  # how often the text has to equate two names that are not abbreviations
_CLEARLY = 2  # how many times more often the chosen one of several is used
_TITULAR = 0.75  # the least weight of a concept that a section is titled with


class Groups:
    """Union–find over the keys of names."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def root(self, name: str) -> str:
        """The key that represents this key's group."""
        while self._parent.get(name, name) != name:
            self._parent[name] = self._parent.get(self._parent[name], self._parent[name])
            name = self._parent[name]
        return name

    def join(self, one: str, two: str) -> None:
        """Put two keys, with all that are joined with them, into one group."""
        first, second = self.root(one), self.root(two)
        if first != second:
            self._parent[second] = first


def surface(findings: Findings, name: str) -> str:
    """The most frequent spelling of a key. The singular is preferred if it occurs, then the shortest of equally frequent ones."""
    forms = findings.names[name].forms
    best = min(forms, key=lambda form: (-forms[form], form.isupper() and not is_acronym(form), len(form), form))
    singular = [form for form in forms if len(form) < len(best) and plain(best).startswith(plain(form)) and forms[form] * 8 >= forms[best]]
    return max(singular, key=lambda form: (forms[form], form)) if singular else best


def merge_names(corpus: Corpus, findings: Findings, kept: Iterable[str]) -> Groups:
    """Groups of keys that name one concept. Only the keys in `kept` are merged. Their order does not matter."""
    groups = Groups()
    forms = {name: surface(findings, name) for name in sorted(set(kept))}
    _join_equated(findings, forms, groups)
    _join_abbreviations(corpus, forms, groups)
    _join_forms_of_words(forms, groups)
    _join_cut_words(forms, groups)
    _join_synonymous_classes(forms, groups)
    _join_classes(findings, forms, groups)
    return groups


def _join_equated(findings: Findings, forms: Mapping[str, str], groups: Groups) -> None:
    """Join names that the text equates. An abbreviation with several long forms is joined with the one that the text uses afterwards."""
    best: dict[str, tuple[int, str]] = {}
    for (one, two), count in sorted(findings.same.items()):
        if one not in forms or two not in forms or one == two:
            continue
        if findings.names[one].signs["acronym"] and is_namelike(forms[one]):
            used = count * (1 + max(findings.grams[two], findings.names[two].forms.total()))
            if used > best.get(one, (0, ""))[0]:
                best[one] = (used, two)
        elif count >= _SEEN_TWICE:
            groups.join(one, two)
    for short, (_, long) in sorted(best.items()):
        groups.join(short, long)
    for (one, two), count in sorted(findings.same.items()):
        # Other long forms of an abbreviation that share its last word are spellings of the same ("group(ed) query attention").
        if one in best and two in forms and two != best[one][1] and count >= 1:
            chosen, other = words(forms[best[one][1]]), words(forms[two])
            if chosen and other and chosen[-1] == other[-1] and len(chosen) == len(other):
                groups.join(one, two)


def _join_abbreviations(corpus: Corpus, forms: Mapping[str, str], groups: Groups) -> None:
    """Join an abbreviation that is never spelled out with the name that has its initials and stands in the same sections."""
    longs = _possible_long_forms(forms, groups)
    if not longs:
        return
    uses = _uses_by_topic(corpus, set(longs) | {long for several in longs.values() for long in several})
    for short, several in sorted(longs.items()):
        ranked = sorted(((_shared(uses[short], uses[long]), long) for long in several), reverse=True)
        (most, best), *rest = ranked
        if most >= 1 and (not rest or most >= _CLEARLY * rest[0][0]):
            groups.join(short, best)


def _possible_long_forms(forms: Mapping[str, str], groups: Groups) -> dict[str, list[str]]:
    """For each abbreviation that is not joined yet, the names with its initials: SVM is a support vector machine, GBM gradient boosting."""
    initials = _by_initials(forms)
    joined = {groups.root(name) for name in forms if groups.root(name) != name}
    found: dict[str, list[str]] = {}
    for short, form in forms.items():
        is_free = groups.root(short) == short and short not in joined
        if is_free and is_acronym(form) and form.removesuffix("s").isalpha() and len(form) <= _LONGEST_ACRONYM:
            longs = initials.get(short) or _without_class_letter(short, forms, initials)
            if longs:
                found[short] = longs
    return found


def _by_initials(forms: Mapping[str, str]) -> Mapping[str, list[str]]:
    """The keys of names of several words by their initials."""
    initials: dict[str, list[str]] = defaultdict(list)
    for name, form in sorted(forms.items()):
        pieces = [piece for piece in words(form) if piece not in _SILENT]
        if len(pieces) >= 2 and not any(is_acronym(word) for word in form.split()):
            initials["".join(piece[0] for piece in pieces)].append(name)
    return initials


def _without_class_letter(short: str, forms: Mapping[str, str], initials: Mapping[str, list[str]]) -> list[str]:
    """The names that have the initials of an abbreviation without its last letter, which stands for a class of things."""
    if len(short) <= 2 or short[-1] not in _CLASS_LETTERS:
        return []
    return [name for name in initials.get(short[:-1], ()) if words(forms[name])[-1] not in _CLASS_LETTERS[short[-1]]]


def _uses_by_topic(corpus: Corpus, names: set[str]) -> Mapping[str, Counter[Location]]:
    """How often each of these keys occurs in the text, by the section that is more than a label."""
    beginnings = {name[:size] for name in names for size in range(1, len(name) + 1)}
    topics: dict[Location, Location] = {}
    uses: dict[str, Counter[Location]] = defaultdict(Counter)
    for unit in corpus.units:
        if unit.location not in topics:
            topics[unit.location] = unit.document, unlabelled(corpus, unit.location)
        norms = unit.tokens.norms
        for at in range(len(norms)):
            joined = ""
            for norm in norms[at : at + _LONGEST]:
                joined += norm
                if joined not in beginnings:
                    break
                if joined in names:
                    uses[joined][topics[unit.location]] += 1
    return uses


def _shared(one: Counter[Location], two: Counter[Location]) -> int:
    """How often two names are used in the same sections."""
    return sum(min(one[topic], two[topic]) for topic in one if topic in two)


def _join_forms_of_words(forms: Mapping[str, str], groups: Groups) -> None:
    """Join names of several words that differ by the form of a word: caching/cache, positional/position, grouped/group."""
    by_shape: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, form in sorted(forms.items()):
        pieces = words(form)
        if len(pieces) < 2:
            continue
        shape = tuple(map(stem, pieces))
        by_shape[shape].append(name)
        # "variance-bias tradeoff" is the "bias-variance tradeoff".
        if (len(pieces) == 3 and "-" in form) or "–" in form:
            by_shape[("~", *sorted(shape[:2]), *shape[2:])].append(name)
    for same in by_shape.values():
        for other in same[1:]:
            groups.join(same[0], other)


def _join_cut_words(forms: Mapping[str, str], groups: Groups) -> None:
    """Join names of which one ends on the beginning of a word: "layer norm" is layer normalization, "neural net" a neural network."""
    by_first: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    for name, form in sorted(forms.items()):
        pieces = words(form)
        if len(pieces) >= 2 and len(pieces[0]) >= 3:
            by_first[tuple(pieces[:-1])].append((pieces[-1], name))
    for ends in by_first.values():
        ends.sort()
        for (short, one), (long, two) in itertools.pairwise(ends):
            if 3 <= len(short) <= 5 and long.startswith(short) and len(long) >= len(short) + 3:
                groups.join(two, one)


def _join_synonymous_classes(forms: Mapping[str, str], groups: Groups) -> None:
    """Join names that differ by a class word which means the same: "Bayes' theorem" and "Bayes' rule"."""
    by_class: dict[tuple[str, int], list[str]] = defaultdict(list)
    for name, form in sorted(forms.items()):
        *first, last = words(form)
        for number, same in enumerate(_SYNONYMS):
            if first and last in same:
                by_class["".join(first), number].append(name)
    for alike in by_class.values():
        for other in alike[1:]:
            groups.join(alike[0], other)


def _join_classes(findings: Findings, forms: Mapping[str, str], groups: Groups) -> None:
    """Join "X" and "X optimizer" where the class word adds nothing, or X is written as a name or as a proper noun."""
    classed: dict[str, list[str]] = defaultdict(list)
    for name, form in sorted(forms.items()):
        *first, last = words(form)
        if first and last in CLASS and "".join(first) in forms:
            classed["".join(first)].append(name)
    for bare, longer in sorted(classed.items()):
        best = _strongest_class(findings, forms, groups, longer)
        if best is not None and (is_namelike(forms[bare]) or _is_proper_noun(findings, bare, forms[bare])):
            groups.join(bare, best)
        for name in longer:
            if _adds_nothing(words(forms[name])[-1], bare, forms[bare]):
                groups.join(bare, name)


def _strongest_class(findings: Findings, forms: Mapping[str, str], groups: Groups, longer: Sequence[str]) -> str | None:
    """The name with a class word that a bare name stands for; None if several qualify."""

    def last(name: str) -> str:
        return words(forms[name])[-1]

    best, *others = sorted(longer, key=lambda name: (last(name) not in _SAME_THING, -findings.grams[name], name))
    rivals = [name for name in others if groups.root(name) != groups.root(best) and last(name) not in _DERIVED]
    is_clear = last(best) in _SAME_THING or all(findings.grams[best] >= _CLEARLY * findings.grams[other] for other in rivals)
    return best if is_clear else None


def _is_proper_noun(findings: Findings, name: str, written: str) -> bool:
    """True if at least half of a word's occurrences inside sentences have a capital."""
    alone, capital = findings.grams[name] - findings.leads[name], findings.proper[name]
    return " " not in written and capital >= 2 and capital * 2 >= alone


def _adds_nothing(last: str, bare: str, written: str) -> bool:
    """True if a class word behind a name adds nothing to it: "X algorithm", "cross-entropy loss", "sigmoid function"."""
    if last in _ADDS_NOTHING:
        return True
    if last == "loss":
        return "-" in written and " " not in written
    return last == "function" and len(words(written)) == 1 and not bare.endswith(("tion", "ive"))


def short_forms(
    corpus: Corpus, lexicon: Lexicon, named: Sequence[tuple[str, int]], mentions: Sequence[Sequence[Mention]]
) -> dict[tuple[int, str], int]:
    """The short forms by which documents mention a concept, by (document or `EVERYWHERE`, key).

    They are not names by themselves: the last word of a name of two words, in a document with a section on it where no other name ends with
    this word ("trees" are decision trees); and everywhere the first two words of a name in front of a generic one ("bias-variance frame"),
    and the verb of a name in -ing ("overfit").
    """
    taken = {key(name) for name, _ in named}
    last_words: dict[str, set[int]] = defaultdict(set)
    whole: dict[str, set[int]] = defaultdict(set)
    for name, number in named:
        pieces = words(name)
        if len(pieces) == 2 and _is_telling(pieces[-1]):
            last_words[pieces[-1]].add(number)
        for form in filter(None, (_compound(name, pieces), _verb(pieces))):
            whole[form].add(number)
    local = {(EVERYWHERE, form): min(numbers) for form, numbers in whole.items() if form not in taken and len(numbers) == 1}
    users = _documents_of(corpus, mentions)
    titled = _titled_documents(corpus, lexicon)
    for form, numbers in last_words.items():
        if form not in taken and form not in whole:
            meanings = Counter(document for number in numbers for document in users[number])
            pairs = [(document, number) for number in numbers for document in users[number] if meanings[document] == 1]
            local |= {(document, form): number for document, number in pairs if (document, number) in titled}
    return local


def _titled_documents(corpus: Corpus, lexicon: Lexicon) -> set[tuple[int, int]]:
    """Pairs (document, concept) where the document has a section on the concept."""
    return {
        (document, concept)
        for (document, _), subjects in section_subjects(corpus, lexicon).items()
        for concept, weight in subjects.items()
        if weight >= _TITULAR
    }


def _is_telling(word: str) -> bool:
    return word.isalpha() and len(word) >= 4 and not is_generic(word) and word not in CLASS


def _compound(name: str, pieces: Sequence[str]) -> str | None:
    """The key of a compound in front of a generic word: "bias-variance" of "bias-variance tradeoff"."""
    compound = re.match(r"[^\W_]+[-–][^\W_]+", name)
    return key(compound.group()) if compound and len(pieces) == 3 and is_generic(pieces[-1]) else None


def _verb(pieces: Sequence[str]) -> str | None:
    """The verb of a name in -ing: "overfit" of "overfitting"."""
    if len(pieces) != 1 or not pieces[0].endswith("ing") or len(pieces[0]) < 8:
        return None
    verb = pieces[0].removesuffix("ing")
    return verb[:-1] if verb[-1] == verb[-2] else verb


def _documents_of(corpus: Corpus, mentions: Sequence[Sequence[Mention]]) -> Mapping[int, set[int]]:
    """The documents that mention each concept."""
    users: dict[int, set[int]] = defaultdict(set)
    for unit, here in zip(corpus.units, mentions, strict=True):
        for mention in here:
            users[mention.concept].add(unit.document)
    return users
