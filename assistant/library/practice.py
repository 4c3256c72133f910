"""Practice of a library: items, sessions, actions of the user, and known concepts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.practice.errors import BadDeck, NothingToPractise, NothingToUndo, UnknownItem
from assistant.practice.items.values import Item, ItemKind
from assistant.practice.keeping.events import Act, Event, new_event
from assistant.practice.keeping.store import append, load_items, load_log
from assistant.practice.schedule.days import study_day
from assistant.practice.schedule.memory import Rating
from assistant.practice.schedule.state import Practised, last_done, replay
from assistant.practice.sessions.asking import Session
from assistant.practice.sessions.entries import STATUSES, Entry, edited, entry_of
from assistant.settings import load_settings
from assistant.storage.clock import Clock, now
from assistant.storage.snapshots import check_library
from ingest.errors import UsageError

if TYPE_CHECKING:
    from assistant.library.concepts import ConceptVerbs
    from assistant.practice.grading.grade import Grade
    from assistant.practice.keeping.store import Kept
    from assistant.practice.keeping.syncing import Synced
    from assistant.practice.mastery.mastery import Mastery
    from assistant.practice.schedule.fitting import Fitted
    from assistant.practice.sessions.placement import Placement
    from assistant.practice.sessions.statistics import PracticeStatistics


_SHORTEST_ID = 4


class Practice:
    """Questions made from the notes, asked when they are about to be forgotten.

    Items are identified by their ids, or the beginning of one. Items are made when they are first needed, and again when the documents have
    changed; answers stay. Every answer is written to the log of the library at once.

    >>> session = library.practice.session(to="attention")                            # doctest: +SKIP
    >>> while (item := session.next()) is not None:
    ...     session.answer(item, Rating.GOOD)
    """

    def __init__(self, library: ConceptVerbs, clock: Clock = now, zone: tzinfo | None = None) -> None:
        self._library, self._clock, self._zone = library, clock, zone
        self._state: Practised | None = None
        self._seen: set[str] = set()
        self._kept: dict[str, Kept] = {}
        self._made_of = ""

    # What there is

    @property
    def day(self) -> int:
        """The ordinal of the present study day."""
        return study_day(self._clock(), self._starts, self._zone).toordinal()

    @property
    def _starts(self) -> int:
        return load_settings().day_starts

    def refresh(self, *, again: bool = False) -> Synced:
        """Synchronise the items with the documents. `again` makes them again even without changes."""
        from assistant.practice.keeping.syncing import source_of, synced_items

        session = self._library.session()
        synced = synced_items(session, self._clock, self._library.progress, again=again)
        self._kept, self._made_of = {kept.item.id: kept for kept in synced.items}, source_of(session, self._library.layout)
        return synced

    def items(
        self,
        *,
        to: str | None = None,
        concept: str | None = None,
        kind: str | None = None,
        document: str | None = None,
        status: str | None = None,
    ) -> list[Entry]:
        """The items along the path `to` a concept, about one concept, of one kind, from one document, or of one status.

        Without a status, items whose source is gone are left out. Raises UnknownConcept, UsageError for an unknown kind or status.
        """
        if kind is not None and kind not in set(ItemKind):
            raise UsageError(f"There is no kind of question named {kind!r}.", f"There are: {', '.join(ItemKind)}.")
        if status is not None and status not in STATUSES:
            raise UsageError(f"There is no status named {status!r}.", f"There are: {', '.join(STATUSES)}.")
        wanted = None if to is None else set(self.path_to(to))
        about = None if concept is None else self.concept_named(concept)
        named = None if document is None else self._documents(document)
        return [
            entry
            for entry in self._entries()
            if (wanted is None or entry.item.concept in wanted)
            and (about is None or entry.item.concept == about)
            and (named is None or entry.item.document in named)
            and kind in (None, entry.item.kind.value)
            and (entry.status == status if status else entry.status != "retired")
        ]

    def item(self, id_: str) -> Item:
        """An item by its id, or the beginning of it. Raises UnknownItem."""
        return self._entry(id_).item

    def names(self) -> dict[str, str]:
        """The names of concepts by their ids."""
        outline = self._library.session().silent_graph.outline
        return dict(zip(outline.ids, outline.labels, strict=True))

    # Sessions

    def session(self, *, to: str | None = None, minutes: float | None = None, new: int | None = None) -> Session:
        """A session of `minutes`: due questions, then at most `new` others; with `to` only along the path there.

        The settings decide without `minutes`, and say how many are left for today without `new`. Raises NothingToPractise, UnknownConcept.
        """
        from assistant.practice.sessions.queue import begun_on, interleaved, waiting, worth_of
        from assistant.practice.sessions.session import Round

        order = None if to is None else self.path_to(to)
        items = [entry.item for entry in self._entries() if entry.status != "retired"]
        if not items or (order is not None and not any(item.concept in order for item in items)):
            about = f" about {to!r} or what it builds on" if to is not None else ""
            raise NothingToPractise(f"The notes give no questions{about}.", "Add notes with definitions, questions or formulas.")
        settings = load_settings()
        if new is None:
            new = max(0, settings.new_per_day - begun_on(self.state(), self.day))
        due, fresh = waiting(items, self.state(), self.day, worth=worth_of(self._library.graph(everything=True)), new=new, order=order)
        return Session(self, Round(interleaved(due), interleaved(fresh), minutes or settings.minutes, self._clock))

    def session_of(self, items: Sequence[Item], minutes: float | None = None) -> Session:
        """A session of some items, in their order."""
        from assistant.practice.sessions.session import Round

        return Session(self, Round([], items, minutes or load_settings().minutes, self._clock))

    def grade(self, id_: str, answer: str) -> Grade:
        """Compare a typed answer with an item. Nothing is written. Raises UnknownItem."""
        from assistant.practice.grading.grade import grade

        item = self.item(id_)
        session = self._library.session()
        concept = session.silent_graph.concepts.get(item.concept) if item.kind is ItemKind.TERM else None
        needs_meaning = item.kind not in (ItemKind.TERM, ItemKind.CLOZE, ItemKind.FORMULA)
        return grade(item, answer, session.encoder if needs_meaning and answer.strip() else None, concept.names if concept else ())

    def review(
        self,
        id_: str,
        rating: Rating | int,
        *,
        seconds: float = 0.0,
        answer: str = "",
        suggested: Rating | None = None,
        act: Act = Act.REVIEW,
    ) -> Entry:
        """Write an answer to the log. Returns the item's new state. Raises UnknownItem, UsageError for a number that is not a rating."""
        if rating not in set(Rating):
            raise UsageError(f"{rating!r} is not a rating.", "A rating is 1 (again), 2 (hard), 3 (good) or 4 (easy).")
        value: dict[str, Any] = {"rating": int(rating), "seconds": round(seconds, 1)}
        value |= {"answer": answer} if answer else {}
        value |= {"suggested": int(suggested)} if suggested is not None else {}
        return self._do(act, id_, **value)

    def undo(self) -> Event:
        """Take back the last answer or change. Returns it. Raises NothingToUndo if there is none."""
        last = last_done(self.state())
        if last is None:
            raise NothingToUndo("There is nothing to take back.")
        self._write(new_event(self._clock(), self.day, Act.UNDO, last.id))
        self._state = None
        return last

    # What the user does with items

    def suspend(self, id_: str) -> Entry:
        """Put an item away until it is resumed."""
        return self._do(Act.SUSPEND, id_)

    def resume(self, id_: str) -> Entry:
        """Take an item out again that was suspended, buried or flagged."""
        return self._do(Act.RESUME, id_)

    def bury(self, id_: str) -> Entry:
        """Do not ask an item before the next study day."""
        return self._do(Act.BURY, id_)

    def flag(self, id_: str, remark: str = "") -> Entry:
        """Mark an item as bad, so that it is not asked again."""
        return self._do(Act.FLAG, id_, remark=remark)

    def edit(self, id_: str, *, prompt: str | None = None, answer: str | None = None) -> Entry:
        """Reword an item. The wording stays when its source changes. Raises UsageError if nothing is given."""
        given = {name: " ".join((text or "").split()) for name, text in (("prompt", prompt), ("answer", answer))}
        given = {name: text for name, text in given.items() if text}
        if not given:
            raise UsageError("Nothing was changed: no new question and no new answer is given.", "Give one of them, or both.")
        entry = self._entry(id_)
        before = self.state().edited.get(entry.item.id, {})
        return self._do(Act.EDIT, id_, **{**before, **given})

    # What is known

    def know(self, concept: str, known: bool = True) -> str:
        """Mark a concept as known, or as not known. Returns its id. A known concept gives no new questions, and paths may leave it out."""
        id_ = self.concept_named(concept)
        self._write(new_event(self._clock(), self.day, Act.KNOW, id_, known=known))
        return id_

    @property
    def known(self) -> list[str]:
        """The ids of the concepts that the user said they know, or that a placement test showed."""
        return sorted(self.state().known)

    def placement(self, to: str) -> Placement:
        """A test of at most twelve questions along the path to a concept. Pass its result to `placed`."""
        from assistant.practice.sessions.placement import Placement

        path = self.path_to(to)
        graph = self._library.graph(everything=True)
        outline = graph.outline
        before = {id_: {outline.ids[number] for number in outline.behind([outline.number(id_)])} - {id_} for id_ in path}
        items = [entry.item for entry in self._entries() if entry.status not in ("retired", "flagged", "suspended")]
        if not any(item.concept in path for item in items):
            raise NothingToPractise(f"The notes give no questions about {to!r} or what it builds on.", "Add notes about it.")
        return Placement(path, items, before)

    def placed(self, test: Placement) -> list[str]:
        """Store the result of a placement test. Returns the concepts that it showed to be known."""
        at, day = self._clock(), self.day
        self._write(*(new_event(at, day, Act.KNOW, concept, known=True) for concept in sorted(test.known)))
        return sorted(test.known)

    def mastery(self) -> dict[str, Mastery]:
        """How well each concept is known, by its id, from the current items."""
        from assistant.practice.mastery.mastery import mastery_of

        kept = self._kept.values() or load_items(self._library.layout)
        return mastery_of([one.item for one in kept if one.retired is None], self.state(), self.day)

    def statistics(self) -> PracticeStatistics:
        """Statistics: coming reviews, recall, accuracy of predictions, time spent."""
        from assistant.practice.sessions.statistics import statistics

        return statistics([entry.item.id for entry in self._entries() if entry.status != "retired"], self.state(), self.day)

    def state(self) -> Practised:
        """The state after the whole log, read again if another process has added to it."""
        from assistant.practice.schedule.credit import chosen_credit

        check_library(self._library.layout)
        log = load_log(self._library.layout) if self._state is None or self._has_more() else None
        if log is not None or self._state is None:
            self._state = replay(log or [], load_settings().retention, chosen_credit(self._library))
            self._seen = {event.id for event in log or []}
        return self._state

    def write(self, model: str | None = None, *, most: int = 20) -> list[Item]:
        """Let a language model write a question about each of at most `most` concepts with few questions.

        Returns those kept. Raises UsageError if no model is named or chosen, ModelError.
        """
        from assistant.practice.keeping.model_items import write_items

        library, items = self._library, [kept.item for kept in self._items().values() if kept.retired is None]
        found = write_items(library.session(), items, library.open_model(model), most, self._clock(), library.progress)
        self._made_of = ""
        self._kept |= {kept.item.id: kept for kept in load_items(library.layout)}
        return found

    def fit(self) -> Fitted:
        """Fit the schedule to the log; it is kept if it predicts held-back reviews better. `undo` takes it back.

        Raises TooFewReviews, ExtraMissing.
        """
        from assistant.practice.schedule.fitting import fit

        state = self.state()
        found = fit(state.events, state.parameters)
        if found.is_kept:
            self.note(Act.FIT, "", parameters=list(found.parameters), before=found.before, after=found.after)
            self._state = None
        return found

    # Cards

    def export(self, file: str | Path, *, to: str | None = None, overwrite: bool = False) -> tuple[str, int, int]:
        """Write the items as cards: a package for Anki (.apkg), CSV or Markdown, by the file's name.

        Returns the format and the numbers of cards and of cards without a source. A package exported again updates its notes in Anki and
        keeps their schedules. Items without a source are in it, with a tag, if they were ever asked. Raises OutputExists, BadDeck.
        """
        from assistant.practice.cards.exporting import export_cards

        wanted = None if to is None else set(self.path_to(to))
        entries = [
            entry
            for entry in self._entries()
            if entry.status not in ("flagged", "suspended") and (wanted is None or entry.item.concept in wanted)
        ]
        return export_cards(entries, Path(file), self._library.session().snapshot.folder, self._clock(), overwrite=overwrite)

    def import_cards(self, file: str | Path, *, history: bool = True) -> tuple[int, int, int, int, int]:
        """Import the cards of an Anki package, and with `history` its reviews.

        Returns the numbers of cards, new ones, reviews, notes without text, and cards that were exported from here: these are not imported
        again; their reviews are. Raises BadDeck.
        """
        from assistant.practice.cards.importing import import_package

        def day_of(at: datetime) -> int:
            return study_day(at, self._starts, self._zone).toordinal()

        deck = Path(file).expanduser()
        if not deck.exists():
            raise BadDeck(f"There is no file {deck}.", "Check the path.")
        graph, known = self._library.graph(everything=True), self._items()
        taken = import_package(self._library.layout, deck, graph, day_of, self._clock(), known, history=history)
        self._state, self._made_of = None, ""
        return taken

    # What others need of it

    def note(self, act: Act, about: str, **value: Any) -> None:
        """Write an event to the log that is not about an item."""
        self._write(new_event(self._clock(), self.day, act, about, **value))

    def path_to(self, to: str) -> list[str]:
        """All concepts before a target, and the target, in the order of learning."""
        from graph.queries.paths import learning_path

        return [step.concept.id for step in learning_path(self._library.graph(everything=True), to, None).steps]

    def _documents(self, named: str) -> set[str]:
        """The documents that a name, a folder or a glob means: those of the library, and removed ones that items come from."""
        from assistant.storage.documents import document_names
        from assistant.storage.naming import documents_named

        names = {kept.item.document for kept in self._items().values()} | set(document_names(self._library.session().snapshot.folder))
        return set(documents_named(named, sorted(names)))

    def concept_named(self, name: str) -> str:
        """The id of the concept with a name, spelled loosely. Raises UnknownConcept."""
        from graph.queries.resolve import find_concept

        return find_concept(self._library.graph(everything=True), name)[0]

    def _entries(self) -> list[Entry]:
        state, day = self.state(), self.day
        return [entry_of(edited(kept.item, state), kept.retired is not None, state, day) for kept in self._items().values()]

    def _items(self) -> dict[str, Kept]:
        """The items by their ids, synchronised with the documents if these have changed."""
        from assistant.practice.keeping.syncing import source_of

        if self._made_of != source_of(self._library.session(), self._library.layout):
            self.refresh()
        return self._kept

    def _entry(self, id_: str) -> Entry:
        items = self._items()
        alike = [id_] if id_ in items else [one for one in items if id_ and one.startswith(id_)]
        if len(alike) != 1 or len(id_) < _SHORTEST_ID:
            raise UnknownItem(id_, len(alike))
        kept = items[alike[0]]
        return entry_of(edited(kept.item, self.state()), kept.retired is not None, self.state(), self.day)

    def _do(self, act: Act, id_: str, **value: Any) -> Entry:
        item = self._entry(id_).item
        self._write(new_event(self._clock(), self.day, act, item.id, **value))
        return self._entry(item.id)

    def _write(self, *events: Event) -> None:
        """Add events to the log and to the state, as a replay would.

        The log stays in the order of actions even if the clock stands still or is set back; the study day of an event is the clock's.
        """
        state = self.state()
        last = state.events[-1].at if state.events else None
        if last is not None and events and events[0].at <= last:
            events = tuple(replace(event, at=last + timedelta(microseconds=step)) for step, event in enumerate(events, start=1))
        append(self._library.layout, events)
        for event in events:
            self._seen.add(event.id)
            is_last = not state.events or (state.events[-1].at, state.events[-1].id) < (event.at, event.id)
            if is_last and event.act != Act.UNDO:
                state.add(event)
            else:
                self._state = None

    def _has_more(self) -> bool:
        from assistant.practice.keeping.store import count_events

        return count_events(self._library.layout) != len(self._seen)
