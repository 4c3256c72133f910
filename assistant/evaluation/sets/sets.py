"""Evaluation sets: questions with the wanted evidence, read from a JSONL file or a folder in BEIR's layout."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from assistant.evaluation.errors import BadEvaluation
from assistant.evaluation.files import json_objects, numbered_lines, read_text
from assistant.evaluation.sets.drafting import draft_questions, write_lines
from assistant.session import Session
from assistant.storage.documents import load_documents
from index.metrics.ranking import Gold, Judgement, Passage, gold_words, holds, judge_grades, judge_snippets
from ingest.chunking.chunking import chunk_passage
from ingest.model import Chunk


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Lines of a document that are hidden from a search."""

    document: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class EvaluationQuestion:
    """A question and the wanted evidence: evidence sets or graded documents, neither for a question that the documents do not answer.

    `key_points` are what an answer has to say, `reference` is a good answer; both may be missing.
    """

    id: str
    question: str
    evidence: tuple[tuple[Gold, ...], ...]
    grades: Mapping[str, float] = field(default_factory=dict)
    kind: str | None = None
    without: tuple[HeldOut, ...] = ()
    key_points: tuple[str, ...] = ()
    reference: str | None = None

    @property
    def answerable(self) -> bool:
        return bool(self.evidence or self.grades)

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents that hold the evidence, each once."""
        return tuple(dict.fromkeys(gold.document for alternatives in self.evidence for gold in alternatives))

    def judge(self, passages: Sequence[Passage]) -> Judgement:
        """Judge a ranking of passages for this question."""
        return judge_grades(passages, self.grades) if self.grades else judge_snippets(passages, self.evidence)


@dataclass(frozen=True, slots=True)
class PublicSet:
    """A set in BEIR's layout: passages, each a document of its own, and questions with grades. `digest` is a hash of the passages."""

    chunks: Mapping[str, Chunk]
    questions: Sequence[EvaluationQuestion]
    digest: str


def read_questions(file: Path, library: Session) -> list[EvaluationQuestion]:
    """The questions of a JSONL file, every snippet checked against the library. Raises BadEvaluation."""
    texts = {
        entry.document.name: [line for text in entry.document.texts for line in text.lines]
        for entry in load_documents(library.snapshot.folder)
    }
    words = {name: gold_words("\n".join(content)) for name, content in texts.items()}
    questions: dict[str, EvaluationQuestion] = {}
    for number, value in _objects(file):
        question = _question(str(file), number, value, words)
        if question.id in questions:
            raise BadEvaluation(str(file), number, f"the id {question.id} is used twice")
        questions[question.id] = question
    return list(questions.values())


def read_public_set(folder: Path, split: str) -> PublicSet:
    """A folder with corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv. Raises BadEvaluation with the file and line that is broken."""
    corpus, queries, qrels = folder / "corpus.jsonl", folder / "queries.jsonl", folder / "qrels" / f"{split}.tsv"
    for file in (corpus, queries, qrels):
        if not file.is_file():
            there = sorted(found.stem for found in (folder / "qrels").glob("*.tsv"))
            hint = f"; its splits are {', '.join(there)}" if file == qrels and there else ""
            raise BadEvaluation(str(file), 1, f"the file is missing from the BEIR folder{hint}")
    chunks: dict[str, Chunk] = {}
    for number, value in _objects(corpus):
        name, text = _text(corpus, number, value, "_id"), _text(corpus, number, value, "text")
        if name in chunks:
            raise BadEvaluation(str(corpus), number, f"the id {name} is used twice")
        chunks[name] = chunk_passage(name, str(value.get("title") or ""), text)
    texts: dict[str, str] = {}
    for number, value in _objects(queries):
        name, text = _text(queries, number, value, "_id"), _text(queries, number, value, "text")
        if name in texts or not text.strip():
            raise BadEvaluation(str(queries), number, f"the id {name} is used twice" if name in texts else "the question is empty")
        texts[name] = text
    grades = _grades(qrels, texts.keys(), chunks.keys())
    questions = [
        EvaluationQuestion(id=name, question=texts[name], evidence=(), grades=wanted)
        for name, wanted in grades.items()
        if any(grade > 0 for grade in wanted.values())
    ]
    return PublicSet(chunks, questions, hashlib.sha256(corpus.read_bytes()).hexdigest())


def write_drafts(library: Session, out: Path, hold_out: bool, *, overwrite: bool = False) -> dict[str, int]:
    """Draft an evaluation set from the library's documents into a file; returns the number of questions of each kind.

    Raises OutputExists without `overwrite`, since somebody may have corrected the file.
    """
    drafts = draft_questions([entry.document for entry in load_documents(library.snapshot.folder)])
    lines = [json.dumps(draft.as_line(hold_out), ensure_ascii=False) for draft in drafts]
    write_lines(out, lines, overwrite=overwrite)
    return dict(Counter(draft.kind for draft in drafts))


