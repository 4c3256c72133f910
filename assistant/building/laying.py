"""Lay the atlas over the graph of a library, with the library's encoder for comparing concepts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.authored import Authored
from graph.model.values import Graph
from graph.overlay.joins import candidates, join
from graph.overlay.laying import lay_over
from graph.overlay.lessons import lessons_among
from graph.overlay.treated import treated_concepts
from index.models.embeddings import EmbeddingCache
from ingest.model import Document, Encoder, TextPart


def lay_authored(
    bare: Graph,
    authored: Authored,
    documents: Sequence[Document],
    vectors: EmbeddingCache,
    name: str,
    opened: Callable[[], Encoder],
) -> Graph:
    """`bare`, the graph of `documents`, with the atlas and its lessons laid over it.

    `name` is the encoder's; it is opened only if a text is missing from the cache of `vectors`.
    """
    atlas, lessons = authored.atlas, authored.lessons
    found = candidates(bare, atlas)
    treated = treated_concepts(documents, atlas, bare, {one.entry for one in found})
    found += candidates(Graph(treated), atlas)
    alike = _alike([(one.told, one.says) for one in found], vectors, name, opened)
    own_lessons = lessons_among(lessons, (document.digest for document in documents))
    return lay_over(bare, atlas, join(bare, atlas, found, alike, own_lessons, treated), lessons, treated)


def _alike(pairs: Sequence[tuple[str, str]], vectors: EmbeddingCache, name: str, opened: Callable[[], Encoder]) -> list[float]:
    """The cosine of the vectors of each pair of texts."""
    if not pairs:
        return []
    parts = [TextPart.whole(text) for pair in pairs for text in pair]
    made = vectors.embed(parts, name, opened, lambda done, total: None)
    return [float(one @ two) for one, two in zip(made[::2], made[1::2], strict=True)]
