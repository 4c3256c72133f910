"""Passages that say the same take one place in a ranking; passages that differ in anything that matters take one each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import WordEncoder, make_chunk, make_index, read_chunks
from terminal import study

from assistant.answers.compose.compose import compose_parts
from assistant.answers.passages.candidates import Ranker
from index.copies import collapse, is_copy, same_words
from index.explain import explain
from index.filters import Filter
from index.metrics.ranking import Gold, Passage, judge_grades, judge_snippets
from index.models.encoder import OnnxEncoder
from index.search import Query, SearchSettings
from ingest.model import Chunk, Kind

LONG = (
    "The learning rate scales every step of gradient descent. Where it is too large the loss oscillates or diverges, and where it is too "
    "small training takes very long and may stop on a plateau. A warm-up of some hundred steps followed by a cosine decay works well."
)
SHORT = "Time complexity: linear in the number of points."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (LONG, "the same"),
        (LONG.replace(". ", ".\n\n> "), "quoted and wrapped"),
        (LONG.upper(), "shouted"),
        (LONG.replace("learning rate", "**learning rate**").replace("gradient", "_gradient_"), "emphasised"),
        (LONG + " Try it.", "something added"),
        (LONG.replace("oscillates", "osicllates"), "a slip of the pen"),
        (LONG.replace("the loss", "a loss"), "another article"),
        (LONG.replace("-", "‑"), "another hyphen"),
    ],
)
def test_copies_are_known(text: str, why: str) -> None:
    one, other = make_chunk(LONG), make_chunk(text, document="b.md")
    assert is_copy(one, other), why
    assert is_copy(other, one), why


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (LONG.replace("some hundred", "100"), LONG.replace("some hundred", "1000"), "another number"),
        (LONG + " It is 3e-4.", LONG + " It is 1e-4.", "another exponent"),
        (LONG + " So x = 5.", LONG + " So x = -5.", "another sign"),
        (LONG + " So a > b holds.", LONG + " So a < b holds.", "another relation"),
        (LONG + " So a = b holds.", LONG + " So a != b holds.", "no equality"),
        (LONG, LONG.replace("works", "never works"), "a negation"),
        (LONG, LONG.replace("large", "small", 1).replace("too small", "too large"), "opposites in each other's place"),
        (LONG, LONG.replace("decay", "growth"), "another word"),
        (LONG + " So f(x) is known.", LONG + " So f(y) is known.", "another variable"),
        (LONG, LONG.split(". ")[0] + ".", "the beginning alone"),
        ("", LONG, "nothing"),
    ],
)
def test_what_says_something_else_is_no_copy(one: str, other: str, why: str) -> None:
    assert not is_copy(make_chunk(one), make_chunk(other)), why
    assert not is_copy(make_chunk(other), make_chunk(one)), why


def test_a_short_passage_is_a_copy_only_under_the_same_heading() -> None:
    under = {title: make_chunk(SHORT, section=("Algorithms", title)) for title in ("Bucket sort", "Counting sort")}
    assert not is_copy(under["Bucket sort"], under["Counting sort"])
    assert is_copy(under["Bucket sort"], make_chunk(SHORT, document="b.md", section=("Bucket sort",)))
    assert is_copy(make_chunk(LONG, section=("Rates",)), make_chunk(LONG, document="b.md", section=("Optimisation",)))


@pytest.mark.parametrize("kind", [Kind.CODE, Kind.TABLE, Kind.FORMULA])
def test_code_tables_and_formulas_are_copies_to_the_letter(kind: Kind) -> None:
    code = make_chunk("for x in X:\n    total += f(x)", kind=kind)
    assert is_copy(code, make_chunk("for x in X:\n  total += f(x)", kind=kind, document="b.md"))
    assert not is_copy(code, make_chunk("for x in X:\n    Total += f(x)", kind=kind, document="b.md"))


@given(st.lists(st.text(st.sampled_from("ab 1-="), max_size=12), max_size=12), st.integers(1, 5))
def test_a_ranking_is_parted_into_firsts_and_their_copies(texts: list[str], k: int) -> None:
    chunks = [make_chunk(text, line=line) for line, text in enumerate(texts, start=1)]
    known = {chunk.id: chunk for chunk in chunks}
    found = collapse(list(known), lambda ids: [known[id_] for id_ in ids], k)
    places = [chunks.index(chunk) for chunk, _ in found]
    assert places == sorted(set(places))
    assert [chunk for chunk, _ in found][:1] == chunks[:1]
    assert all(is_copy(chunk, copy) for chunk, copies in found for copy in copies)
    assert not any(is_copy(one, other) for one, _ in found for other, _ in found if one is not other)
    alone = len(collapse(list(known), lambda ids: [known[id_] for id_ in ids], len(chunks) or 1))
    assert len(found) == min(k, alone)


def _index_chunks(copies: int, others: int) -> list[Chunk]:
    same = [make_chunk(LONG, document=f"copy {number}.md") for number in range(copies)]
    return same + [make_chunk(f"Note {number}: the learning rate and other things.", line=number + 1) for number in range(others)]


@pytest.mark.parametrize(("copies", "others"), [(3, 20), (300, 20)])
def test_as_many_hits_come_as_without_copies(tmp_path: Path, word_encoder: WordEncoder, copies: int, others: int) -> None:
    index = make_index(_index_chunks(copies, others), word_encoder, tmp_path)
    query = Query.of("it oscillates or diverges, or stops on a plateau", word_encoder)
    hits = index.search(query, 10)
    assert [hit.rank for hit in hits] == list(range(1, 11))
    assert sum(hit.chunk.text == LONG for hit in hits) == 1
    first = hits[0]
    assert first.chunk.document == "copy 0.md"
    assert {copy.document for copy in first.copies} == {f"copy {number}.md" for number in range(1, copies)}
    why = explain(index, query, hits, 10)[0]
    assert sum(said.part for said in why.channels.values()) * why.prior == pytest.approx(first.score)
    every = index.search(query, 10, SearchSettings(collapse=False))
    assert [hit.chunk.document for hit in every[:3]] == ["copy 0.md", "copy 1.md", "copy 2.md"]
    assert not any(hit.copies for hit in every)
    index.close()


def test_a_filter_finds_the_copy_that_it_leaves(tmp_path: Path, word_encoder: WordEncoder) -> None:
    index = make_index(_index_chunks(2, 3), word_encoder, tmp_path)
    within = Filter(documents=frozenset({"copy 1.md", "notes.md"}))
    hit = index.search(Query.of("cosine decay", word_encoder), 3, within=within)[0]
    assert (hit.chunk.document, hit.copies) == ("copy 1.md", ())
    index.close()


def test_a_copy_that_is_wanted_counts_as_found() -> None:
    passage = Passage("a.md", "one two three", copies=(Passage("b.md", "one two three"),))
    other = Passage("c.md", "four")
    assert judge_snippets([other, passage], [[Gold("b.md", "two three")]]).ranks == (2,)
    assert judge_snippets([other, passage], [[Gold("d.md", "two three")]]).ranks == (None,)
    judged = judge_grades([passage, other], {"b.md": 1.0, "c.md": 1.0})
    assert judged.ranks == (1, 2)
    assert judged.metrics["ndcg@10"] == judged.metrics["map@10"] == judged.metrics["recall@3"] == 1
    both = judge_grades([passage, other], {"a.md": 1.0, "b.md": 1.0})
    assert both.metrics["ndcg@10"] == both.metrics["recall@1"] == both.metrics["precision@3"] * 3 == 1


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("copies")
    notes = {"notes.md": LONG, "old/notes.md": LONG.replace("\n", " "), "other.md": LONG.replace("some hundred", "100 000")}
    for name, text in notes.items():
        (folder / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "in" / name).write_text(f"# Training\n\n## Learning rate\n\n{text}\n")
    assert study("ingest", folder / "in", "--library", folder / "library").code == 0
    return folder / "library"


def test_search_says_where_else_a_passage_stands(library: Path) -> None:
    hits: Sequence[dict[str, object]] = study("search", "learning rate decay", "--library", library, "--json").json["hits"]
    assert sorted(str(hit["document"]) for hit in hits) in (["notes.md", "other.md"], ["old/notes.md", "other.md"])
    copies = next(hit["copies"] for hit in hits if hit["document"] != "other.md")
    assert isinstance(copies, list)
    assert len(copies) == 1
    assert copies[0]["document"] in ("notes.md", "old/notes.md")
    assert copies[0].keys() == {"document", "title", "section", "part", "lines"}
    assert copies[0]["lines"] == hits[0]["lines"]
    shown = study("search", "learning rate decay", "--library", library)
    assert "also in old/notes.md:" in shown.out or "also in notes.md:" in shown.out


def test_an_answer_cites_the_copies_too(library: Path) -> None:
    answer = study("ask", "what does the learning rate scale?", "--library", library, "--json").json
    cited = [citation for citation in answer["citations"] if citation["copies"]]
    assert cited
    assert {cited[0]["document"], cited[0]["copies"][0]["document"]} == {"notes.md", "old/notes.md"}
    assert "also in " in study("ask", "what does the learning rate scale?", "--library", library).out


KNOTS = """# Knots

