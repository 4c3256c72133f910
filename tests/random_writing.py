"""What random models write when they are held to the citation grammar, and whether they escape it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tiny_gguf import token, write_tiny_gguf

from assistant.writers.writing import NOT_THERE, citation_grammar, read_sentences

_IDS = range(1, 41)


def sampled(folder: Path, seed: int) -> Iterator[tuple[tuple[int, ...], str]]:
    """The ids that a random model was held to and what it wrote, without end."""
    import llama_cpp

    chance = random.Random(seed)
    model = llama_cpp.Llama(
        str(write_tiny_gguf(folder / "tiny.gguf", seed)), n_ctx=512, n_batch=64, n_threads=1, n_threads_batch=1, verbose=False
    )
    processors = llama_cpp.LogitsProcessorList([_ending])
    while True:
        ids = tuple(sorted(chance.sample(_IDS, chance.randint(1, 12))))
        grammar = llama_cpp.LlamaGrammar.from_string(citation_grammar(ids), verbose=False)
        prompt = [1, *(token(chance.randbytes(1)) for _ in range(4))]
        for _ in range(20):
            done = model.create_completion(
                prompt, max_tokens=200, grammar=grammar, temperature=1.2, top_k=0, top_p=1.0, min_p=0.0,
                seed=chance.getrandbits(31), logits_processor=processors,
            )  # fmt: skip
            yield ids, str(done["choices"][0]["text"])


def _ending(seen: Any, logits: Any) -> Any:
    """Sentences that end after some ten characters, ids that mostly end after one or two."""
    stop, blank, opening, closing = (token(sign) for sign in (b".", b" ", b"[", b"]"))
    logits[stop] += 5
    if seen[-1] == stop:
        logits[blank] += 12
    if seen[-1] == blank and seen[-2] == stop:
        logits[opening] += 9
    if seen[-1] == closing:
        logits[blank] += 5
        logits[2] += 3
    return logits


def escapes(ids: tuple[int, ...], text: str) -> list[str]:
    """Whatever looks like a citation and is none of the ids, and every parsed sentence with another id or none."""
    if text == NOT_THERE:
        return []
    looking = [found for found in re.findall(r"\[\s*([0-9][0-9\s,]*)\]", text) if not found.isdecimal() or int(found) not in ids]
    parsed = [written.text for written in read_sentences([text]) if not written.ids or not set(written.ids) <= set(ids)]
    return looking + parsed
