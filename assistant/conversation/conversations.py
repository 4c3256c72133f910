"""The conversations of a library: made by the user, kept in a database beside the snapshots, and never rebuilt."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from assistant.answers.blocks import block_from_json, block_to_json
from assistant.answers.markdown import to_markdown
from assistant.answers.model import Block
from assistant.errors import ConversationsDamaged, UnknownConversation
from assistant.settings import is_name
from assistant.storage.database import UserDatabase, plain
from assistant.storage.snapshots import Layout
from ingest.errors import UsageError

_MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE conversations (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, created TEXT NOT NULL);
    CREATE TABLE turns (
        conversation INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        asked TEXT NOT NULL,
        question TEXT NOT NULL,
        understood TEXT NOT NULL,
        answer TEXT NOT NULL,
        sources TEXT NOT NULL,
        mode TEXT NOT NULL,
        PRIMARY KEY (conversation, number)
    ) WITHOUT ROWID;
    """,
    # An answer's blocks as JSON; empty for turns of versions that did not store them.
    "ALTER TABLE turns ADD COLUMN blocks TEXT NOT NULL DEFAULT '';",
    # The note and the confidence of an answer; missing in turns of versions that did not store them.
    "ALTER TABLE turns ADD COLUMN note TEXT NOT NULL DEFAULT ''; ALTER TABLE turns ADD COLUMN confidence REAL;",
)
_DATABASE = UserDatabase("conversations", frozenset({"conversations", "turns"}), _MIGRATIONS, ConversationsDamaged)


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer.

    `answer` is plain text, `blocks` the same with its layout and citations; a turn of an older study has no blocks. `sources` are displayed
    places, in the order of the answer's citations. `note` is a remark for the reader, such as that the answer is unsure; a turn of an older
    study has no `confidence`.
    """

    question: str
    understood: str
    answer: str
    sources: tuple[str, ...]
    mode: str
    asked: str
    blocks: tuple[Block, ...] = ()
    note: str = ""
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation in a list: its name, how many turns it has, when the last was, and its first question."""

    name: str
    turns: int
    last: str
    first: str


def list_conversations(layout: Layout) -> list[Listed]:
    """All conversations, the latest first; empty without a database."""
    if not layout.conversations.exists():
        return []
    with _DATABASE.opened(layout.conversations) as base:
        rows = base.execute(
            "SELECT name, COUNT(number), COALESCE(MAX(asked), created), COALESCE((SELECT question FROM turns WHERE conversation = id AND "
            "number = 1), '') FROM conversations LEFT JOIN turns ON conversation = id GROUP BY id ORDER BY 3 DESC, name"
        )
        return [Listed(*row) for row in rows]


def load_turns(layout: Layout, name: str) -> list[Turn]:
    """The turns of a conversation in order; empty for a new name. Raises UsageError for an invalid name."""
    _refuse_bad_name(name)
    if not layout.conversations.exists():
        return []
    with _DATABASE.opened(layout.conversations) as base:
        rows = base.execute(
            "SELECT question, understood, answer, sources, mode, asked, blocks, note, confidence "
            "FROM turns JOIN conversations ON conversation = id "
            "WHERE name = ? ORDER BY number",
            (name,),
        )
        return [
            Turn(question, understood, answer, tuple(sources.splitlines()), mode, asked, _blocks(blocks, layout.conversations), note, sure)
            for question, understood, answer, sources, mode, asked, blocks, note, sure in rows
        ]


def add_turn(layout: Layout, name: str, turn: Turn) -> None:
    """Add a turn to the end of a conversation, which is created if it is new. Raises UsageError or LibraryError."""
    _refuse_bad_name(name)
    blocks = plain(json.dumps([block_to_json(block) for block in turn.blocks], ensure_ascii=False)) if turn.blocks else ""
    with _DATABASE.opened(layout.conversations) as base, base:
        base.execute("INSERT INTO conversations (name, created) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", (name, turn.asked))
        (id_,) = base.execute("SELECT id FROM conversations WHERE name = ?", (name,)).fetchone()
        base.execute(
            "INSERT INTO turns (conversation, number, asked, question, understood, answer, sources, mode, blocks, note, confidence) "
            "SELECT ?, COALESCE(MAX(number), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM turns WHERE conversation = ?",
            (
                *(id_, turn.asked),
                *map(plain, (turn.question, turn.understood, turn.answer, "\n".join(turn.sources))),
                *(turn.mode, blocks, plain(turn.note), turn.confidence, id_),
            ),
        )


def delete_conversation(layout: Layout, name: str) -> None:
    """Delete a conversation. Raises UnknownConversation."""
    _refuse_unknown(layout, name)
    with _DATABASE.opened(layout.conversations) as base, base:
        base.execute("DELETE FROM conversations WHERE name = ?", (name,))


def rename_conversation(layout: Layout, name: str, new: str) -> None:
    """Give a conversation another name. Raises UnknownConversation, and UsageError for a name that is taken or invalid."""
    _refuse_unknown(layout, name)
    _refuse_bad_name(new)
    with _DATABASE.opened(layout.conversations) as base, base:
        if base.execute("SELECT 1 FROM conversations WHERE name = ?", (new,)).fetchone() and new != name:
            raise UsageError(f"There is a conversation named {new!r} already.", "Choose another name.")
        base.execute("UPDATE conversations SET name = ? WHERE name = ?", (new, name))


def export_conversation(layout: Layout, name: str) -> str:
    """A conversation as Markdown. Raises UnknownConversation."""
    _refuse_unknown(layout, name)
    lines = [f"# {name}", ""]
    for turn in load_turns(layout, name):
        lines += [f"## {' '.join(turn.question.split())}", ""]
        if turn.understood != turn.question:
            lines += [f"*Understood as: {turn.understood}*", ""]
        if turn.note:
            lines += [f"*{turn.note}*", ""]
        lines += [to_markdown(turn.blocks) or turn.answer, ""]
        lines += [f"{number}. {source}" for number, source in enumerate(turn.sources, start=1)]
        lines += [""] * bool(turn.sources)
        if turn.confidence is not None:
            lines += [f"Confidence {turn.confidence:.2f}", ""]
    return "\n".join(lines)


def check_conversations(file: Path) -> None:
    """Raises ConversationsDamaged, or LibraryFormat, for a file without conversations that this version of study can read."""
    _DATABASE.check(file)


def _refuse_bad_name(name: str) -> None:
    if not is_name(name):
        raise UsageError(f"{name!r} cannot be the name of a conversation.", "Use letters, digits, dots and dashes, at most 64 characters.")


def _refuse_unknown(layout: Layout, name: str) -> None:
    known = [listed.name for listed in list_conversations(layout)]
    if name not in known:
        raise UnknownConversation(name, known)


def _blocks(stored: str, file: Path) -> tuple[Block, ...]:
    """The blocks of a stored answer. Raises ConversationsDamaged for invalid data."""
    try:
        return tuple(map(block_from_json, json.loads(stored))) if stored else ()
    except (ValueError, KeyError, TypeError) as error:
        raise ConversationsDamaged(f"{file} holds an answer that cannot be read ({error!r}).") from error
