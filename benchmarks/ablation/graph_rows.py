"""The rules for mining the graph, each with its switch."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from benchmarks.ablation.row import Area, Row
from benchmarks.ablation.switching import Switch, becomes, calls, returns, returns_new, without
from graph.build import ABLATED
from graph.model.values import Signal
from graph.prerequisites.features import NAMES
from graph.prerequisites.judge import Judged, model
from graph.prerequisites.signs import Signs
from graph.text import vocabulary

_CONCEPTS = "graph.concepts"
_NEEDS = "graph.prerequisites"
_TEXT = "graph.text"
_PATHS = "graph.queries.needs"
_CHOOSING = "graph.queries.choosing"


SUBJECTS = (
    Switch(f"{_CONCEPTS}.subjects:headed", returns_new(lambda: iter(()))),
    Switch(f"{_CONCEPTS}.subjects:marked", returns(None)),
)


def _cues() -> tuple[Switch, ...]:
    from graph.text.cues import Relation

    return (
        Switch(f"{_TEXT}.cues:relation", returns(Relation.NONE)),
        Switch(f"{_TEXT}.cues:under_title", returns(Relation.NONE)),
        *(Switch(f"{_TEXT}.cues:{name}", returns(False)) for name in ("continues", "is_genus", "names_kinds", "is_kind")),
    )


def _without_signal(kind: Signal) -> Switch:
    return Switch("graph.build:_judged", lambda judged: partial(judged, without=kind))


def _without_columns(name: str) -> Switch:
    """The model without the columns of a feature."""

    def make(load: Any) -> Any:
        found = load()
        weights = tuple(0.0 if column.rstrip("<>") == name else weight for column, weight in zip(NAMES, found.weights, strict=True))
        return lambda: replace(found, weights=weights)

    return Switch(f"{_NEEDS}.judge:model", make)


def _threshold(level: str) -> Switch:
    return Switch(f"{_NEEDS}.judge:threshold", lambda _found: lambda: model().levels[level])


def _emptied(name: str, derived: Sequence[str]) -> tuple[Switch, ...]:
    """Empty a word list, also in the sets that were built from it at import."""
    return (
        *(Switch(target, without(lambda: getattr(vocabulary, name))) for target in derived),
        Switch(f"{_TEXT}.vocabulary:{name}", becomes(frozenset())),
    )


def _by_mentions(_corpus: Any, terms: Any, about: Any, *_rest: Any) -> tuple[list[Any], list[Any]]:
    """A minimal judge: a comes before b if it is mentioned in one of twenty units about b, and b is mentioned less about a."""
    length: Counter[int] = Counter()
    mentioned: Counter[tuple[int, int]] = Counter()
    shown: dict[tuple[int, int], int] = {}
    for number, (here, passage) in enumerate(zip(terms.mentions, about, strict=True)):
        for subject in [concept for concept, weight, _ in passage.subjects if weight >= 0.5]:
            length[subject] += 1
            for pair in {(mention.concept, subject) for mention in here if mention.concept != subject}:
                mentioned[pair] += 1
                shown.setdefault(pair, number)
    edges = []
    for (before, after), count in sorted(mentioned.items()):
        share, back = count / length[after], mentioned[after, before] / max(1, length[before])
        if share >= 0.05 and share > back:
            signs = Signs()
            signs.add(Signal.MENTION, share, shown[before, after])
            edges.append(Judged(before, after, min(0.98, 0.6 + share), signs))
    return edges, []


def _row(name: str, does: str, *switches: Switch) -> Row:
    return Row(name, Area.GRAPH, does, switches)


def _judged(name: str, does: str, *switches: Switch) -> Row:
    return Row(name, Area.GRAPH, does, switches, judged=True)


_SIGNALS = tuple(_judged(f"signal {kind}", f"evidence of the kind {kind}", _without_signal(kind)) for kind in ABLATED)
_FEATURES = tuple(
    _judged(f"feature {name}", f"the weight of {name} in the confidence of a prerequisite", _without_columns(name))
    for name in dict.fromkeys(column.rstrip("<>") for column in NAMES)
)
_UNTELLING = f"{_CONCEPTS}.titles:_UNTELLING"

ROWS = (
    _judged("normal", "keeps only what the normal level shows", _threshold("normal")),
    _judged("strict", "shows only what is very sure", _threshold("strict")),
    _judged("boosted trees", "stand beside the weights", Switch(f"{_NEEDS}.judge:model", lambda load: lambda: replace(load(), trees=None))),
    _row(
        "abbreviations by document",
        "reads an abbreviation as its document spells it out",
        Switch(f"{_CONCEPTS}.extract:_with_meanings", calls(lambda _corpus, _findings, found: found)),
    ),
    _row("short forms", "takes the last word of a name for the name", Switch(f"{_CONCEPTS}.aliases:short_forms", returns_new(dict))),
    _row("subjects", "takes for a concept what a sentence under its title says what it is", *SUBJECTS),
    _row(
        "equals in words",
        "takes for a concept what a sentence equates with words",
        Switch(f"{_CONCEPTS}.candidates:_equated", returns(None)),
    ),
    _row("definitions", "finds the sentence that defines a concept", Switch(f"{_CONCEPTS}.definitions:definition_strength", returns(0.0))),
    _row("nesting", "a section inside another one", Switch(f"{_NEEDS}.evidence:_nesting", returns(None))),
    _row("formulas", "what stands on the right of an equation", Switch(f"{_NEEDS}.formulas:add_formula", returns(False))),
    _row("function symbols", "the function symbols of formulas", Switch(f"{_NEEDS}.evidence:_symbols", returns(None))),
    _row("all cues", "what the words between two names, and titles, say of their relation", *_cues()),
    _row("cues in sentences", "what the words between two names say of their relation", _cues()[0]),
    _row("cues in titles", "what a title says of everything below it", _cues()[1]),
    _row("genus", "X is a Y", _cues()[3]),
    _row("names inside names", "boosting before gradient boosting", Switch(f"{_NEEDS}.evidence:_names", returns(None))),
    _row(
        "recurring phrases",
        "C-value (Frantzi et al. 2000), nouns and names in running text",
        Switch(f"{_CONCEPTS}.phrases:add_recurring", returns(None)),
    ),
    _row(
        "abbreviations",
        "abbreviations with their long forms (Schwartz and Hearst 2003)",
        Switch(f"{_CONCEPTS}.abbreviations:abbreviations", returns_new(lambda: iter(()))),
    ),
    _row("classes of names", "X and X algorithm are one", Switch(f"{_CONCEPTS}.aliases:_join_classes", returns(None))),
    _row(
        "spelling of names",
        "joins names that differ by the form of a word",
        Switch(f"{_CONCEPTS}.aliases:_join_forms_of_words", returns(None)),
    ),
    _row(
        "implicit abbreviations",
        "joins an abbreviation with the one name whose initials it bears",
        Switch(f"{_CONCEPTS}.aliases:_join_abbreviations", returns(None)),
    ),
    _row("said to be the same", "joins what the text equates", Switch(f"{_CONCEPTS}.aliases:_join_equated", returns(None))),
    _row("words GENERIC", "general words", *_emptied("GENERIC", [_UNTELLING])),
    _row(
        "words VERBS",
        "words that begin an instruction",
        *_emptied("VERBS", [f"{_CONCEPTS}.phrases:VERBS"]),
        Switch(f"{_TEXT}.vocabulary:GERUNDS", becomes(frozenset())),
    ),
    _row("words ASPECT", "words for an aspect of a thing", *_emptied("ASPECT", [_UNTELLING])),
    _row("words QUALIFIER", "words that qualify", *_emptied("QUALIFIER", [_UNTELLING])),
    _row("words CLASS", "words for a class of things", Switch(f"{_TEXT}.normal:CLASS", becomes(frozenset()))),
    _row("words _HEADS", "general nouns that head real names", Switch(f"{_TEXT}.names:_HEADS", becomes(frozenset()))),
    _judged("paths: words without text", "counts a word without text less", Switch(f"{_PATHS}:_IN_NAME", becomes(1.0))),
    _judged("paths: guesses beside the atlas", "takes what a target's own definition uses", Switch(f"{_PATHS}:_DEFINED", becomes(0.0))),
    _judged("paths: basic concepts", "counts what most of the atlas builds on less", Switch(f"{_PATHS}:_LEVEL", becomes(0.01))),
    _judged("paths: low concepts", "counts what stands low in the atlas less", Switch(f"{_PATHS}:_GROUND", becomes(0.0))),
    _judged("paths: own notes", "prefers what the notes have", Switch(f"{_PATHS}:_OWN", becomes(1.0))),
    _judged("paths: shared steps", "prefers what several steps build on", Switch(f"{_CHOOSING}:_SHARED", becomes(0.0))),
    _judged("paths: named", "prefers what a step's definition names", Switch(f"{_CHOOSING}:_NAMED", becomes(1.0))),
    _judged("paths: soft limit", "asks more of a step the longer the path is", Switch(f"{_CHOOSING}:_MOST", becomes(0.25))),
    _judged("paths: exchange", "exchanges the weakest steps at the end", Switch(f"{_CHOOSING}:_MARGIN", becomes(math.inf))),
    _judged("paths: hops", "counts what is further away less", Switch(f"{_CHOOSING}:HOP", becomes(1.0))),
    _judged(
        "instead: mentions",
        "a before b if it is mentioned in a twentieth of what is about b",
        Switch(f"{_NEEDS}.judge:judge", calls(_by_mentions)),
    ),
    *_SIGNALS,
    *_FEATURES,
)
