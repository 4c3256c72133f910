"""Compare the polarity of two texts on the same subject: negations, and words that mean the opposite.

A negation has a cue and a scope, the words that it denies (terms of Morante and Blanco 2012). Two texts disagree if the words in a cue's
scope are denied in one of them and affirmed in the other. Only words are compared: disagreement without a cue is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain

from ingest.language.language import Language
from ingest.text.notation import fold
from ingest.text.terms import STOP_WORDS, stem

_TOKEN = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*|\d+(?:\.\d+)?|[,;:.()?!]")
_BREAKS = frozenset(
    "but whereas while because since although though yet so which where when if unless until as for however therefore thus hence".split()
)
_NEGATIONS = Language.load("en").groups("negations")
_CUES = frozenset(chain.from_iterable(_NEGATIONS.values()))
_FROM = frozenset(_NEGATIONS["from"])  # cues only as `stops … from`
_BESIDE = frozenset("no nothing neither none".split())  # these also deny the word before them: `adds no bias`
_NO_CUES = re.compile(r"\bnot (?:only|just|necessarily)\b|\bno (?:matter|doubt)\b")
_INSTEAD = re.compile(r"\brather than\b")
_CONTRACTED = re.compile(r"(?<=[a-z])n['’]t\b")
_SCOPE = 4
_PREFIX = re.compile(r"^(?:un|in|im|ir|il|non|dis|a)-?(?=\w{3})")
_SYNONYMS = {"big": "large", "bigger": "larger", "biggest": "largest"}
_WINDOW = 3
_WEAK = frozenset("be is are was been do does did have has had can could may might will would should must that this it its".split())

_OPPOSITES = (
    "increase:decrease increase:reduce increase:lower increase:shrink increase:fall raise:lower raise:reduce raise:decrease rise:fall "
    "rise:decline rise:drop grow:shrink grow:fall grow:decline more:less more:fewer larger:smaller large:small "
    "high:low higher:lower long:short longer:shorter fast:slow faster:slower before:after above:below positive:negative maximum:minimum "
    "largest:smallest highest:lowest most:least maximise:minimise maximize:minimize best:worst better:worse easy:hard easier:harder "
    "always:never first:last early:late earlier:later left:right cheap:expensive strong:weak many:few much:little same:different "
    "similar:different true:false correct:wrong good:bad dense:sparse local:global forward:backward forward:reverse input:output "
    "row:column numerator:denominator add:subtract add:remove multiply:divide gain:lose win:lose cause:prevent allow:prevent "
    "accept:reject prefer:reject include:exclude encoder:decoder start:end begin:end old:new absolute:relative upper:lower "
    "overfitting:underfitting sharpen:flatten shared:separate linear:quadratic linear:exponential quadratic:exponential known:unknown "
    "possible:impossible certain:uncertain with:without all:none everything:nothing easy:difficult help:hurt help:harm improve:worsen "
    "speed:slow narrow:wide simple:complex bias:variance rare:frequent common:rare ascent:descent steepest:flattest minimum:maximum "
    "train:test explode:vanish open:close push:pull"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word at a place of its text, in a clause. `cue` is the place of the negation with the word in its scope, None without one."""

    stem: str
    at: int
    clause: int
    cue: int | None
    weak: bool


def disagreement(said: str, evidence: str) -> str | None:
    """The word on which two texts disagree: one that only one of them denies, or a pair of opposites about the same words; None if they
    agree."""
    ours, theirs = _words(said), _words(evidence)
    return _denied(ours, theirs) or _denied(theirs, ours) or _opposed(ours, theirs)


def _words(text: str) -> list[Word]:
    plain = _NO_CUES.sub(" ", _CONTRACTED.sub(" not", fold(text).replace("’", "'").lower()))
    tokens = _TOKEN.findall(_INSTEAD.sub(" not ", plain).replace("cannot", "can not"))
    scope = _scopes(tokens)
    clauses = list(accumulate(not token[0].isalnum() or token in _BREAKS for token in tokens))
    return [
        Word(stem(_SYNONYMS.get(token, token)), at, clauses[at], scope.get(at), token in STOP_WORDS or token in _WEAK)
        for at, token in enumerate(tokens)
        if token[0].isalnum() and token not in _CUES
    ]


