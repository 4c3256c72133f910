"""Read a model's sentences from a stream, without list marks, emphasis, labels and invented ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ingest.text.list_marks import LIST_MARK
from ingest.text.sentences import sentences

MOST_WORDS = 60
"""The most words of an answer; further text would be digression."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_IDS = re.compile(r"\s*\[[0-9]{1,4}(?:\s*,\s*[0-9]{1,4})*\]")
_LIST_MARK = re.compile(rf"^\s*(?:{LIST_MARK}|#{{1,6}}|>)\s+")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_LABEL = re.compile(r"^\s*(?:the )?(?:short )?(?:answer|response)\s*(?:is\s*)?:\s+", re.IGNORECASE)
_LEADS_ON = re.compile(r":\s*$")
_STOPPED = re.compile(r"[.!?…)\]$`\"'”’]$")
_SHORT = 8
"""The most words of an answer that need not be a sentence: a name, a number, a formula."""


class SentenceReader:
    """Reads the sentences of a text that arrives in pieces, each as soon as the next one begins.

    The leading line of a list is joined to its first item. A long last sentence without a full stop was cut off and is dropped.
    """

    def __init__(self) -> None:
        self._text = ""
        self._lead = ""

    def feed(self, piece: str) -> list[str]:
        """The sentences that this piece completes."""
        found, self._text = _read(self._text + piece, is_whole=False)
        return list(self._led(found))

    @property
    def pending(self) -> str:
        """The text after the last complete sentence."""
        return f"{self._lead} {_plain(self._text)}".strip()

    def end(self) -> list[str]:
        """The remaining sentences at the end of the text."""
        found, _ = _read(self._text, is_whole=True)
        self._text = ""
        if found and not _STOPPED.search(found[-1]) and len(found[-1].split()) > _SHORT:
            found.pop()
        return list(self._led(found))

    def _led(self, found: Iterable[str]) -> Iterator[str]:
        for said in found:
            whole, self._lead = f"{self._lead} {said}".strip(), ""
            if _LEADS_ON.search(said):
                self._lead = whole
            else:
                yield whole


def _read(text: str, *, is_whole: bool) -> tuple[list[str], str]:
    """The complete sentences of a text, and what is left of it."""
    spans = sentences(text)
    if not is_whole:
        spans = spans[:-1]
    found = [plain for begin, end in spans if (plain := _plain(text[begin:end]))]
    return found, text[spans[-1][1] :] if spans else text


def _plain(said: str) -> str:
    """A sentence on one line, without marks; empty if it has no letter and no digit."""
    lines = (_LIST_MARK.sub("", line) for line in _CONTROL.sub("", said).split("\n"))
    line = _LABEL.sub("", " ".join(" ".join(lines).split()))
    line = _IDS.sub("", _EMPHASIS.sub(r"\2", line)).replace("**", "").strip()
    return line if any(sign.isalnum() for sign in line) else ""
