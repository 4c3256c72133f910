"""The rules by which an answer is composed, each with how it is switched off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.ablation.row import Area, Row
from benchmarks.ablation.switching import Switch, becomes, calls, returns, returns_argument, returns_new

_COMPOSE = "assistant.answers.compose"
_PASSAGES = "assistant.answers.passages"
_QUESTION = "assistant.answers.question"
_PROSE = f"{_COMPOSE}.prose"

COMPARING = (Switch(f"{_COMPOSE}.comparing:compose_comparison", returns_new(list)),)
LISTS = (Switch(f"{_COMPOSE}.lists:compose_list", returns_new(list)),)
TABLES = (Switch(f"{_COMPOSE}.tables:compose_table", returns_new(list)),)
OTHER_SIDE = (Switch(f"{_PROSE}:_with_other_side", calls(lambda chosen, *_: list(chosen))),)
CONTRADICTIONS = (*OTHER_SIDE, Switch(f"{_COMPOSE}.contradictions:contradiction_note", returns("")))


def _other(original: Any) -> Any:
    from assistant.answers.question.intent import Intent

    return returns(Intent.OTHER)(original)


INTENT = (Switch(f"{_QUESTION}.intent:intent_of", _other),)
FORMS = (*COMPARING, *LISTS, *TABLES)
REVIEWED = (*FORMS, *CONTRADICTIONS, *INTENT)
"""All forms of answers that are in question together."""


def _best_units(words: int) -> Switch:
    """A composer in a few lines in place of all others: the most relevant units until there are so many words, as they stand."""

    def compose(asked: Any) -> list[Any]:
        from assistant.answers.compose.units import state_unit
        from assistant.answers.passages.candidates import why

        chosen: list[Any] = []
        for candidate in asked.candidates:
            length = sum(len(each.unit.text.split()) for each in (*chosen, candidate))
            if chosen and length > words:
                break
            chosen.append(candidate)
        in_order = sorted(chosen, key=lambda c: c.reading)
        return [said for c in in_order for said in state_unit(c.hit.chunk, c.unit, c.quote(c.unit), why(c, asked.intent))]

    return Switch(f"{_COMPOSE}.compose:compose_asked", calls(compose))


def _row(name: str, does: str, switches: Sequence[Switch]) -> Row:
    return Row(name, Area.ANSWERS, does, tuple(switches))


def _zero(module: str, *names: str) -> list[Switch]:
    return [Switch(f"{module}:{name}", becomes(0.0)) for name in names]


ROWS = (
    _row("comparison", "gives the rows or columns of a table that are compared", COMPARING),
    _row("whole list", "gives a list as a whole", LISTS),
    _row("whole table", "gives a table as a whole", TABLES),
    _row("lists and tables", "whole lists and whole tables", (*LISTS, *TABLES)),
    _row("the other side", "adds what another document says against the best unit", OTHER_SIDE),
    _row("contradictions", "the other side, and the note that documents disagree", CONTRADICTIONS),
    _row("all forms", "comparison, lists and tables: prose alone is left", FORMS),
    _row("intent", "reads from a question what kind of answer it asks for", INTENT),
    _row("all that the review questions", "all forms, contradictions and intent", REVIEWED),
    _row("several things", "takes a few plural words for a list", [Switch(f"{_QUESTION}.intent:asks_for_several", returns(False))]),
    _row("asks for a name", "puts the title in front where a name is asked for", [Switch(f"{_QUESTION}.intent:asks_name", returns(False))]),
    _row(
        "asking terms", "leaves out terms that only say how to answer", [Switch(f"{_QUESTION}.intent:asking_terms", returns(frozenset()))]
    ),
    _row(
        "parts of a question",
        "takes a question that asks two things apart",
        [Switch(f"{_QUESTION}.parts:split_question", calls(lambda question: (question,)))],
    ),
    _row(
        "same subject",
        "puts the first part in front of a later one that needs it",
        [Switch(f"{_PASSAGES}.same_subject:speaks_of", returns(False))],
    ),
    _row(
        "form",
        "adds a unit with a number or a formula where none was chosen",
        [Switch(f"{_PROSE}:_with_form", calls(lambda chosen, *_: list(chosen)))],
    ),
    _row(
        "symbols",
        "adds what says what a formula's symbols mean",
        [Switch(f"{_PROSE}:_with_symbols", calls(lambda chosen, *_: list(chosen)))],
    ),
    _row(
        "context",
        "adds the unit before one that begins with a pronoun",
        [Switch(f"{_PROSE}:_with_context", calls(lambda chosen, *_: list(chosen)))],
    ),
    _row(
        "form, symbols and context",
        "the three together",
        [Switch(f"{_PROSE}:{name}", calls(lambda chosen, *_: list(chosen))) for name in ("_with_form", "_with_symbols", "_with_context")],
    ),
    _row(
        "lead",
        "chooses the unit that comes first by the kind of question",
        [Switch(f"{_PROSE}:_lead", calls(lambda chosen, _asked: max(chosen, key=lambda c: c.relevance)))],
    ),
    _row(
        "order",
        "orders the units so that the answer comes first",
        [
            Switch(
                f"{_PROSE}:_ordered",
                calls(
                    lambda chosen, lead, _asked: sorted(chosen, key=lambda c: (0, c.reading) if c.section == lead.section else (1, c.place))
                ),
            )
        ],
    ),
    _row(
        "labels", "reads the words before a colon as a label", [Switch("assistant.wording.labels:labels_in", returns_new(lambda: iter(())))]
    ),
    _row("labels in the ranking", "ranks a unit higher whose label is what was asked for", _zero(f"{_PASSAGES}.candidates", "_LABELLED")),
    _row(
        "labels with their items",
        "says a list's label together with its items",
        [Switch("assistant.wording.labels:with_items", returns(None))],
    ),
    _row("titles in the ranking", "ranks what stands under the asked term higher", _zero(f"{_PASSAGES}.candidates", "_TITLED")),
    _row("terms in the ranking", "ranks by the terms of the question that a unit holds", _zero(f"{_PASSAGES}.candidates", "_COVERING")),
    _row("cosine in the ranking", "ranks by the cosine of the unit", _zero(f"{_PASSAGES}.candidates", "_NEAR")),
    _row("passage in the ranking", "ranks by the score of the passage", _zero(f"{_PASSAGES}.candidates", "_FOUND")),
    _row(
        "fitting form in the ranking", "ranks what has the form of an answer higher", [Switch(f"{_QUESTION}.intent:fits", returns(False))]
    ),
    _row(
        "rare terms",
        "weighs rare terms more",
        [Switch(f"{_PASSAGES}.coverage:term_weights", calls(lambda query, _index: dict.fromkeys(query.terms, 1.0)))],
    ),
    _row(
        "beginnings of words",
        "takes an unknown short form for the words that it begins",
        [Switch(f"{_PASSAGES}.candidates:_with_beginnings", returns_argument(0))],
    ),
    _row("header of a table", "counts the header's terms for a row", [Switch(f"{_PASSAGES}.candidates:_header", returns(""))]),
    _row(
        "paired", "takes a section whose title asks the question for its answer", [Switch(f"{_PASSAGES}.candidates:_PAIRED", becomes(2.0))]
    ),
    _row("relevance gate", "stops where a unit is much less relevant than the best", [Switch(f"{_PROSE}:_belongs", returns(True))]),
    _row("pointed gate", "lets only units of the asked form stand beside the best", [Switch(f"{_PROSE}:_adds", returns(True))]),
    _row("all gates", "both gates", [Switch(f"{_PROSE}:_belongs", returns(True)), Switch(f"{_PROSE}:_adds", returns(True))]),
    _row("novelty", "leaves out what repeats the chosen", [Switch(f"{_PROSE}:_new", returns(1.0))]),
    _row("continuation", "prefers units of the best one's section", _zero(_PROSE, "_CONTINUED")),
    _row(
        "definition first",
        "begins a definition with the sentence that defines",
        [Switch(f"{_PROSE}:_definition", calls(lambda _passage, lead, _asked: lead))],
    ),
    _row("rows under their header", "says rows of a table under their header", [Switch(f"{_PROSE}:_is_of_table", returns(False))]),
    _row("instead: best units, 70 words", "the most relevant units, as they stand", [_best_units(70)]),
    _row("instead: best units, 120 words", "the most relevant units, as they stand", [_best_units(120)]),
)
