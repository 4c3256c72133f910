"""`study atlas`: look things up, search, export; and `study show atlas:FILE`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import networkx as nx
import pytest
from terminal import study

from assistant import Atlas
from graph.atlas.compiled import load_atlas
from graph.errors import AmbiguousConcept, UnknownEntry
from ingest.errors import UsageError


def test_a_concept_is_shown_with_its_reasons() -> None:
    ran = study("atlas", "show", "scaled dot-product attention")
    assert ran.code == 0
    for said in ("You know it when you can", "Builds on", "Softmax: ", "Unlocks", "concepts before it"):
        assert said in ran.out


def test_every_place_can_be_shown() -> None:
    found = study("atlas", "show", "softmax", "--json").json
    first, last = found["lines"]
    shown = study("show", f"{found['document']}:{first}-{last}", "--context", "0", "--json").json
    lines = {line["number"]: line["text"] for line in shown["context"]}
    assert lines[first] == "[softmax]"
    assert (shown["document"], shown["title"]) == (found["document"], f"Atlas: {found['field']}")
    for one in found["requires"]:
        assert lines[one["line"]].startswith(f"{one['concept']} = ")
        assert one["reason"] in lines[one["line"]]
    ran = study("show", f"{found['document']}:{first}", "--context", "1")
    assert f"> {first} │ [softmax]" in ran.out


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("atlas:deep-lerning.toml:3", "Nearest: atlas:deep-learning.toml"),
        ("atlas:deep-learning.toml:999999", "has lines 1 to "),
        ("atlas:../course/adam.md", "No document named 'atlas:../course/adam.md'"),
        ("atlas:deep-learning.toml page 3:1", "has no pages"),
    ],
)
def test_a_place_that_does_not_exist_is_refused(place: str, said: str) -> None:
    ran = study("show", place)
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err


def test_every_concept_is_found_by_each_of_its_names() -> None:
    atlas = Atlas()
    for entry in atlas.values.entries.values():
        assert all(atlas.values.named(name) is entry for name in (entry.id, *entry.names)), entry.id
        assert entry in atlas.search(entry.name, 5), entry.id


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("softmax", "softmax"),
        ("KV cache", "kv-cache"),
        ("eigen vectors", "eigenvalue"),
        ("policy gradients", "policy-gradient"),
        ("gqa", "grouped-query-attention"),
        ("how to choose the learning rate", "learning-rate"),
        ("why does my model overfit", "overfitting"),
        ("attention", "scaled-dot-product-attention"),
        ("optimisation problem", "optimization-problem"),
    ],
)
def test_a_search_finds_the_concept_that_is_meant(words: str, first: str) -> None:
    assert study("atlas", "search", words, "--json").json["concepts"][0]["id"] == first


def test_a_search_without_a_result_says_so() -> None:
    assert study("atlas", "search", "zzzz").out == "The atlas has no concept for 'zzzz'.\n"
    assert study("atlas", "search", "?").out == "The atlas has no concept for '?'.\n"


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    ran = study("atlas", "show", "softmx")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("study: No concept named 'softmx' in the atlas. Nearest: Softmax")
    with pytest.raises(UnknownEntry):
        Atlas().part(to="zzzzzzzzzz")


def test_an_ambiguous_name_is_answered_with_what_tells_its_meanings_apart() -> None:
    term = load_atlas().ambiguous[0]
    ran = study("atlas", "show", term.name)
    assert (ran.code, ran.out) == (1, "")
    assert f"means several things: {term.ask} Name one of: {', '.join(term.means)}." in ran.err
    with pytest.raises(AmbiguousConcept):
        Atlas().show(term.name)


def test_the_exports_hold_the_same() -> None:
    whole = study("atlas", "export", "--to", "softmax").json
    ids = {one["id"] for one in whole["concepts"]}
    assert "softmax" in ids
    assert all(one["concept"] in ids for entry in whole["concepts"] for one in entry["requires"])
    drawn = nx.parse_graphml(study("atlas", "export", "--to", "softmax", "--format", "graphml").out)
    rows = list(csv.DictReader(io.StringIO(study("atlas", "export", "--to", "softmax", "--format", "csv").out)))
    dot = study("atlas", "export", "--to", "softmax", "--format", "dot").out
    assert set(drawn.nodes) == ids
    assert {(row["from"], row["to"]) for row in rows} == set(drawn.edges)
    assert dot.count(" -> ") == len(rows)
    required = {(one["concept"], entry["id"]) for entry in whole["concepts"] for one in entry["requires"]}
    assert {(row["from"], row["to"]) for row in rows if row["kind"] == "requires"} == required


def test_a_part_of_the_atlas_is_one_field(tmp_path: Path) -> None:
    out = tmp_path / "field.json"
    assert study("atlas", "export", "--field", "deep-learning", "--out", out).code == 0
    assert {one["field"] for one in json.loads(out.read_text())["concepts"]} == {"deep-learning"}
    with pytest.raises(UsageError, match="There are: linear-algebra-and-calculus, "):
        Atlas().part(field="alchemy")


def test_a_file_is_overwritten_only_on_demand(tmp_path: Path) -> None:
    out = tmp_path / "atlas.json"
    out.write_text("mine")
    ran = study("atlas", "export", "--out", out)
    assert (ran.code, out.read_text()) == (1, "mine")
    assert "--force" in ran.err
    assert study("atlas", "export", "--out", out, "--force").code == 0
    assert json.loads(out.read_text())["licence"] == "CC-BY-4.0"
    assert study("atlas", "export", "--json", "--format", "dot").code == 2
