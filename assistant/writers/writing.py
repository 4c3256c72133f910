"""What a model may write, and how it is read: a grammar that admits only ids that were shown, and a reader of sentences as they come."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.text.sentences import sentences

NOT_THERE = "Not in the documents."
MOST_SENTENCES = 6

# Controls, and what UTF-8 must not encode: a byte model can, and dropping it later would make an id of what was none.
_NEVER = r"\x00-\x1F\x7F-\x9F\uD800-\uDFFF\U00110000-\U001FFFFF"
_IDS = re.compile(r"(?:\s*\[[0-9]{1,4}(?:\s*,\s*[0-9]{1,4})*\])+")
_STOP = re.compile(r"\s*[.!?]")
_LIST_MARK = re.compile(r"^\s*(?:[-*•]|[0-9]{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence as a model wrote it, with the ids of the evidence that it cites."""

    text: str
    ids: tuple[int, ...]


def citation_grammar(ids: Sequence[int]) -> str:
    """A GBNF grammar: up to six sentences that each end in at least one of the ids, or saying that it is not there.

    Within a sentence a full stop is followed by no capital, so that no sentence goes without its ids; brackets hold no number (`E[X]` may
    be written, `[7]` only as one of the ids).
    """
    shown = " | ".join(f'"[{number}]"' for number in ids)
    return "\n".join(
        (
            f'root ::= "{NOT_THERE}" | sentence (" " sentence){{0,{MOST_SENTENCES - 1}}}',
            'sentence ::= first (plain | stop | group)* [.!?] " " id+',
            rf"first ::= [^{_NEVER} \[\].!?]",
            rf"plain ::= [^{_NEVER}\[\].!?]",
            rf'stop ::= [.!?] ([^{_NEVER} \[\].!?] | " " [a-z0-9(])',
            rf'group ::= "[" [^{_NEVER} \[\]0-9] [^{_NEVER}\[\]]* "]"',
            f"id ::= {shown}",
            "",
        )
    )


class SentenceReader:
    """Reads sentences with their ids from text that comes in pieces; what has no id is no sentence.

    Servers that know no grammar write more freely: `[1, 2]`, ids before the full stop, list marks and line ends are understood. Where
    ids stand after several sentences, each of them cites them all.
    """

    def __init__(self) -> None:
        self._text = ""

    def feed(self, piece: str) -> list[Written]:
        """The sentences that this piece completes: those whose ids something else follows."""
        self._text += piece
        return self._read(is_whole=False)

    def finish(self) -> list[Written]:
        """The sentences left when no more text comes; one that was cut off before its ids is none."""
        return self._read(is_whole=True)

    def _read(self, *, is_whole: bool) -> list[Written]:
        found: list[Written] = []
        while (ids := _IDS.search(self._text)) is not None:
            end = ids.end()
            stop = _STOP.match(self._text, end)
            end = stop.end() if stop else end
            following = self._text[end:].lstrip()
            if not is_whole and (not following or following[0] in "[.!?"):
                break
            said = self._text[: ids.start()] + (stop[0].strip() if stop else "")
            self._text = self._text[end:]
            found += _sentences(said, tuple(dict.fromkeys(int(number) for number in re.findall(r"[0-9]+", ids[0]))))
        return found


def parse_written(text: str) -> list[Written]:
    """The whole sentences of a text that is all there."""
    reader = SentenceReader()
    return reader.feed(text) + reader.finish()


def _sentences(said: str, ids: tuple[int, ...]) -> list[Written]:
    lines = "\n".join(_LIST_MARK.sub("", line) for line in said.splitlines())
    texts = (" ".join(lines[start:end].split()) for start, end in sentences(lines))
    return [Written(text, ids) for text in texts if any(c.isalnum() for c in text)]
