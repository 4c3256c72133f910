"""The notes prepared for the makers of items: sentences with their places and concepts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.wording.display import without_number
from graph.concepts.lexicon import Lexicon
from graph.model.values import Concept, Graph
from graph.text.units import Corpus, Unit, read_units, strip_bullet, upwards
from ingest.model import Document, Span


@dataclass(frozen=True)
class Notes:
    """Documents, their graph, their running text in units, and a finder of concept names."""

    documents: tuple[Document, ...]
    graph: Graph
    corpus: Corpus
    lexicon: Lexicon
    concepts: tuple[Concept, ...]

    @staticmethod
    def of(documents: Sequence[Document], graph: Graph) -> Notes:
        """Read documents once for all makers."""
        concepts = tuple(graph.concepts.values())
        names = ((name, number) for number, concept in enumerate(concepts) for name in concept.names)
        return Notes(tuple(documents), graph, read_units(documents), Lexicon.build(names), concepts)

    @cached_property
    def by_name(self) -> dict[str, Document]:
        """The documents by their names."""
        return {document.name: document for document in self.documents}

    @cached_property
    def units_of(self) -> dict[str, list[Unit]]:
        """The units of each document in order."""
        found: dict[str, list[Unit]] = {document.name: [] for document in self.documents}
        for unit in self.corpus.units:
            found[self.documents[unit.document].name].append(unit)
        return found

    def inside(self, document: str, span: Span) -> list[Unit]:
        """The units inside a span of a document."""
        return [unit for unit in self.units_of.get(document, ()) if span.covers(unit.span)]

    def mentions(self, text: str) -> list[tuple[Concept, int, int]]:
        """The concepts that a text names, with the places of the names."""
        from graph.text.units import tokenize

        return [(self.concepts[number], start, end) for number, start, end in self.lexicon.find(text, tokenize(text))]

    def titles(self, unit: Unit) -> list[str]:
        """The titles of the sections around a unit, the innermost first, without numbers, and the document's title last."""
        document = self.documents[unit.document]
        sections = [document.sections[at].title for _, at in upwards(self.corpus, unit.location)]
        return [without_number(strip_bullet(title)).strip(" *_:#") for title in (*sections, document.title)]

    def concept_of(self, text: str, titles: Sequence[str] = ()) -> str:
        """The id of the concept that a text is about: the longest name in it, the first of equals, else that of the nearest title."""
        for said in (text, *titles):
            found = self.mentions(said)
            if found:
                return max(found, key=lambda one: (one[2] - one[1], one[0].importance))[0].id
        return ""
