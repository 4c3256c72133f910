"""What keeps a written answer to its evidence: a grammar that admits only the ids that were shown, and a check of every sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.lexical import analyze

NOT_THERE = "Not in the documents."
_SENTENCE = re.compile(r"\s*([^\[\]]+?)\s*((?:\[\d+\]\s*)+)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LEAST_SUPPORT = 0.6


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence as a model wrote it, with the ids of the evidence that it cites."""

    text: str
    ids: tuple[int, ...]


def citation_grammar(count: int) -> str:
    """A GBNF grammar for sentences that each end in at least one of the ids [1] … [count], or for saying that it is not there."""
    ids = " | ".join(f'"[{number}]"' for number in range(1, count + 1))
    return f'root ::= "{NOT_THERE}" | sentence (" " sentence)*\nsentence ::= [^\\[\\]\\n]+ id+\nid ::= {ids}\n'


def parse_written(text: str) -> list[Written]:
    """The whole sentences of a text in that grammar; a last one that was cut off before its id is not one."""
    if text.strip().startswith(NOT_THERE):
        return []
    return [
        Written(match[1], tuple(dict.fromkeys(int(number) for number in re.findall(r"\d+", match[2]))))
        for match in _SENTENCE.finditer(text)
    ]


def supported(sentence: Written, evidence: Sequence[str]) -> bool:
    """Whether the evidence that a sentence cites has its numbers, all of them, and most of its terms."""
    if not all(1 <= number <= len(evidence) for number in sentence.ids):
        return False
    cited = " ".join(evidence[number - 1] for number in sentence.ids)
    terms = set(analyze(sentence.text))
    if not terms or not set(_NUMBER.findall(sentence.text)) <= set(_NUMBER.findall(cited)):
        return False
    return len(terms & set(analyze(cited))) >= _LEAST_SUPPORT * len(terms)
