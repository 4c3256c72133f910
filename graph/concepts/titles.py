"""The concepts in titles and questions: what a section or a note is about, and questions with which a learner can check a concept."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from graph.concepts.lexicon import Lexicon
from graph.model.values import Place
from graph.text.names import head_part, is_contrast, question_subject, unmark, unnumber
from graph.text.normal import STOP, key, words
from graph.text.units import Corpus, Location, tokenize
from graph.text.vocabulary import ASPECT, GENERIC, QUALIFIER
from ingest.model import Document, Question, SectionKind

Titles = Mapping[Location, Mapping[int, float]]
"""How much each section is about each concept in its title."""

STEP = re.compile(r"\W*(?:step|stage|phase)\s+\w+\s*[:.–—-]", re.IGNORECASE)  # "Phase 2: Features" is a step towards something else
_WIKI_LINK = re.compile(r"\[\[([^\]|#\n]{1,80})")
_UNTELLING = STOP | GENERIC | ASPECT | QUALIFIER
_ALONE, _ONE_OF_TWO_COMPARED, _ONE_OF_TWO, _ONE_OF_SEVERAL = 1.0, 0.8, 0.75, 0.6
_NAMED_ASIDE = 0.3  # named in a title, but not its subject
_LONGER_NAME = 0.55  # "multinomial distribution" is a kind of distribution
_FEW_MORE_WORDS, _MANY_MORE_WORDS = 0.85, 0.6  # "bias-variance frame" is about its first words, but "feature engineering" is not a feature
_LABEL = 0.8  # a label, or a step, is less about its name than a heading is
_LEAST_WORDS = 4  # of a question
_MOST_QUESTIONS = 3  # of a concept
_UNANSWERED, _NAMED_LATER = 0.5, 0.3  # the weights of a question without an answer, and of one that names another concept first
_LEAST_QUESTION = 0.2


def note_titles(corpus: Corpus) -> dict[int, str]:
    """The subject of each document that is a note on one: its title in the front matter, else the name by which other notes link to it.

    A note that says what it requires is one too, whatever its title comes from.
    """
    links = {key(name) for unit in corpus.units if "[[" in unit.text for name in _WIKI_LINK.findall(unit.text)}
    found = {}
    for number, document in enumerate(corpus.documents):
        stem = document.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        linked = next((name for name in (stem, document.title) if key(name) in links), None)
        front = document.front_matter
        titled = front.title or linked or (document.title if front.requires is not None else "")
        if titled:
            found[number] = titled
    return found


def titled_notes(corpus: Corpus, lexicon: Lexicon) -> dict[int, int]:
    """The concept that each document is a note on."""
    titles = note_titles(corpus).items()
    return {number: lexicon.names[key(title)] for number, title in titles if key(title) in lexicon.names}


def section_subjects(corpus: Corpus, lexicon: Lexicon) -> Titles:
    """How much each section is about each concept that its title names: 1 for the only one, less for one of several."""
    return {
        (number, index): title_subjects(section.title, section.kind, lexicon, number)
        for number, document in enumerate(corpus.documents)
        for index, section in enumerate(document.sections)
    }


def title_subjects(title: str, kind: SectionKind, lexicon: Lexicon, document: int = -1) -> dict[int, float]:
    """The concepts named in a title, with how much its section is about each, in (0, 1]."""
    clean = unnumber(unmark(title))
    here = lexicon.find(clean, tokenize(clean), document)
    if not here:
        return {}
    is_question = clean.rstrip().endswith("?") or kind is SectionKind.QUESTION
    asked = " ; ".join(question_subject(clean)) if is_question else head_part(clean)
    found = lexicon.find(asked, tokenize(asked), document) if asked else []
    share = _share(len({concept for concept, _, _ in found}), clean)
    factor = _LABEL if (kind is SectionKind.LABEL and ": " not in title) or STEP.match(title) else 1.0
    weights: dict[int, float] = dict.fromkeys((concept for concept, _, _ in here), _NAMED_ASIDE)
    for at, (concept, start, end) in enumerate(found):
        before = _count_telling(asked[found[at - 1][2] if at else 0 : start])
        after = _count_telling(asked[end : found[at + 1][1] if at + 1 < len(found) else len(asked)])
        weight = share
        if before:
            weight = min(weight, _LONGER_NAME)
        elif after and share == _ALONE:
            weight = _FEW_MORE_WORDS if after <= len(words(asked[start:end])) else _MANY_MORE_WORDS
        weights[concept] = max(weight * factor, weights.get(concept, 0.0))
    return weights


def _share(count: int, title: str) -> float:
    """How much a section is about each of the `count` concepts that its title names."""
    if count == 1:
        return _ALONE
    if count == 2:
        return _ONE_OF_TWO_COMPARED if is_contrast(title) else _ONE_OF_TWO
    return _ONE_OF_SEVERAL


def _count_telling(text: str) -> int:
    """The number of informative words in a part of a title."""
    return sum(word not in _UNTELLING and len(word) > 1 and not word[0].isdigit() for word in words(text))


def questions_about(documents: Iterable[Document], lexicon: Lexicon) -> Mapping[int, tuple[Place, ...]]:
    """At most three of the documents' own questions for every concept that a question names, best first.

    A question is worth more for a concept if it names few others, if it names this one first, and if it has an answer.
    """
    found: dict[int, list[Place]] = defaultdict(list)
    for document in documents:
        for question in document.questions:
            tokens = tokenize(question.text)
            if len(tokens) < _LEAST_WORDS or (question.answer is None and question.text[:1].islower()):
                continue  # half a sentence
            named = list(dict.fromkeys(concept for concept, _, _ in lexicon.find(question.text, tokens)))
            for rank, concept in enumerate(named):
                weight = (1.0 if question.answer else _UNANSWERED) * (_NAMED_LATER if rank else 1.0) / len(named)
                if weight >= _LEAST_QUESTION:
                    found[concept].append(question_place(document, question, document.name, round(weight, 3)))
    return {concept: tuple(sorted(places, key=lambda place: -place.weight)[:_MOST_QUESTIONS]) for concept, places in found.items()}


def question_place(document: Document, question: Question, cited: str, weight: float = 1.0) -> Place:
    """The place of a question, with its text. `cited` is the name by which its document is cited."""
    above = [section for section in document.sections if section.kind is SectionKind.HEADING and section.span.covers(question.span)]
    path = max(above, key=lambda section: section.level).path if above else ()
    return Place(cited, question.span, document.title, path, question.text, weight)
