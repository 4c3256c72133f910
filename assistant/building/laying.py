"""Lay the atlas over the graph of a library, with the library's encoder as the judge of what is the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from assistant.authored import Authored
from graph.atlas.joins import candidates, join
from graph.atlas.lessons import lessons_among
from graph.atlas.overlay import lay_over
from graph.model.values import Graph
from index.models.embeddings import EmbeddingCache
from ingest.model import Encoder, TextPart


def lay_authored(
    bare: Graph, authored: Authored, digests: Iterable[str], vectors: EmbeddingCache, name: str, opened: Callable[[], Encoder]
) -> Graph:
    """`bare` with the atlas and its lessons laid over it. `digests` are those of the documents.

    `name` is the encoder's; it is opened only if some text is not in the cache of `vectors`.
    """
    found = candidates(bare, authored.atlas)
    alike = _alike([(one.told, one.says) for one in found], vectors, name, opened)
    joins = join(bare, authored.atlas, found, alike, lessons_among(authored.lessons, digests))
    return lay_over(bare, authored.atlas, joins, authored.lessons)


def _alike(pairs: Sequence[tuple[str, str]], vectors: EmbeddingCache, name: str, opened: Callable[[], Encoder]) -> list[float]:
    """The cosine of the vectors of each pair of texts."""
    if not pairs:
        return []
    parts = [TextPart.whole(text) for pair in pairs for text in pair]
    made = vectors.embed(parts, name, opened, lambda done, total: None)
    return [float(one @ two) for one, two in zip(made[::2], made[1::2], strict=True)]
