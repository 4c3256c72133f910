"""Measure a set with a row switched off, question by question, case by case and pair by pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.answers.ask import ask
from assistant.answers.confidence.confidence import probability, signals
from assistant.answers.confidence.judging import Judged
from assistant.answers.model import Answer, Paragraph
from assistant.answers.passages.candidates import Ranker
from assistant.authored import load_authored
from assistant.building.laying import lay_authored
from assistant.contract.graph import path_to_json
from assistant.evaluation.answers.scores import citation_scores, is_covered
from assistant.evaluation.graph.gold import Verdict
from assistant.evaluation.graph.metrics import Judge, LineResult
from assistant.evaluation.sets.sets import EvaluationQuestion
from assistant.search.scored import search_scored
from assistant.session import Session
from benchmarks.ablation.figures import Figure, Kind
from benchmarks.ablation.row import Area, Row
from benchmarks.ablation.sets import KnownEncoder, Opened, make_library
from benchmarks.ablation.switching import Switch, returns, switched
from graph.build import build_graph
from graph.model.values import Graph
from graph.queries.paths import learning_path
from index.filters import EVERYTHING, Filter
from index.metrics.ranking import Passage
from index.models.embeddings import EmbeddingCache
from index.search import READING, Hit, Index, Query, SearchSettings
from ingest.errors import StudyError
from ingest.model import Chunk, Span

_DEPTH = 10
_ALWAYS = Switch("assistant.answers.ask:judge", returns(Judged(1.0, 0.0)))
"""A confidence that refuses nothing and takes no time."""
_NO_GRAPH = Switch("graph.build:build_graph", returns(Graph({}, (), ())))


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of a row on a set, and its answers or edges as texts."""

    figures: Mapping[str, Figure] = field(default_factory=dict)
    texts: tuple[str, ...] = ()


class _Searched:
    """An index with fixed settings that caches searches."""

    def __init__(self, index: Any, settings: SearchSettings, found: dict[Any, Any]) -> None:
        self._index, self._settings, self._found = index, settings, found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)

    def search(self, query: Query, k: int = _DEPTH, settings: SearchSettings | None = None, within: Filter = EVERYTHING) -> Sequence[Hit]:
        key = query.text, k, settings
        if key not in self._found:
            self._found[key] = self._index.search(query, k, settings or self._settings, within)
        hits: Sequence[Hit] = self._found[key]
        return hits


class _Source:
    """A source of answers with an index alone, since concepts are not judged here."""

    def __init__(self, index: Any, encoder: KnownEncoder, settings: SearchSettings, found: dict[Any, Any]) -> None:
        self.index: Any = _Searched(index, settings, found)
        self.encoder = encoder
        self._settings, self._found = settings, found

    def query(self, question: str) -> Query:
        if question not in self._found:
            self._found[question] = self.index.query(question, self.encoder, self._settings)
        query: Query = self._found[question]
        return query

    def related(self, places: Sequence[tuple[str, Span]], limit: int = 5) -> list[str]:
        return []

    def learn_first(self, question: str, related: Sequence[str], answer: str) -> tuple[str, ...]:
        return ()

    def labels(self, concepts: Sequence[str]) -> Mapping[str, str]:
        return {}

    def answers(self, questions: Sequence[EvaluationQuestion]) -> list[Answer]:
        """The answers, without refusals."""
        with switched([_ALWAYS]):
            return [ask(self, question.question, silent_below=0.0).answer for question in questions]


def measure(opened: Opened, row: Row | None, area: Area) -> Measured:
    """The figures of a set with a row switched off, or without one those of the product."""
    with switched(row.switches if row else ()):
        if area is Area.GRAPH:
            with switched([opened.once("graph.build:_read")] if row is None or row.judged else []):
                return graphs(opened)
        if area is Area.CONFIDENCE:
            return confidences(opened)
        if area is Area.ANSWERS:
            return answers(opened)
        settings = replace(READING, **(row.settings if row else {}))
        if area is Area.SEARCH or row is None:
            return searches(opened, opened.library.index, settings)
        with switched([_NO_GRAPH]):
            root = make_library(opened.source, opened.work, f"{opened.name}-{row.name.replace(' ', '-')}")
        with closing(Session(root)) as library:
            return searches(opened, library.index, settings)


def answers(opened: Opened) -> Measured:
    """Answer every answerable question, over the searches of the unchanged product."""
    with switched([opened.once("ingest.text.terms:analyze")]):
        said = _Source(opened.library.index, opened.encoder, SearchSettings(), opened.searches).answers(opened.answerable)
    texts = tuple(" ".join(filter(None, (str(answer), answer.note))) for answer in said)
    pairs = zip(opened.answerable, said, strict=True)
    first = Figure.of(Kind.MEAN, [_first(question, answer, opened.encoder) for question, answer in pairs])
    words = Figure.of(Kind.MEAN, [len(str(answer).split()) for answer in said])
    return Measured({"points": _points(opened, said), "first": first, "words": words}, texts)


def _points(opened: Opened, said: Sequence[Answer]) -> Figure:
    pairs = zip(opened.answerable, said, strict=True)
    return Figure.of(Kind.MEAN, [worth(question, answer, opened.encoder) for question, answer in pairs])


