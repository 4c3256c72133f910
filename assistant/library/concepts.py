"""The methods of a library about concepts: the graph, paths, reasons, corrections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.library.opened import OpenedLibrary
from assistant.library.standing import cited_by_concept, cited_by_path, cited_by_why
from graph.errors import UnknownConcept
from ingest.errors import UsageError

if TYPE_CHECKING:
    from assistant.curation.refining import Refined
    from assistant.library.corrections import Corrections
    from assistant.library.practice import Practice
    from assistant.practice.loose_ends.values import LooseEnd
    from assistant.practice.mastery.mastery import Mastery
    from graph.model.values import Graph
    from graph.queries.concept import ConceptView
    from graph.queries.disagreements import Disagreement
    from graph.queries.gaps import Gaps
    from graph.queries.paths import LearningPath
    from graph.queries.statistics import Statistics
    from graph.queries.subgraph import Neighbourhood
    from graph.queries.why import Why
    from ingest.model import Span

LIMIT = 15
"""The default limit of steps in a path: a longer one is too long to read."""

_MOST_NAMED = 8
"""Names that one sentence lists."""


class ConceptVerbs(OpenedLibrary):
    """The methods of a library that need its concept graph, but no index."""

    def graph(self, *, course: bool | None = None, everything: bool = False, level: str = "normal") -> Graph:
        """The concept graph as the user corrected it.

        A graph is a value, which does not change with the library. `course=False` leaves out the atlas and the starter course, True keeps
        them; None, here as in every method, follows the settings. Without `everything` it has the concepts of the user's documents and what
        they build on, not the whole atlas. At the level `loose` it has more of the prerequisites inferred from the text, at `strict` only
        those with the highest confidence. Raises UsageError.
        """
        from graph.model.levels import Level, at_level

        if level not in set(Level):
            raise UsageError(f"There is no level {level[:80]!r}.", f"There are: {', '.join(Level)}.")
        with_course, session = self.with_course(course), self.session()
        self.tell_course()

        def made(whole: Graph) -> Graph:
            from graph.queries.subgraph import own_part

            graph = at_level(whole if with_course else whole.without_course(), Level(level))
            return own_part(graph) if with_course and not everything else graph

        return session.part_of_graph((with_course, everything, level), made)

    def _whole(self, course: bool | None) -> Graph:
        """The graph with all edges that paths may follow."""
        graph = self.session().graph
        self.tell_course()
        return graph if self.with_course(course) else graph.without_course()

    def path(
        self,
        target: str | Sequence[str],
        *,
        start: Iterable[str] = (),
        known: Iterable[str] = (),
        minutes: float | None = None,
        limit: int | None = LIMIT,
        course: bool | None = None,
    ) -> LearningPath:
        """What to learn, in which order and why, to understand the target or targets; names may be loose ("temp scaling").

        The path leaves out concepts that practice shows to be known, those in `known` (names that are not in the graph are reported to
        `notice` and ignored), each `start` with everything before it, and concepts that only these need. It has at most `limit` steps
        (None: all), and no more than fit into `minutes`. Raises UnknownConcept with the nearest names, UsageError without a target.
        """
        from graph.queries.paths import learning_path

        if not target:
            raise UsageError("No concept is named.", "Name the concepts to arrive at.")
        graph = self._whole(course)
        practised = [id_ for id_, mastery in self.mastery().items() if mastery.is_known and id_ in graph.concepts]
        mastered = [*self.known_in(graph, known), *practised]
        with self._saying_where_it_is_mentioned():
            path = learning_path(graph, target, limit, start=start, known=mastered, minutes=minutes)
        self._tell_jumps(graph, [target] if isinstance(target, str) else target)
        cited = cited_by_path(path)
        self.tell_standing(cited)
        for note in graph.notes:
            is_of_it = note.cycle is None and any(note.text.startswith(f"{name} requires ") for name in cited)
            if is_of_it and note.text not in self._told:
                self._told.add(note.text)
                self.notice(f"{note.text}.")
        return path

    def concept(self, name: str, *, course: bool | None = None) -> ConceptView:
        """What a concept is, what it builds on and what it unlocks, with the evidence. Raises UnknownConcept."""
        from graph.queries.concept import view_concept

        graph = self._whole(course)
        with self._saying_where_it_is_mentioned():
            view = view_concept(graph, name)
        self._tell_jumps(graph, [name])
        self.tell_standing(cited_by_concept(view))
        return view

    def _missing_requirements(self) -> list[str]:
        """A sentence on the names that notes require and no concept has, if there are any. A damaged graph has none."""
        from graph.errors import GraphDamaged
        from graph.queries.gaps import missing_requirements

        try:
            missing = missing_requirements(self.session(fill=False).graph)
        except GraphDamaged:
            return []
        named = [f"{name!r}{f' ({count} notes)' if count > 1 else ''}" for name, count in missing[:_MOST_NAMED]]
        named += [f"{len(missing) - _MOST_NAMED} more"] if len(missing) > _MOST_NAMED else []
        advice = "Write notes with these titles" if len(missing) > 1 else "Write a note with this title"
        said = f"Your notes require (under requires:) what is found nowhere: {', '.join(named)}. {advice}, or correct the spelling."
        return [said] if missing else []

    @contextmanager
    def _saying_where_it_is_mentioned(self) -> Iterator[None]:
        """A context that adds to UnknownConcept whether a sentence of the documents has the name: then they can be asked about it."""
        try:
            yield
        except UnknownConcept as error:
            if not error.nearest:
                error.mentioned = self.session().index.says(error.name)
            if error.mentioned:
                error.hint = "Your documents mention it; ask them about it."
            raise

    def _tell_jumps(self, graph: Graph, names: Iterable[str]) -> None:
        """Notify the user if a loose name was taken for a concept that is not in the notes."""
        from graph.queries.resolve import find_concept, find_named

        for name in names:
            found = graph.concepts[find_concept(graph, name)[0]]
            said = f"Your notes have no concept {name!r}; this is {found.name}, from the {found.origin}."
            if found.origin in ("atlas", "course") and find_named(graph, name) != found.id and said not in self._told:
                self._told.add(said)
                self.notice(said)

    def meanings(self, name: str, *, course: bool | None = None) -> dict[str, str]:
        """The concepts that a name may mean if several fit about as well: their names by id; empty if the name is clear or unknown."""
        from graph.queries.resolve import rivals

        graph = self._whole(course)
        among = rivals(graph, name)
        return {id_: graph.concepts[id_].name for id_ in among} if len(among) > 1 else {}

    def neighbourhood(
        self, concept: str, hops: int = 1, *, course: bool | None = None, everything: bool = False, level: str = "normal"
    ) -> Neighbourhood:
        """The part of the graph at most `hops` prerequisites away from a concept.

        Raises UnknownConcept. Concepts that only the atlas has, and that the concept does not build on, are included only with
        `everything`.
        """
        from graph.queries.subgraph import neighbourhood

        return neighbourhood(self.graph(course=course, everything=True, level=level), concept, hops, everything=everything)

    def most_important(self, graph: Graph, most: int) -> Graph:
        """The part of a graph with its most important concepts, at most `most`."""
        from graph.queries.subgraph import most_important

        return most_important(graph, most)

    def statistics(self, *, course: bool | None = None, everything: bool = False, level: str = "normal") -> Statistics:
        """How many concepts and prerequisites the graph has, by which evidence, and which are needed most; `everything` and `level` as for
        `graph`."""
        from graph.queries.statistics import statistics

        return statistics(self.graph(course=course, everything=everything, level=level))

    def gaps(self, target: str | Sequence[str] = (), *, known: Iterable[str] = (), course: bool | None = None) -> Gaps:
        """The gaps of the documents on the way to a target, or, without one, among everything that their concepts build on; most needed
        first.

        `known` concepts, and those that only they need, are not gaps. Raises UnknownConcept.
        """
        from graph.queries.gaps import find_gaps

        graph = self._whole(course)
        return find_gaps(graph, target, known=self.known_in(graph, known))

    def loose_ends(self, target: str | Sequence[str] = (), *, course: bool | None = None) -> list[LooseEnd]:
        """The loose ends of the notes, the most needed first; with a target only those about it or about what it builds on.

        These are questions without an answer, tasks, broken links, concepts that others build on and nothing defines, and concepts that
        practice shows to be forgotten. Raises UnknownConcept.
        """
        from assistant.practice.loose_ends.finding import loose_ends
        from assistant.storage.documents import load_documents
        from graph.queries.resolve import find_concept

        session, graph = self.session(), self.graph(course=course)

        def about(document: str, span: Span) -> str:
            return next(iter(session.related([(document, span)], 1)), "")

        documents = [stored.document for stored in load_documents(session.snapshot.folder)]
        found = loose_ends(documents, graph, self.mastery(), about)
        everything = self._whole(course)
        goals = [find_concept(everything, name)[0] for name in ([target] if isinstance(target, str) else target)]
        if not goals:
            return found
        outline = everything.outline
        wanted = {outline.ids[number] for number in outline.behind([outline.number(goal) for goal in goals])} | set(goals)
        return [one for one in found if one.concept in wanted]

    def disagreements(self, *, course: bool | None = None) -> list[Disagreement]:
        """Pairs of concepts that the documents, the atlas and the user's corrections order differently: which order counts, and which was
        outranked."""
        from graph.queries.disagreements import disagreements

        return disagreements(self._whole(course))

    def complete(self, typed: str) -> list[tuple[str, str]]:
        """At most 200 concepts for the beginning of a name, the most important first: how to type each without blanks, and its name.

        The library is read as it is: no course is read into an empty one. Raises LibraryError.
        """
        from graph.queries.complete import complete

        graph = self.session(fill=False).silent_graph
        return complete((graph if self.with_course(None) else graph.without_course()).outline, typed)

    def why(self, before: str, after: str, *, course: bool | None = None) -> Why:
        """The evidence for or against learning one concept before another. Raises UnknownConcept."""
        from graph.queries.why import why

        graph = self._whole(course)
        with self._saying_where_it_is_mentioned():
            found = why(graph, before, after)
        self._tell_jumps(graph, [before, after])
        self.tell_standing(cited_by_why(found))
        return found

    @cached_property
    def correct(self) -> Corrections:
        """The user's corrections to the graph: `accept`, `reject`, `merge`, `split`, `rename`, `hide`, `add`, `undo`, `all`."""
        from assistant.library.corrections import Corrections

        return Corrections(self)

    @cached_property
    def practice(self) -> Practice:
        """Questions made from the notes: sessions, items, what is known, statistics."""
        from assistant.library.practice import Practice

        return Practice(self)

    def mastery(self) -> dict[str, Mastery]:
        """How well each concept is known, by its id, for concepts with practice questions or marked as known by the user.

        No items are made for this: without practice it is empty.
        """
        return self.practice.mastery() if self.layout.practice.exists() else {}

    def refine(self, model: str | None = None, *, below: float = 0.75, most: int | None = 50, minutes: float | None = None) -> Refined:
        """Let a language model judge prerequisites with a confidence below `below`, at most `most` of them, from their quotes.

        It stops after `minutes`; the next refinement continues from there. Its answers are stored and marked; corrections outrank them.
        Raises ModelMissing if no model is named or chosen.
        """
        from assistant.curation.refining import refine

        session = self.session()
        return refine(self.layout, session.snapshot.graph, self.open_model(model), below, most, self.progress, minutes)

    def forget_judgements(self) -> bool:
        """Take back all judgements of models. True if there were any."""
        from assistant.curation.judging import forget_judgements
        from assistant.storage.snapshots import check_library

        check_library(self.layout)
        return forget_judgements(self.folder)