def _grades(file: Path, questions: Collection[str], documents: Collection[str]) -> dict[str, dict[str, float]]:
    """The grades of the documents for each question, from tab-separated lines of question, document and grade below a heading."""
    found: dict[str, dict[str, float]] = {}
    for number, line in numbered_lines(read_text(file)):
        cells = line.split("\t")
        if len(cells) != 3:
            raise BadEvaluation(str(file), number, "the line does not have three columns separated by tabs: query-id, corpus-id, score")
        question, document, grade = cells
        try:
            value = float(grade)
        except ValueError:
            if number == 1:
                continue  # the heading
            raise BadEvaluation(str(file), number, f"the score {grade[:40]!r} is not a number") from None
        if question not in questions:
            raise BadEvaluation(str(file), number, f"queries.jsonl has no query {question}")
        if document not in documents:
            raise BadEvaluation(str(file), number, f"corpus.jsonl has no passage {document}")
        found.setdefault(question, {})[document] = value
    return found


def _objects(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    return json_objects(file, read_text(file))


def _text(file: Path, number: int, value: Mapping[str, Any], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str):
        raise BadEvaluation(str(file), number, f"{name} is missing" if text is None else f"{name} is not a text")
    return text


def _question(file: str, number: int, value: Mapping[str, Any], documents: Mapping[str, Sequence[str]]) -> EvaluationQuestion:
    try:
        question = EvaluationQuestion(
            id=str(value.get("id", number)),
            question=_asked(value["question"]),
            evidence=_evidence(value["gold"], documents),
            kind=str(value["kind"]) if value.get("kind") is not None else None,
            without=tuple(_held_out(place, documents) for place in _listed(value.get("without", []), "without")),
            key_points=_key_points(value.get("key_points", [])),
            reference=str(value["answer"]) if value.get("answer") else None,
        )
    except KeyError as error:
        raise BadEvaluation(file, number, f"{error.args[0]} is missing") from error
    except (TypeError, AttributeError, ValueError, LookupError) as error:
        raise BadEvaluation(file, number, str(error)) from error
    if not question.question.strip():
        raise BadEvaluation(file, number, "the question is empty")
    for alternatives in question.evidence:
        if not alternatives:
            raise BadEvaluation(file, number, "an evidence set is empty; leave it out, or give its snippets")
        for gold in alternatives:
            if not holds(documents[gold.document], gold_words(gold.snippet)):
                raise BadEvaluation(file, number, f"the snippet is not in {gold.document}: {gold.snippet[:60]!r}")
    return question


def _asked(value: object) -> str:
    """Raises TypeError unless it is a text."""
    if not isinstance(value, str):
        raise TypeError("question is not a text")
    return value


def _evidence(value: object, documents: Mapping[str, Sequence[str]]) -> tuple[tuple[Gold, ...], ...]:
    """Raises TypeError unless it is a list of lists of snippets with their documents, KeyError and LookupError for what these lack."""
    found: list[tuple[Gold, ...]] = []
    for alternatives in _listed(value, "gold"):
        if not isinstance(alternatives, list) or not all(isinstance(gold, dict) for gold in alternatives):
            raise TypeError("gold is not a list of evidence sets, each a list of documents with snippets")
        found.append(tuple(Gold(_resolve(str(gold["document"]), documents), str(gold["snippet"])) for gold in alternatives))
    return tuple(found)


def _held_out(place: object, documents: Mapping[str, Sequence[str]]) -> HeldOut:
    """Raises TypeError unless it is a document with its first and last line, KeyError and LookupError for what it lacks."""
    match place:
        case {"document": document, "lines": [int(first), int(last)]}:
            return HeldOut(_resolve(str(document), documents), first, last)
    raise TypeError("without is not a list of documents, each with its first and last line")


def _listed(value: object, name: str) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"{name} is not a list")
    return value


def _key_points(value: object) -> tuple[str, ...]:
    """Raises TypeError unless it is a list of texts."""
    if not isinstance(value, list) or not all(isinstance(point, str) and point.strip() for point in value):
        raise TypeError("key_points is not a list of texts")
    return tuple(value)


def _resolve(name: str, documents: Mapping[str, Sequence[str]]) -> str:
    """A document by its name, or by its file name alone if only one has it. Raises LookupError."""
    if name in documents:
        return name
    found = [known for known in documents if PurePosixPath(known).name == PurePosixPath(name).name]
    if len(found) != 1:
        raise LookupError(f"{name} is {'not in' if not found else 'the name of several documents of'} the library")
    return found[0]
