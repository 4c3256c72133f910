"""Notes in five languages are found with the default encoder, by their words, and function words are no concepts."""

from __future__ import annotations

from pathlib import Path

import pytest
from languages import NOTES, note

from assistant import Library
from graph.text.units import read_units
from ingest.readers import read_document
from ingest.text.terms import analyze

LEAST = 0.7
"""The share of questions whose passage is among the first five."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("languages")
    (folder / "notes").mkdir()
    for language in NOTES:
        (folder / "notes" / f"{language}.md").write_text(note(language), encoding="utf-8")
    library = Library(folder / "library")
    library.ingest(folder / "notes")
    return library


@pytest.mark.parametrize("language", NOTES)
def test_the_right_passage_is_among_the_first_five(language: str, library: Library) -> None:
    found = sum(any(fact.text in hit.chunk.text for hit in library.search(fact.question, k=5)) for fact in NOTES[language])
    assert found >= LEAST * len(NOTES[language])


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("光合成とは", ["光合", "合成", "成と"]),
        ("死锁是什么？", ["死锁", "锁是"]),
        ("교착 상태", ["교착", "상태"]),
        ("ガスとカス", ["ガス", "スと", "とカ", "カス"]),
        ("l'intégrale", ["integral", "lintegral"]),
        ("Qu'est-ce que la masse ?", ["ce", "la", "mass"]),
        ("Größe", ["gross"]),
        ("Python3のリスト", ["python3", "のリ", "リス", "スト"]),
    ],
)
def test_terms_of_other_languages(text: str, terms: list[str]) -> None:
    assert analyze(text) == terms


def test_a_query_of_one_word_is_found_in_a_sentence_without_spaces() -> None:
    assert set(analyze("葉緑体")) <= set(analyze("植物は葉緑体で光を使う。"))


FRENCH = (
    "# Suites\n\nUne suite est une fonction. Par exemple, la suite n'est pas bornée. On dit que la suite converge si elle a une limite. "
    "L'intégrale de Riemann est définie plus loin. De même, par exemple, l'intégrale de Riemann d'une fonction continue est finie.\n"
) * 3


def test_function_words_of_a_language_stand_as_english_ones_in_the_graph() -> None:
    units = read_units([read_document("suites.md", FRENCH.encode())]).units
    norms = [norm for unit in units for norm in unit.tokens.norms]
    assert {"integrale", "riemann", "suite", "converge"} <= set(norms)
    assert not {"est", "une", "par", "exemple", "nest", "lintegrale", "de", "que"} & set(norms)


def test_english_is_left_alone() -> None:
    text = "# Notes\n\n" + "The die is cast, and the DES cipher is par for the course of the Los Angeles team. " * 8
    norms = {norm for unit in read_units([read_document("n.md", text.encode())]).units for norm in unit.tokens.norms}
    assert {"die", "des", "par", "los"} <= norms


def test_function_words_are_no_concepts(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    for number in range(3):
        (tmp_path / "notes" / f"{number}.md").write_text(FRENCH.replace("Suites", f"Cours {number}"), encoding="utf-8")
    library = Library(tmp_path / "library")
    library.ingest(tmp_path / "notes")
    names = {concept.name.lower() for concept in library.graph(course=False).concepts.values()}
    assert "suite" in names or "fonction continue" in names
    assert not {name for name in names if name.split()[0] in {"par", "de", "est", "un", "une", "n'est"}}
