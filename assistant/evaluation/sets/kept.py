"""Question sets that a library keeps, so that they can be drafted, corrected and measured without files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from assistant.evaluation.errors import BadEvaluation
from assistant.evaluation.files import read_text
from assistant.evaluation.sets.sets import read_questions, write_drafts
from assistant.session import Session
from assistant.storage.snapshots import Layout, exclusive, make_private_folder, replace_file, writing
from ingest.errors import UsageError

_NAME = re.compile(r"[\w-][\w .-]{0,59}")


class QuestionSets:
    """The sets of questions of a library, each a file of JSON lines as `docs/guide/evaluating.md` describes them.

    >>> library.evaluate.sets.draft("mine")                                           # doctest: +SKIP
    >>> library.evaluate.answers(library.evaluate.sets.file("mine"))
    """

    def __init__(self, layout: Layout, session: Callable[[], Session]) -> None:
        self._layout, self._session = layout, session

    def names(self) -> list[str]:
        """The names of all sets, in order."""
        return sorted(file.stem for file in self._layout.sets.glob("*.jsonl"))

    def file(self, name: str) -> Path:
        """The file of a set. Raises UsageError where there is none."""
        file = self._place(name)
        if not file.is_file():
            known = self.names()
            raise UsageError(
                f"No set of questions is named {name!r}.", f"There are: {', '.join(known)}." if known else "There are none yet."
            )
        return file

    def draft(self, name: str) -> int:
        """Draft a new set of questions from the documents. Returns their number. Raises UsageError for a name that is taken or invalid."""
        place, session = self._place(name), self._session()
        with exclusive(self._layout), writing(self._layout.root):
            make_private_folder(self._layout.sets)
            return sum(write_drafts(session, place, hold_out=False).values())

    def read(self, name: str) -> list[dict[str, Any]]:
        """The questions of a set as its lines hold them, each with an `id`. Raises UsageError."""
        return _objects(self.file(name))

    def check(self, name: str) -> None:
        """Raise BadEvaluation with the line of a question that cannot be asked, such as one about a document that has left the library."""
        self._check(name, self.file(name))

    def put(self, name: str, question: Mapping[str, Any]) -> None:
        """Add a question, or replace the one with its `id`. Raises BadEvaluation for an invalid question and then leaves the set
        unchanged."""
        with exclusive(self._layout):
            held = self.read(name)
            taken = {one["id"] for one in held}
            new = {"id": next(id_ for number in range(1, len(taken) + 2) if (id_ := f"q{number}") not in taken), **question}
            lines = [new if one["id"] == new["id"] else one for one in held]
            self._write(name, lines if new["id"] in taken else [*lines, new], new)

    def remove(self, name: str, id_: str) -> None:
        """Take a question out; nothing happens where there is none with this id."""
        with exclusive(self._layout):
            self._write(name, [one for one in self.read(name) if one["id"] != id_])

    def delete(self, name: str) -> None:
        """Delete a set. Raises UsageError where there is none."""
        with exclusive(self._layout), writing(self._layout.root):
            self.file(name).unlink()

    def _write(self, name: str, questions: list[dict[str, Any]], new: Mapping[str, Any] | None = None) -> None:
        """Write a set; a `new` question has to be valid, whatever the others are."""
        with writing(self._layout.root):
            if new is not None:
                tried = self._layout.sets / f".{name}.tried"
                try:
                    tried.write_text(f"{json.dumps(new, ensure_ascii=False)}\n", encoding="utf-8", errors="backslashreplace")
                    self._check(name, tried)
                finally:
                    tried.unlink(missing_ok=True)
            replace_file(self._place(name), "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in questions))

    def _check(self, name: str, file: Path) -> None:
        try:
            read_questions(file, self._session())
        except BadEvaluation as error:
            raise BadEvaluation(name, error.line, error.reason) from error

    def _place(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise UsageError(f"{name!r} cannot be the name of a set.", "Use letters, digits, blanks, dots and dashes, at most 60.")
        return self._layout.sets / f"{name}.jsonl"


def _objects(file: Path) -> list[dict[str, Any]]:
    """The lines of a set that are objects, each with an id. Other lines are left out, and `check` names them."""
    found = []
    for number, line in enumerate(read_text(file).split("\n"), start=1):
        with suppress(ValueError):
            value = json.loads(line)
            if isinstance(value, dict):
                found.append({**value, "id": str(value.get("id", number))})
    return found
