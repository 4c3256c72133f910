"""Judge which names are concepts: a logistic model over the signs for a name, its use in the text and its wording.

The weights are in data/models/termhood.json, which benchmarks/fit_graph.py fits to names of several subjects that readers judged.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from graph.concepts.phrases import Finding, Findings
from graph.text.fitted import Fitted, load_fitted
from graph.text.kinds import KINDS, kinds
from graph.text.names import WORDING, wording
from graph.text.normal import is_namelike, key, words
from graph.text.vocabulary import is_generic
from ingest.data import data_folder
from ingest.language.language import Language

_NUMBERS = frozenset(Language.load("en").pairs("numbers"))
_BARE = frozenset({"emphasis", "label", "part", "document", "namelike"})  # signs that mean little alone
_UNSEEN = (0.0, 0.0)  # the value for a word that other subjects do not use
Common = Mapping[str, tuple[float, float]]
"""For words of several subjects: the share of subjects that use it, and the logarithm of how often of a million words it is used."""
_TITLES = frozenset({"heading", "question"})
_TREATED = frozenset({"named", "heading", "question", "definition", "acronym"})  # signs that a text deals with what it names
AUTHORED = frozenset({"title", "note", "entry"})
"""Signs with which the author declares a concept; the model is not asked. An "entry" is one of a glossary, or the title of a definition."""
_SIGNS = (
    "named", "acronym", "definition", "label", "emphasis", "table", "contents", "phrase", "namelike",
    "part", "document", "noun", "opening",
)  # fmt: skip
NAMES = (
    "titled", *_SIGNS, "kinds", "words", "mentions", "sections", "documents", "rate", "gathered", "alone", "before another", "proper",
    "places of label", "label share", "size", "head spread", "least spread", "mean spread", "head strange", "most strange", "mean strange",
    "once", "bare", "bare once", "name of one", "generic untreated", "word untreated", "untreated",
    "structural", "link", "tag", "first capital", "head capital", "counted", *WORDING, *KINDS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Use:
    """How the text uses a name: the running units, sections and documents that mention the concept, and the words of all the text."""

    mentions: int
    sections: int
    documents: int
    size: int


def features(findings: Findings, found: Finding, name: str, use: Use, common: Common | None = None) -> tuple[float, ...]:
    """The features of a name, a number for each of `NAMES`. `common` has the words of other subjects, by default those of `commonness`."""
    grams = max(1, findings.grams[key(name)])
    labels = found.signs["label"] + found.signs["heading"] + found.signs["definition"]
    return (
        math.log2(1 + max(0, found.signs["heading"]) + max(0, found.signs["question"])),
        *(math.log2(1 + max(0, found.signs[sign])) for sign in _SIGNS),
        float(len(found.kinds())),
        math.log2(grams),
        math.log2(1 + use.mentions),
        math.log2(1 + use.sections),
        math.log2(1 + use.documents),
        math.log2((1 + use.mentions) / max(1000, use.size)),
        use.mentions / (1 + use.sections) if use.mentions else 0.0,
        min(1.0, findings.nouns[key(name)] / grams),
        min(1.0, findings.leads[key(name)] / grams),
        min(1.0, findings.proper[key(name)] / grams),
        math.log2(1 + len(found.parents)),
        labels / (1 + labels + use.mentions),
        math.log2(max(1000, use.size)),
        *_strangeness(findings, name, use.size, commonness() if common is None else common),
        float(use.mentions <= 1),
        float(found.kinds() <= _BARE),
        float(use.mentions <= 1 and found.kinds() <= _BARE),
        _as_name_of_one(findings, name),
        float(not found.kinds() & _TREATED and is_generic(name)),
        float(not found.kinds() & _TREATED and len(words(name)) == 1),
        float(not found.kinds() & _TREATED),
        float(len(found.parents) >= 4 and use.mentions < labels),
        math.log2(1 + max(0, found.signs["link"])),
        float(found.signs["tag"] > 0),
        *_capitals(findings, name),
        float(len(words(name)) > 1 and words(name)[0] in _NUMBERS),
        *wording(name),
        *kinds(name),
    )


def _capitals(findings: Findings, name: str) -> tuple[float, float]:
    """How often the first and the last word of a name have a capital inside sentences."""
    pieces = words(name) or [""]
    one, two = (min(1.0, findings.proper[word] / max(1, findings.grams[word])) for word in (pieces[0], pieces[-1]))
    return one, two


def _as_name_of_one(findings: Findings, name: str) -> float:
    """How often the words of a capitalised name have a capital inside sentences, as names of persons and places do: the minimum over its
    words."""
    pieces = [piece for piece in name.split() if piece[:1].isalpha()]
    if not pieces or not all(piece[:1].isupper() for piece in pieces) or is_namelike(name):
        return 0.0
    return min(min(1.0, findings.proper[word] / max(1, findings.grams[word])) for piece in pieces for word in words(piece)[:1] or [""])


def _strangeness(findings: Findings, name: str, size: int, common: Common) -> tuple[float, ...]:
    """How many subjects use the words of a name, and how much more often this text uses them than texts of any subject do."""
    pieces = words(name) or [""]
    spread = [common.get(piece, _UNSEEN)[0] for piece in pieces]
    here = [math.log10((1 + findings.grams[piece]) * 1e6 / max(1000, size)) for piece in pieces]
    strange = [rate - common.get(piece, _UNSEEN)[1] for rate, piece in zip(here, pieces, strict=True)]
    return spread[-1], min(spread), sum(spread) / len(spread), strange[-1], max(strange), sum(strange) / len(strange)


@cache
def commonness() -> Common:
    """The contents of data/models/commonness.json."""
    read = json.loads((data_folder("models") / "commonness.json").read_text(encoding="utf-8"))
    return {word: (share, rate) for word, (share, rate) in read["words"].items()}


SPEAKING = ("titled", *_SIGNS, "link", "kinds", "words", "mentions", "sections")
"""Features that never speak against a name."""


def probabilities(rows: Sequence[Sequence[float]]) -> tuple[Sequence[float], Sequence[float]]:
    """For names with these features: the probability that a reader takes each for a concept of the text's subject, and the probability that
    it should be a step of a path."""
    if not rows:
        return (), ()
    seen = np.array(rows, dtype=np.float64)
    return _model().probabilities(seen).tolist(), load_fitted("step", NAMES).probabilities(seen).tolist()


def is_concept(found: Finding, name: str, sure: float) -> bool:
    """True if the author names it, or if it is sure enough.

    The threshold is lower for names in titles and questions, and higher for a single word that no title, question or definition deals with:
    readers accept many of these ("head", "sample") that lead nowhere. General words ("problem", "scale") are concepts only if a title deals
    with them and the text defines them.
    """
    if any(found.signs[sign] > 0 for sign in AUTHORED):
        return True
    signs, levels = found.kinds(), _model().levels
    is_word = len(words(name)) == 1 and not is_namelike(name)
    if is_word and is_generic(name) and not signs >= {"heading", "definition"}:
        return "heading" in signs and sure >= levels["organising word"]
    if signs & _TITLES and (not is_generic(name) or "definition" in signs):
        return sure >= (levels["defined title"] if "definition" in signs else levels["title"])
    return sure >= (levels["bare word"] if is_word and not signs & _TREATED else _model().threshold)


def _model() -> Fitted:
    return load_fitted("termhood", NAMES)
