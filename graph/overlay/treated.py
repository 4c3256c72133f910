"""Find entries of the atlas that a section is about, although its title did not become a concept of the documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from graph.atlas.values import Atlas, Entry
from graph.concepts.lexicon import Lexicon
from graph.concepts.titles import title_subjects
from graph.model.values import Concept, Graph, Place
from graph.prerequisites.judge import shorten
from graph.text.normal import is_namelike, words
from graph.text.units import RUNNING
from ingest.model import Block, Document, Section

_ALONE = 1.0  # the weight of a section about the only concept in its title
_MOST = 3  # the most sections about one entry
_LEAST_IMPORTANT = 0.001


def treated_concepts(documents: Iterable[Document], atlas: Atlas, bare: Graph, known: Collection[str]) -> dict[str, Concept]:
    """The entries whose name is the title of a section, as concepts by their ids, without those that are already the name of a concept
    (`known`)."""
    entries = list(atlas.entries.values())
    lexicon = Lexicon.build((name, number) for number, entry in enumerate(entries) for name in _telling(entry))
    wanted = {number for number, entry in enumerate(entries) if entry.id not in bare.concepts and entry.id not in known}
    places: dict[int, list[tuple[Place, tuple[Place, ...]]]] = defaultdict(list)
    for document in documents:
        for section in document.sections:
            for number, weight in title_subjects(section.title, section.kind, lexicon).items():
                if number in wanted and weight >= _ALONE and len(places[number]) < _MOST:
                    told = tuple(_told(document, section))
                    if told:
                        whole = Place(document.name, section.span, document.title, section.path, told[0].quote, weight)
                        places[number].append((whole, told[1:]))
    found = {}
    for number, several in places.items():
        if several:
            entry = entries[number]
            about = tuple(place for place, _ in several)
            mentioned = tuple(place for _, others in several for place in others)
            found[entry.id] = Concept(
                entry.id, entry.name, (), None, len(about), importance=_LEAST_IMPORTANT, about=about, mentioned=mentioned
            )
    return found


def _telling(entry: Entry) -> list[str]:
    """The names by which a title identifies an entry: its display name, and those that are not a single everyday word."""
    return [entry.name, *(alias for alias in entry.aliases if len(words(alias)) > 1 or (is_namelike(alias) and len(alias) > 1))]


def _told(document: Document, section: Section) -> Iterator[Place]:
    """The first paragraphs of a section."""

    def is_inside(block: Block) -> bool:
        return block.span.part == section.span.part and section.span.first <= block.span.first <= section.span.last

    texts = (block for block in document.blocks if block.kind in RUNNING and is_inside(block) and block.text.strip())
    for _, block in zip(range(_MOST), texts, strict=False):
        yield Place(document.name, block.span, document.title, section.path, shorten(block.text), 0.2)
