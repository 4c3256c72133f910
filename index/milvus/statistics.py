"""The statistics that BM25 needs: how many passages of a snapshot contain each term, and how long they are. The database's own weights
differ between its segments, so it only gives candidates. Our scores equal those of the local engine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.local.postings import K1, B, weights_of
from index.local.spelling import nearest_term

_LONGEST = 60
"""The most letters of a token: database analysers drop longer ones."""


def token_of(term: str) -> str:
    """A term as a token that no analyser changes: small letters and digits only.

    >>> token_of("entropi"), token_of("∑")
    ('entropi', '0e28891')
    """
    if term.isascii() and term.isalnum() and term == term.lower() and term[0] != "0" and len(term) <= _LONGEST:
        return term
    coded = f"0{term.encode().hex()}"
    return coded if len(coded) <= _LONGEST else f"00{sha256(term.encode()).hexdigest()[:40]}"


@dataclass(frozen=True, slots=True)
class Statistics:
    """For a snapshot of `size` passages with `length` tokens in total: the number of passages that contain each token. `tokens` is sorted
    (numpy bytes); `starts[t + 1] - starts[t]` passages contain token t. `weights` are the tokens' BM25 weights.
    """

    tokens: NDArray[np.bytes_]
    starts: NDArray[np.int64]
    weights: NDArray[np.float64]
    size: int
    length: int

    @staticmethod
    def build(counts: Mapping[str, int], size: int, length: int) -> Statistics:
        """Build the statistics from the number of passages that contain each token."""
        held = sorted(token for token, count in counts.items() if count > 0)
        frequencies = np.array([counts[token] for token in held], np.int64)
        tokens = np.array([token.encode() for token in held], dtype=np.bytes_) if held else np.empty(0, "S1")
        order = np.argsort(tokens, kind="stable")
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(frequencies[order])])
        return Statistics(tokens[order], starts, weights_of(frequencies[order], size), size, length)

    @staticmethod
    def load(folder: Path, size: int, length: int) -> Statistics:
        """Read what `save` wrote. Raises OSError and ValueError."""
        tokens, starts = (np.load(folder / f"terms.{name}.npy", allow_pickle=False) for name in ("tokens", "starts"))
        if len(starts) != len(tokens) + 1:
            raise ValueError("the arrays of the terms do not fit together")
        return Statistics(tokens, starts, weights_of(np.diff(starts), size), size, length)

    def save(self, folder: Path) -> None:
        """Write the counts into a folder."""
        np.save(folder / "terms.tokens.npy", self.tokens, allow_pickle=False)
        np.save(folder / "terms.starts.npy", self.starts, allow_pickle=False)

    def counts(self) -> Counter[str]:
        """The number of passages that hold each token."""
        return Counter(dict(zip((token.decode() for token in self.tokens.tolist()), np.diff(self.starts).tolist(), strict=True)))

    def frequency(self, token: str) -> int:
        """The number of passages that hold a token."""
        at = self._at(token)
        return int(self.starts[at + 1] - self.starts[at]) if at >= 0 else 0

    def shares(self, tokens: Sequence[str], held: Sequence[str]) -> dict[str, float]:
        """The contribution of each query token to the score of a passage with the tokens `held`; a token given twice counts twice."""
        own, times = Counter(held), Counter(tokens)
        norm = K1 * (1 - B + B * len(held) * self.size / self.length) if self.length else K1
        found = {}
        for token, asked in times.items():
            if (frequency := own[token]) and (at := self._at(token)) >= 0:
                found[token] = asked * float(self.weights[at]) * frequency * (K1 + 1) / (frequency + norm)
        return found

    def respell(self, term: str) -> str:
        """The known term that a term probably misspells; the term itself if it is known or no known term is similar."""
        return term if self.frequency(token_of(term)) else nearest_term(term, self.tokens, self.starts) or term

    def _at(self, token: str) -> int:
        key = token.encode()
        at = int(np.searchsorted(self.tokens, key))
        return at if at < len(self.tokens) and bytes(self.tokens[at]) == key else -1


def added(counts: Counter[str], passages: Iterable[Sequence[str]], sign: int = 1) -> tuple[int, int]:
    """Add the tokens of passages to the counts, or remove them with the sign -1. Returns the numbers of passages and tokens."""
    size = length = 0
    for tokens in passages:
        size += 1
        length += len(tokens)
        for token in set(tokens):
            counts[token] += sign
    return size, length
