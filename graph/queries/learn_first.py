"""Find what to learn first: prerequisites of the concept in a question that its answer takes for granted."""

from __future__ import annotations

from collections.abc import Sequence

from graph.concepts.lexicon import find_names
from graph.model.values import Graph
from graph.text.normal import words

_STRONG = 0.8
_MOST = 2


def learn_first(graph: Graph, question: str, related: Sequence[str], answer: str) -> tuple[str, ...]:
    """The ids of at most two concepts that are prerequisites of the concept in question with a high confidence, and that the answer names.

    The concept in question is the one that the question names first, else the first of those `related` to the answer. Without information
    about the learner, a prerequisite counts as missing if the answer uses it.
    """
    outline = graph.outline
    numbers = {name: number for number in range(len(outline.ids) - 1, -1, -1) for name in outline.names[number]}

    def named(text: str) -> list[int]:
        return list(dict.fromkeys(numbers[" ".join(words(text[start:end]))] for start, end in find_names(text, numbers)))

    asked = named(question)
    subject = asked[0] if asked else outline.number(related[0]) if related and related[0] in outline.ids else None
    if subject is None:
        return ()
    used = set(named(answer)) - set(asked)
    strong = [
        outline.before[edge]
        for edge in outline.sorted_into(subject)
        if outline.confidence[edge] >= _STRONG and outline.before[edge] in used
    ]
    return tuple(outline.ids[number] for number in strong[:_MOST])
