"""The normal form of a name, by which two spellings of it are one, and what a name looks like."""

from __future__ import annotations

import itertools
import re
import sys
import unicodedata
from collections.abc import Container
from functools import lru_cache

from ingest.language.language import Language

_ENGLISH = Language.load("en")

STOP = _ENGLISH.words("function_words")
"""Function words: no name begins or ends with one."""
CLASS = _ENGLISH.words("classes")
"""Nouns that name the class of a thing: "X algorithm" may simply be X."""
_IRREGULAR = _ENGLISH.pairs("irregular_plurals")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*", re.UNICODE)


def plain(text: str) -> str:
    """Lower case, without accents and typographic signs."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).lower().replace("’", "'")


def singular(word: str) -> str:
    """A lower-case word without its plural ending or possessive; words that merely end in s stay."""
    if word.endswith("'s"):
        word = word[:-2]
    word = word.replace("'", "")
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is", "ias", "ous")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "iases", "uses")) and not word.endswith(("causes", "houses", "fuses")):
        return word[:-2]
    return word[:-1]


def british(word: str) -> str:
    """American spelling of the endings that differ by rule."""
    for ending, other in (
        ("isation", "ization"),
        ("ising", "izing"),
        ("iser", "izer"),
        ("ised", "ized"),
        ("elling", "eling"),
        ("aviour", "avior"),
    ):
        if word.endswith(ending) and len(word) > len(ending) + 3:
            return word[: -len(ending)] + other
    return word


@lru_cache(maxsize=1 << 16)
def norm(word: str) -> str:
    """A word in normal form: lower case, singular, American, without accents."""
    return sys.intern(british(singular(plain(word))))


def words(text: str) -> list[str]:
    """The words of a name in normal form: lower case, singular, split at hyphens, without accents."""
    return [norm(word) for word in _WORD.findall(text)]


def key(text: str) -> str:
    """What two spellings of one name have in common: `Multi-Head Attentions` and `multihead attention` give the same key."""
    return "".join(words(text))


def slug(text: str) -> str:
    """A readable id: lower case, hyphens."""
    return "-".join(_WORD.findall(plain(text).replace("'", ""))) or "concept"


def free_slug(text: str, taken: Container[str]) -> str:
    """The slug of a text, with a number behind it if it is taken: "kernel", "kernel-2"."""
    wanted = slug(text)
    numbered = (f"{wanted}-{number}" for number in itertools.count(2))
    return next(name for name in itertools.chain((wanted,), numbered) if name not in taken)


def is_acronym(text: str) -> bool:
    """Whether a word looks like an abbreviation: `PPO`, `SVMs`, `TF-IDF`, `GPT-2`, `mAP`."""
    bare = text.strip()
    if not bare or " " in bare:
        return False
    letters = [sign for sign in bare.removesuffix("s") if sign.isalpha()]
    upper = sum(sign.isupper() for sign in letters)
    return 2 <= len(bare) <= 10 and upper >= 2 and upper * 3 >= len(letters) * 2


@lru_cache(maxsize=1 << 16)
def is_namelike(text: str) -> bool:
    """Whether a single word is written as a proper name or symbol: an acronym, inner capitals, or letters with digits."""
    bare = text.strip()
    if not bare or " " in bare:
        return False
    # A capital after a hyphen is a title's ("Self-Attention"), one inside a word is a name's ("LoRA").
    inner = any(before.isalnum() and sign.isupper() for before, sign in itertools.pairwise(bare))
    letters = sum(sign.isalpha() for sign in bare)
    return (letters >= 2 and (inner or (any(sign.isdigit() for sign in bare) and bare[0].isalpha()))) or (
        letters == 1 and len(bare) == 2 and bare[0].isupper() and bare[1].isdigit()
    )
