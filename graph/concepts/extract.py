"""The concepts of a corpus: which names are kept, what they are called, what defines them, and where they stand."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from graph.concepts.aliases import merge_names, surface
from graph.concepts.candidates import collect, evidence_score, is_structural
from graph.concepts.definitions import defining
from graph.concepts.lexicon import Lexicon, Mention, find_local, find_mentions
from graph.concepts.phrases import Finding, Findings, is_describing
from graph.concepts.short_forms import short_forms
from graph.concepts.termhood import Use, demanded, is_concept, kinds
from graph.concepts.titles import section_subjects, titled_notes
from graph.text.normal import free_slug, is_acronym, is_namelike, key, words
from graph.text.units import Corpus, Unit, at_most_letters
from ingest.language.language import Language
from ingest.model import Kind

_NAMED_AFTER = frozenset(Language.load("en").groups("name_words")["named_after"])


@dataclass(frozen=True, slots=True)
class Subject:
    """A unit or a section that is about a concept. `section` is -1 when it is about the unit alone; `weight` in (0, 1]."""

    document: int
    section: int
    unit: int
    weight: float


@dataclass(frozen=True, slots=True)
class Term:
    """A concept while the graph is built: its number is its place in `Terms.terms`."""

    slug: str
    name: str
    aliases: tuple[str, ...]
    score: float
    authored: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """The concepts of a corpus with all that was found about them.

    `titles` says what each section's title names (see `section_subjects`); `mentions[u]` are those in unit u; `about[c]` what is about
    concept c, best first; `definition[c]` a unit number or -1; `spread[c]` the number of running units that mention c.
    """

    terms: tuple[Term, ...]
    lexicon: Lexicon
    titles: Mapping[tuple[int, int], Mapping[int, float]]
    mentions: tuple[tuple[Mention, ...], ...]
    about: tuple[tuple[Subject, ...], ...]
    definition: tuple[int, ...]
    spread: tuple[int, ...]


def find_terms(corpus: Corpus) -> Terms:
    """Concepts of a corpus, highest ranked first."""
    findings = collect(corpus)
    possible = [
        name
        for name, found in findings.names.items()
        if found.forms and kinds(found) and not is_structural(found, findings.grams[name]) and not _describes(findings, name)
    ]
    groups = merge_names(corpus, findings, possible)
    members: dict[str, list[str]] = defaultdict(list)
    for name in possible:
        members[groups.root(name)].append(name)
    gathered = [_gather(findings, sorted(names)) for _, names in sorted(members.items())]
    lexicon = Lexicon.build(_names(gathered))
    demand = demanded(sum(len(unit.tokens) for unit in corpus.units))
    counts, sections = _counts(corpus, find_mentions(corpus, lexicon), len(gathered))
    scored = [
        (evidence_score(found, counts[number], sections[number]), number)
        for number, (name, found, _) in enumerate(gathered)
        if is_concept(found, name, Use(findings.grams[key(name)], counts[number], sections[number]), demand)
    ]
    scored.sort(key=lambda pair: (-pair[0], gathered[pair[1]][0]))
    chosen = [gathered[number] for _, number in scored]
    terms = _terms(chosen, [score for score, _ in scored])
    named = [(name, number) for number, term in enumerate(terms) for name in (term.name, *term.aliases)]
    lexicon = Lexicon.build(named)
    lexicon = replace(lexicon, meant=_homonyms(findings, lexicon))
    mentions = find_mentions(corpus, lexicon)
    lexicon = lexicon.with_local(short_forms(corpus, lexicon, named, mentions))
    mentions = find_local(corpus, lexicon, mentions)
    titles: Mapping[tuple[int, int], Mapping[int, float]] = section_subjects(corpus, lexicon)
    terms = _with_homonyms(terms, findings, {(short, number) for (_, short), number in lexicon.meant.items()})
    notes = titled_notes(corpus, lexicon)
    about = _about(corpus, mentions, titles, len(terms))
    definition = defining(corpus, mentions, [_sections(found) for found in about], notes, lexicon.names)
    spread, _ = _counts(corpus, mentions, len(terms))
    return Terms(tuple(terms), lexicon, titles, mentions, about, definition, tuple(spread))


def _homonyms(findings: Findings, lexicon: Lexicon) -> dict[tuple[int, str], int]:
    """What a document means by an abbreviation that stands for something else elsewhere, by (document, key)."""
    found: dict[tuple[int, str], int] = {}
    for (document, short), counts in findings.spelled.items():
        long = max(counts, key=lambda name: (counts[name], name))
        if short in lexicon.names and lexicon.names.get(long, lexicon.names[short]) != lexicon.names[short]:
            found[document, short] = lexicon.names[long]
    return found


def _with_homonyms(terms: Sequence[Term], findings: Findings, meant: Iterable[tuple[str, int]]) -> list[Term]:
    """The terms with the abbreviations that they share with another one."""
    shared: dict[int, set[str]] = defaultdict(set)
    for short, number in meant:
        shared[number].add(surface(findings, short))
    return [
        replace(term, aliases=tuple(dict.fromkeys((*term.aliases, *sorted(shared[number] - {term.name})))))
        for number, term in enumerate(terms)
    ]


def _describes(findings: Findings, name: str) -> bool:
    return not findings.names[name].signs["title"] and is_describing(findings, name, surface(findings, name))


def _gather(findings: Findings, names: Sequence[str]) -> tuple[str, Finding, tuple[str, ...]]:
    """One finding for a group of keys: (display name, signs, all spellings with the name first)."""
    whole = Finding()
    for name in names:
        for sign, count in findings.names[name].signs.items():
            whole.signs[sign] += count
        whole.parents |= findings.names[name].parents
    spelled = {name: surface(findings, name) for name in names}
    uses = {name: max(findings.grams[name], sum(findings.names[name].forms.values())) for name in names}
    titled = [name for name in names if findings.names[name].signs["title"] > 0]
    best = max(titled or names, key=lambda name: (uses[name], -len(spelled[name]), name))
    named_after = [
        name for name in names if words(spelled[name])[-1] in _NAMED_AFTER and words(spelled[name])[0] == words(spelled[best])[0]
    ]
    if not titled and len(words(spelled[best])) == 1 and named_after and not is_namelike(spelled[best]):
        best = max(named_after, key=lambda name: (uses[name], name))
    if not titled and is_namelike(spelled[best]):
        # The long form says more than the abbreviation, if the text uses it at all.
        longer = [name for name in names if " " in spelled[name] and len(words(spelled[name])) >= 2]
        spelled_out = [name for name in longer if findings.names[name].signs["acronym"] or _initials(spelled[name], spelled[best])]
        pool = spelled_out or longer
        if pool:
            long = max(pool, key=lambda name: (uses[name], name))
            if uses[long] >= 3 or uses[long] * 10 >= uses[best]:
                best = long
    others = sorted((name for name in names if name != best), key=lambda name: (-uses[name], name))
    spelled[best] = _display(findings.names[best], spelled[best])
    return spelled[best], whole, tuple(spelled[name] for name in (best, *others))


def _display(found: Finding, spelled: str) -> str:
    """The title of a note as it is written; else the capitals of headings and definitions rather than those of a passing mention."""
    alike = [form for form in found.written if form.lower() == spelled.lower() and not is_namelike(spelled)]
    return found.title or max(alike, key=lambda form: (found.written[form], form), default=spelled)


def _initials(long: str, short: str) -> bool:
    first = "".join(piece[0] for piece in words(long))
    return is_acronym(short) and first.startswith(short.lower().removesuffix("s")[:2])


def _names(gathered: Sequence[tuple[str, Finding, tuple[str, ...]]]) -> list[tuple[str, int]]:
    return [(name, number) for number, (_, _, names) in enumerate(gathered) for name in names]


def _counts(corpus: Corpus, mentions: Sequence[Sequence[Mention]], size: int) -> tuple[list[int], list[int]]:
    """For each concept the running units and the sections that mention it."""
    units = [0] * size
    sections: list[set[tuple[int, int]]] = [set() for _ in range(size)]
    for unit, found in zip(corpus.units, mentions, strict=True):
        for concept in {mention.concept for mention in found}:
            sections[concept].add((unit.document, unit.section))
            if unit.position >= 0:
                units[concept] += 1
    return units, [len(found) for found in sections]


def _terms(chosen: Sequence[tuple[str, Finding, tuple[str, ...]]], scores: Sequence[float]) -> list[Term]:
    taken: set[str] = set()
    terms = []
    for (name, found, names), score in zip(chosen, scores, strict=True):
        own = free_slug(name, taken)
        taken.add(own)
        terms.append(Term(own, name, tuple(dict.fromkeys(other for other in names[1:] if other != name)), score, found.signs["title"] > 0))
    return terms


def _about(
    corpus: Corpus, mentions: Sequence[Sequence[Mention]], titles: Mapping[tuple[int, int], Mapping[int, float]], size: int
) -> tuple[tuple[Subject, ...], ...]:
    """Sections titled with a concept, and single units that open with it as a label or as the subject of a definition."""
    found: list[list[Subject]] = [[] for _ in range(size)]
    first_unit: dict[tuple[int, int], int] = {}
    for number, unit in enumerate(corpus.units):
        first_unit.setdefault((unit.document, unit.section), number)
    for (document, section), subjects in titles.items():
        for concept, weight in subjects.items():
            found[concept].append(Subject(document, section, first_unit.get((document, section), -1), weight))
    for number, (unit, here) in enumerate(zip(corpus.units, mentions, strict=True)):
        if unit.position < 0 or not here:
            continue
        weight = _opens(unit, here[0])
        if weight > 0:
            found[here[0].concept].append(Subject(unit.document, -1, number, weight))
    return tuple(tuple(sorted(subjects, key=lambda subject: (-subject.weight, subject.document, subject.unit))) for subjects in found)


def _opens(unit: Unit, first: Mention) -> float:
    """How much a unit is about the concept it opens with: "X: …", "X is a …"."""
    before = unit.text[: first.start]
    if unit.kind is Kind.FORMULA or not at_most_letters(before, 3):
        return 0.0
    after = unit.text[first.end : first.end + 80].lstrip('*_`)"” ')
    if after.startswith("(") and ")" in after:
        after = after.split(")", 1)[1].lstrip("*_ ")
    if after.startswith((":", "—", "– ")):
        return 0.6
    if after.startswith(("is a ", "is an ", "is the ", "are ", "measures ", "refers to ", "= ")):
        return 0.5
    return 0.0


def _sections(about: Sequence[Subject]) -> dict[tuple[int, int], float]:
    return {(subject.document, subject.section): subject.weight for subject in reversed(about) if subject.section >= 0}


def rank(score: float, mentions: int, about: Sequence[Subject]) -> float:
    """What orders concepts: the evidence for the name, its use, and how much text is about it."""
    return score + 0.6 * math.log2(1 + mentions) + 0.8 * math.log2(1 + sum(subject.weight for subject in about))
