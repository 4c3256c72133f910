"""A small atlas of two fields, and graphs of documents to lay it over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph.atlas.values import Atlas, Entry, Requirement
from graph.build import build_graph
from graph.model.values import Graph
from graph.overlay.joins import Joined, Joins
from graph.overlay.laying import lay_over
from graph.overlay.lessons import lessons_of
from ingest.model import Document
from ingest.readers import read_document


def entry(id_: str, says: str, requires: Mapping[str, str] = {}, *, aliases: Sequence[str] = (), helps: Mapping[str, str] = {}) -> Entry:
    """A concept of the atlas, whose name is its id with blanks; each takes ten lines of its file."""
    lines = {before: at for at, before in enumerate((*requires, *helps), start=8)}
    needs, helping = (tuple(Requirement(before, why, line=lines[before]) for before, why in some.items()) for some in (requires, helps))
    name = id_.replace("-", " ").capitalize()
    return Entry(id_, name, tuple(aliases), says, 15, ("explain it",), needs, helping, field="vectors", first=1, last=10, said=4)


def atlas_of(*entries: Entry) -> Atlas:
    """An atlas of these concepts."""
    return Atlas({one.id: one for one in entries}, digest="test", fields={"vectors": "Vectors"})


VECTORS = atlas_of(
    entry("number", "A number says how many or how much."),
    entry("vector", "A vector is an ordered list of numbers.", {"number": "its components are numbers"}),
    entry("dot-product", "The dot product is the sum of products of components.", {"vector": "multiplies the components of two vectors"},
          aliases=("scalar product",)),
    entry("vector-norm", "The norm of a vector is the root of its dot product with itself.", {"dot-product": "is the root of one"}),
    entry("cosine-similarity", "Cosine similarity is the dot product of two vectors divided by their norms.",
          {"vector-norm": "divides by the norms"}),
)  # fmt: skip


def joined(pairs: Mapping[str, str]) -> Joins:
    """The joins of these concepts and entries."""
    return Joins(tuple(Joined(concept, id_, 1.0) for concept, id_ in pairs.items()))


def overlaid(notes: Mapping[str, str], pairs: Mapping[str, str], atlas: Atlas = VECTORS, course: Sequence[Document] = ()) -> Graph:
    """The graph of notes, with an atlas laid over it."""
    bare = build_graph([read_document(name, text.encode()) for name, text in notes.items()])
    return lay_over(bare, atlas, joined(pairs), lessons_of(course, atlas))
