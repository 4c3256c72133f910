"""Evaluate answers: ask every question of a set, judge text, citations and confidence, and save the run."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from assistant.answers.ask import answer_events, ask
from assistant.answers.certainty import NONE_BELOW, Certainty
from assistant.answers.events import Done, SentenceWritten
from assistant.answers.model import Answer, Citation, Paragraph, Sentence
from assistant.errors import ExtraMissing
from assistant.evaluation.answers.references import References
from assistant.evaluation.answers.runs import AnsweredQuestion, AnswerRun, save_answers
from assistant.evaluation.answers.scores import (
    area_under_risk,
    auroc,
    calibration,
    calibration_error,
    citation_scores,
    greedy_similarity,
    interval_of,
    is_covered,
    risk_by_coverage,
)
from assistant.evaluation.errors import BadEvaluation
from assistant.evaluation.runs import commit
from assistant.evaluation.sets.sets import EvaluationQuestion, read_questions
from assistant.opening import library_folder
from assistant.progress import Notice, Progress, quiet, silent
from assistant.session import Session
from assistant.storage.documents import load_documents
from assistant.verification.verify import Evidence, verify
from assistant.writers.writer import Writer
from index.metrics.ranking import Interval, summarise
from index.models.encoder import OnnxEncoder
from ingest.model import Document, Encoder


@dataclass(frozen=True, slots=True)
class SavedAnswers:
    """A run and where it was saved."""

    run: AnswerRun
    file: Path


@dataclass(frozen=True, slots=True)
class _Judge:
    """Everything needed to judge an answer."""

    documents: Mapping[str, Document]
    encoder: OnnxEncoder
    references: References | None


def evaluate_answers(
    named: Path | None,
    source: Path,
    writer: Writer | None = None,
    *,
    model: str = "",
    progress: Progress = quiet,
    notice: Notice = silent,
) -> SavedAnswers:
    """Ask every question of a file, judge the answers and save the run. With a writer, answers are in its words if they are supported.

    `model` is what the run calls the writer.

    If ROUGE-L and BLEU are not installed, a notice says how to install them. Raises BadEvaluation with the broken line, and LibraryError.
    """
    with closing(Session(library_folder(named)[0], notice=notice)) as library:
        questions = read_questions(source, library)
        if not questions:
            raise BadEvaluation(str(source), 1, "the file has no question, so nothing can be measured")
        if any(question.without for question in questions):
            raise BadEvaluation(str(source), 1, "the file leaves lines out (`without`), so it can measure retrieval only")
        documents = {stored.document.name: stored.document for stored in load_documents(library.snapshot.folder)}
        judge = _Judge(documents, library.encoder, _references(questions, notice))
        ask(library, questions[0].question)  # opens files, which should not count as answering time
        answered: list[AnsweredQuestion] = []
        for done, question in enumerate(questions, start=1):
            answered.append(_asked(question, library, writer, judge))
            progress("Questions", done, len(questions))
        run = _run(source, library.snapshot.manifest["settings"], answered, model)
        return SavedAnswers(run, save_answers(library.root, run))


def _references(questions: Sequence[EvaluationQuestion], notice: Notice) -> References | None:
    if not any(question.reference for question in questions):
        return None
    try:
        return References.load()
    except ExtraMissing as error:
        notice(f"{error}\nGoing on without them.")
        return None


def _asked(question: EvaluationQuestion, library: Session, writer: Writer | None, judge: _Judge) -> AnsweredQuestion:
    """Ask a question, and judge the answer and the writer's part of it."""
    start = time.perf_counter()
    first = 0.0
    for event in answer_events(library, question.question, writer, silent_below=0.0):
        if isinstance(event, SentenceWritten):
            first = first or time.perf_counter() - start
        elif isinstance(event, Done):
            found = _answered(question, event.result.answer, judge)
            if writer is None:
                return found
            written = _written(question, event.result.answer, judge.encoder) | {"seconds": time.perf_counter() - start}
            return replace(found, metrics={**found.metrics, **written, **({"seconds_to_first": first} if first else {})})
    raise AssertionError("a stream of events ends with Done")


def _written(question: EvaluationQuestion, answer: Answer, encoder: Encoder) -> dict[str, float]:
    """The metrics of a model's own words, without the lines below them."""
    said = [sentence for block in answer.blocks if isinstance(block, Paragraph) and block.written for sentence in block.sentences]
    metrics = {"written": float(bool(said))}
    if said:
        metrics["written_words"] = float(sum(len(sentence.text.split()) for sentence in said))
    if question.answerable and question.key_points:
        metrics["written_key_points"] = sum(_covered(question.key_points, said, encoder)) / len(question.key_points)
    return metrics


