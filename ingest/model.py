"""The values that every part of study shares. All are frozen: a step takes values and returns new ones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:  # the graph imports this module and does not need arrays
    import numpy as np
    from numpy.typing import NDArray


class Kind(StrEnum):
    """The kind of a block, or of most of a chunk."""

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
    FURNITURE = "furniture"


class SectionKind(StrEnum):
    """What opens a section: a heading, a question that its section answers, or a label such as `Key points:`."""

    HEADING = "heading"
    QUESTION = "question"
    LABEL = "label"


@dataclass(frozen=True, slots=True)
class Part:
    """One numbered text of a document in a format without lines of its own: a page, slide, chapter, cell or card. Numbers start at 1."""

    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a document: its first and last line, 1-based and inclusive. If the document has parts, lines count inside `part`."""

    first: int
    last: int
    part: Part | None = None

    def covers(self, other: Span) -> bool:
        """True if all lines of another span are in this one."""
        return self.part == other.part and self.first <= other.first and other.last <= self.last

    def to_json(self) -> dict[str, object]:
        """The JSON members `part` and `lines` of a place."""
        part = {"kind": self.part.kind, "number": self.part.number} if self.part else None
        return {"part": part, "lines": [self.first, self.last]}

    def overlaps(self, other: Span) -> bool:
        """True if a line of another span is in this one."""
        return self.part == other.part and self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Verbatim source text, except that runs of white space may differ, with its place."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines of one kind. `level` is the depth of a heading, and 0 for every other kind.

    `section` is the path of the block: the titles of the sections around it, outermost first, without the document's title. `said` gives
    the offsets of its own words in `text` if its lines hold other words too: the back of a card whose front is on the same line.
    """

    kind: Kind
    text: str
    span: Span
    section: tuple[str, ...] = ()
    level: int = 0
    said: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A node of the section tree. The last item of `path` is the section's own title. `span` is from the line that opens it to its last
    line."""

    title: str
    path: tuple[str, ...]
    level: int
    kind: SectionKind
    span: Span


@dataclass(frozen=True, slots=True)
class Question:
    """A question in a document, and the place of its answer, or None if the document does not answer it."""

    text: str
    span: Span
    answer: Span | None


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The YAML front matter of a note. `requires` names what to learn first; it is empty if nothing has to be learned first, and None if
    the note does not say.

    `minutes` is the time that the note takes to study.
    """

    title: str | None = None
    aliases: tuple[str, ...] = ()
    requires: tuple[Excerpt, ...] | None = None
    minutes: float | None = None
    tags: tuple[str, ...] = ()


class Naming(StrEnum):
    """How an author names a thing.

    `title`, `alias` and `tag` name a document; an alias with a target is another name of the target. `link` is the text or the page of a
    link to another note. `environment` is the title of a definition or a theorem. `term` is a term that is marked where it is explained: in
    a list of definitions, in a definition without a title, as `<dfn>`. `glossary` and `index` are entries of these.
    """

    TITLE = "title"
    ALIAS = "alias"
    TAG = "tag"
    LINK = "link"
    ENVIRONMENT = "environment"
    TERM = "term"
    GLOSSARY = "glossary"
    INDEX = "index"


@dataclass(frozen=True, slots=True)
class NamedThing:
    """A name that the author of a document gives to something, with the place where the name stands.

    `target` is the destination of a link as written (a page, a file, an id), the word of an environment (`definition`, `theorem`), or a tag
    with its parents. `body` has the lines that the name refers to, if they are known: the environment, the explanation of a term.
    """

    name: str
    naming: Naming
    span: Span
    target: str = ""
    body: Span | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a document or of one of its parts, as lines without their ends. `lines[i]` is line number `first` + i.

    `first` is above 1 only in a slice of a file that is too large to be held as a whole.
    """

    lines: tuple[str, ...]
    part: Part | None = None
    first: int = 1


@dataclass(frozen=True, slots=True)
class Document:
    """A file after reading.

    `name` is the path relative to the ingested root, with forward slashes. `digest` is the SHA-256 of the file's bytes. `notices` are
    sentences for the user about the reading, such as which pages hold no text and what to do about it. `named` has the names that its
    author gives to things.
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
    named: tuple[NamedThing, ...] = ()

    @property
    def is_wrapped(self) -> bool:
        """True if lines end where the page was full, as in a PDF, so that a line end has no meaning."""
        return self.name.lower().endswith(".pdf")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage, which is what search returns.

    `units` are its sentences, list items, table rows and formulas in order. They are embedded, and answers are made of them. `context` has
    more words by which search finds it and which are never quoted: its kind and its document's tags. Only one chunking strategy gives them.
    `kind` is the kind of its largest part, `kinds` has the kinds of all its parts if they were counted.
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
    kinds: frozenset[Kind] = frozenset()

    def holds(self, kinds: Collection[Kind]) -> bool:
        """True if anything in the passage is of one of these kinds."""
        return self.kind in kinds or not self.kinds.isdisjoint(kinds)


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that was not read, with the reason and what to do about it. It is a value and not an exception: one bad file never stops the
    others."""

    document: str
    reason: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was left out of a folder.

    `ignored` and `hidden` count the entries that a `.studyignore` names and hidden ones. `outside` and `dangling` are names of links that
    lead out of the root, or nowhere. `others` counts the files that are not documents by their endings.
    """

    folder: str
    ignored: int = 0
    hidden: int = 0
    outside: tuple[str, ...] = ()
    dangling: tuple[str, ...] = ()
    others: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class TextPart:
    """The characters `first` to `stop` (exclusive) of a text, to be encoded in the context of that text."""

    text: str
    first: int
    stop: int

    @staticmethod
    def whole(text: str) -> TextPart:
        """A part that is the whole text."""
        return TextPart(text, 0, len(text))

    @property
    def part(self) -> str:
        """The characters of the part."""
        return self.text[self.first : self.stop]

    @property
    def is_whole(self) -> bool:
        """True if the part is the whole text."""
        return self.first == 0 and self.stop == len(self.text)


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """The name of the weights. Equal names mean equal vectors."""
        ...

    @property
    def dimension(self) -> int:
        """The length of the vectors."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension), each of length 1."""
        ...

    def encode_parts(self, parts: Sequence[TextPart]) -> NDArray[np.float32]:
        """The vectors of parts of texts, shape (len(parts), dimension), each of length 1.

        The vector of a part depends on the text around it ("late chunking": the direction of the mean state of the part's tokens); a part
        that is the whole text has the vector that `encode` gives. Encoding parts of one text costs little more than encoding the text.
        """
        ...


class Tokens(NamedTuple):
    """The tokens of a text as an encoder reads them.

    `places` has the offsets of each token in characters, the end exclusive, and shape (tokens, 2). `vectors` has its state, of length 1,
    and shape (tokens, dimension). `whole` is the vector of the text, of shape (dimension,).
    """

    places: NDArray[np.int64]
    vectors: NDArray[np.float32]
    whole: NDArray[np.float32]


class TokenEncoder(Encoder, Protocol):
    """An encoder that also gives the state of each token."""

    def read(self, text: str) -> Tokens:
        """The tokens of a text, without special ones. A long text is cut at the encoder's window."""
        ...

    def read_question(self, text: str) -> Tokens:
        """The tokens of a question. Some models encode questions and passages differently."""
        ...
