"""The grammar of an answer, which admits only ids of evidence that was shown, and a reader of its sentences as they come."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.text.list_marks import LIST_MARK
from ingest.text.sentences import sentences

NOT_THERE = "Not in the documents."
MOST_SENTENCES = 6

# Control characters, and code points that UTF-8 must not encode: a model of bytes can write them, and removing them later could form an id.
_NEVER = r"\x00-\x1F\x7F-\x9F\uD800-\uDFFF\U00110000-\U001FFFFF"
_IDS = re.compile(r"(?:\s*\[[0-9]{1,4}(?:\s*,\s*[0-9]{1,4})*\])+")
_STOP = re.compile(r"\s*[.!?]")
_LIST_MARK = re.compile(rf"^\s*{LIST_MARK}\s+")


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence as a model wrote it, with the ids of the evidence that it cites."""

    text: str
    ids: tuple[int, ...]


def citation_grammar(ids: Sequence[int]) -> str:
    """A GBNF grammar of up to six sentences that each end in one or more of the ids, or of the phrase that the answer is not there.

    No capital follows a full stop within a sentence, so that no sentence goes without ids. Brackets hold no number: `E[X]` may be written,
    `[7]` only if 7 is one of the ids.
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


def read_sentences(pieces: Iterable[str]) -> Iterator[Written]:
    """The sentences with their ids in a text that comes in pieces, each as soon as something follows its ids; text without ids is skipped.

    Servers that know no grammar write more freely: `[1, 2]`, ids before the full stop, list marks and line ends are understood. If ids
    stand after several sentences, each of them cites them all. A sentence that was cut off before its ids is not read.
    """
    text = ""
    for piece in pieces:
        found, text = _read(text + piece, is_whole=False)
        yield from found
    yield from _read(text, is_whole=True)[0]


def _read(text: str, *, is_whole: bool) -> tuple[list[Written], str]:
    """The complete sentences of a text and what is left of it; ids at its end may still go on unless the text `is_whole`."""
    found: list[Written] = []
    while (ids := _IDS.search(text)) is not None:
        stop = _STOP.match(text, ids.end())
        end = stop.end() if stop else ids.end()
        following = text[end:].lstrip()
        if not is_whole and (not following or following[0] in "[.!?"):
            break
        said = text[: ids.start()] + (stop[0].strip() if stop else "")
        text = text[end:]
        found += _sentences(said, tuple(dict.fromkeys(int(number) for number in re.findall(r"[0-9]+", ids[0]))))
    return found, text


def _sentences(said: str, ids: tuple[int, ...]) -> list[Written]:
    lines = "\n".join(_LIST_MARK.sub("", line) for line in said.splitlines())
    texts = (" ".join(lines[start:end].split()) for start, end in sentences(lines))
    return [Written(text, ids) for text in texts if any(c.isalnum() for c in text)]
