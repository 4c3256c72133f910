"""Convert a sentence-transformers CrossEncoder to an ONNX graph. This runs once per model, in a separate process as index/models/convert.py
does:

    python -m index.models.convert_reranker MODEL_FOLDER TARGET_FOLDER
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np

from index.errors import ModelDamaged
from index.models.convert import SAMPLES, run
from index.models.reranker import OnnxReranker

_MOST_APART = 1e-3


def convert(model: str, target: Path) -> None:
    """Write `model.onnx`, `tokenizer.json` and `settings.json` for a CrossEncoder folder into `target`.

    Raises ModelDamaged if the result does not give the scores that the original gives.
    """
    import torch
    from sentence_transformers import CrossEncoder

    original = CrossEncoder(model, device="cpu", local_files_only=True, model_kwargs={"attn_implementation": "eager"})
    tokenizer, network = original.tokenizer, original.model.eval()
    names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in tokenizer.model_input_names]

    class Logits(torch.nn.Module):  # type: ignore[misc]  # torch is seen as untyped
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
            return self.network(**dict(zip(names, inputs, strict=True))).logits

    pairs = [(SAMPLES[0], passage) for passage in SAMPLES]
    example = tokenizer([a for a, _ in pairs], [b for _, b in pairs], padding=True, truncation=True, return_tensors="pt")
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the exporter warns of its own deprecations
        torch.onnx.export(
            Logits(),
            tuple(example[name] for name in names),
            str(target / "model.onnx"),
            input_names=names,
            output_names=["logits"],
            dynamic_axes={**{name: {0: "pairs", 1: "tokens"} for name in names}, "logits": {0: "pairs"}},
            opset_version=17,
            dynamo=False,
        )
    tokenizer.backend_tokenizer.save(str(target / "tokenizer.json"))
    settings = {"max_tokens": int(original.max_length or 512), "pad": int(tokenizer.pad_token_id or 0)}
    (target / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    ours = OnnxReranker(target / "model.onnx", target, settings).score(SAMPLES[0], SAMPLES)
    theirs = original.predict(pairs, activation_fn=torch.nn.Sigmoid(), show_progress_bar=False)
    apart = float(np.max(np.abs(ours - theirs)))
    if apart > _MOST_APART:
        raise ModelDamaged(
            f"The converted reranker differs from the original (by {apart:.4f}).", "Please report this with the model's name."
        )


if __name__ == "__main__":
    run(convert)
