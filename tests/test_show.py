"""`study show`: the source around a citation, from the library's own copy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from formats import slides
from terminal import study

pytestmark = pytest.mark.usefixtures("encoder_cache")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("show")
    (folder / "notes" / "deep").mkdir(parents=True)
    (folder / "notes" / "deep" / "momentum.md").write_text("# Momentum\n\none\ntwo\nMomentum is a running mean of gradients.\nsix\nseven\n")
    (folder / "notes" / "deck.pptx").write_bytes(slides())
    ran = study("ingest", folder / "notes", "--library", folder / "library")
    assert ran.code == 0, ran.err
    shutil.rmtree(folder / "notes")
    return folder / "library"


def test_a_place_is_printed_with_what_surrounds_it(library: Path) -> None:
    ran = study("show", "deep/momentum.md:5", "--context", "1", "--library", library)
    assert ran.code == 0, ran.err
    assert ran.out.splitlines() == [
        "deep/momentum.md:5",
        "  4 │ two",
        "> 5 │ Momentum is a running mean of gradients.",
        "  6 │ six",
    ]


def test_every_citation_can_be_shown_in_the_form_it_is_printed(library: Path) -> None:
    for question in ("what is momentum", "what does Adam keep"):
        answer = study("ask", question, "--library", library, "--json").json
        assert answer["citations"]
        for cited in answer["citations"]:
            part = f" {cited['part']['kind']} {cited['part']['number']}" if cited["part"] else ""
            shown = study("show", f"{cited['document']}{part}:{'-'.join(map(str, cited['lines']))}", "--library", library, "--json").json
            assert " ".join(cited["quote"].split()) in " ".join(shown["text"].split())
            assert (shown["document"], shown["part"], shown["lines"]) == (cited["document"], cited["part"], cited["lines"])


def test_the_words_of_a_place_need_no_quotes_and_no_lines(library: Path) -> None:
    shown = study("show", "deck.pptx", "slide", "2:3-4", "--context", "0", "--library", library, "--json").json
    assert shown["text"] == "- keeps two running means\n  - of the gradient"
    assert [line["number"] for line in shown["context"]] == [3, 4]
    assert study("show", "deck.pptx slide 2", "--library", library, "--json").json["text"].startswith("# Adam")
    assert study("show", "deep/momentum.md", "--library", library, "--json").json["lines"] == [1, 7]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("nope.md", "study documents"),
        ("course:nope.md", "No document named 'course:nope.md' in this library.\n"),
        ("deep/momentun.md:1", "Nearest: deep/momentum.md"),
        ("deep/momentum.md:8", "has lines 1 to 7"),
        ("deep/momentum.md:5-4", "Name the first line first, as in deep/momentum.md:4-5."),
        ("deep/momentum.md:0", "has lines 1 to 7"),
        ("deep/momentum.md page 2:1", "has no pages"),
        ("deck.pptx:1", "slides 1 to 3"),
        ("deck.pptx slide 9:1", "slides 1 to 3"),
        ("deck.pptx slide 1:99", "deck.pptx slide 1 has lines 1 to"),
        ("course:nothing.md:1", "No document named"),
    ],
)
def test_what_is_not_there_is_said(library: Path, place: str, said: str) -> None:
    ran = study("show", place, "--library", library)
    assert (ran.code, ran.out) == (2 if place.endswith("5-4") else 1, "")
    assert said in ran.err


@pytest.mark.parametrize("place", ["momentum.md:5", "momentum:5", "deep/MOMENTUM.md:5", "deep:5", "deep/momentum:5"])
def test_a_document_is_found_by_a_loose_name(library: Path, place: str) -> None:
    shown = study("show", place, "--library", library, "--json").json
    assert (shown["document"], shown["lines"]) == ("deep/momentum.md", [5, 5])


def test_a_note_of_the_course_can_be_shown(library: Path) -> None:
    assert study("show", "course:softmax.md:1", "--library", library).out.startswith("course:softmax.md:1\n")
    assert "variance" in study("show", "course:scaled-dot-product-attention.md", "--library", library).out


def test_inspect_says_in_which_part_a_section_stands(tmp_path: Path) -> None:
    (tmp_path / "deck.pptx").write_bytes(slides())
    sections = study("inspect", tmp_path / "deck.pptx", "--json").json["sections"]
    assert [(section["title"], section["part"]["number"], section["lines"]) for section in sections[:2]] == [
        ("Optimisers", 1, [1, 3]),
        ("Adam", 2, [1, 10]),
    ]
    assert "Adam slide 2:1-10" in study("inspect", tmp_path / "deck.pptx").out


def test_a_missing_library_is_said(tmp_path: Path) -> None:
    assert study("show", "a.md:1", "--library", tmp_path / "none").code == 1


def test_inspect_shows_the_kinds_of_every_section_and_the_questions_without_answer(tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("# T\n\n## Norms\n\n$$ x $$\n\n- a\n- b\n\n1) What is it?\n\n    A length.\n\n2) Why so?\n", encoding="utf-8")
    shown = study("inspect", note).out
    assert "Norms 3-14 · 1 formula · 1 list · 1 question" in shown
    assert "? What is it? 10-12" in shown
    assert "Questions: 1 answered, 1 unanswered\n  unanswered, line 14: Why so?" in shown


def test_a_file_in_one_piece_needs_no_part_and_mistakes_in_a_place_are_said(tmp_path: Path) -> None:
    notes, library = tmp_path / "notes", tmp_path / "library"
    notes.mkdir()
    (notes / "hygiene.html").write_text("<html><body><h1>Hygiene</h1><p>Hygiene is the washing of hands.</p></body></html>")
    (notes / "broken.pdf").write_bytes(b"no PDF at all")
    (notes / "skin.md").write_text("# Skin\n\nSkin is an organ.\n")
    assert study("ingest", notes, "--library", library).code == 0
    assert "hygiene.html:1-3  " in study("search", "washing", "--library", library).out
    shown = [study("show", place, "--library", library) for place in ("hygiene.html:3", "hygiene.html page 1:3")]
    assert shown[0].out == shown[1].out
    assert shown[0].out.startswith("hygiene.html:3\n")
    for place, code, said in (
        ("hygiene.html page 2:1", 1, "has only page 1. Name its lines, as in hygiene.html:1-3."),
        ("hygiene.html:9", 1, "hygiene.html has lines 1 to 3, but not 9."),
        ("skin.md:x", 2, "'x' is not a line of skin.md."),
        ("skin.md:3-1", 2, "end before they begin"),
        ("broken.pdf:1", 1, "broken.pdf is not in this library, since it could not be read: is not a PDF."),
    ):
        ran = study("show", place, "--library", library)
        assert (ran.code, said in ran.err) == (code, True), ran.err
    assert f"study status --library {library}" in study("show", "broken.pdf", "--library", library).err
    assert study("inspect", "skin.md", "--json", "--library", library).json["title"] == "Skin"
    for words in (("path", "--to", ""), ("concept", " "), ("why", "", "skin")):
        ran = study(*words, "--library", library)
        assert (ran.code, ran.err) == (2, "study: The name of the concept is empty. Name a concept.\n")
    assert study("backup", f"{tmp_path}/none/", "--library", library).code == 2
