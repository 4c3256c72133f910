"""A GGUF model in this process, through llama.cpp."""

from __future__ import annotations

import codecs
import os
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from typing import Any

from assistant.errors import ModelFailed, ModelTooLarge
from assistant.writers.local.model_file import free_memory, read_model_file
from assistant.writers.local.processor import cores, traps_matrices, without_matrices
from assistant.writers.local.read_before import ReadBefore
from assistant.writers.local.template import PLAIN, frame
from assistant.writers.prompt import Exchange, Passage, assemble
from assistant.writers.writer import CONTEXT, MOST_SECONDS, MOST_TOKENS
from index.errors import ModelDamaged, ModelMissing

INSTALL = "pip install 'study-assistant[llm]'"
_LARGEST_SHARE = 0.4
"""The largest share of a small context for the answer; the rest is for the evidence."""
_BATCH = 512
"""The batch of prompt tokens: llama.cpp's own default."""
_WAITING = "OMP_WAIT_POLICY"
"""Makes waiting threads sleep: by default they spin, and if another program uses a core the model gets five times slower."""
_SMALLER = "Use a smaller model, or a smaller context."


class LlamaWriter:
    """A GGUF model. Raises ModelMissing, ModelDamaged or ModelFailed if it cannot run."""

    def __init__(self, model: Path, context: int = CONTEXT) -> None:
        """`context` limits the tokens of prompt and answer together, and is reduced to the model's trained context."""
        about = read_model_file(model)
        os.environ.setdefault(_WAITING, "PASSIVE")  # read when llama.cpp is loaded
        try:
            import llama_cpp
        except ImportError as error:
            raise ModelMissing("A local model needs llama.cpp.", f"Install it: {INSTALL} (a C++ compiler is needed).") from error
        self._context = min(context, about.trained_context or context)
        _refuse_too_large(model, about.memory(self._context))
        self._library: Any = llama_cpp
        threads = cores()
        try:
            with without_matrices(llama_cpp) if traps_matrices() else nullcontext():
                self._llama: Any = _without_templates(llama_cpp)(
                    str(model),
                    n_ctx=self._context,
                    n_batch=min(_BATCH, self._context),
                    n_threads=threads,
                    n_threads_batch=threads,
                    flash_attn=True,
                    verbose=False,
                )
            self._pieces = self._frame(str(about.metadata.get("tokenizer.chat_template", "")))
        except (ValueError, RuntimeError, MemoryError, OSError, AssertionError) as error:
            if isinstance(error, MemoryError) or "context" in str(error):
                raise ModelTooLarge(f"There is not enough memory for {model.name} ({error}).", _SMALLER) from error
            raise ModelDamaged(f"{model} cannot be loaded as a GGUF model ({error}).", "Download it again.") from error
        self._begun = ReadBefore(llama_cpp, self._llama, model)

    def write(self, question: str, passages: Sequence[Passage], before: Sequence[Exchange] = ()) -> Generator[str, None, None]:
        """The answer in pieces of one token, at most 160. Raises ModelFailed if not even one sentence of the passages fits the context."""
        answer = min(MOST_TOKENS, int(_LARGEST_SHARE * self._context))
        room = self._context - answer - self._count("".join(self._pieces)) - 1
        prompt = assemble(question, passages, room, self._count, before)
        if prompt is None:
            raise ModelFailed(
                f"The question and the passages found do not fit the model's context of {self._context} tokens.",
                "Ask a shorter question, or use a model with a larger context.",
            )
        begun = self._tokens(prompt.system, prompt.prefix, is_whole=False)
        rest = [*self._tokenized(prompt.user.removeprefix(prompt.prefix)), *self._tokenized(self._pieces[2], is_frame=True)]
        self._begun.recall(begun)
        yield from self._run([*begun, *rest], "", answer)

    def complete(self, system: str, user: str, grammar: str, most_tokens: int) -> str:
        """The answer to two messages, constrained by the grammar; empty if they do not fit the context."""
        tokens = self._tokens(system, user)
        return "" if len(tokens) + most_tokens > self._context else "".join(self._run(tokens, grammar, most_tokens))

    def _run(self, tokens: Sequence[int], grammar: str, most_tokens: int) -> Iterator[str]:
        """The generated text, one piece per token.

        (The package's own stream decodes the whole text again for each token.) A common prefix with the last run's tokens is not evaluated
        again.
        """
        end = time.monotonic() + MOST_SECONDS
        vocabulary = self._library.llama_model_get_vocab(self._llama.model)
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        held = self._library.LlamaGrammar.from_string(grammar, verbose=False) if grammar else None
        try:
            for token in islice(self._llama.generate(tokens, temp=0.0, grammar=held), most_tokens):
                if self._library.llama_vocab_is_eog(vocabulary, token) or time.monotonic() > end:
                    return
                yield decoder.decode(self._llama.detokenize([token]))
        except (ValueError, RuntimeError, MemoryError, OSError) as error:
            raise ModelFailed(f"The model stopped working ({error}).") from error

    def _tokens(self, system: str, user: str, *, is_whole: bool = True) -> list[int]:
        """The prompt's tokens; unless it `is_whole`, the user's message continues after them.

        Only the template's parts may contain special tokens; a role mark in a message stays plain text.
        """
        before, between, after = self._pieces
        return [
            *self._tokenized(before, is_frame=True, is_start=True),
            *self._tokenized(system),
            *self._tokenized(between, is_frame=True),
            *self._tokenized(user),
            *(self._tokenized(after, is_frame=True) if is_whole else ()),
        ]

    def _tokenized(self, text: str, *, is_frame: bool = False, is_start: bool = False) -> list[int]:
        bos = self._piece(self._llama.token_bos())
        add_bos = is_start and not (bos and text.startswith(bos))
        if not text and not add_bos:
            return []
        found: list[int] = self._llama.tokenize(text.encode("utf-8", "replace"), add_bos=add_bos, special=is_frame)
        return found

    def _count(self, text: str) -> int:
        return len(self._tokenized(text))

    def _piece(self, token: int) -> str:
        return bytes(self._llama.detokenize([token], special=True)).decode("utf-8", "replace") if token >= 0 else ""

    def _frame(self, template: str) -> tuple[str, str, str]:
        """The text around the two messages by the model's chat template; a plain frame if it has none that works."""
        found = frame(template, self._piece(self._llama.token_bos()), self._piece(self._llama.token_eos())) if template else None
        return found or PLAIN


def _refuse_too_large(model: Path, needed: int) -> None:
    """Raises ModelTooLarge if the model does not fit into memory, since the system would kill the process."""
    free = free_memory()
    if needed > free:
        raise ModelTooLarge(f"{model.name} needs about {needed / 2**30:.1f} GB of memory; {free / 2**30:.1f} GB are free.", _SMALLER)


def _without_templates(llama_cpp: Any) -> type[Any]:
    """llama_cpp.Llama that ignores the chat templates of a file: compiling them here would let Jinja run parts of them in this process."""

    class Model(llama_cpp.Llama):  # type: ignore[misc]  # llama_cpp is seen as untyped
        @property
        def metadata(self) -> Mapping[str, str]:
            return self._metadata

        @metadata.setter
        def metadata(self, found: Mapping[str, str]) -> None:
            self._metadata = {key: value for key, value in found.items() if "chat_template" not in key}

    return Model
