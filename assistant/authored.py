"""Authored knowledge: the atlas and the notes of the starter course, which are its lessons."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.course import course_digest, course_documents
from graph.atlas.compiled import load_atlas
from graph.atlas.values import Atlas

if TYPE_CHECKING:
    from graph.overlay.lessons import Lesson

LAYING_VERSION = 2
"""The version of laying. Raise it when the same atlas and documents give a different result."""


@dataclass(frozen=True, slots=True)
class Authored:
    """The atlas, and its lessons by the ids of their concepts."""

    atlas: Atlas
    lessons: dict[str, Lesson]


def load_authored() -> Authored:
    """The atlas and the course that are installed with study. Raises DataMissing, BadAtlas, AtlasFormat."""
    return _authored(authored_digest())


@lru_cache(maxsize=1)
def _authored(digest: str) -> Authored:
    """The atlas and the course that have this digest. A process that ingests often, such as a server, reads them once."""
    from graph.overlay.lessons import lessons_of  # imports the mining of documents

    atlas = load_atlas()
    return Authored(atlas, lessons_of(course_documents()[0], atlas))


def authored_digest() -> str:
    """A digest of the atlas, the course and the version of laying them over a graph."""
    return hashlib.sha256(f"{LAYING_VERSION} {load_atlas().digest} {course_digest()}".encode()).hexdigest()[:16]
