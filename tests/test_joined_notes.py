"""Small notes of several subjects with the atlas on: who is joined, what a path, the gaps and the graph show to the person who types it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from samples import WordEncoder
from terminal import study

import assistant.building.build
import assistant.building.snapshot_writer
from assistant.building.build import ingest
from graph.build import build_graph
from graph.model.values import Graph
from ingest.model import Document

CHEMISTRY = {
    "entropy.md": "# Entropy\n\nEntropy measures how energy is spread among the particles of a gas. Entropy grows when a solid melts.\n\n"
    "The entropy of a crystal is zero at absolute zero. Heat that flows into a body raises its entropy.\n",
    "gibbs.md": "# Gibbs energy\n\nThe Gibbs energy of a reaction combines enthalpy and entropy at one temperature.\n",
}
BOTANY = {
    "stem.md": "# Stem\n\nA stem carries water from the root to the leaves of a plant. The stem holds the leaves up.\n",
    "expression.md": "# Expression\n\nThe expression of a gene makes a protein. Expression is switched on by light.\n",
    "transformer.md": "# Attention\n\nAttention to watering keeps a plant alive. Attention is paid in spring.\n",
}
LAW = {
    "consideration.md": "# Consideration\n\nConsideration is what each party promises. Without consideration no contract binds.\n",
    "estoppel.md": "# Estoppel\n\nEstoppel stops a party from going back on a promise that lacked consideration.\n",
    "bias.md": "# Bias\n\nA judge with bias must not hear a case. Bias of a witness is asked for in court.\n",
}
LEARNING = {
    "entropy.md": "# Entropy\n\nEntropy is the expected surprise of a random variable. The entropy of a coin is one bit: "
    "entropy is the sum of the probability times the logarithm of the probability.\n",
    "cross.md": "# Cross-entropy\n\nCross-entropy is the expected surprise if a model gives the probabilities. "
    "Cross-entropy is the entropy plus the KL divergence.\n",
    "gbm.md": "# Gradient boosting\n\nGradient boosting adds one decision tree after the other, each fitted to the gradient of the loss.\n",
}
SUBJECTS = {"chemistry": CHEMISTRY, "botany": BOTANY, "law": LAW, "learning": LEARNING}


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> dict[str, Path]:
    found = {}
    for subject, notes in SUBJECTS.items():
        folder = tmp_path_factory.mktemp(subject)
        (folder / "notes").mkdir()
        for name, text in notes.items():
            (folder / "notes" / name).write_text(text)
        assert study("ingest", folder / "notes", "--library", folder / "library").code == 0
        found[subject] = folder / "library"
    return found


@pytest.mark.parametrize("subject", ["chemistry", "botany", "law"])
def test_notes_of_another_subject_keep_their_words(libraries: dict[str, Path], subject: str) -> None:
    graph = study("graph", "--json", "--library", libraries[subject]).json
    assert {concept["origin"] for concept in graph["concepts"]} == {"documents"}
    assert {edge["origin"] for edge in graph["prerequisites"]} <= {"documents"}
    assert study("gaps", "--json", "--library", libraries[subject]).json["gaps"] == []
    assert "The atlas holds nothing on these subjects" in study("gaps", "--library", libraries[subject]).out


def test_notes_of_the_atlas_s_subject_are_joined(libraries: dict[str, Path]) -> None:
    graph = study("graph", "--json", "--library", libraries["learning"]).json
    for name in ("cross-entropy", "gradient-boosting", "entropy"):
        assert [edge for edge in graph["prerequisites"] if edge["to"] == name and edge["origin"] == "atlas"], name
    whole = study("graph", "--json", "--all", "--library", libraries["learning"]).json
    assert len(whole["concepts"]) > len(graph["concepts"])
    assert study("graph", "stats", "--json", "--library", libraries["learning"]).json["concepts"] == len(graph["concepts"])


def test_a_path_shows_reasons_places_and_what_the_notes_lack(libraries: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    path = study("path", "--to", "cross entropy", "--json", "--library", libraries["learning"]).json
    assert path["steps"][-1]["concept"] == path["target"] == "cross-entropy"
    by_name = {step["concept"]: step for step in path["steps"]}
    assert not by_name["entropy"]["gap"]
    assert by_name["entropy"]["reading"][0]["document"] == "entropy.md"
    assert by_name["expected-value"]["gap"]
    assert all(step["minutes"] >= 2 for step in path["steps"])
    reasons = [reason for step in path["steps"] for reason in step["because"] if reason["origin"] == "atlas"]
    assert all(reason["reason"] and reason["evidence"][0]["document"].startswith("atlas:") for reason in reasons)
    shown = study("path", "--to", "cross entropy", "--library", libraries["learning"]).out
    assert "your notes have nothing on it" in shown.lower()
    assert "atlas:information-theory-and-optimization.toml:" in shown
    assert "--all shows them" in shown
    whole = study("path", "--to", "cross entropy", "--all", "--json", "--library", libraries["learning"]).json
    assert len(whole["steps"]) > len(path["steps"])


@pytest.mark.parametrize("subject", ["law", "learning"])
def test_there_is_a_path_to_what_no_note_names(libraries: dict[str, Path], subject: str) -> None:
    path = study("path", "--to", "kalman filter", "--json", "--library", libraries[subject]).json
    assert path["target"] == "kalman-filter"
    assert len(path["steps"]) == 15
    atlas = {link["concept"] for link in study("atlas", "show", "kalman filter", "--json").json["requires"]}
    assert atlas <= {step["concept"] for step in path["steps"]}  # what the target requires always stays
    refused = study("path", "--to", "kalman filter", "--no-course", "--library", libraries[subject])
    assert refused.code == 1
    known = study("path", "--to", "kalman filter", "--known", "bayesian inference", "--json", "--library", libraries[subject]).json
    assert "bayesian-inference" not in {step["concept"] for step in known["steps"]}


def test_the_users_own_concept_comes_first_where_two_have_a_name(libraries: dict[str, Path]) -> None:
    path = study("path", "--to", "entropy", "--json", "--library", libraries["chemistry"]).json
    assert path["steps"][-1]["reading"][0]["document"] == "entropy.md"
    assert path["alternatives"] == ["entropy-2"]
    assert study("concept", "entropy-2", "--json", "--library", libraries["chemistry"]).json["name"] == "Entropy (atlas)"
    completed = [concept["id"] for concept in study("graph", "--json", "--library", libraries["chemistry"]).json["concepts"]]
    assert "entropy-2" not in completed


def test_gaps_are_listed_with_reasons_and_lessons(libraries: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    found = study("gaps", "--to", "cross entropy", "--json", "--library", libraries["learning"]).json
    assert found["targets"] == ["cross-entropy"]
    gaps = {gap["concept"]: gap for gap in found["gaps"]}
    assert "entropy" not in gaps
    assert gaps["expected-value"]["lesson"]["document"] == "course:expected-value.md"
    assert gaps["expected-value"]["because"][0]["reason"]
    shown = study("gaps", "--to", "cross entropy", "--library", libraries["learning"]).out
    assert "on the way to Cross-entropy" in shown
    assert "Needed for" in shown
    assert study("gaps", "--to", "no such thing", "--library", libraries["learning"]).code == 1


def test_a_correction_against_the_atlas_counts_and_is_listed(libraries: dict[str, Path]) -> None:
    where = ("--library", libraries["learning"])
    assert "do not contradict" in study("graph", "disagreements", *where).out
    assert study("graph", "accept", "cross-entropy", "entropy", *where).code == 0
    try:
        (one, *_) = study("graph", "disagreements", "--json", *where).json["disagreements"]
        assert one["counts"][0]["origin"] == "user"
        assert one["gave_way"]["origin"] == "atlas"
        assert "your correction" in study("graph", "disagreements", *where).out
    finally:
        assert study("graph", "undo", *where).code == 0


def test_a_changed_atlas_is_laid_anew_and_nothing_is_mined_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notes").mkdir()
    for name, text in LEARNING.items():
        (tmp_path / "notes" / name).write_text(text)
    mined: list[int] = []

    def counted(documents: Sequence[Document], *earlier: Any) -> Graph:
        mined.append(len(documents))
        return build_graph(documents, *earlier)

    monkeypatch.setattr(assistant.building.snapshot_writer, "build_graph", counted)
    ingest(tmp_path / "library", [tmp_path / "notes"], encoder=WordEncoder())
    before = study("graph", "--json", "--no-course", "--library", tmp_path / "library").json
    assert len(mined) == 1
    monkeypatch.setattr(assistant.building.build, "authored_digest", lambda: "another")
    live = (tmp_path / "library" / "live").read_text()
    ingest(tmp_path / "library", [tmp_path / "notes"], encoder=WordEncoder())
    assert (tmp_path / "library" / "live").read_text() != live
    assert len(mined) == 1
    assert study("graph", "--json", "--no-course", "--library", tmp_path / "library").json == before