def _answered(question: EvaluationQuestion, answer: Answer, judge: _Judge) -> AnsweredQuestion:
    """Judge an answer that was given at any confidence as if the usual threshold applied."""
    refused = answer.confidence < NONE_BELOW or not answer.sentences
    covered = _covered(question.key_points, answer.sentences, judge.encoder)
    worth = sum(covered) / len(covered) if covered else float(question.answerable)
    is_sure = answer.certainty is Certainty.SURE
    metrics = {
        "decided": float(not refused if question.answerable else not is_sure),
        "sure": float(is_sure),
        "words": float(0 if refused else len(str(answer).split())),
    }
    if question.answerable:
        metrics["answered"] = float(not refused)
        if question.key_points:
            metrics |= {"key_points": 0.0 if refused else worth, "key_points_unrefused": worth}
        if answer.sentences:
            precision, recall = citation_scores(answer.citations, question.evidence)
            metrics |= {"citation_precision": precision, "citation_recall": recall}
        if question.reference and answer.sentences:
            metrics |= judge.references.scores(str(answer), question.reference) if judge.references else {}
            metrics["similarity"] = greedy_similarity(judge.encoder.states(str(answer)), judge.encoder.states(question.reference))
    else:
        metrics["noticed"] = float(not is_sure)
    if answer.sentences:
        metrics["tokens"] = float(len(judge.encoder.states(str(answer))))
        metrics["supported"] = _supported(answer, judge.encoder)
    if answer.citations:
        metrics["verbatim"] = sum(_is_verbatim(citation, judge.documents) for citation in answer.citations) / len(answer.citations)
    return AnsweredQuestion(
        id=question.id,
        question=question.question,
        kind=question.kind,
        answerable=question.answerable,
        gold=question.evidence,
        answer=str(answer),
        abstained=refused,
        confidence=round(answer.confidence, 4),
        worth=worth,
        missed=tuple(point for point, there in zip(question.key_points, covered, strict=True) if not there),
        metrics=metrics,
        milliseconds=round(1000 * answer.seconds, 2),
    )


def _covered(points: Sequence[str], said: Sequence[Sentence], encoder: Encoder) -> list[bool]:
    if not points or not said:
        return [False] * len(points)
    sentences = [sentence.text for sentence in said]
    vectors = encoder.encode([*points, *sentences])
    cosines = (vectors[: len(points)] @ vectors[len(points) :].T).max(axis=1)
    return [is_covered(point, sentences, float(cosine)) for point, cosine in zip(points, cosines, strict=True)]


def _supported(answer: Answer, encoder: Encoder) -> float:
    """The share of sentences that are supported by their own citations, each read under its headings."""
    held = 0
    for sentence in answer.sentences:
        cited = [citation for citation in answer.citations if citation.id in sentence.citations]
        evidence = Evidence.of([f"{' › '.join((c.title, *c.section))}: {c.quote}" for c in cited], encoder)
        held += verify(sentence.text, range(1, len(cited) + 1), evidence, encoder, answer.question).supported
    return held / len(answer.sentences)


def _is_verbatim(citation: Citation, documents: Mapping[str, Document]) -> bool:
    """True if the quote is the text of the lines that it cites, apart from white space."""
    lines = next((text.lines for text in documents[citation.document].texts if text.part == citation.span.part), ())
    return " ".join(citation.quote.split()) in " ".join("\n".join(lines[citation.span.first - 1 : citation.span.last]).split())


def _run(source: Path, settings: Mapping[str, Any], answered: Sequence[AnsweredQuestion], model: str) -> AnswerRun:
    confidence = np.array([question.confidence for question in answered])
    answerable = np.array([question.answerable for question in answered])
    worth = np.array([question.worth for question in answered])
    whole = {
        "ece": interval_of(lambda rows: calibration_error(confidence[rows], answerable[rows]), len(answered)),
        "aurc": interval_of(lambda rows: area_under_risk(confidence[rows], worth[rows]), len(answered)),
    }
    if 0 < answerable.sum() < len(answered):
        whole["auroc"] = interval_of(lambda rows: auroc(confidence[rows], answerable[rows]), len(answered))
    kinds = sorted({question.kind or "none" for question in answered})
    return AnswerRun(
        created=datetime.now(UTC).isoformat(),
        evaluated=str(source.resolve()),
        study=version("study-assistant"),
        commit=commit(),
        library=settings,
        metrics=_means(answered) | whole,
        kinds={kind: _means([q for q in answered if (q.kind or "none") == kind]) for kind in kinds} if len(kinds) > 1 else {},
        risks=tuple(risk_by_coverage(confidence, worth)),
        bins=tuple(calibration(confidence, answerable)),
        latency={f"p{at}": round(float(np.percentile([q.milliseconds for q in answered], at)), 2) for at in (50, 95)},
        questions=tuple(answered),
        model=model,
    )


def _means(answered: Sequence[AnsweredQuestion]) -> dict[str, Interval]:
    """The mean of every metric over the questions that have it, with its interval."""
    names = dict.fromkeys(name for question in answered for name in question.metrics)
    return {name: summarise([{name: question.metrics[name]} for question in answered if name in question.metrics])[name] for name in names}
