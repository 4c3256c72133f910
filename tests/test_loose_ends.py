"""The loose ends of notes, as their owner sees them."""

from __future__ import annotations

from assistant.practice.loose_ends.finding import loose_ends
from assistant.practice.loose_ends.values import Loose, LooseEnd
from assistant.practice.mastery.mastery import Mastery, Stage
from graph.build import build_graph
from graph.model.values import Concept, Evidence, Graph, Origin, Prerequisite, Signal
from ingest.model import Span
from ingest.readers import read_document


def found(texts: dict[str, str], graph: Graph | None = None, mastery: dict[str, Mastery] | None = None) -> list[LooseEnd]:
    documents = [read_document(name, text.encode()) for name, text in texts.items()]
    return loose_ends(documents, graph or build_graph(documents), mastery or {}, lambda _document, _span: "")


def test_questions_tasks_and_links_that_lead_nowhere() -> None:
    texts = {
        "cell.md": "---\naliases: [Zelle]\n---\n# Cell\n\nSee [[Osmosis]], [[nucleus|the core]], [[Zelle]] and [it](walls/wall.md).\n\n"
        "The matrix $[[1, 1]]$ and `[[code]]` are no links, nor is ![[picture.png]].\n\n**Q:** Why is a cell so small?\n\nTODO: draw it\n",
        "osmosis.md": "# Osmosis\n\nSee [[Nucleus]] and [the cell](cell.md).\n\n**Q:** What moves?\n**A:** Water moves.\n",
    }
    ends = found(texts)
    assert {(one.kind, one.text, one.count) for one in ends if one.kind is Loose.LINK} == {
        (Loose.LINK, "nucleus", 2),
        (Loose.LINK, "walls/wall.md", 1),
    }
    assert [one.text for one in ends if one.kind is Loose.QUESTION] == ["Why is a cell so small?"]
    assert [(one.text, one.document) for one in ends if one.kind is Loose.TODO] == [("TODO: draw it", "cell.md")]
    assert next(one.span for one in ends if one.kind is Loose.LINK) == Span(6, 6)


def test_boxes_that_are_not_ticked_are_tasks() -> None:
    note = "# Week 3\n\n- [ ] read chapter 4\n- [x] buy pens\n- [ ] What does melanin absorb?\n\n```\n- [ ] code\n```\n"
    ends = found({"week.md": note})
    assert [(one.kind, one.text, one.span) for one in ends] == [
        (Loose.QUESTION, "What does melanin absorb?", Span(5, 5)),
        (Loose.TODO, "read chapter 4", Span(3, 3)),
    ]


def test_what_nothing_defines_and_what_is_forgotten_most_needed_first() -> None:
    why = (Evidence(Signal.CUE, "a.md", Span(1, 1), "why"),)
    edges = tuple(Prerequisite(one, other, 0.9, Origin.DOCUMENTS, why) for one, other in (("a", "b"), ("b", "c"), ("b", "d")))
    graph = Graph({id_: Concept(id_, id_.upper()) for id_ in "abcd"}, edges)
    mastery = {
        "a": Mastery("a", 0.4, 0.2, 0.6, Stage.FADING, 2, 2),
        "b": Mastery("b", 0.9, 0.8, 1.0, Stage.KNOWN, 2, 2),
    }
    ends = found({"a.md": "# A\n\nText.\n"}, graph, mastery)
    assert [(one.kind, one.text, one.needed_by) for one in ends] == [
        (Loose.WEAK, "A", 3),
        (Loose.UNDEFINED, "A", 3),
        (Loose.UNDEFINED, "B", 2),
    ]
