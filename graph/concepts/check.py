"""The documents' own questions, as what a learner can check a concept with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from graph.concepts.lexicon import Lexicon
from graph.model.values import Place
from graph.text.units import tokenize
from ingest.model import Document, Question, SectionKind

_LEAST_WORDS = 4
_MOST = 3
_UNANSWERED, _BESIDE = 0.5, 0.3  # how much less a question is worth without an answer, and where another concept is named first
_LEAST = 0.2


def questions_about(documents: Iterable[Document], lexicon: Lexicon) -> Mapping[int, tuple[Place, ...]]:
    """At most three questions for every concept number that a question names, best first.

    A question is the better for a concept the fewer others it names, and if it names this one first; one with an answer is worth more.
    """
    found: dict[int, list[Place]] = defaultdict(list)
    for document in documents:
        for question in document.questions:
            tokens = tokenize(question.text)
            if len(tokens) < _LEAST_WORDS or (question.answer is None and question.text[:1].islower()):
                continue  # half a sentence
            named = list(dict.fromkeys(concept for concept, _, _ in lexicon.find(question.text, tokens)))
            for rank, concept in enumerate(named):
                weight = (1.0 if question.answer else _UNANSWERED) * (_BESIDE if rank else 1.0) / len(named)
                if weight >= _LEAST:
                    found[concept].append(question_place(document, question, document.name, round(weight, 3)))
    return {concept: tuple(sorted(places, key=lambda place: -place.weight)[:_MOST]) for concept, places in found.items()}


def question_place(document: Document, question: Question, cited: str, weight: float = 1.0) -> Place:
    """Where a question stands, quoted. `cited` is the name that its document is cited by."""
    above = [section for section in document.sections if section.kind is SectionKind.HEADING and section.span.covers(question.span)]
    path = max(above, key=lambda section: section.level).path if above else ()
    return Place(cited, question.span, document.title, path, question.text, weight)
