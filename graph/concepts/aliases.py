"""Which names are names of one thing: the text says so, an abbreviation fits, or the spelling differs by a rule."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from graph.concepts.phrases import Findings
from graph.text.normal import CLASS, is_acronym, is_namelike, plain, words
from graph.text.units import Corpus
from ingest.language.language import Language
from ingest.model import SectionKind
from ingest.text.terms import stem

# Last letters of abbreviations that stand for the class of the thing: GBM, CNN.
_CLASS_LETTERS = {"m": ("model", "machine", "method"), "n": ("network", "net")}
_WORDS = Language.load("en").groups("name_words")
_SAME_THING, _DERIVED, _ADDS_NOTHING = (frozenset(_WORDS[group]) for group in ("same_thing", "derived", "adds_nothing"))
_SYNONYMS = [frozenset(line.split()) for line in _WORDS["synonyms"]]


class Groups:
    """Union–find over names."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def root(self, name: str) -> str:
        while self._parent.get(name, name) != name:
            self._parent[name] = self._parent.get(self._parent[name], self._parent[name])
            name = self._parent[name]
        return name

    def join(self, one: str, two: str) -> None:
        first, second = self.root(one), self.root(two)
        if first != second:
            self._parent[second] = first


def surface(findings: Findings, name: str) -> str:
    """The spelling seen most often; its singular where that is seen too, the shortest of equals."""
    forms = findings.names[name].forms
    best = min(forms, key=lambda form: (-forms[form], form.isupper() and not is_acronym(form), len(form), form))
    singular = [form for form in forms if len(form) < len(best) and plain(best).startswith(plain(form)) and forms[form] * 8 >= forms[best]]
    return max(singular, key=lambda form: (forms[form], form)) if singular else best


def merge_names(corpus: Corpus, findings: Findings, kept: Iterable[str]) -> Groups:
    """Groups of keys that name one concept. Only what `kept` holds is merged, whatever order it comes in."""
    keys = sorted(set(kept))
    groups = Groups()
    forms = {name: surface(findings, name) for name in keys}
    _said(findings, forms, groups)
    _implicit(corpus, forms, groups)
    _spelling(forms, groups)
    _classes(findings, forms, groups)
    return groups


def _said(findings: Findings, forms: Mapping[str, str], groups: Groups) -> None:
    """Join what the text equates. An abbreviation with several long forms goes with the one named most."""
    best: dict[str, tuple[int, str]] = {}
    for (one, two), count in sorted(findings.same.items()):
        if one not in forms or two not in forms or one == two:
            continue
        if findings.names[one].signs["acronym"] and is_namelike(forms[one]):
            # The long form that the text goes on to use.
            used = count * (1 + max(findings.grams[two], findings.names[two].forms.total()))
            if used > best.get(one, (0, ""))[0]:
                best[one] = (used, two)
        elif count >= 2:
            groups.join(one, two)
    for short, (_, long) in sorted(best.items()):
        groups.join(short, long)
    for (one, two), count in sorted(findings.same.items()):
        # Other long forms of an abbreviation that share its last words are spellings of the same ("group(ed) query attention").
        if one in best and two in forms and two != best[one][1] and count >= 1:
            chosen, other = words(forms[best[one][1]]), words(forms[two])
            if chosen and other and chosen[-1] == other[-1] and len(chosen) == len(other):
                groups.join(one, two)


