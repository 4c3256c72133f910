"""Print passages that were found, and explanations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.cli.shared.terminal import also_in, console, hanging, heading
from ingest.places import place

if TYPE_CHECKING:
    from rich.console import Console

    from assistant.search.explain import Explained
    from index.explain import Explanation, Said
    from index.search import Hit

_NAMES = {"lexical": "words", "dense": "meaning"}
_SHOWN = 60


def show_hits(hits: Sequence[Hit]) -> None:
    """The passages, best first."""
    out = console()
    for hit in hits:
        _show_hit(out, hit)
        out.print()


def show_explained(found: Explained) -> None:
    """The passages, each with the explanation of its rank."""
    from rich.text import Text

    out = console()
    read = "".join(f"; {typed} is read as {known}" for typed, known in found.corrections.items())
    hanging(out, Text(f"Terms: {', '.join(dict.fromkeys(found.terms))}{read}", style="dim"), 7, 0)
    out.print()
    for hit, why in zip(found.hits, found.explanations, strict=True):
        _show_hit(out, hit)
        for line in _reasons(hit, why, found.words):
            hanging(out, Text(line, style="dim"), 5, 3)
        out.print()


def _show_hit(out: Console, hit: Hit) -> None:
    from rich.text import Text

    chunk = hit.chunk
    named = Text.assemble((f"{hit.rank}. {place(chunk.document, chunk.span)}", "bold"), f"  {heading((chunk.title, *chunk.section))}")
    hanging(out, named, 3, 0)
    for line in chunk.text.split("\n"):
        hanging(out, Text(line), 3)
    if also := also_in([place(copy.document, copy.span) for copy in hit.copies], place(chunk.document, chunk.span)):
        hanging(out, Text(also, style="dim"), 5, 3)


def _reasons(hit: Hit, why: Explanation, words: Mapping[str, str]) -> list[str]:
    parts = " + ".join(f"{_NAMES[channel]} {said.part:.3f}" for channel, said in why.channels.items())
    weighed = f"({parts}) × {why.prior:.1f} for {hit.chunk.kind.value}" if why.prior != 1 else parts
    rank, score = hit.before or (hit.rank, hit.score)
    lines = [f"reranked: score {hit.score:.3f}; before rank {rank}"] if hit.before else []
    lift = f" + {why.lift:.3f} for the only rare word" if why.lift else ""
    lines.append(f"score {score:.3f} = {weighed}{lift}")
    for channel, said in why.channels.items():
        lines.append(f"{_NAMES[channel]}: {_standing(said)}{_terms(why.terms, words) if channel == 'lexical' else _nearest(why)}")
    return lines


def _standing(said: Said) -> str:
    place_ = f"rank {said.rank}" if said.rank is not None else "beyond its list"
    return f"{place_}, {said.score:.3f}" if said.score is not None else place_


def _terms(terms: Mapping[str, float], words: Mapping[str, str]) -> str:
    shares = sorted(terms.items(), key=lambda item: -item[1])
    return "".join(f"{' from ' if at == 0 else ', '}{words.get(term, term)} {share:.2f}" for at, (term, share) in enumerate(shares))


def _nearest(why: Explanation) -> str:
    if why.nearest is None:
        return ""
    words = " ".join(why.nearest.unit.text.split())
    shown = words if len(words) <= _SHOWN else f"{words[:_SHOWN].rsplit(' ', 1)[0]} …"
    return f"; nearest, {why.nearest.cosine:.3f}, line {why.nearest.unit.span.first}: {shown}"
