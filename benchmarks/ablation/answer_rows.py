"""The rules for composing an answer, each with its switch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.answers.passages.features import LATE
from assistant.answers.passages.scorer import ScorerModel
from benchmarks.ablation.row import Area, Row
from benchmarks.ablation.switching import Switch, becomes, calls, returns, returns_argument, returns_new

_COMPOSE = "assistant.answers.compose"
_PASSAGES = "assistant.answers.passages"
_QUESTION = "assistant.answers.question"
_PROSE = f"{_COMPOSE}.prose"

OTHER_SIDE = (Switch(f"{_PROSE}:_other_side", returns_new(list)),)
CONTRADICTIONS = (*OTHER_SIDE, Switch(f"{_COMPOSE}.contradictions:contradiction_note", returns("")))


_COSINE = ScorerModel({"cosine": 10.0}, {"cosine": 10.0})


def _other(original: Any) -> Any:
    from assistant.answers.question.intent import Intent

    return returns(Intent.OTHER)(original)


INTENT = (Switch(f"{_QUESTION}.intent:intent_of", _other),)


def _best_units(words: int) -> Switch:
    """A minimal composer: the most relevant units, unchanged, up to `words` words."""

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
        return [state_unit(c.hit.chunk, c.unit, c.quote(c.unit), why(c, asked.intent)) for c in in_order]

    return Switch(f"{_COMPOSE}.compose:compose_asked", calls(compose))


def _row(name: str, does: str, switches: Sequence[Switch]) -> Row:
    return Row(name, Area.ANSWERS, does, tuple(switches))


def _zero(module: str, *names: str) -> list[Switch]:
    return [Switch(f"{module}:{name}", becomes(0.0)) for name in names]


def _without_features(*names: str) -> Switch:
    def without(model: ScorerModel) -> ScorerModel:
        first, weights = (
            {name: 0.0 if name in names else weight for name, weight in each.items()} for each in (model.first, model.weights)
        )
        return ScorerModel(first, weights)

    return Switch(f"{_PASSAGES}.scorer:SCORER", without)


ROWS = (
    _row("whole list", "gives a list as a whole where one is asked for", [Switch(f"{_COMPOSE}.lists:compose_list", returns_new(list))]),
    _row(
        "sections as a list",
        "gives the sections that are the kinds asked for",
        [Switch(f"{_COMPOSE}.compose:compose_sections", returns_new(list))],
    ),
    _row("the other side", "adds what another document says against the best unit", OTHER_SIDE),
    _row("contradictions", "the other side, and the note that documents disagree", CONTRADICTIONS),
    _row("intent", "reads from a question what kind of answer it asks for", INTENT),
    _row("asks for a name", "puts the title in front where a name is asked for", [Switch(f"{_QUESTION}.intent:asks_name", returns(False))]),
    _row(
        "parts of a question",
        "takes a question that asks two things apart",
        [Switch(f"{_QUESTION}.parts:split_question", calls(lambda question: (question,)))],
    ),
    _row(
        "answer first",
        "puts the unit that answers before those that stand before it",
        [Switch(f"{_PROSE}:_answer_first", calls(lambda run, _: [run]))],
    ),
    _row("runs", "grows the best units to runs of neighbours", [Switch(f"{_PROSE}:_grown", calls(lambda best, *_: [best]))]),
    _row("no gaps", "says the few words between chosen units of a passage as well", [Switch(f"{_PROSE}:_bridge", returns(None))]),
    _row("by section", "tells what one section says in one place", [Switch(f"{_PROSE}:_by_section", returns_argument(0))]),
    _row("titles", "puts a section's title before words that do not name it", [Switch(f"{_PROSE}:_title", returns(""))]),
    _row("relevance gate", "grows no run from what is much less relevant than the best", _zero(_PROSE, "_LEAST_RELEVANT")),
    _row("novelty", "leaves out what repeats the chosen", [Switch(f"{_PROSE}:_is_new", returns(True))]),
    _row("rows under their header", "says rows of a table under their header", [Switch(f"{_PROSE}:_is_of_table", returns(False))]),
    *(
        _row(f"{name} in the ranking", does, [_without_features(*features)])
        for name, does, features in (
            ("cosines", "the cosines of a unit and its neighbours", ("cosine", "neighbour_cosine")),
            ("late interaction", "how near the encoder's reading of a unit comes to every word asked", LATE),
            ("terms", "the terms of the question that a unit holds", ("covered", "covered_under_heading", "covered_with_neighbours")),
            ("focus", "how much of what a unit says is asked for, and in the order asked", ("focus", "pairs")),
            ("passage", "the score of the passage", ("standing",)),
            ("labels", "a label that names what was asked for", ("labelled",)),
            ("form", "the form and kind of thing that is asked for", ("form", "form_of_it", "type", "formula")),
            ("length", "length, and the end of a passage", ("length", "last")),
        )
    ),
    _row("instead: cosine alone", "ranks units by their cosine", [Switch(f"{_PASSAGES}.scorer:SCORER", becomes(_COSINE))]),
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
        "links as words", "shows a link by its words, without its address", [Switch("ingest.text.links:plain_links", returns_argument(0))]
    ),
    _row("instead: best units, 70 words", "the most relevant units, as they stand", [_best_units(70)]),
    _row("instead: best units, 120 words", "the most relevant units, as they stand", [_best_units(120)]),
)
