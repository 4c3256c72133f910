"""How a document that uses a name also says it: its last word, its first two, its verb."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from graph.concepts.lexicon import EVERYWHERE, Lexicon, Mention
from graph.concepts.titles import section_subjects
from graph.text.normal import CLASS, key, words
from graph.text.units import Corpus
from graph.text.vocabulary import is_generic


def short_forms(
    corpus: Corpus, lexicon: Lexicon, named: Sequence[tuple[str, int]], mentions: Sequence[Sequence[Mention]]
) -> dict[tuple[int, str], int]:
    """How a document that uses a name also says it, by (document or `EVERYWHERE`, key): no names of their own, only ways to mention.

    Its last word where no other name there ends so ("trees" are decision trees), its first two in front of a generic one ("bias-variance
    frame"), the verb of a name in -ing ("overfit").
    """
    taken = {key(name) for name, _ in named}
    users: dict[int, set[int]] = defaultdict(set)
    for unit, here in zip(corpus.units, mentions, strict=True):
        for mention in here:
            users[mention.concept].add(unit.document)
    ways: dict[str, set[int]] = defaultdict(set)
    whole: set[str] = set()
    for name, number in named:
        pieces = words(name)
        if len(pieces) == 2 and pieces[-1].isalpha() and len(pieces[-1]) >= 4 and not is_generic(pieces[-1]) and pieces[-1] not in CLASS:
            ways[pieces[-1]].add(number)
        compound = re.findall(r"^[^\W_]+[-–][^\W_]+", name)
        if len(pieces) == 3 and compound and is_generic(pieces[-1]):
            ways[key(compound[0])].add(number)
            whole.add(key(compound[0]))
        if len(pieces) == 1 and pieces[0].endswith("ing") and len(pieces[0]) >= 8:
            stem = pieces[0].removesuffix("ing")
            verb = stem[:-1] if stem[-1] == stem[-2] else stem
            ways[verb].add(number)
            whole.add(verb)
    titled = {
        (number, concept)
        for (number, _), own in section_subjects(corpus, lexicon).items()
        for concept, weight in own.items()
        if weight >= 0.75
    }
    local: dict[tuple[int, str], int] = {}
    for word, numbers in sorted(ways.items()):
        if word in taken:
            continue
        if word in whole:
            if len(numbers) == 1:
                local[(EVERYWHERE, word)] = min(numbers)
            continue
        meanings = Counter(document for number in numbers for document in users[number])
        for number in numbers:
            local |= {(document, word): number for document in users[number] if meanings[document] == 1 and (document, number) in titled}
    return local
