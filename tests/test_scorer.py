"""The fitted scorer of units: its file, what is read, and that the unit that answers comes first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from samples import WordEncoder, make_index, read_chunks

from assistant.answers.passages.candidates import Ranker
from assistant.answers.passages.features import CHEAP, FEATURES
from assistant.answers.passages.reading import PassageReader
from assistant.answers.passages.scorer import READ, SCORER, ScorerModel, chosen_to_read, with_unread
from assistant.answers.question.intent import intent_of
from assistant.search.scored import search_scored
from benchmarks.fit_scorer import Rated, fit
from index.models.encoder import OnnxEncoder
from index.search import READING, Query
from ingest.data import data_folder
from ingest.model import Tokens

BOATS = """# Boats

## Keels

A keel keeps a boat from drifting sideways. The first keels were of oak.

## Sails

A sail catches wind. Sails of hemp were heavy: a wet one weighed 300 kg. Sails are sewn by hand.

## Ballast

Ballast lowers the centre of gravity. Stones were used as ballast.
"""


def test_the_model_is_small_and_knows_no_other_features() -> None:
    file = data_folder("models") / "scorer.json"
    assert file.stat().st_size < 1_000_000
    assert tuple(SCORER.first) == CHEAP
    assert tuple(SCORER.weights) == FEATURES


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("how heavy was a wet hemp sail", "Sails of hemp were heavy"),
        ("what were the first keels made of", "The first keels"),
        ("what does ballast do", "Ballast lowers"),
        ("why does a boat not drift sideways", "A keel keeps"),
    ],
)
def test_the_unit_that_answers_comes_first(tmp_path: Path, encoder: OnnxEncoder, question: str, says: str) -> None:
    index = make_index(read_chunks("boats.md", BOATS), encoder, tmp_path)
    query = Query.of(question, encoder)
    best, *others = Ranker(index, encoder).rank(query, index.search(query), intent_of(question))
    index.close()
    assert says in best.unit.text
    assert best.relevance == 1.0
    assert all(0 < other.relevance <= 1 for other in others)


def test_no_passage_is_read_twice(tmp_path: Path) -> None:
    class Counting(WordEncoder):
        read_texts: list[str] = []  # noqa: RUF012

        def read(self, text: str) -> Tokens:
            self.read_texts.append(text)
            return super().read(text)

    encoder = Counting()
    chunks = read_chunks("boats.md", BOATS)
    reader = PassageReader(encoder)
    for _ in range(2):
        assert [len(passage.units) for passage in reader.read(chunks)] == [len(chunk.units) for chunk in chunks]
    assert len(encoder.read_texts) == len(set(encoder.read_texts)) == len(chunks)


def test_the_passages_of_the_best_units_are_read() -> None:
    passages = [at for at in range(2 * READ) for _ in range(2)]
    scores = np.array([passage / 10 if unit else -1.0 for passage in range(2 * READ) for unit in range(2)])
    assert chosen_to_read(scores, passages) == list(range(2 * READ - 1, READ - 1, -1))
    assert chosen_to_read(10 * scores, passages) == [2 * READ - 1 - at for at in range(4)]


def test_what_was_not_read_is_taken_to_be_a_little_below_the_middle() -> None:
    rows = np.ones((3, len(FEATURES)))
    rows[1, len(CHEAP) :] = 0.5
    rows[2, len(CHEAP) :] = np.nan
    filled = with_unread(rows)
    assert filled[2, : len(CHEAP)].tolist() == [1.0] * len(CHEAP)
    assert 0.5 < filled[2, -1] < 0.75
    assert np.isfinite(with_unread(np.full((1, len(FEATURES)), np.nan))[:, len(CHEAP) :]).all()


def test_fitting_finds_the_feature_that_tells_the_right_unit() -> None:
    random = np.random.default_rng(0)
    rated = []
    for _ in range(60):
        rows = random.normal(size=(8, len(FEATURES)))
        rated.append(Rated("boats", rows, tuple(range(8)), np.arange(8) == rows[:, 0].argmax()))
    model = fit(rated)
    assert isinstance(model, ScorerModel)
    assert max(model.first, key=lambda name: abs(model.first[name])) == CHEAP[0]
    assert max(model.weights, key=lambda name: abs(model.weights[name])) == FEATURES[0]


def test_a_search_shows_first_what_answers(tmp_path: Path, encoder: OnnxEncoder) -> None:
    index = make_index(read_chunks("boats.md", BOATS), encoder, tmp_path)
    query = index.query("what lowers the middle of the weight", encoder)
    hits = search_scored(index, encoder, query, 3, READING)
    assert "Ballast lowers" in hits[0].chunk.text
    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert {hit.ids: hit.score for hit in index.search(query, 10, READING)} == {hit.ids: hit.before[1] for hit in hits if hit.before}
    index.close()


def test_the_only_rare_word_of_a_query_still_comes_first(tmp_path: Path) -> None:
    weather = "# Weather\n\n" + "\n\n".join(f"## Day {day}\n\nClouds bring snow, as on day {day}." for day in range(30))
    index = make_index(read_chunks("days.md", f"{weather}\n\n## Virga\n\nClouds bring virga, too."), WordEncoder(), tmp_path)
    query = index.query("what is virga of clouds", WordEncoder())
    assert "virga" in search_scored(index, WordEncoder(), query, 5, READING)[0].chunk.text
    index.close()
