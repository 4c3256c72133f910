"""Measure the time of a local model's answer, as a multiple of the time for reading and writing alone.

    python -m benchmarks.llm LIBRARY MODEL.gguf QUESTIONS.jsonl [HOW_MANY]

First the model reads 700 tokens and writes 60 in this process, which is the unit. Then the questions are answered as `study ask` does in
an opened library: the seconds to the first checked sentence and to the whole answer, both as seconds and as multiples of the unit. Both
are measured anew between questions, since other programs make a machine slower and faster.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

from assistant.answers.ask import answer_events
from assistant.answers.events import Done, SentenceWritten
from assistant.answers.model import Paragraph
from assistant.session import Session
from assistant.writers.local.llama import LlamaWriter

READ, WRITE = 700, 60
_TEXT = "The variance of the dot product of two vectors grows with their length, so scores are divided by its root. "


def unit(writer: LlamaWriter) -> tuple[float, float]:
    """The seconds for reading 700 tokens and for writing 60, without a cached prefix."""
    llama: Any = writer._llama
    llama.reset()
    tokens = writer._tokenized(_TEXT * READ)[:READ]
    start = time.perf_counter()
    llama.eval(tokens)
    read = time.perf_counter()
    for number, _ in enumerate(llama.generate(tokens, temp=0.0), start=1):
        if number > WRITE:
            break
    return read - start, time.perf_counter() - read


def asked(library: Session, writer: LlamaWriter, question: str) -> tuple[float | None, float, int]:
    """The seconds to the first sentence, None if none was kept, those to the whole answer, and the model's words in it."""
    writer._llama.reset()
    start = time.perf_counter()
    first = None
    words = 0
    for event in answer_events(library, question, writer, silent_below=0.0):
        if isinstance(event, SentenceWritten) and first is None:
            first = time.perf_counter() - start
        elif isinstance(event, Done):
            written = [block for block in event.result.answer.blocks if isinstance(block, Paragraph) and block.written]
            words = sum(len(sentence.text.split()) for block in written for sentence in block.sentences)
    return first, time.perf_counter() - start, words


def shown(name: str, values: Sequence[float]) -> str:
    """The median and the worst of some values."""
    return f"{name} {median(values):.2f} (worst {max(values):.2f})" if values else f"{name} –"


def main() -> None:
    folder, model, source = map(Path, sys.argv[1:4])
    most = int(sys.argv[4]) if len(sys.argv) > 4 else 10
    questions = [json.loads(line)["question"] for line in source.read_text(encoding="utf-8").splitlines() if line.strip()]
    questions = questions[:: max(1, len(questions) // most)][:most]
    writer = LlamaWriter(model)
    firsts, wholes, ratios_first, ratios_whole, words = list[float](), list[float](), list[float](), list[float](), list[int]()
    with closing(Session(folder)) as library:
        for question in [questions[0], *questions]:  # the first one opens files and is asked again
            read, write = unit(writer)
            first, whole, said = asked(library, writer, question)
            print(f"unit {read:.1f} + {write:.1f} s; first {first or 0:.1f}, whole {whole:.1f} s, {said} words: {question}", flush=True)
            firsts += [first] if first else []
            wholes.append(whole)
            ratios_first += [first / (read + write)] if first else []
            ratios_whole.append(whole / (read + write))
            words.append(said)
    for name, values in (("first sentence, s", firsts), ("whole answer, s", wholes)):
        print(shown(name, values[1:]))
    print(shown(f"first sentence, in units of reading {READ} and writing {WRITE} tokens", ratios_first[1:]))
    print(shown("whole answer, in the same units", ratios_whole[1:]))
    print(f"{median(words):.0f} words of the model's own; {len(wholes) - len(firsts)} of {len(wholes)} answers without any")


if __name__ == "__main__":
    main()
