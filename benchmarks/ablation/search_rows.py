"""The rules and signals of search and confidence, each with its switch."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assistant.answers.certainty import CertaintyModel
from benchmarks.ablation.row import Area, Row
from benchmarks.ablation.switching import Switch, becomes, calls, returns, returns_argument
from index.search import Channel, Fusion

_TEXT = "ingest.text"
_SIGNALS = ("topic", "cosine", "all_words", "passage_all_words", "share", "pairs", "labelled", "type", "amiss", "unknown")


def _search(name: str, does: str, **settings: Any) -> Row:
    return Row(name, Area.SEARCH, does, settings=settings)


def _index(name: str, does: str, *switches: Switch) -> Row:
    return Row(name, Area.INDEX, does, switches)


def _without_signal(at: int) -> Switch:
    def without(model: CertaintyModel) -> CertaintyModel:
        return replace(
            model, weights={name: 0.0 if at == number else weight for number, (name, weight) in enumerate(model.weights.items())}
        )

    return Switch("assistant.answers.confidence.confidence:MODEL", without)


ROWS = (
    _search("lexical channel", "BM25", channels=(Channel.DENSE,)),
    _search("dense channel", "the cosine of the nearest unit", channels=(Channel.LEXICAL,)),
    _search("instead: RRF", "reciprocal rank fusion in place of a weighted sum", fusion=Fusion.RRF),
    _search(
        "instead: min-max", "each channel scaled to [0, 1] in place of a scale that is the same for every question", fusion=Fusion.MIN_MAX
    ),
    _search("spelling", "reads an unknown term as the known one nearest to it", spelling=False),
    _search("copies", "shows one of passages that say the same", collapse=False),
    _search("scorer", "puts the first ten into the order of their best units by the fitted scorer", scored=False),
    _search("joining", "shows neighbours that are found together as one", join=False),
    Row("priors", Area.SEARCH, "ranks headings, questions and contents lower", (Switch("index.search:PRIORS", becomes({})),)),
    _index("notation", "reads √d, sqrt(d) and \\sqrt{d} as one", Switch(f"{_TEXT}.notation:fold", calls(lambda text, *_: text.lower()))),
    _index("stop words", "leaves function words out", Switch(f"{_TEXT}.terms:STOP_WORDS", becomes(frozenset()))),
    _index("stemming", "reads forms of a word as one (Snowball)", Switch(f"{_TEXT}.terms:stem", returns_argument(0))),
    _index("heading of units", "puts the heading in front of what is embedded", Switch("ingest.chunking.headings:heading_of", returns(""))),
    _index("heading of passages", "lets BM25 see the titles", Switch("index.local.writer:lexical_text", calls(lambda chunk: chunk.text))),
    *(
        Row(f"signal {name}", Area.CONFIDENCE, f"the signal `{name}` of the confidence", (_without_signal(at),))
        for at, name in enumerate(_SIGNALS)
    ),
)
