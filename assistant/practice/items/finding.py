"""The project's own search as a test: an item is ambiguous if a search for its prompt finds another place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.practice.items.making import Search
from assistant.practice.items.values import GAP, Item, ItemKind
from assistant.progress import Progress, quiet
from graph.text.normal import key
from index.search import Hit, Index, Query
from ingest.model import TokenEncoder, Tokens
from ingest.text.terms import analyze

_BATCH = 64
_DEPTH = 5
_FIRST = 3
_EXACT = frozenset({ItemKind.TERM, ItemKind.CLOZE})
"""Kinds with one right answer of a few words: the first hit has to be their source, or contain the answer too."""


def searching(index: Index, encoder: TokenEncoder, progress: Progress = quiet) -> Search:
    """A test of many items, for which the prompts are encoded in batches."""

    def is_found(items: Sequence[Item]) -> list[bool]:
        results: list[bool] = []
        for start in range(0, len(items), _BATCH):
            batch = items[start : start + _BATCH]
            texts = [_query(item) for item in batch]
            vectors = encoder.encode(texts)
            for item, text, vector in zip(batch, texts, vectors, strict=True):
                query = Query(text, tuple(analyze(text)), vector, _NO_TOKENS)
                results.append(_is_clear(item, index.search(query, _DEPTH)))
            progress("Questions", len(results), len(items))
        return results

    return is_found


_NO_TOKENS = Tokens(np.empty((0, 2), np.int64), np.empty((0, 0), np.float32), np.empty(0, np.float32))


def _query(item: Item) -> str:
    text = item.prompt.replace(GAP, " ").removeprefix("Which term: ")
    return f"{text} {item.concept.replace('-', ' ')}" if item.kind is ItemKind.SYMBOL else text


def _is_clear(item: Item, hits: Sequence[Hit]) -> bool:
    ranks = [number for number, hit in enumerate(hits) if _holds(hit, item)]
    if item.kind not in _EXACT:
        return bool(ranks)
    if ranks and ranks[0] == 0:
        return True
    answer = key(item.answer)
    return bool(hits) and answer in key(hits[0].chunk.text) and bool(ranks) and ranks[0] < _FIRST


def _holds(hit: Hit, item: Item) -> bool:
    return any(chunk.document == item.document and chunk.span.overlaps(item.span) for chunk in (hit.chunk, *hit.copies))
