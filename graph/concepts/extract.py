"""The concepts of a corpus: their names, definitions and places.

First, names are collected, joined and chosen (`_chosen`). Then `PASSES` fill in further properties of the chosen concepts, one after the
other.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.concepts.aliases import merge_names, short_forms, surface
from graph.concepts.candidates import collect, evidence_score
from graph.concepts.definitions import defining
from graph.concepts.earlier import NOTHING, Earlier, give_ids
from graph.concepts.lexicon import Lexicon, Mention, Mentions, count_mentions, count_uses, find_local, find_mentions
from graph.concepts.phrases import Finding, Findings
from graph.concepts.termhood import AUTHORED, Use, features, is_concept, probabilities
from graph.concepts.titles import Titles, section_subjects, titled_notes
from graph.text.normal import is_acronym, is_namelike, words
from graph.text.units import Corpus, Location, Unit, at_most_letters, first_units
from ingest.language.language import Language
from ingest.model import Kind

_NAMED_AFTER = frozenset(Language.load("en").groups("name_words")["named_after"])
_LABELLED, _SAID = 0.6, 0.5  # how much a unit is about the concept at its beginning: "X: …", "X is a …"
_USED = 3  # a long form used this often is shown instead of its abbreviation
_MUCH_LESS = 10  # and so is one used at least a tenth as often as the abbreviation


@dataclass(frozen=True, slots=True)
class Subject:
    """A unit or a section that is about a concept. `section` is -1 if it is the unit alone; `weight` in (0, 1] says how much."""

    document: int
    section: int
    unit: int
    weight: float


@dataclass(frozen=True, slots=True)
class Term:
    """A concept while the graph is built. Its number is its place in `Terms.terms`; `sure` is the probability that it is one, and `worth`
    the probability that it should be a step of a path."""

    slug: str
    name: str
    aliases: tuple[str, ...]
    score: float
    authored: bool
    sure: float = 1.0
    worth: float = 1.0

    @property
    def names(self) -> tuple[str, ...]:
        """The display name, then the aliases."""
        return self.name, *self.aliases


@dataclass(frozen=True, slots=True)
class Terms:
    """The concepts of a corpus, highest ranked first, with all their properties.

    `titles` says how much each section is about the concepts that its title names; `mentions[u]` holds the mentions in unit u; `about[c]`
    the subjects about concept c, best first; `definition[c]` the number of the unit that defines it, or -1; `spread[c]` how many running
    units mention it.
    """

    terms: tuple[Term, ...]
    lexicon: Lexicon
    titles: Titles = field(default_factory=dict)
    mentions: Mentions = ()
    about: tuple[tuple[Subject, ...], ...] = ()
    definition: tuple[int, ...] = ()
    spread: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Group:
    """The names of one concept: the display name, all names with that one first, and their joint evidence."""

    name: str
    names: tuple[str, ...]
    finding: Finding


@dataclass(frozen=True, slots=True)
class _Scored:
    """A group of names that counts as a concept, with its evidence and the probabilities that it is a concept and worth a step."""

    score: float
    sure: float
    worth: float
    group: _Group


@dataclass(frozen=True, slots=True)
class Possible:
    """A group of names that may name a concept, and how the text uses it."""

    group: _Group
    use: Use


def find_terms(corpus: Corpus, earlier: Earlier = NOTHING) -> Terms:
    """The concepts of a corpus, highest ranked first."""
    findings = collect(corpus, earlier.added)
    found = _chosen(corpus, findings, earlier)
    for fill_in in PASSES:
        found = fill_in(corpus, findings, found)
    return found


def _chosen(corpus: Corpus, findings: Findings, earlier: Earlier) -> Terms:
    """The names that the author declares or that the model takes for concepts, grouped by concept."""
    scored = []
    every = possible(corpus, findings)
    sures, worths = probabilities([features(findings, each.group.finding, each.group.name, each.use) for each in every])
    for each, sure, worth in zip(every, sures, worths, strict=True):
        if is_concept(each.group.finding, each.group.name, sure):
            score = evidence_score(each.group.finding, each.use.mentions, each.use.sections)
            scored.append(_Scored(score, sure, worth, each.group))
    scored.sort(key=lambda found: (-found.score, found.group.name))
    terms = _terms(scored, earlier)
    return Terms(tuple(terms), Lexicon.build((name, number) for number, term in enumerate(terms) for name in term.names))


def possible(corpus: Corpus, findings: Findings) -> list[Possible]:
    """All groups of names, with their use in the text."""
    names = [name for name, finding in findings.names.items() if finding.forms and finding.kinds()]
    joined = merge_names(corpus, findings, names)
    members: dict[str, list[str]] = defaultdict(list)
    for name in names:
        members[joined.root(name)].append(name)
    groups = [_group(findings, sorted(names)) for _, names in sorted(members.items())]
    lexicon = Lexicon.build((name, number) for number, group in enumerate(groups) for name in group.names)
    uses = count_uses(corpus, find_mentions(corpus, lexicon), len(groups))
    size = sum(len(unit.tokens) for unit in corpus.units)
    return [Possible(group, Use(*use, size)) for group, use in zip(groups, uses, strict=True)]


def _terms(scored: Sequence[_Scored], earlier: Earlier) -> list[Term]:
    terms = []
    ids = give_ids([(found.group.name, *found.group.names) for found in scored], earlier)
    for id_, found in zip(ids, scored, strict=True):
        group = found.group
        aliases = tuple(dict.fromkeys(name for name in group.names[1:] if name != group.name))
        is_authored = not AUTHORED.isdisjoint(group.finding.kinds())
        worth = 1.0 if is_authored else found.worth
        terms.append(Term(id_, group.name, aliases, found.score, group.finding.signs["title"] > 0, found.sure, worth))
    return terms


def _group(findings: Findings, names: Sequence[str]) -> _Group:
    """The group of names with these keys."""
    whole = Finding()
    for name in names:
        for sign, count in findings.names[name].signs.items():
            whole.signs[sign] += count
        whole.parents |= findings.names[name].parents
    spelled = {name: surface(findings, name) for name in names}
    uses = {name: max(findings.grams[name], sum(findings.names[name].forms.values())) for name in names}
    best = _shown(findings, spelled, uses)
    others = sorted((name for name in names if name != best), key=lambda name: (-uses[name], name))
    spelled[best] = _display(findings.names[best], spelled[best])
    return _Group(spelled[best], tuple(spelled[name] for name in (best, *others)), whole)


def _shown(findings: Findings, spelled: Mapping[str, str], uses: Mapping[str, int]) -> str:
    """The key of a group's display name: the title of a note, else the most used name, preferably in full."""
    titled = [name for name in spelled if findings.names[name].signs["title"] > 0]
    best = max(titled or spelled, key=lambda name: (uses[name], -len(spelled[name]), name))
    if titled:
        return best
    first, *more = words(spelled[best])
    if not is_namelike(spelled[best]):
        named_after = [] if more else [name for name in spelled if _is_named_after(spelled[name], first)]
        return max(named_after, key=lambda name: (uses[name], name), default=best)
    longer = [name for name in spelled if " " in spelled[name] and len(words(spelled[name])) >= 2]
    spelled_out = [name for name in longer if findings.names[name].signs["acronym"] or _has_initials(spelled[name], spelled[best])]
    long = max(spelled_out or longer, key=lambda name: (uses[name], name), default=best)
    return long if uses[long] >= _USED or uses[long] * _MUCH_LESS >= uses[best] else best


