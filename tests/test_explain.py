"""An explanation adds up to the score that it explains, and the score is what a search gave."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import WordEncoder, make_chunk, make_index
from terminal import study

from index.explain import corrections, explain
from index.search import Channel, Fusion, SearchSettings
from ingest.model import Kind

EVERY_WAY = [SearchSettings(channels, fusion) for channels in [tuple(Channel), (Channel.LEXICAL,), (Channel.DENSE,)] for fusion in Fusion]
CHUNKS = [
    make_chunk("The gradient points uphill.\nGradient descent goes the other way.", section=("Gradient descent",)),
    make_chunk("Entropy is the average surprise.", section=("Entropy",), line=10),
    make_chunk("Gradient descent\nEntropy", kind=Kind.CONTENTS, line=20),
    *(make_chunk(f"Step {number} of a gradient.", line=30 + number) for number in range(150)),
]


@pytest.mark.parametrize("way", EVERY_WAY, ids=str)
def test_parts_add_up_to_the_score(tmp_path: Path, word_encoder: WordEncoder, way: SearchSettings) -> None:
    index = make_index(CHUNKS, word_encoder, tmp_path)
    query = index.query("gradeint descent of descent", word_encoder)
    assert corrections(query) == {"gradeint": "gradient"}
    for k in (3, 140):
        hits = index.search(query, k, way)
        for hit, why in zip(hits, explain(index, query, hits, k, way), strict=True):
            assert sum(said.part for said in why.channels.values()) * why.prior == pytest.approx(hit.score)
            assert list(why.channels) == [channel for channel in Channel if channel in way.channels]
            own = {Channel.LEXICAL: hit.bm25, Channel.DENSE: hit.cosine}
            assert all((said.rank is None) == (own[channel] is None) for channel, said in why.channels.items())
            assert sum(why.terms.values()) == pytest.approx(index.engine.lexical_scores(query.terms, hit.ids)[hit.chunk.id], abs=1e-5)
            assert why.nearest is not None
            assert why.nearest.cosine == pytest.approx(max(index.unit_cosines(query.vector, hit.ids)[0]))
        for channel in way.channels:
            ranks = [why.channels[channel].rank for why in explain(index, query, hits, k, way)]
            assert len(set(ranks) - {None}) == len([rank for rank in ranks if rank is not None])
    assert explain(index, query, [], 3, way) == []
    index.close()


def test_search_explains_at_the_terminal_and_in_json(tmp_path: Path, encoder_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notes.md").write_text(
        "# Attention\n\n## Scaling\n\nThe scores are divided by √d because the variance of the dot product is d.\n\n"
        "## Masking\n\nA mask hides the future from the softmax. It is added before the normalisation, as minus infinity.\n"
    )
    assert study("ingest", tmp_path / "notes.md", "--library", tmp_path / "library").code == 0
    asked = ("search", "varience of scores", "--library", tmp_path / "library")
    plain, explained = study(*asked, "--json").json, study(*asked, "--explain", "--json").json
    assert explained["explain"] == {"terms": ["variance", "scores"], "corrections": {"varience": "variance"}}
    assert [{name: hit[name] for name in hit if name != "explain"} for hit in explained["hits"]] == plain["hits"]
    why = explained["hits"][0]["explain"]
    assert set(why) == {"channels", "prior", "lift", "terms", "nearest", "before"}
    assert set(why["terms"]) == {"variance", "scores"}
    assert {name: said["rank"] for name, said in why["channels"].items()} == {"lexical": 1, "dense": 1}
    assert why["nearest"]["lines"] == [5, 5]
    assert sum(said["part"] for said in why["channels"].values()) * why["prior"] == pytest.approx(why["before"]["score"], abs=1e-5)
    assert study("search", "--batch", "--explain", "--library", tmp_path / "library", stdin="varience of scores\n").lines == [explained]
    monkeypatch.setenv("COLUMNS", "80")
    shown = study(*asked, "--explain").out
    assert max(map(len, shown.splitlines())) <= 80
    for said in ("varience is read as variance", "words: rank 1", "meaning: rank 1", "nearest, ", "score "):
        assert said in shown
