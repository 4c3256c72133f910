"""A cross-encoder in a folder, run by onnxruntime.

A folder of sentence-transformers' CrossEncoder is converted once to ONNX, in a process of its own (index/models/convert_reranker.py); a
folder with `model.onnx` and `tokenizer.json` is used unchanged. Nothing is ever downloaded.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tokenizers
from numpy.typing import NDArray

from index.errors import ModelDamaged, ModelMissing
from index.models.cache import cache_folder, convert_once, is_intact
from index.models.encoder import batches, weights_digest
from index.models.runtime import onnxruntime

_LAYOUT = 1
_LONGEST = 512
_PLACES = (Path("model.onnx"), Path("onnx", "model.onnx"))
_KIND = "ForSequenceClassification"


def open_reranker(folder: Path, notice: Callable[[str], None] = lambda _: None) -> OnnxReranker:
    """The cross-encoder in a folder, which is converted first if necessary. Raises ModelMissing, or ModelDamaged for an unusable one."""
    folder = folder.expanduser().resolve()
    if not folder.is_dir():
        raise ModelMissing(f"There is no folder {folder}.", "Name the folder of a cross-encoder that you have; nothing is downloaded.")
    graph = next((folder / place for place in _PLACES if (folder / place).is_file()), None)
    if graph is not None:
        return OnnxReranker(graph, folder, _own_settings(folder))
    digest = weights_digest(folder)
    if digest is None:
        raise ModelMissing(f"{folder} holds neither model.onnx nor weights.", "Name the folder of a sentence-transformers CrossEncoder.")
    config = _read(folder / "config.json")
    kinds = config.get("architectures") or []
    if not any(str(kind).endswith(_KIND) for kind in kinds):
        said = ", ".join(map(str, kinds)) or "something else"
        raise ModelDamaged(f"{folder} is not a cross-encoder: its config.json says {said}, not …{_KIND}.", "Name the folder of one.")
    labels = len(config.get("id2label") or ("no", "yes"))  # transformers' default
    if labels != 1:
        raise ModelDamaged(f"{folder} gives {labels} numbers for a pair; a reranker gives one.", "Name the folder of another model.")
    made = cache_folder() / "rerankers" / f"{folder.name}@{digest[:12]}-{_LAYOUT}"
    if not is_intact(made):
        notice(f"Preparing the reranker {folder} (once, about half a minute) …")
        convert_once("index.models.convert_reranker", folder, f"reranker {folder}", made)
    return OnnxReranker(made / "model.onnx", made, _read(made / "settings.json"))


class OnnxReranker:
    """A cross-encoder with one output, run by onnxruntime. In a pair that is too long, the longer text is cut."""

    def __init__(self, graph: Path, folder: Path, settings: dict[str, Any]) -> None:
        """`folder` holds `tokenizer.json`; `settings` say `max_tokens` and the number of the `pad` token. Raises ModelDamaged."""
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
            self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # both raise many kinds of exceptions
            raise ModelDamaged(
                f"The reranker in {folder} cannot be loaded ({error}).", "Get its files again, or name another folder."
            ) from error
        self._folder = folder
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(int(settings["max_tokens"]))
        self._pad = int(settings["pad"])
        self._inputs = [given.name for given in self._session.get_inputs()]

    def score(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """The sigmoid of the model's output for every pair of question and passage."""
        tokens = self._tokenizer.encode_batch([(question, passage) for passage in passages])
        scores = np.empty(len(passages), np.float32)
        lengths = [len(pair.ids) for pair in tokens]
        for batch in batches(sorted(range(len(passages)), key=lengths.__getitem__), lengths):
            scores[batch] = 1 / (1 + np.exp(-self._run([tokens[at] for at in batch])))
        return scores

    def _run(self, pairs: Sequence[Any]) -> NDArray[np.float64]:
        longest = max(len(pair.ids) for pair in pairs)
        given = {
            "input_ids": _padded([pair.ids for pair in pairs], longest, self._pad),
            "attention_mask": _padded([pair.attention_mask for pair in pairs], longest, 0),
            "token_type_ids": _padded([pair.type_ids for pair in pairs], longest, 0),
        }
        try:
            found = np.asarray(self._session.run(None, {name: given[name] for name in self._inputs})[0], np.float64)
        except Exception as error:  # onnxruntime raises many kinds of exceptions
            raise ModelDamaged(f"The reranker in {self._folder} does not run ({error}).", "Is it a cross-encoder?") from error
        if found.size != len(pairs):
            raise ModelDamaged(f"The reranker in {self._folder} gives {found.size // len(pairs)} numbers for a pair, not one.")
        return found.reshape(-1)


def _own_settings(folder: Path) -> dict[str, Any]:
    """The settings of a folder with an ONNX graph, from its configuration files."""
    config, tokenizer = _read(folder / "config.json"), _read(folder / "tokenizer_config.json")
    lengths = (config.get("max_position_embeddings"), tokenizer.get("model_max_length"), _LONGEST)
    longest = min(int(length) for length in lengths if length)
    # RoBERTa counts positions after its padding index.
    shift = 2 if "roberta" in str(config.get("model_type")) and longest == config.get("max_position_embeddings") else 0
    return {"max_tokens": longest - shift, "pad": config.get("pad_token_id") or 0}


def _read(file: Path) -> dict[str, Any]:
    """The object in a JSON file, empty if the file does not exist. Raises ModelDamaged for other content."""
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ModelDamaged(f"{file} cannot be read ({error}).", "Get the model's files again.") from error
    return value if isinstance(value, dict) else {}


def _padded(rows: Sequence[Sequence[int]], width: int, pad: int) -> NDArray[np.int64]:
    found = np.full((len(rows), width), pad, np.int64)
    for at, row in enumerate(rows):
        found[at, : len(row)] = row
    return found