def _is_named_after(name: str, first: str) -> bool:
    """True for "Bayes' theorem", if `first` is "bayes"."""
    pieces = words(name)
    return pieces[-1] in _NAMED_AFTER and pieces[0] == first


def _display(found: Finding, spelled: str) -> str:
    """A name as displayed: the title of a note as written, else with the capitals used in headings and definitions, not in passing
    mentions."""
    alike = [form for form in found.written if form.lower() == spelled.lower() and not is_namelike(spelled)]
    return found.title or max(alike, key=lambda form: (found.written[form], form), default=spelled)


def _has_initials(long: str, short: str) -> bool:
    """True if the first two letters of an abbreviation are initials of a name."""
    initials = "".join(piece[0] for piece in words(long))
    return is_acronym(short) and initials.startswith(short.lower().removesuffix("s")[:2])


def _with_meanings(corpus: Corpus, findings: Findings, found: Terms) -> Terms:
    """Pass: in each document, an abbreviation means the long form that this document gives most often."""
    names = found.lexicon.names
    meant: dict[tuple[int, str], int] = {}
    for (document, short), counts in findings.spelled.items():
        long = max(counts, key=lambda name: (counts[name], name))
        if short in names and names.get(long, names[short]) != names[short]:
            meant[document, short] = names[long]
    return replace(found, lexicon=replace(found.lexicon, meant=meant))


