"""What an answer is, and its JSON form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from index.copies import same_words
from index.search import Hit
from ingest.model import Chunk, Excerpt, Span


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands."""

    document: str
    title: str
    section: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a document with its words, verbatim. `id` counts from 1 within an answer; `copies` are where the same stands as well."""

    id: int
    document: str
    title: str
    section: tuple[str, ...]
    span: Span
    quote: str
    copies: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One statement of an answer and the ids of the citations it rests on. A formula or a list item stands on a line of its own.

    `why` says what speaks for it: why it was chosen, or how the check of what a model wrote went.
    """

    text: str
    citations: tuple[int, ...]
    own_line: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. `confidence` in [0, 1] is the probability that the documents answer the question, also where it abstains.

    `learn_first` are concepts that it takes for granted.
    `note` says what became of a model's answer where it is not this one, or not all of it, and where the documents disagree.
    """

    question: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    confidence: float
    abstained: bool
    mode: Literal["extractive", "llm"]
    related: tuple[str, ...]
    seconds: float
    note: str = ""
    learn_first: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The sentences without citation marks, or what is said where the documents don't answer."""
        if self.abstained:
            return DONT_SAY
        text = ""
        for before, sentence in zip((None, *self.sentences), self.sentences, strict=False):
            glue = "" if before is None else "\n" if sentence.own_line or before.own_line else " "
            text += glue + sentence.text
        return text


DONT_SAY = "Your documents don't say."


def cite(id_: int, chunk: Chunk, quoted: Excerpt, copies: Sequence[Chunk] = ()) -> Citation:
    """The citation of some words of a passage, and of the same words in its copies."""
    found = ((copy, _verbatim(quoted.text, copy) or same_words(quoted.text, copy)) for copy in copies)
    places = tuple(Place(copy.document, copy.title, copy.section, span) for copy, span in found if span is not None)
    return Citation(id_, chunk.document, chunk.title, chunk.section, quoted.span, quoted.text, places)


def _verbatim(text: str, copy: Chunk) -> Span | None:
    """Where a copy has a text to the letter, and as whole lines."""
    begins = copy.text.find(text)
    ends = begins + len(text)
    if begins < 0 or copy.text[ends : ends + 1].strip() or copy.text[:begins].rpartition("\n")[2].strip():
        return None
    first = copy.span.first + copy.text.count("\n", 0, begins)
    return Span(first, first + text.count("\n"), copy.span.part)


def place_to_json(document: str, title: str, section: Sequence[str], span: Span) -> dict[str, Any]:
    """The members that say where something stands, shared by hits and citations."""
    return {"document": document, "title": title, "section": list(section), **span.to_json()}


def hit_to_json(hit: Hit) -> dict[str, Any]:
    """A search hit in the form of the command line's contract, and the places of its copies."""
    chunk = hit.chunk
    place, *copies = (place_to_json(one.document, one.title, one.section, one.span) for one in (chunk, *hit.copies))
    return {"rank": hit.rank, "score": round(hit.score, 6), **place, "kind": chunk.kind.value, "text": chunk.text, "copies": copies}


def _citation_to_json(citation: Citation) -> dict[str, Any]:
    copies = [place_to_json(one.document, one.title, one.section, one.span) for one in citation.copies]
    place = place_to_json(citation.document, citation.title, citation.section, citation.span)
    return {"id": citation.id, **place, "quote": citation.quote, "copies": copies}


def answer_to_json(answer: Answer, *, explain: bool = False) -> dict[str, Any]:
    """An answer in the form of the command line's contract; `explain` adds to every sentence what speaks for it."""
    return {
        "question": answer.question,
        "answer": answer.text,
        "abstained": answer.abstained,
        "confidence": round(answer.confidence, 4),
        "mode": answer.mode,
        "sentences": [
            {"text": sentence.text, "citations": list(sentence.citations), **({"why": sentence.why} if explain else {})}
            for sentence in answer.sentences
        ],
        "citations": [_citation_to_json(citation) for citation in answer.citations],
        "related": list(answer.related),
        "learn_first": list(answer.learn_first),
        "seconds": round(answer.seconds, 4),
        **({"note": answer.note} if answer.note else {}),
    }


def empty_answer(question: str) -> Mapping[str, Any]:
    """The form of an answer that could not be given."""
    return answer_to_json(Answer(question, (), (), 0.0, True, "extractive", (), 0.0)) | {"answer": ""}