def _implicit(corpus: Corpus, forms: Mapping[str, str], groups: Groups) -> None:
    """Join an abbreviation that is never spelled out with the one name whose initials it bears and that stands in the same sections."""
    initials: dict[str, list[str]] = defaultdict(list)
    for name, form in sorted(forms.items()):
        pieces = [piece for piece in words(form) if piece not in {"of", "and", "the"}]
        if len(pieces) >= 2 and not any(is_acronym(word) for word in form.split()):
            initials["".join(piece[0] for piece in pieces)].append(name)
    shorts = {
        name: form
        for name, form in forms.items()
        if is_acronym(form) and form.removesuffix("s").isalpha() and groups.root(name) == name and len(form) <= 5
    }
    linked = {groups.root(name) for name in forms if groups.root(name) != name}
    wanted: dict[str, list[str]] = {}
    for short in sorted(shorts):
        if short in linked:
            continue
        letters = short
        longs = list(initials.get(letters, ()))
        if not longs and len(letters) > 2 and letters[-1] in _CLASS_LETTERS:
            longs = [name for name in initials.get(letters[:-1], ()) if words(forms[name])[-1] not in _CLASS_LETTERS[letters[-1]]]
        if longs:
            wanted[short] = longs
    if not wanted:
        return
    interesting = set(wanted) | {name for longs in wanted.values() for name in longs}
    beginnings = {name[:size] for name in interesting for size in range(1, len(name) + 1)}
    places: dict[str, Counter[tuple[int, int]]] = defaultdict(Counter)
    topic = [_topics(corpus, number) for number in range(len(corpus.documents))]
    for unit in corpus.units:
        norms = unit.tokens.norms
        for at in range(len(norms)):
            joined = ""
            for last in range(at, min(at + 5, len(norms))):
                joined += norms[last]
                if joined not in beginnings:
                    break
                if joined in interesting:
                    places[joined][(unit.document, topic[unit.document].get(unit.section, -1))] += 1
    for short, longs in sorted(wanted.items()):
        shared = sorted(
            ((sum(min(places[short][at], places[long][at]) for at in places[short] if at in places[long]), long) for long in longs),
            reverse=True,
        )
        clear = shared[0][0] >= 1 and (len(shared) == 1 or shared[0][0] >= 2 * shared[1][0])
        if clear:
            groups.join(short, shared[0][1])


def _topics(corpus: Corpus, number: int) -> dict[int, int]:
    """For each section the nearest one at or above it that is more than a label."""
    sections, parents = corpus.documents[number].sections, corpus.parents[number]
    found = {}
    for index in range(len(sections)):
        at = index
        while at >= 0 and sections[at].kind is SectionKind.LABEL:
            at = parents[at]
        found[index] = at
    return found


def _spelling(forms: Mapping[str, str], groups: Groups) -> None:
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
    # "layer norm" is layer normalization, "neural net" a neural network.
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


def _classes(findings: Findings, forms: Mapping[str, str], groups: Groups) -> None:
    """Join "X" and "X regularization" where the class word adds nothing: X is written as a name or as a proper noun."""
    by_class: dict[tuple[str, int], list[str]] = defaultdict(list)
    for name, form in sorted(forms.items()):
        for number, same in enumerate(_SYNONYMS):
            if words(form)[-1] in same and len(words(form)) > 1:
                by_class[("".join(words(form)[:-1]), number)].append(name)
    for alike in by_class.values():
        for other in alike[1:]:
            groups.join(alike[0], other)
    classed: dict[str, list[str]] = defaultdict(list)
    for name, form in sorted(forms.items()):
        pieces = words(form)
        if len(pieces) >= 2 and pieces[-1] in CLASS and "".join(pieces[:-1]) in forms:
            classed["".join(pieces[:-1])].append(name)
    for bare, longer in sorted(classed.items()):
        ranked = sorted(longer, key=lambda name: (words(forms[name])[-1] not in _SAME_THING, -findings.grams[name], name))
        rivals = [name for name in ranked[1:] if groups.root(name) != groups.root(ranked[0]) and words(forms[name])[-1] not in _DERIVED]
        strongest = words(forms[ranked[0]])[-1] in _SAME_THING or all(
            findings.grams[ranked[0]] >= 2 * findings.grams[other] for other in rivals
        )
        written = forms[bare]
        proper = (
            " " not in written and findings.proper[bare] * 2 >= findings.grams[bare] - findings.leads[bare] and findings.proper[bare] >= 2
        )
        if strongest and (is_namelike(written) or proper):
            groups.join(bare, ranked[0])
        for name in longer:
            last = words(forms[name])[-1]
            if (
                last in _ADDS_NOTHING
                or (last == "loss" and "-" in written and " " not in written)
                or (last == "function" and len(words(written)) == 1 and not bare.endswith(("tion", "ive")))
            ):
                groups.join(bare, name)