def _with_mentions(corpus: Corpus, findings: Findings, found: Terms) -> Terms:
    return replace(found, mentions=find_mentions(corpus, found.lexicon))


def _with_short_forms(corpus: Corpus, findings: Findings, found: Terms) -> Terms:
    """Pass: find short forms of names in the documents that use the names."""
    named = [(name, number) for number, term in enumerate(found.terms) for name in term.names]
    lexicon = found.lexicon.with_local(short_forms(corpus, found.lexicon, named, found.mentions))
    return replace(found, lexicon=lexicon, mentions=find_local(corpus, lexicon, found.mentions))


def _with_shared_abbreviations(corpus: Corpus, findings: Findings, found: Terms) -> Terms:
    """Pass: a concept gets every abbreviation that means it in some document, even if another concept has it too."""
    shared: dict[int, set[str]] = defaultdict(set)
    for (_, short), number in found.lexicon.meant.items():
        shared[number].add(surface(findings, short))
    terms = (
        replace(term, aliases=tuple(dict.fromkeys((*term.aliases, *sorted(shared[number] - {term.name})))))
        for number, term in enumerate(found.terms)
    )
    return replace(found, terms=tuple(terms))


def _with_titles(corpus: Corpus, findings: Findings, found: Terms) -> Terms:
    return replace(found, titles=section_subjects(corpus, found.lexicon))


def _with_texts(corpus: Corpus, findings: Findings, found: Terms) -> Terms:
    """Pass: find the text about each concept: sections titled with it, and units that open with it as a label or as the subject of a
    definition."""
    about: list[list[Subject]] = [[] for _ in found.terms]
    first = first_units(corpus)
    for (document, section), subjects in found.titles.items():
        for concept, weight in subjects.items():
            about[concept].append(Subject(document, section, first.get((document, section), -1), weight))
    for number, (unit, here) in enumerate(zip(corpus.units, found.mentions, strict=True)):
        weight = _opens(unit, here[0]) if unit.position >= 0 and here else 0.0
        if weight > 0:
            about[here[0].concept].append(Subject(unit.document, -1, number, weight))
    best_first = (sorted(subjects, key=lambda subject: (-subject.weight, subject.document, subject.unit)) for subjects in about)
    return replace(found, about=tuple(map(tuple, best_first)))


def _opens(unit: Unit, first: Mention) -> float:
    """How much a unit is about the concept at its beginning."""
    if unit.kind is Kind.FORMULA or not at_most_letters(unit.text[: first.start], 3):
        return 0.0
    after = unit.text[first.end : first.end + 80].lstrip('*_`)"” ')
    if after.startswith("(") and ")" in after:
        after = after.split(")", 1)[1].lstrip("*_ ")
    if after.startswith((":", "—", "– ")):
        return _LABELLED
    if after.startswith(("is a ", "is an ", "is the ", "are ", "measures ", "refers to ", "= ")):
        return _SAID
    return 0.0


def _with_definitions(corpus: Corpus, findings: Findings, found: Terms) -> Terms:
    notes = titled_notes(corpus, found.lexicon)
    return replace(found, definition=defining(corpus, found.mentions, treated_sections(found), notes))


def treated_sections(found: Terms) -> list[dict[Location, float]]:
    """For each concept, how much each section is about it."""
    return [_sections(subjects) for subjects in found.about]


def _sections(about: Sequence[Subject]) -> dict[Location, float]:
    return {(subject.document, subject.section): subject.weight for subject in reversed(about) if subject.section >= 0}


def _with_spread(corpus: Corpus, findings: Findings, found: Terms) -> Terms:
    return replace(found, spread=tuple(count_mentions(corpus, found.mentions, len(found.terms))[0]))


PASSES: tuple[Callable[[Corpus, Findings, Terms], Terms], ...] = (
    _with_meanings,
    _with_mentions,
    _with_short_forms,  # needs the mentions of full names
    _with_shared_abbreviations,
    _with_titles,  # by full names and short forms
    _with_texts,
    _with_definitions,
    _with_spread,
)
"""The passes after the concepts are chosen. Each uses the results of those before it."""


def rank(score: float, mentions: int, about: Sequence[Subject]) -> float:
    """The score by which concepts are ordered: the evidence for the name, its use, and the amount of text about it."""
    return score + 0.6 * math.log2(1 + mentions) + 0.8 * math.log2(1 + sum(subject.weight for subject in about))