## Kinds of knots

There are three kinds of knots:

- stoppers, which keep a rope from slipping through
- hitches, which tie a rope to a post
- bends, which join two ropes

## Ropes

| rope | stretch |
|---|---|
| nylon | 30 % |
| hemp | 10 % |
"""


@pytest.mark.parametrize(("question", "lines"), [("kinds of knots", [5, 9]), ("how much does nylon stretch", [13, 15])])
def test_lists_and_rows_name_their_copies_too(tmp_path: Path, encoder: OnnxEncoder, question: str, lines: list[int]) -> None:
    index = make_index([*read_chunks("a.md", KNOTS), *read_chunks("b.md", KNOTS)], encoder, tmp_path)
    query = Query.of(question, encoder)
    _, (citation, *_) = compose_parts([(query, index.search(query))], Ranker(index, encoder))
    index.close()
    assert [(place.document, [place.span.first, place.span.last]) for place in citation.copies] == [("b.md", lines)]


def test_a_run_names_the_copies_and_can_do_without(library: Path, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    gold = [
        [{"document": name, "snippet": "The learning rate scales every step of gradient descent."}] for name in ("notes.md", "old/notes.md")
    ]
    file.write_text(json.dumps({"question": "what does the learning rate scale", "gold": gold}) + "\n")
    ran = study("eval", "retrieval", file, "--library", library, "--json", "--trec", tmp_path / "run.txt").json
    assert ran["metrics"]["recall@1"]["mean"] == 1
    lines = [line.split() for line in (tmp_path / "run.txt").read_text().splitlines()]
    assert [line[3] for line in lines] == ["1", "2", "3"]
    assert {line[2].split(":")[0] for line in lines[:2]} == {"notes.md", "old/notes.md"}
    every = study("eval", "retrieval", file, "--library", library, "--json", "--copies").json
    assert every["metrics"]["recall@1"]["mean"] == 0
    assert study("eval", "show", ran["run"], "--library", library).code == 0


def test_a_cited_unit_is_found_in_a_copy_by_its_words() -> None:
    copy = make_chunk("First line.\n- **Second** line")
    assert same_words("Second line", copy) == copy.units[1].span
    assert same_words("First line\nSecond line", copy) == copy.span
    assert same_words("Third line", copy) is None


def test_a_place_is_not_told_as_its_own_copy(tmp_path: Path, encoder_cache: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "line.txt").write_text("the tide rises and the tide falls " * 300)  # cut into passages of one line
    assert study("ingest", tmp_path / "notes", "--library", tmp_path / "library").code == 0
    for words in (("ask", "when does the tide rise"), ("search", "tide")):
        assert "also in" not in study(*words, "--library", tmp_path / "library").out
