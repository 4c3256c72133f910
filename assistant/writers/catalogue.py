"""Instruct models that follow instructions well for their size, all quantized to about 4 bits per weight."""

from __future__ import annotations

from dataclasses import dataclass

_GB = 1e9
_BESIDE = 1.0  # memory of the context and the program, in GB
_SHARE = 0.6  # the largest share of the machine's memory for a model, so that other programs can run
# Seconds that one core takes for each billion of parameters to read 700 tokens and write 30, measured with 0.5 and 1.5 billion.
_PACE = 13.0
_PATIENCE = 20.0  # seconds that an answer may take on a quiet machine


@dataclass(frozen=True, slots=True)
class Suggested:
    """A model on the hub. `size` is that of its file in GB; `is_free` is true for an open-source licence."""

    name: str
    repository: str
    file: str
    billions: float
    size: float
    licence: str
    is_free: bool

    @property
    def memory(self) -> float:
        """The memory in GB for running it."""
        return self.size + _BESIDE

    def seconds(self, cores: int) -> float:
        """The estimated seconds of an answer on a quiet machine with this number of cores."""
        return _PACE * self.billions / cores


CATALOGUE = (
    Suggested(
        "llama-3.2-1b", "bartowski/Llama-3.2-1B-Instruct-GGUF", "Llama-3.2-1B-Instruct-Q4_K_M.gguf", 1.2, 0.8, "Llama 3.2 Community", False
    ),
    Suggested("qwen2.5-1.5b", "Qwen/Qwen2.5-1.5B-Instruct-GGUF", "qwen2.5-1.5b-instruct-q4_k_m.gguf", 1.5, 1.1, "Apache 2.0", True),
    Suggested(
        "llama-3.2-3b", "bartowski/Llama-3.2-3B-Instruct-GGUF", "Llama-3.2-3B-Instruct-Q4_K_M.gguf", 3.2, 2.0, "Llama 3.2 Community", False
    ),
    Suggested("phi-3-mini", "microsoft/Phi-3-mini-4k-instruct-gguf", "Phi-3-mini-4k-instruct-q4.gguf", 3.8, 2.4, "MIT", True),
    Suggested("qwen2.5-7b", "bartowski/Qwen2.5-7B-Instruct-GGUF", "Qwen2.5-7B-Instruct-Q4_K_M.gguf", 7.6, 4.7, "Apache 2.0", True),
    Suggested(
        "llama-3.1-8b",
        "bartowski/Meta-Llama-3.1-8B-Instruct-GGUF",
        "Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf",
        8.0,
        4.9,
        "Llama 3.1 Community",
        False,
    ),
)


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The models that can be pulled by their name; `best` is the one for a machine with `memory` bytes and `cores`."""

    memory: int
    cores: int
    best: Suggested
    models: tuple[Suggested, ...] = CATALOGUE


def suggestions(memory: int, cores: int) -> Suggestions:
    """The catalogue for a machine with this memory in bytes and number of cores."""
    return Suggestions(memory, cores, suggested(memory, cores))


def suggested(memory: int, cores: int) -> Suggested:
    """The largest model with an open-source licence that fits the memory and answers within 20 seconds; the smallest if none does."""
    free = [model for model in CATALOGUE if model.is_free]
    fitting = [model for model in free if model.memory <= _SHARE * memory / _GB and model.seconds(cores) <= _PATIENCE]
    return fitting[-1] if fitting else free[0]
