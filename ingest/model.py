"""The values that every part of study shares. All are frozen: a step takes values and gives new ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:  # a path through the graph does without arrays
    import numpy as np
    from numpy.typing import NDArray


class Kind(StrEnum):
    """What a block, or the main part of a chunk, is."""

    HEADING = "heading"
    PROSE = "prose"
    LIST = "list"
    TABLE = "table"
    CODE = "code"
    FORMULA = "formula"
    DEFINITION = "definition"
    QUESTION = "question"
    ANSWER = "answer"
    CALLOUT = "callout"
    CONTENTS = "contents"
    TODO = "todo"
    METADATA = "metadata"


class SectionKind(StrEnum):
    """What opens a section: a heading, a question whose answer follows, or a label such as `Key points:` with what belongs to it."""

    HEADING = "heading"
    QUESTION = "question"
    LABEL = "label"


@dataclass(frozen=True, slots=True)
class Part:
    """One numbered text of a format that has no lines of its own: a page, a slide, a chapter, a cell."""

    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a document: 1-based, inclusive lines, counted inside `part` where the document has parts."""

    first: int
    last: int
    part: Part | None = None

    def covers(self, other: Span) -> bool:
        return self.part == other.part and self.first <= other.first and other.last <= self.last

    def to_json(self) -> dict[str, object]:
        """The members `part` and `lines` of every place in the command line's JSON."""
        part = {"kind": self.part.kind, "number": self.part.number} if self.part else None
        return {"part": part, "lines": [self.first, self.last]}

    def overlaps(self, other: Span) -> bool:
        return self.part == other.part and self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Verbatim source text (only runs of white space may differ) and where it stands."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Block:
    """One structural piece of a document: whole lines of one kind. `level` is the depth of a heading, else 0.

    `section` is the path of section titles the block stands under, outermost first, without the document's title.
    """

    kind: Kind
    text: str
    span: Span
    section: tuple[str, ...] = ()
    level: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A node of the section tree. `path` ends with the section's own title; `span` runs from its opening line to its last."""

    title: str
    path: tuple[str, ...]
    level: int
    kind: SectionKind
    span: Span


@dataclass(frozen=True, slots=True)
class Question:
    """A question found in a document and, where the document answers it, the place of the answer."""

    text: str
    span: Span
    answer: Span | None


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a note says of itself in its YAML front matter. `requires` is None where it does not say; empty, it needs nothing."""

    title: str | None = None
    aliases: tuple[str, ...] = ()
    requires: tuple[Excerpt, ...] | None = None
    minutes: float | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a document, or of one part of it, with line ends normalised to \\n. `lines[i]` is line `first` + i.

    `first` is above 1 only in a slice of a file that is too large to be held whole.
    """

    lines: tuple[str, ...]
    part: Part | None = None
    first: int = 1


@dataclass(frozen=True, slots=True)
class Document:
    """A file as study understands it.

    `name` is the path relative to the ingested root, with forward slashes; `digest` the sha256 of the file's bytes. `notices` says what a
    person should know of the reading, such as which pages hold no text: each is one sentence with what to do.
    """

    name: str
    title: str
    digest: str
    texts: tuple[Text, ...]
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]
    front_matter: FrontMatter = field(default_factory=FrontMatter)
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage: the unit that search returns.

    `units` are its sentences, list items, table rows and formulas in order: what is embedded and what an answer is composed of. `context`
    is what else it is found by, never quoted: its kind and its document's tags, where they were asked for.
    """

    id: str
    document: str
    title: str
    section: tuple[str, ...]
    kind: Kind
    span: Span
    text: str
    units: tuple[Excerpt, ...]
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that was not read, why, and what to do about it. Failures are data: one bad file never stops the others."""

    document: str
    reason: str


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """Names the weights: equal names mean equal vectors."""
        ...

    @property
    def dimension(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension), each of length 1."""
        ...


class Tokens(NamedTuple):
    """The tokens of a text as an encoder reads them: where each stands, `places` of shape (tokens, 2) in characters, the second exclusive,
    and its state, `vectors` of shape (tokens, dimension), each of length 1; and `whole`, the text's vector, shape (dimension,)."""

    places: NDArray[np.int64]
    vectors: NDArray[np.float32]
    whole: NDArray[np.float32]


class TokenEncoder(Encoder, Protocol):
    """An encoder that also says how it reads each token."""

    def read(self, text: str) -> Tokens:
        """The tokens of a text, but those that stand for none of it; of a long text as much as is read."""
        ...
