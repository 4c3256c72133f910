"""Convert a sentence-transformers model to an ONNX graph that opens in milliseconds. This runs once per model, in a separate process, like
everything that imports torch:

    python -m index.models.convert MODEL_FOLDER TARGET_FOLDER

A separate process frees the memory when it is done, and keeps torch's OpenMP runtime apart from that of faiss.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from index.errors import ModelDamaged
from index.models.prompts import prompts_of
from ingest.errors import StudyError

SAMPLES = ("why divide by sqrt d", "KV cache", "The gradient of the loss with respect to the weights is computed by backpropagation. " * 6)
LOWEST_COSINE = 0.999
LOWEST_INT8 = 0.97
"""The same for weights in 8 bits. There the rankings matter, which `benchmarks/precision.py` measures."""


def convert(model: str, target: Path, *, int8: bool = False) -> None:
    """Write `model.onnx`, its weights, `tokenizer.json` and `settings.json` for a SentenceTransformer folder or hub name into `target`.

    Mean pooling (or the first token, if the model says so) and the L2 norm are part of the graph. Weights are fp32, or the matrices have 8
    bits. Raises ModelDamaged if the result does not give the vectors that the original gives.
    """
    import torch
    from sentence_transformers import SentenceTransformer

    original = SentenceTransformer(model, device="cpu", model_kwargs={"attn_implementation": "eager"})
    pooling = original[1].get_config_dict()["pooling_mode"]
    if pooling not in ("mean", "cls"):
        raise ModelDamaged(f"{model}: pooling {pooling!r} is not supported.", "Use a model with mean or cls pooling.")
    names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in original.tokenizer.model_input_names]

    class Pooled(torch.nn.Module):  # type: ignore[misc]  # torch is seen as untyped
        def __init__(self) -> None:
            super().__init__()
            self.transformer = original[0].auto_model

        def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            given = dict(zip(names, inputs, strict=True))
            states = self.transformer(**given).last_hidden_state
            mask = given["attention_mask"].unsqueeze(-1).to(states.dtype)
            pooled = states[:, 0] if pooling == "cls" else (states * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(pooled, dim=1), states

    settings = {
        "max_tokens": int(original.max_seq_length or 512),
        "dimension": int(original.get_embedding_dimension() or 0),
        "inputs": names,
        "pooling": pooling,
        "prompts": prompts_of(Path(model))._asdict(),
    }
    example = original.tokenizer(list(SAMPLES), padding=True, return_tensors="pt")
    plain = target / "plain.onnx"
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the exporter warns of its own deprecations
        torch.onnx.export(
            Pooled().eval(),
            tuple(example[name] for name in names),
            str(plain),
            input_names=names,
            output_names=["vectors", "states"],
            dynamic_axes={**{name: {0: "texts", 1: "tokens"} for name in (*names, "states")}, "vectors": {0: "texts"}},
            opset_version=17,
            dynamo=False,
        )
    original.tokenizer.backend_tokenizer.save(str(target / "tokenizer.json"))
    (target / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    if int8:
        _quantize(plain)
    _optimise(plain, target)
    plain.unlink()
    _check(target, original, model, LOWEST_INT8 if int8 else LOWEST_COSINE)


def _quantize(plain: Path) -> None:
    """Quantize the matrices of a graph to 8 bits, column by column. Quantizing the rest too would change the vectors noticeably."""
    import logging

    from index.models.runtime import quantization

    logging.getLogger().setLevel(logging.ERROR)  # it recommends a step that changes nothing here
    small = plain.with_name("small.onnx")
    tools = quantization()
    tools.quantize_dynamic(plain, small, op_types_to_quantize=["MatMul"], per_channel=True, weight_type=tools.QuantType.QInt8)
    small.replace(plain)


def _optimise(plain: Path, target: Path) -> None:
    """Save the optimised graph with its weights beside it: opening that skips both the optimisation and the copy of the weights."""
    from index.models.runtime import onnxruntime

    options = onnxruntime.SessionOptions()
    # Extended, not all: the last level chooses layouts for one kind of processor.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(target / "model.onnx")
    options.add_session_config_entry("session.optimized_model_external_initializers_file_name", "model.weights")
    options.log_severity_level = 3
    onnxruntime.InferenceSession(str(plain), options, providers=["CPUExecutionProvider"])


def _check(target: Path, original: Any, model: str, lowest: float) -> None:
    from index.models.encoder import OnnxEncoder

    ours = OnnxEncoder(target, name=str(target)).encode(SAMPLES)
    prefix = prompts_of(Path(model)).passage
    theirs = original.encode([prefix + text for text in SAMPLES], prompt="", normalize_embeddings=True, show_progress_bar=False)
    cosine = float(np.min(np.sum(ours * theirs, axis=1)))
    if cosine < lowest:
        raise ModelDamaged(
            f"The converted encoder differs from the original (cosine {cosine:.4f}).", "Please report this with the model's name."
        )


def run(conversion: Callable[[str, Path], None]) -> None:
    """Convert what the command line names."""
    model, target = sys.argv[1:]
    with failing():
        conversion(model, Path(target))


@contextmanager
def failing() -> Iterator[None]:
    """On failure print the reason as the last line of stderr, where the process that asked looks for it."""
    try:
        yield
    except (StudyError, OSError, ValueError, KeyError, IndexError, RuntimeError) as error:
        print(str(error).replace("\n", " "), file=sys.stderr)
        raise SystemExit(1) from error


if __name__ == "__main__":
    run(convert)
