"""How many bad sentences the check of written sentences catches, and how many good ones it keeps: on the starter course, or on any notes.

    python -m benchmarks.verification LIBRARY_OF_THE_COURSE [--fit]
    python -m benchmarks.verification LIBRARY [PAIRS.jsonl] --drawn

For every pair of data/evaluation/paraphrases.jsonl the sentence is evidence, among eleven units of the passages that its words find; the
writers of tests/adversaries.py make sentences of it. Thresholds are fitted on the pairs of even number (--fit prints the best), the
figures to believe are those of the odd ones. With -v every wrong verdict is printed. `--drawn` takes 150 sentences of the library itself,
and the paraphrases of a file of your own, if there is one: nothing was fitted on them.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from adversaries import HOSTILE, copy, invent, negate, obey, paraphrase, swap_numbers

from assistant.session import Session
from assistant.verification import verify as checks
from assistant.verification.verify import Evidence, Verdict, verify
from assistant.wording.display import tidy
from index.search import Query
from ingest.model import Kind, TextPart, TokenEncoder, Tokens

PAIRS = Path(__file__).resolve().parent.parent / "data" / "evaluation" / "paraphrases.jsonl"
OTHERS = 11
DRAWN = 150
THRESHOLDS = ("LEAST_TERMS", "LEAST_TERMS_NEAR", "LEAST_COSINE", "LEAST_TERMS_LIKE", "LEAST_COSINE_LIKE")
GOOD = ("copies", "paraphrases by hand", "paraphrases by rule")


Case = tuple[str, str, tuple[int, ...], int, Evidence, str]
"""Writer, sentence, cited ids, the right id, evidence, topic."""


class Remembering:
    """An encoder with a cache."""

    def __init__(self, encoder: TokenEncoder) -> None:
        self.name, self.dimension, self._encoder = encoder.name, encoder.dimension, encoder
        self._known: dict[str, NDArray[np.float32]] = {}

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known |= dict(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._known[text] for text in texts])

    def encode_parts(self, parts: Sequence[TextPart]) -> NDArray[np.float32]:
        return self._encoder.encode_parts(parts)

    def read_question(self, text: str) -> Tokens:
        return self.read(text)

    def read(self, text: str) -> Tokens:
        return self._encoder.read(text)


def read_pairs(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def drawn_pairs(library: Session) -> list[dict[str, str]]:
    """Sentences of a library, evenly from all of it, without paraphrases."""
    chunks = [chunk for chunk in library.index.engine.chunks() if chunk.kind in (Kind.PROSE, Kind.LIST, Kind.ANSWER, Kind.DEFINITION)]
    found = [
        {"document": chunk.document, "sentence": sentence}
        for chunk in chunks
        for unit in chunk.units
        if len((sentence := tidy(unit.text)).split()) >= 8 and sentence.endswith(".") and "\n" not in unit.text and "```" not in sentence
    ]
    return found[:: max(1, len(found) // DRAWN)][:DRAWN]


def cases(library: Session, encoder: TokenEncoder, pairs: Sequence[dict[str, str]]) -> list[Case]:
    """The sentences of every writer for pairs of a sentence and its paraphrase, if there is one."""
    found: list[Case] = []
    for number, pair in enumerate(pairs):
        query = Query.of(pair["sentence"], encoder)
        sentence, topic = pair["sentence"], ""
        others: list[str] = []
        for hit in library.index.search(query, 10):
            for unit in hit.chunk.units:
                if hit.chunk.document == pair["document"] and not topic:
                    topic = hit.chunk.title
                if unit.text.lstrip("-1234567890. ") != sentence and not sentence.startswith(unit.text) and unit.text not in sentence:
                    others.append(f"{' › '.join(hit.chunk.section)}: {unit.text}")
        at = number % (OTHERS + 1)
        own = f"{topic}: {sentence}"
        texts = [*others[:at], own, *others[at:OTHERS]]
        right = texts.index(own) + 1
        evidence = Evidence.of(texts, encoder)
        wrong = right % len(texts) + 1
        made = {
            "copies": copy,
            "paraphrases by rule": paraphrase,
            "swaps numbers": swap_numbers,
            "negates": negate,
            "invents": invent,
        }
        found.append(("cites the wrong id", sentence, (wrong,), right, evidence, topic))
        if "paraphrase" in pair:
            found.append(("paraphrases by hand", pair["paraphrase"], (right,), right, evidence, topic))
            found.append(("cites the wrong id", pair["paraphrase"], (wrong,), right, evidence, topic))
        hostile = Evidence.of([*texts[: right - 1], HOSTILE[len(sentence) % 3], *texts[right:]], encoder)
        found.append(("obeys documents", str(obey(sentence, others, topic)), (right,), right, hostile, topic))
        for name, writer in made.items():
            said = writer(sentence, others, topic)
            if said is not None and (said != sentence or name == "copies"):
                found.append((name, said, (right,), right, evidence, topic))
    return found


def half_of(library: Session, encoder: TokenEncoder, half: int) -> list[Case]:
    """The cases of the course's even or odd pairs, and those with two numbers."""
    return cases(library, encoder, read_pairs(PAIRS)[half::2]) + numeric(library, encoder, half)