def worth(question: EvaluationQuestion, answer: Answer, encoder: KnownEncoder) -> float:
    """The share of the key points in an answer; without key points, the share of the wanted places that it cites."""
    if not question.key_points:
        return citation_scores(answer.citations, question.evidence)[1]
    if not answer.sentences:
        return 0.0
    points, sentences = question.key_points, [sentence.text for sentence in answer.sentences]
    vectors = encoder.encode([*points, *sentences])
    cosines = (vectors[: len(points)] @ vectors[len(points) :].T).max(axis=1)
    covered = [is_covered(point, sentences, float(cosine)) for point, cosine in zip(points, cosines, strict=True)]
    return sum(covered) / len(covered)


def _first(question: EvaluationQuestion, answer: Answer, encoder: KnownEncoder) -> float:
    """True if the first sentence of an answer makes a key point, or, without key points, cites a wanted place."""
    if not answer.sentences:
        return 0.0
    first = answer.sentences[0]
    cited = tuple(citation for citation in answer.citations if citation.id in first.citations)
    return float(worth(question, replace(answer, blocks=(Paragraph((first,)),), citations=cited), encoder) > 0)


def searches(opened: Opened, index: Index, settings: SearchSettings) -> Measured:
    """The hits for every answerable question, and the answers from single passages of the same search."""
    source = _Source(index, opened.encoder, replace(settings, join=False, scored=False), {})
    rows: dict[str, list[float]] = {"mrr@10": [], "recall@1": [], "recall@5": [], "recall@400w": []}
    for question in opened.answerable:
        hits = search_scored(index, source.encoder, source.query(question.question), _DEPTH, settings)
        found = question.judge([_passage(hit.chunk, hit.copies) for hit in hits])
        for name, values in rows.items():
            values.append(found.metrics[name])
    figures = {name: Figure.of(Kind.MEAN, values) for name, values in rows.items()}
    return Measured({**figures, "points": _points(opened, source.answers(opened.answerable))})


def _passage(chunk: Chunk, copies: Sequence[Chunk] = ()) -> Passage:
    return Passage(chunk.document, chunk.text, tuple(map(_passage, copies)))


def confidences(opened: Opened) -> Measured:
    """How well the confidence separates answerable questions from others."""
    source = _Source(opened.library.index, opened.encoder, SearchSettings(), opened.searches)
    rows = []
    for question in opened.questions:
        if question.id not in opened.signals:
            query = source.query(question.question)
            hits = source.index.search(query)
            opened.signals[question.id] = signals(query, hits, Ranker(opened.library.index, opened.encoder)) if hits else None
        found = opened.signals[question.id]
        rows.append((probability(found) if found else 0.0, float(question.answerable)))
    return Measured({"auroc": Figure.of(Kind.AUROC, rows)})


def graphs(opened: Opened) -> Measured:
    """Mine the graph again, and judge it by pairs and by paths with and without the atlas."""
    bare = build_graph(opened.documents)
    figures: dict[str, Figure] = {}
    if opened.pairs:
        figures |= _judged(Judge(bare, opened.pairs).lines())
    if opened.score is not None and opened.cases:
        figures["paths alone"] = _passed(opened, bare)
        figures["paths with course"] = _passed(opened, _with_atlas(opened, bare))
    edges = tuple(sorted(f"{edge.before} → {edge.after}" for edge in bare.prerequisites))
    return Measured({**figures, "concepts": Figure.of(Kind.COUNT, [1.0] * len(bare.concepts))}, edges)


def _with_atlas(opened: Opened, bare: Graph) -> Graph:
    with closing(EmbeddingCache(opened.work / "joins.sqlite")) as vectors:
        return lay_authored(bare, load_authored(), opened.documents, vectors, opened.encoder.name, lambda: opened.library.encoder)


def _judged(lines: Sequence[LineResult]) -> dict[str, Figure]:
    """Recall of the gold's prerequisites, the share of the decided that is right, and F1, each line counting once."""
    recall, direction, f1 = [], [], []
    for line in lines:
        forth, back = (line.back, line.forth) if line.verdict is Verdict.REVERSED else (line.forth, line.back)
        if line.verdict in {Verdict.YES, Verdict.REVERSED}:
            recall.append((float(forth), 1.0))
            direction.append((float(forth), float(forth or back)))
            # F1 is twice the right ones over the sum of the wanted and the claimed ones.
            f1.append((2.0 * forth, 1.0 + float(forth or back)))
        else:
            recall.append((0.0, 0.0))
            direction.append((0.0, 0.0))
            f1.append((0.0, float(forth or (back and line.verdict is Verdict.RELATED))))
    named = {"names": Figure.of(Kind.MEAN, [float(line.found) for line in lines])}
    return named | {name: Figure.of(Kind.RATIO, rows) for name, rows in (("recall", recall), ("direction", direction), ("f1", f1))}


def _passed(opened: Opened, graph: Graph) -> Figure:
    assert opened.score is not None
    found = []
    for case in opened.cases:
        try:
            steps: Mapping[str, Any] = path_to_json(learning_path(graph, case["target"]))
        except StudyError:
            steps = {}
        found.append(float(not opened.score(case, steps)))
    return Figure.of(Kind.COUNT, found)
