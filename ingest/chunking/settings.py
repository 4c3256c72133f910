"""Choose how documents are cut into passages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ingest.chunking.tokens import Window
from ingest.errors import UsageError

_METHOD = 3
"""The version of the strategies. Raise it so that libraries cut their documents again."""


class Strategy(StrEnum):
    """A way of cutting a text into passages."""

    FIXED_SIZE = "fixed-size"
    SENTENCE = "sentence"
    PARAGRAPH = "paragraph"
    SEMANTIC = "semantic"
    RECURSIVE = "recursive"
    SLIDING_WINDOW = "sliding-window"
    TOKEN_BASED = "token-based"  # noqa: S105
    HIERARCHICAL = "hierarchical"
    CONTENT_AWARE = "content-aware"
    METADATA_ENRICHED = "metadata-enriched"


OVERLAPPING = frozenset({Strategy.FIXED_SIZE, Strategy.SENTENCE, Strategy.SLIDING_WINDOW, Strategy.TOKEN_BASED})
"""The strategies whose passages may share text. The passages of the others end with a sentence, a paragraph or a section."""


@dataclass(frozen=True, slots=True)
class ChunkSettings:
    """How documents are cut: into passages of about `size` tokens of the encoder, of which neighbours may share up to `overlap`.

    Raises UsageError for an impossible size or overlap.
    """

    strategy: Strategy = Strategy.CONTENT_AWARE
    size: int = 120
    overlap: int | None = None

    def __post_init__(self) -> None:
        if self.size < 1:
            raise UsageError(f"Passages of {self.size} tokens hold nothing.", "Choose a chunk size of 1 or more.")
        if self.overlap is None:
            return
        if self.overlap and self.strategy not in OVERLAPPING:
            able = ", ".join(sorted(OVERLAPPING))
            raise UsageError(f"The passages of {self.strategy} chunking never overlap.", f"Those of {able} can.")
        if not 0 <= self.overlap < self.size:
            raise UsageError(
                f"An overlap of {self.overlap} tokens does not fit into passages of {self.size}.", f"Choose one from 0 to {self.size - 1}."
            )

    @property
    def shared(self) -> int:
        """The overlap in tokens: the one given, or by default a quarter of the size for a sliding window and 0 for other strategies."""
        if self.overlap is not None:
            return self.overlap
        return self.size // 4 if self.strategy is Strategy.SLIDING_WINDOW else 0

    @property
    def identity(self) -> dict[str, str | int]:
        """The settings with their version, as a library records them. Chunks that were made under another identity are made again."""
        return {"method": _METHOD, "strategy": self.strategy.value, "size": self.size, "overlap": self.shared}

    @staticmethod
    def recorded(identity: object) -> ChunkSettings:
        """The settings that a library recorded, or the defaults if another version of study recorded something that this one cannot
        read."""
        if not isinstance(identity, dict) or identity.keys() != ChunkSettings().identity.keys():
            return ChunkSettings()
        return ChunkSettings(Strategy(identity["strategy"]), identity["size"], identity["overlap"])

    def __str__(self) -> str:
        shared = f", sharing up to {self.shared}" if self.shared else ""
        return f"{self.strategy}, about {self.size} tokens{shared}"

    def check(self, window: Window) -> None:
        """Raise UsageError if a passage does not fit into the window of the encoder."""
        if self.size > window.limit:
            raise UsageError(
                f"The encoder reads {window.limit} tokens, fewer than {self.size}.", f"Choose a chunk size of at most {window.limit}."
            )
