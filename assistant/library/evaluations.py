"""Evaluate a library on the user's questions and judgements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.library.opened import RERANKED
from assistant.outputs import check_output
from assistant.progress import Progress
from ingest.errors import UsageError

if TYPE_CHECKING:
    from assistant.evaluation.answers.answers import SavedAnswers
    from assistant.evaluation.graph.evaluate import SavedGraphRun
    from assistant.evaluation.reports.compared import ComparedAnswers
    from assistant.evaluation.retrieval.comparing import Comparison
    from assistant.evaluation.retrieval.retrieval import RetrievalRun
    from assistant.evaluation.sets.kept import QuestionSets
    from assistant.library.library import Library
    from index.search import SearchSettings
    from ingest.chunking.settings import ChunkSettings


class Evaluations:
    """Each measurement is saved in the library and can be shown and compared later.

    >>> saved = library.evaluate.retrieval("questions.jsonl")                         # doctest: +SKIP
    >>> saved.run.metrics["mrr@10"].mean
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    def retrieval(
        self,
        source: str | Path,
        *,
        settings: SearchSettings | None = None,
        split: str = "test",
        chunking: ChunkSettings | None = None,
        rerank: str | Path | None = None,
        rerank_depth: int = RERANKED,
        trec: str | Path | None = None,
        report: str | Path | None = None,
        overwrite: bool = False,
        progress: Progress | None = None,
    ) -> RetrievalRun:
        """Search for every question of a JSONL file (`question`, `gold`) or of a folder in BEIR's layout, and judge the results.

        `settings` are those of the search (default: those of `Library.search`), `chunking` cuts the documents again, `split` names the
        qrels of a BEIR folder. `trec` also writes the ranking in TREC's format, `report` a page with plots, with each channel alone beside
        both; `overwrite` allows replacing such a file. Raises BadEvaluation with the broken line, and OutputExists.
        """
        _check(trec, overwrite=overwrite)
        _check_report(report, overwrite=overwrite)
        from index.search import READING

        chosen = settings or READING
        ways = [chosen]
        if report and len(chosen.channels) > 1:
            ways += [replace(chosen, channels=(channel,), scored=False) for channel in chosen.channels]
        from assistant.evaluation.retrieval.retrieval import evaluate_retrieval

        library = self._library
        runs = evaluate_retrieval(
            library.named,
            Path(source),
            ways,
            split=split,
            chunking=chunking,
            reranking=library.reranking(rerank, rerank_depth),
            progress=progress or library.progress,
            notice=library.notice,
        )
        if trec:
            from assistant.evaluation.runs import write_trec

            write_trec(runs[0].run, Path(trec))
        if report:
            from assistant.evaluation.reports.retrieval import write_report

            write_report([each.run for each in runs], Path(report))
        return runs[0]

    def answers(
        self,
        source: str | Path,
        *,
        model: str | None = None,
        report: str | Path | None = None,
        overwrite: bool = False,
        progress: Progress | None = None,
    ) -> SavedAnswers:
        """Ask every question of a JSONL file (`question`, `gold`, `key_points`, `answer`) and judge the answers.

        Without `model` no language model is used, whatever the user chose. Raises BadEvaluation, and ModelError if the model does not run.
        """
        _check_report(report, overwrite=overwrite)
        from assistant.evaluation.answers.answers import evaluate_answers

        library = self._library
        writer = library.open_model(model) if model else None
        told = progress or library.progress
        saved = evaluate_answers(library.folder, Path(source), writer, model=model or "", progress=told, notice=library.notice)
        if report:
            from assistant.evaluation.reports.answers import write_answer_report

            write_answer_report(saved.run, Path(report))
        return saved

    def answers_by(
        self,
        source: str | Path,
        models: Sequence[str],
        *,
        report: str | Path | None = None,
        overwrite: bool = False,
        progress: Progress | None = None,
    ) -> ComparedAnswers:
        """Evaluate answers in the documents' own words and in those of each model; one run each, in this order.

        `report` is a page with all of them, question by question. Raises as `answers` does.
        """
        from assistant.evaluation.reports.compared import ComparedAnswers, write_compared_report

        _check(report, overwrite=overwrite)
        for model in models:
            self._library.open_model(model)  # check now, not after an hour with the model before
        saved = [self.answers(source, model=model or None, progress=progress) for model in ("", *models)]
        compared = ComparedAnswers(tuple(each.run for each in saved), tuple(each.file for each in saved))
        if report:
            write_compared_report(compared, Path(report))
        return compared

    def graph(
        self,
        gold: str | Path,
        *,
        course: bool | None = None,
        mined: bool = False,
        ablation: bool = False,
        report: str | Path | None = None,
        overwrite: bool = False,
    ) -> SavedGraphRun:
        """Compare the concept graph with pairs of concepts that a person judged (TSV or JSONL).

        `mined` judges only edges mined from the text, `ablation` mines again without each kind of evidence. Raises BadEvaluation.
        """
        _check_report(report, overwrite=overwrite)
        from assistant.evaluation.graph.evaluate import evaluate_graph

        library = self._library
        saved = evaluate_graph(
            library.folder,
            Path(gold),
            course=library.with_course(course),
            mined=mined,
            ablation=ablation,
            progress=library.progress,
            notice=library.notice,
        )
        if report:
            from assistant.evaluation.reports.graph import write_graph_report

            write_graph_report(saved.run, Path(report))
        return saved

    @property
    def sets(self) -> QuestionSets:
        """The sets of questions that the library keeps: `names`, `draft`, `read`, `put`, `remove`, `delete`, `file`."""
        from assistant.evaluation.sets.kept import QuestionSets

        return QuestionSets(self._library.layout, self._library.session)

    def draft_questions(self, out: str | Path, *, hold_out: bool = False, overwrite: bool = False) -> dict[str, int]:
        """Write questions drafted from the documents to a JSONL file, to be corrected.

        Returns the number of each kind. With `hold_out`, the search for each question hides the lines of the question itself. Raises
        OutputExists without `overwrite`.
        """
        check_output(Path(out), overwrite=overwrite)
        from assistant.evaluation.sets.sets import write_drafts

        return write_drafts(self._library.session(fill=False), Path(out), hold_out, overwrite=overwrite)

    def draft_pairs(
        self,
        out: str | Path,
        *,
        edges: int = 100,
        seed: int = 0,
        required: bool = False,
        course: bool | None = None,
        overwrite: bool = False,
    ) -> int:
        """Write a random sample of prerequisites to a TSV file, to be judged, or the notes' requirements. Returns the number of lines.

        Raises OutputExists without `overwrite`, UsageError for a name that promises JSON.
        """
        if Path(out).suffix.lower() in (".json", ".jsonl"):
            raise UsageError(f"{out} would hold columns separated by tabs, not JSON.", f"Name it {Path(out).with_suffix('.tsv')}.")
        check_output(Path(out), overwrite=overwrite)
        from assistant.evaluation.graph.evaluate import write_graph_draft

        library = self._library
        with_course = library.with_course(course)
        return write_graph_draft(
            library.folder,
            Path(out),
            edges=edges,
            seed=seed,
            required=required,
            course=with_course,
            overwrite=overwrite,
            notice=library.notice,
        )

    def runs(self) -> list[str]:
        """The names of the saved runs, the latest first."""
        from assistant.evaluation.runs import saved_runs

        return saved_runs(self._library.folder)

    def load(self, run: str, *, trec: str | Path | None = None, overwrite: bool = False) -> RetrievalRun | SavedAnswers | SavedGraphRun:
        """A saved run by its path, its name, or `latest`; `trec` also writes its ranking in TREC's format.

        Raises UnknownRun, and UsageError for a run that has no ranking.
        """
        _check(trec, overwrite=overwrite)
        from assistant.evaluation.runs import Run, write_trec
        from assistant.evaluation.saved import load_saved

        saved = load_saved(self._library.folder, run)
        if trec:
            if not isinstance(saved.run, Run):
                raise UsageError("Only an evaluation of retrieval has a ranking; this one is of answers or of the concept graph.")
            write_trec(saved.run, Path(trec))
        return saved

    def compare(self, first: str, second: str, metric: str | None = None) -> Comparison:
        """How the second saved run differs from the first, question by question, with significance.

        `metric` decides whether a question is won or lost (default: nDCG@10, for answers the key points). Raises UnknownRun.
        """
        from assistant.evaluation.saved import compare_saved

        return compare_saved(self._library.folder, first, second, metric)


def _check(*files: str | Path | None, overwrite: bool) -> None:
    """Refuse existing files before minutes of work, not after. Raises OutputExists."""
    for file in files:
        if file is not None:
            check_output(Path(file), overwrite=overwrite)


def _check_report(file: str | Path | None, *, overwrite: bool) -> None:
    """The same for a report, which also needs an optional package. Raises OutputExists, ExtraMissing."""
    _check(file, overwrite=overwrite)
    if file is not None:
        from assistant.evaluation.reports.plots import require_matplotlib

        require_matplotlib()