def numeric(library: Session, encoder: TokenEncoder, half: int) -> list[Case]:
    """Every fourth unit with two numbers of the course's prose and lists: copied, and with its numbers swapped."""
    chunks = [chunk for chunk in library.index.engine.chunks() if chunk.kind in (Kind.PROSE, Kind.LIST)]
    units = [(chunk, at) for chunk in chunks for at, unit in enumerate(chunk.units) if len(set(re.findall(r"\d[\d.]*", unit.text))) > 1]
    found: list[Case] = []
    for chunk, at in units[half::4]:
        texts = [f"{chunk.title}: {unit.text}" for unit in chunk.units]
        evidence = Evidence.of(texts, encoder)
        sentence = tidy(chunk.units[at].text, is_item=True)
        found.append(("copies", sentence, (at + 1,), at + 1, evidence, chunk.title))
        said = swap_numbers(sentence, [unit.text for place, unit in enumerate(chunk.units) if place != at], chunk.title)
        if said is not None and said != sentence:
            found.append(("swaps numbers", said, (at + 1,), at + 1, evidence, chunk.title))
    return found


def is_right(writer: str, verdict: Verdict, right: int) -> bool:
    """Good sentences are kept with their id; bad ones dropped, or, where only the id was wrong, given the right one."""
    if writer in GOOD:
        return verdict.supported and right in verdict.ids
    if writer == "cites the wrong id":
        return not verdict.supported or right in verdict.ids
    return not verdict.supported


def table(found: Sequence[Case], encoder: TokenEncoder, show: bool) -> dict[str, tuple[int, int]]:
    right, total = Counter[str](), Counter[str]()
    for writer, said, ids, own, evidence, topic in found:
        verdict = verify(said, ids, evidence, encoder, topic)
        total[writer] += 1
        right[writer] += is_right(writer, verdict, own)
        if show and not is_right(writer, verdict, own):
            print(f"  {writer}: {said} | {verdict.ids} {verdict.reason}")
    return {writer: (right[writer], total[writer]) for writer in total}


def main() -> None:
    library = Session(Path(sys.argv[1]))
    encoder = Remembering(library.encoder)
    if "--fit" in sys.argv:
        fitting = half_of(library, encoder, 0)
        best = []
        for values in product((0.5, 0.6, 0.7), (0.3, 0.4), (0.6,), (0.15, 0.25), (0.65, 0.75)):
            for name, value in zip(THRESHOLDS, values, strict=True):
                setattr(checks, name, value)
            shares = {w: a / b for w, (a, b) in table(fitting, encoder, False).items()}
            best.append((sum(shares.values()), values, {w: round(s, 2) for w, s in shares.items()}))
        for row in sorted(best, key=lambda row: -row[0])[:6]:
            print(*row)
        return
    if "--drawn" in sys.argv:
        files = [Path(argument) for argument in sys.argv[2:] if not argument.startswith("-")]
        pairs = [*drawn_pairs(library), *(pair for file in files for pair in read_pairs(file))]
        show("drawn", cases(library, encoder, pairs) + numeric(library, encoder, 0), encoder)
        return
    for half, name in ((0, "fitted on"), (1, "held back")):
        show(name, half_of(library, encoder, half), encoder)


def show(name: str, found: Sequence[Case], encoder: TokenEncoder) -> None:
    print(name)
    for writer, (right, total) in table(found, encoder, "-v" in sys.argv).items():
        print(f"  {writer:22} {right:3} of {total:3}  {right / total:.0%}")


if __name__ == "__main__":
    main()
