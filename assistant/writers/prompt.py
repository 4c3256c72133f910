"""The prompt: a few passages, condensed where they are long, and the question after them. Documents are data, whatever they say.

The constant instruction comes first, then the passages and then the question: a model reuses its state for a common prefix, so a second
question about the same passages costs only its own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

INSTRUCTION = (
    "Use only facts that stand in the notes. Reply with the answer itself in one to three short sentences, with the exact numbers, "
    "formulas and names."
)
MOST_PROMPT = 700
"""The most tokens of a prompt: reading takes most of a small model's time, and more passages confuse it."""
_NOTES = "Notes:\n\n"
_GAP = " … "
# The weights of a sentence's own score, its passage's score, and its neighbours' scores.
_OWN, _BESIDE, _PASSAGE = 0.6, 0.2, 0.2
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_FAKE_ID = re.compile(r"\[\s*(\d[\d\s,]*)\]")
# How chat templates mark roles: `<|im_start|>`, `<start_of_turn>`, `<s>`, `[INST]`, `<<SYS>>`. A space inside turns them into plain words.
_ROLE_MARK = re.compile(r"<(?=[|/<]?\|?[A-Za-z_])|\[(?=/?[A-Z_]{3,}\])|(?<=\|)>|<(?=<)|<(?=｜)")
_SPACES = re.compile(r"\s+")
_OUR_LABEL = re.compile(r"^(question|answer|notes)\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage to answer from: its heading, its sentences in order, and a score of each (higher is likelier to answer)."""

    heading: str
    sentences: tuple[str, ...]
    worths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question that was answered from the same passages before, and its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up question as it was typed: "shorter", "an example?", "why"."""

    asked: str
    before: Exchange


@dataclass(frozen=True, slots=True)
class Prompt:
    """Two messages. `prefix` is the constant beginning of the user's message."""

    system: str
    user: str
    prefix: str = _NOTES


def assemble(
    question: str, passages: Sequence[Passage], room: int, count: Callable[[str], int], before: Sequence[Exchange] = ()
) -> Prompt | None:
    """The prompt of at most `room` tokens, as `count` counts them, and at most 700; None if not even one sentence fits.

    Passages keep their order, the most useful first. If they do not all fit, the lowest-scored sentences are left out, with a mark in their
    place. Sentences, and so formulas, are never cut. `before` has earlier questions about the same passages.
    """
    said = "".join(f"Question: {as_data(one.question)}\nAnswer: {as_data(one.answer)}\n\n" for one in before)
    asked = f"Question: {as_data(question)}"
    frame = count(INSTRUCTION) + count(_NOTES) + count(f"\n\n{asked}")
    notes = _condensed(passages, min(MOST_PROMPT, room - count(said)) - frame, count)
    return Prompt(INSTRUCTION, f"{_NOTES}{notes}\n\n{said}{asked}") if notes else None


def as_data(text: str) -> str:
    """The text without anything that looks like the prompt's structure: ids, role marks, lines that start in the first column."""
    plain = _FAKE_ID.sub(r"(\1)", _CONTROL.sub("", text))
    return _ROLE_MARK.sub(lambda match: f" {match[0]}" if match[0] == ">" else f"{match[0]} ", plain).strip().replace("\n", "\n    ")


def _condensed(passages: Sequence[Passage], room: int, count: Callable[[str], int]) -> str:
    """The passages as text of at most `room` tokens: all of them, or the highest-scored sentences."""
    texts = [[_on_one_line(sentence) for sentence in passage.sentences] for passage in passages]
    headings = [_on_one_line(passage.heading) for passage in passages]
    places = [(at, position) for at, passage in enumerate(passages) for position in range(len(passage.sentences))]
    chosen: set[tuple[int, int]] = set()
    for at, position in sorted(places, key=lambda place: (-_worth(passages[place[0]], place[1]), place)):
        is_first = all(other != at for other, _ in chosen)
        cost = count(f"{texts[at][position]}{_GAP}") + (count(f"{headings[at]}\n\n\n") if is_first else 0)
        if texts[at][position] and cost <= room:
            chosen.add((at, position))
            room -= cost
    shown = []
    for at, heading in enumerate(headings):
        kept = [position for position in range(len(texts[at])) if (at, position) in chosen]
        if kept:
            said = "".join(
                f"{'' if not before else ' ' if before[-1] == position - 1 else _GAP}{texts[at][position]}"
                for position, before in ((position, kept[:number]) for number, position in enumerate(kept))
            )
            shown.append(f"{heading}\n{said}" if heading else said)
    return "\n\n".join(shown)


def _worth(passage: Passage, position: int) -> float:
    worths = passage.worths
    beside = max(worths[max(0, position - 1) : position + 2])
    return _OWN * worths[position] + _BESIDE * beside + _PASSAGE * max(worths)


def _on_one_line(text: str) -> str:
    return _OUR_LABEL.sub(r"\1 -", _SPACES.sub(" ", as_data(text)).strip())
