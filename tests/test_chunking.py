"""What a passage is: inside one section, about so long, verbatim, with units that can be read by themselves."""

from pathlib import Path

import pytest

from ingest.chunking.chunking import chunk_document
from ingest.chunking.settings import ChunkSettings
from ingest.chunking.tokens import Window, estimate_tokens
from ingest.model import Chunk, Kind
from ingest.readers import read_document

DOCUMENTS = Path(__file__).parents[1].parent / "shared" / "documents"


def chunks(text: str, name: str = "note.md", settings: ChunkSettings | None = None) -> list[Chunk]:
    return chunk_document(read_document(name, text.encode()), settings)


def test_short_section_is_one_passage_with_its_heading() -> None:
    (chunk,) = chunks("# Notes\n\nA norm is a length of a vector. It is never below zero, anywhere.\n")
    assert chunk.text == "# Notes\n\nA norm is a length of a vector. It is never below zero, anywhere."
    assert [u.text for u in chunk.units] == ["A norm is a length of a vector.", "It is never below zero, anywhere."]
    assert (chunk.section, chunk.span.first, chunk.span.last) == ((), 1, 3)


def test_a_long_line_is_cut_at_sentences() -> None:
    line = " ".join(f"Sentence number {n} says something about a topic that matters, e.g. a proof by J. Neumann." for n in range(40))
    found = chunks(f"# T\n\n{line}\n")
    assert len(found) > 3
    assert all(c.span.last == 3 for c in found)
    assert all(len(c.text.split()) <= 110 for c in found)
    assert all(c.text.endswith("Neumann.") for c in found)


def test_a_list_keeps_its_introducing_sentence() -> None:
    filler = "Plain words fill the paragraph before the list until it is long enough. " * 6
    found = chunks(f"# T\n\n{filler}\n\nThree things matter here:\n\n- first\n- second\n- third\n")
    last = next(c for c in found if "- first" in c.text)
    assert "Three things matter here:" in last.text


def test_small_labels_share_a_passage() -> None:
    (chunk,) = chunks("# T\n\nPros:\n- fast\n- small\n\nCons:\n- rough\n")
    assert chunk.section == ()
    assert chunk.kind is Kind.LIST


def test_sections_do_not_share_a_passage() -> None:
    assert [c.section for c in chunks("# A\n\n## B\n\nOne thing.\n\n## C\n\nAnother thing.\n")] == [("B",), ("C",)]


def test_first_passage_of_an_answer_shows_the_question() -> None:
    body = "\n\n".join("    " + "The answer goes on for a good while with many words in it. " * 5 for _ in range(4))
    found = chunks(f"# T\n\n1) What is it?\n\n{body}\n\n2) And that?\n")
    answers = [c for c in found if c.kind is Kind.ANSWER]
    assert len(answers) > 1
    assert "1) What is it?" in answers[0].text
    assert all(c.section == ("What is it?",) for c in answers)
    assert not any("What is it?" in u.text for c in answers for u in c.units)
    assert found[-1].kind is Kind.QUESTION


def test_unanswered_questions_are_packed_together() -> None:
    (chunk,) = chunks("# T\n\n1) What is it?\n2) Why is it?\n3) Who is it?\n")
    assert chunk.kind is Kind.QUESTION
    assert "Why is it?" in chunk.text


def test_formula_and_table_rows_stay_whole() -> None:
    formula = "$$\n" + "\n".join(f"a_{n} + b_{n} = c_{n} \\\\" for n in range(12)) + "\n$$"
    rows = "\n".join(f"| row {n} | value {n} | a remark of a few words |" for n in range(40))
    document = read_document("a.md", f"# T\n\n{formula}\n\n| a | b | c |\n|---|---|---|\n{rows}\n".encode())
    found = chunk_document(document)
    assert any(formula in c.text for c in found)
    for chunk in found:
        if chunk.kind is Kind.TABLE:
            assert all(line.startswith("|") and line.endswith("|") for line in chunk.text.split("\n")[1:])


def test_contents_are_a_kind_and_front_matter_is_none() -> None:
    found = chunks("---\ntitle: X\n---\n# Contents\n\n- A thing\n- B thing\n\n# A\n\nText here.\n")
    assert [c.kind for c in found] == [Kind.CONTENTS, Kind.PROSE]
    assert not any("title: X" in c.text for c in found)


def test_bare_heading_can_be_found() -> None:
    found = chunks("# T\n\nText here.\n\n## Nothing below this one\n")
    assert found[-1].kind is Kind.HEADING
    assert "Nothing below" in found[-1].text


def test_list_markers_are_not_part_of_units() -> None:
    items = "\n".join(f"- item number {n} tells a story of more than a dozen words so that it stands by itself" for n in range(3))
    (chunk,) = chunks(f"# T\n\n{items}\n")
    assert [u.text[:4] for u in chunk.units] == ["item"] * 3


def test_ids_are_stable_and_depend_on_place_and_text() -> None:
    text = "# T\n\nSame words.\n\n# T\n\nSame words.\n"
    first, second = chunks(text)
    assert first.id != second.id
    assert [c.id for c in chunks(text)] == [first.id, second.id]
    assert chunks(text, "other.md")[0].id != first.id
    assert len(first.id) == 16


def test_settings_change_the_length_and_the_identity() -> None:
    text = "# T\n\n" + "A sentence of exactly seven words here. " * 60
    assert len(chunks(text, settings=ChunkSettings(size=30))) > len(chunks(text))
    assert ChunkSettings(size=30).identity != ChunkSettings().identity


def test_one_endless_line_is_cut_at_words() -> None:
    found = chunks("word " * 2000 + "x" * 5000, "a.txt")
    assert max(estimate_tokens(c.text) for c in found) <= Window().limit


def test_no_passage_grows_without_bound() -> None:
    for text in ("Label:\n" * 3000, "Why so?\n\n" * 500, "- \n" * 3000, "a:\n\n- b\n\n" * 900):
        assert max(estimate_tokens(c.text) for c in chunks(text, "a.txt")) <= Window().limit


@pytest.mark.skipif(not DOCUMENTS.is_dir(), reason="the reference documents are not here")
def test_reference_documents_give_exact_passages_of_about_the_target_length() -> None:
    for path in sorted(DOCUMENTS.iterdir()):
        document = read_document(path.name, path.read_bytes())
        found = chunk_document(document)
        lengths = [len(c.text.split()) for c in found]
        assert 30 <= sum(lengths) / len(lengths) <= 90
        assert max(lengths) <= 200
