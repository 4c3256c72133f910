"""The starter course keeps its promises of form: complete front matter, sections in order, and prerequisites that lead somewhere."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
import yaml

from graph.atlas.compiled import load_atlas
from graph.atlas.order import direct
from graph.text.normal import key

COURSE = Path(__file__).parent.parent / "data" / "course"
NAMES = sorted(path.stem for path in COURSE.glob("*.md"))
SECTIONS = ["Intuition", "Formula", "Worked example", "Pitfalls", "Sources"]
LATEST_YEAR = 2026


@dataclass(frozen=True, slots=True)
class Note:
    """One note: its front matter, and its body split at the headings."""

    name: str
    front: dict[str, Any]
    title: str
    lead: str
    sections: dict[str, str]

    @property
    def names(self) -> list[str]:
        return [str(name) for name in [self.front["title"], *self.front["aliases"]]]


@cache
def read(name: str) -> Note:
    text = (COURSE / f"{name}.md").read_text(encoding="utf-8")
    _, front, body = text.split("---\n", 2)
    head, *parts = re.split(r"^## +(.+)$", body, flags=re.MULTILINE)
    title, _, lead = head.strip().partition("\n")
    return Note(
        name=name,
        front=yaml.safe_load(front),
        title=title.removeprefix("# "),
        lead=lead.strip(),
        sections={heading: text.strip() for heading, text in zip(parts[::2], parts[1::2], strict=True)},
    )


def body(note: Note) -> str:
    return "\n".join([note.lead, *(text for heading, text in note.sections.items() if heading != "Sources")])


@cache
def by_any_name() -> dict[str, str]:
    return {name.casefold(): note.name for note in map(read, NAMES) for name in note.names}


@cache
def course_graph() -> "nx.DiGraph[str]":
    known = by_any_name()
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(NAMES)
    graph.add_edges_from((known[required.casefold()], note.name) for note in map(read, NAMES) for required in note.front["requires"])
    return graph


def prerequisites(name: str) -> set[str]:
    return set(course_graph().predecessors(name))


def test_course_is_long_enough_and_licensed() -> None:
    assert len(NAMES) >= 100
    licence = (COURSE / "LICENSE").read_text(encoding="utf-8")
    assert "CC-BY-4.0" in licence
    assert "https://creativecommons.org/licenses/by/4.0/" in licence
    assert "Copyright (c) 2026 the study authors" in licence


@pytest.mark.parametrize("name", NAMES)
def test_front_matter_is_complete(name: str) -> None:
    front = read(name).front
    assert list(front) == ["title", "aliases", "requires", "minutes", "goals"]
    assert isinstance(front["title"], str)
    for field in ("aliases", "requires", "goals"):
        assert isinstance(front[field], list)
        assert all(isinstance(item, str) and item == item.strip() and item for item in front[field])
    assert front["aliases"]
    assert len(front["requires"]) <= 4
    assert 1 <= len(front["goals"]) <= 3
    assert isinstance(front["minutes"], int)
    assert 10 <= front["minutes"] <= 60


@pytest.mark.parametrize("name", NAMES)
def test_file_is_named_after_its_title(name: str) -> None:
    note = read(name)
    assert note.title == note.front["title"]
    assert name == re.sub(r"[^a-z0-9]+", "-", note.title.casefold().replace("'", "")).strip("-")


def test_no_two_notes_share_a_name() -> None:
    names = [name.casefold() for note in map(read, NAMES) for name in note.names]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_prerequisite_is_another_note(name: str) -> None:
    known, note = by_any_name(), read(name)
    needed = [known[required.casefold()] for required in note.front["requires"]]
    assert name not in needed
    assert len(needed) == len(set(needed))


def test_prerequisites_form_no_circle_and_join_the_course() -> None:
    graph = course_graph()
    assert nx.is_directed_acyclic_graph(graph)
    assert len(max(nx.weakly_connected_components(graph), key=len)) >= 0.95 * len(graph)  # some begin with what has no note


def test_prerequisites_that_a_teacher_would_insist_on() -> None:
    assert prerequisites("rlhf") == {"reward-model", "ppo", "kl-divergence", "supervised-fine-tuning"}
    assert prerequisites("ppo") >= {"policy-gradient"}
    assert prerequisites("policy-gradient") >= {"reinforcement-learning"}
    assert prerequisites("scaled-dot-product-attention") >= {"dot-product", "softmax", "variance"}
    assert prerequisites("transformer") >= {"multi-head-attention", "positional-encoding", "layer-normalization", "residual-connection"}
    assert nx.ancestors(course_graph(), "dpo") >= {"probability", "dot-product", "gradient", "kl-divergence", "rlhf"}


@pytest.mark.parametrize("name", NAMES)
def test_sections_stand_in_order(name: str) -> None:
    sections = list(read(name).sections)
    extra = {"Check yourself", "Why divide by the square root of d"}
    assert [heading for heading in sections if heading not in extra] == SECTIONS
    assert sections[-1] == "Sources"


@pytest.mark.parametrize("name", NAMES)
def test_first_paragraph_defines_the_concept_in_one_sentence(name: str) -> None:
    note = read(name)
    assert "\n" not in note.lead
    assert re.match(rf"(?:(?:An?|The) )?\*\*{re.escape(note.title)}\*\* ", note.lead, flags=re.IGNORECASE)
    assert note.lead.endswith(".")
    assert not re.search(r"[.!?] ", note.lead)
    assert re.search(r" (?:is|of) ", note.lead)


@pytest.mark.parametrize("name", NAMES)
def test_body_has_the_parts_that_each_section_promises(name: str) -> None:
    note = read(name)
    assert 250 <= len(body(note).split()) <= 500
    assert note.sections["Formula"].count("$$") in (2, 4)
    assert all(line.startswith("- ") for line in note.sections["Pitfalls"].splitlines())
    assert len(note.sections["Pitfalls"].splitlines()) >= 3
    for source in note.sections["Sources"].splitlines():
        years = [int(year) for year in re.findall(r"\b1[5-9]\d\d\b|\b20\d\d\b", source)]
        assert years, source
        assert max(years) <= LATEST_YEAR
    questions = note.sections.get("Check yourself")
    if questions is not None:
        assert re.fullmatch(r"(?:\*\*Q:\*\* [^\n]+\?\n\*\*A:\*\* [^\n]+\.\n*){1,2}", questions)


@pytest.mark.parametrize("name", NAMES)
def test_each_line_of_prose_holds_one_whole_sentence(name: str) -> None:
    note = read(name)
    for heading in ("Intuition", "Why divide by the square root of d", "Pitfalls"):
        for line in note.sections.get(heading, "").splitlines():
            if line:
                assert re.fullmatch(r"(?:- )?[A-Z].*[.?]", line), line
                assert not re.search(r"[.!?] [A-Z]", line), line
                assert not re.match(r"(?:- )?(?:It|They|This|That|These|Those|He|She|Its|Their) ", line), line


@pytest.mark.parametrize("name", NAMES)
def test_dollar_signs_come_in_pairs(name: str) -> None:
    for paragraph in (COURSE / f"{name}.md").read_text(encoding="utf-8").split("\n\n"):
        assert paragraph.count("$") % 2 == 0, paragraph


def test_attention_note_answers_why_the_scores_are_scaled() -> None:
    why = read("scaled-dot-product-attention").sections["Why divide by the square root of d"]
    for words in (
        "has variance d",
        "grows like the square root of d",
        "saturate the softmax",
        "vanishing gradients",
        "variance of the attention scores at one",
    ):
        assert words in why


ATLAS = load_atlas()


def softly_before(id_: str) -> set[str]:
    """All that the atlas puts before a concept, what only helps included."""
    found: set[str] = set()
    rest = [id_]
    while rest:
        entry = ATLAS.entries[rest.pop()]
        rest += {*direct(entry), *(one.concept for one in entry.helps)} - found
        found.update(rest)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_note_is_the_lesson_of_an_atlas_concept(name: str) -> None:
    note, entry = read(name), ATLAS.entries.get(name)
    assert entry is not None
    assert key(note.title) in map(key, entry.names)
    assert {known.id for alias in note.names if (known := ATLAS.named(alias)) is not None} == {name}


@pytest.mark.parametrize("name", NAMES)
def test_a_note_requires_only_what_the_atlas_puts_before_it(name: str) -> None:
    known = by_any_name()
    assert {known[required.casefold()] for required in read(name).front["requires"]} <= softly_before(name)
