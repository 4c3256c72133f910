"""What titles say: which concepts a section, and a note, is about."""

from __future__ import annotations

import re

from graph.concepts.lexicon import Lexicon
from graph.text.names import head_part, is_contrast, question_subject, unmark, unnumber
from graph.text.normal import STOP, key, words
from graph.text.units import Corpus, tokenize
from graph.text.vocabulary import ASPECT, GENERIC, QUALIFIER
from ingest.model import SectionKind

STEP = re.compile(r"\W*(?:step|stage|phase)\s+\w+\s*[:.–—-]", re.IGNORECASE)  # "Phase 2: Features" is on the way to something else
_WIKI_LINK = re.compile(r"\[\[([^\]|#\n]{1,80})")
_UNTELLING = STOP | GENERIC | ASPECT | QUALIFIER


def note_titles(corpus: Corpus) -> dict[int, str]:
    """The subject of each document that is a note about one: its title in the front matter, else what other notes link to it by."""
    links = {key(name) for unit in corpus.units if "[[" in unit.text for name in _WIKI_LINK.findall(unit.text)}
    found = {}
    for number, document in enumerate(corpus.documents):
        stem = document.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        linked = next((name for name in (stem, document.title) if key(name) in links), None)
        if document.front_matter.title or linked:
            found[number] = document.front_matter.title or linked or ""
    return found


def titled_notes(corpus: Corpus, lexicon: Lexicon) -> dict[int, int]:
    """The concept that each document is a note about."""
    titles = note_titles(corpus).items()
    return {number: lexicon.names[key(title)] for number, title in titles if key(title) in lexicon.names}


def section_subjects(corpus: Corpus, lexicon: Lexicon) -> dict[tuple[int, int], dict[int, float]]:
    """What each section's title names: {(document, section): {concept: weight}}. A title of one name weighs 1, of several less."""
    from_titles: dict[tuple[int, int], dict[int, float]] = {}
    for number, document in enumerate(corpus.documents):
        for index, section in enumerate(document.sections):
            from_titles[(number, index)] = title_subjects(section.title, section.kind, lexicon, number)
    return from_titles


def title_subjects(title: str, kind: SectionKind, lexicon: Lexicon, document: int = -1) -> dict[int, float]:
    """Concepts named in a title with how much the section is about each."""
    clean = unnumber(unmark(title))
    here = lexicon.find(clean, tokenize(clean), document)
    if not here:
        return {}
    asked = " ; ".join(question_subject(clean)) if clean.rstrip().endswith("?") or kind is SectionKind.QUESTION else head_part(clean)
    found = lexicon.find(asked, tokenize(asked), document) if asked else []
    inside = {concept for concept, _, _ in found}
    weights: dict[int, float] = dict.fromkeys((concept for concept, _, _ in here), 0.3)
    for at, (concept, start, end) in enumerate(found):
        before = _telling(asked[found[at - 1][2] if at else 0 : start])
        after = _telling(asked[end : found[at + 1][1] if at + 1 < len(found) else len(asked)])
        weight = 1.0 if len(inside) == 1 else 0.8 if len(inside) == 2 and is_contrast(clean) else 0.75 if len(inside) == 2 else 0.6
        # "Multinomial distribution" is a kind of distribution, "feature engineering" is no feature; "bias-variance frame" is still about
        # its first words.
        if before:
            weight = min(weight, 0.55)
        elif after and len(inside) == 1:
            weight = 0.85 if after <= len(words(asked[start:end])) else 0.6
        if (kind is SectionKind.LABEL and ": " not in title) or STEP.match(title):
            weight *= 0.8
        weights[concept] = max(weight, weights.get(concept, 0.0))
    return weights


def _telling(text: str) -> int:
    """How many words of a stretch of a title tell what it is about."""
    return sum(word not in _UNTELLING and len(word) > 1 and not word[0].isdigit() for word in words(text))
