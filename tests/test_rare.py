"""The only rare word of a query, and the kinds that a filter finds."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import WordEncoder, make_chunk, make_index
from terminal import study

from index.explain import explain
from index.rare import only_rare_word
from index.search import READING, SearchSettings
from ingest.text.terms import analyze

NAMES = ("graupel", "virga", "isobar", "föhn", "squall")
CHUNKS = [
    *(make_chunk(f"Clouds bring {name}, snow and hail to the hills.", line=10 * number) for number, name in enumerate(NAMES)),
    *(make_chunk(f"Clouds bring snow and hail, as on day {number}. Snow falls from clouds.", line=200 + number) for number in range(60)),
]


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("graupel", "graupel"),
        ("what is graupel", "graupel"),
        ("explain graupel", "graupel"),
        ("graupel from clouds", "graupel"),  # every passage speaks of clouds
        ("graupel or virga", None),
        ("graupel in winter", None),  # nobody knows how rare winter is elsewhere
        ("clouds", None),
        ("what is this", None),
    ],
)
def test_the_only_rare_word_of_a_query(tmp_path: Path, word_encoder: WordEncoder, query: str, word: str | None) -> None:
    index = make_index(CHUNKS, word_encoder, tmp_path)
    assert only_rare_word(analyze(query), index.engine) == word
    index.close()


@pytest.mark.parametrize("alpha", [0.0, 0.01, 0.4, 1.0])
@pytest.mark.parametrize("name", NAMES)
def test_no_passage_without_the_only_rare_word_outranks_one_with_it(
    tmp_path: Path, word_encoder: WordEncoder, name: str, alpha: float
) -> None:
    index = make_index(CHUNKS, word_encoder, tmp_path)
    query = index.query(f"{name} of clouds", word_encoder)
    settings = SearchSettings(alpha=alpha, rare=True)
    hits = index.search(query, 10, settings)
    assert [name in hit.chunk.text for hit in hits] == [True] + [False] * 9
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    for hit, why in zip(hits, explain(index, query, hits, 10, settings), strict=True):
        assert hit.score == pytest.approx(why.prior * sum(said.part for said in why.channels.values()) + why.lift)
    index.close()


def test_a_reader_sees_the_passage_with_the_word_first(tmp_path: Path, word_encoder: WordEncoder) -> None:
    index = make_index(CHUNKS, word_encoder, tmp_path)
    for name in NAMES:
        assert name in index.search(index.query(f"what is {name}", word_encoder), 3, READING)[0].chunk.text
    index.close()


NOTE = """---
title: Weather
---
# Weather

Clouds bring rain and snow to the hills, and every child knows it well.

- a list of clouds
- and of winds

$$p(h) = p_0 e^{-h/H}$$

| cloud | height |
|---|---|
| cirrus | high |

```
print("cloud")
```

TODO: add a map

> Note: a callout about clouds.

Q: What is a cloud?
A: Water that floats.

Q: What is virga?
"""


def test_a_kind_finds_what_inspect_counts(tmp_path: Path, encoder_cache: Path) -> None:
    (tmp_path / "weather.md").write_text(NOTE)
    library = tmp_path / "library"
    assert study("ingest", tmp_path / "weather.md", "--library", library).code == 0
    counted = study("inspect", tmp_path / "weather.md", "--json").json["kinds"]
    assert {"list", "formula", "table", "code", "todo", "heading", "prose"} <= set(counted)
    for kind in counted.keys() - {"metadata"}:  # front matter is no passage
        found = study("search", "clouds", "--kind", kind, "--json", "--library", library).json
        assert found["hits"], kind
    everything = study("search", "clouds", "-k", "50", "--json", "--library", library).json["hits"]
    formula = study("search", "clouds", "-k", "50", "--kind", "formula", "--json", "--library", library).json["hits"]
    assert 0 < len(formula) <= len(everything)
    assert all("p_0" in hit["text"] for hit in formula)