def _scopes(tokens: Sequence[str]) -> dict[int, int]:
    """For each denied token the place of its cue: the content words after a cue up to the end of its clause, else those before it."""
    found: dict[int, int] = {}
    for at, token in enumerate(tokens):
        if token not in _CUES or (token in _FROM and "from" not in tokens[at : at + 6]):
            continue
        start = at + 1 + (tokens[at : at + 6].index("from") if token in _FROM else 0)
        start += tokens[start : start + 1] == ["as"]
        scope = [place for place in _clause(tokens, range(start, len(tokens))) if _is_content(tokens[place])][:_SCOPE]
        before = [place for place in _clause(tokens, range(at - 1, -1, -1)) if _is_content(tokens[place])]
        if not scope or token in _BESIDE:
            scope += before[: 1 if scope else _SCOPE]
        for place in scope:
            found.setdefault(place, at)
    return found


def _clause(tokens: Sequence[str], places: range) -> Iterator[int]:
    for place in places:
        if not tokens[place][0].isalnum() or tokens[place] in _BREAKS:
            return
        yield place


def _is_content(token: str) -> bool:
    return token not in STOP_WORDS and token not in _WEAK and token not in _CUES


def _denied(ours: Sequence[Word], theirs: Sequence[Word]) -> str | None:
    """A word that our text denies and theirs never does, although theirs has the words in the cue's scope."""
    for cue in dict.fromkeys(word.cue for word in ours if word.cue is not None):
        scope = [word for word in ours if word.cue == cue and not word.weak]
        met = [(word, _polarities(word, theirs)) for word in scope]
        shared = [(word, found) for word, found in met if found]
        if shared and shared[0][0] is scope[0] and not any(True in found for _, found in shared):
            return scope[0].stem
        if len(shared) > 1 and not any(True in found for _, found in shared):
            return shared[0][0].stem
    return None


def _polarities(word: Word, theirs: Sequence[Word]) -> set[bool]:
    """How another text uses a word: denied (True) or affirmed (False); `unstable` denies `stable`, `smaller` denies `larger`."""
    found = {other.cue is not None for other in theirs if other.stem == word.stem}
    found |= {other.cue is None for other in theirs if _is_opposite(word.stem, other.stem)}
    return found


def _opposed(ours: Sequence[Word], theirs: Sequence[Word]) -> str | None:
    """A word whose opposite is in the other text, with the same polarity and about the same words."""
    for word in ours:
        same = [other for other in theirs if other.stem == word.stem]
        for other in theirs:
            if not _is_opposite(word.stem, other.stem) or (word.cue is None) != (other.cue is None):
                continue
            near, across = _near(word, ours), _near(other, theirs)
            alike = max((len(near & _near(one, theirs)) for one in same), default=0)
            if len(near & across) > alike:
                return f"{word.stem}, {other.stem}"
    return None


def _near(word: Word, words: Sequence[Word]) -> set[str]:
    return {
        other.stem
        for other in words
        if other is not word and not other.weak and other.clause == word.clause and abs(other.at - word.at) <= _WINDOW
    }


@lru_cache(maxsize=100_000)
def _is_opposite(one: str, other: str) -> bool:
    if one == other:
        return False
    shorter, longer = sorted((one, other), key=len)
    if (one, other) in _opposites():
        return True
    base = _PREFIX.sub("", longer)
    return base != longer and len(shorter) > 3 and base.startswith(shorter) and len(base) <= len(shorter) + 2


@lru_cache(maxsize=1)
def _opposites() -> frozenset[tuple[str, str]]:
    pairs = [tuple(stem(word) for word in pair.split(":")) for pair in _OPPOSITES.split()]
    return frozenset((a, b) for one, other in pairs for a, b in ((one, other), (other, one)))
