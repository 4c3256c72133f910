"""The normal form of a name, for comparing spellings, and checks of how a name is written.

Names are compared by their words without plural endings, in American spelling. A stemmer conflates too much here: it takes "normal" for
"normalization" and "general" for "generalization".
"""

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
_AMERICAN = _ENGLISH.pairs("american_endings")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def plain(text: str) -> str:
    """The text in lower case, without accents and typographic signs."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).lower().replace("’", "'")


def singular(word: str) -> str:
    """A lower-case word without its plural ending or possessive. Other words that end in s stay unchanged."""
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


def american(word: str) -> str:
    """A word with the American spelling of its ending: "optimisation" gives "optimization"."""
    for british, spelled in _AMERICAN.items():
        if word.endswith(british) and len(word) > len(british) + 3:
            return word[: -len(british)] + spelled
    return word


@lru_cache(maxsize=1 << 16)
def norm(word: str) -> str:
    """A word in normal form: lower case, singular, American, without accents."""
    return sys.intern(american(singular(plain(word))))


def words(text: str) -> list[str]:
    """The words of a name in normal form, split at hyphens: "Self-attentions" gives ["self", "attention"]."""
    return [norm(word) for word in _WORD.findall(text)]


def key(text: str) -> str:
    """The key that all spellings of a name have in common: `Multi-Head Attentions` and `multihead attention` have the same key."""
    return "".join(words(text))


def slug(text: str) -> str:
    """A readable id: lower case, with hyphens."""
    return "-".join(_WORD.findall(plain(text).replace("'", ""))) or "concept"


def free_slug(text: str, taken: Container[str]) -> str:
    """The slug of a text, with a number appended if it is taken: "kernel", "kernel-2"."""
    wanted = slug(text)
    numbered = (f"{wanted}-{number}" for number in itertools.count(2))
    return next(name for name in itertools.chain((wanted,), numbered) if name not in taken)


def is_acronym(text: str) -> bool:
    """True if a word looks like an abbreviation: `PPO`, `SVMs`, `TF-IDF`, `GPT-2`, `mAP`."""
    bare = text.strip()
    if not bare or " " in bare:
        return False
    letters = [sign for sign in bare.removesuffix("s") if sign.isalpha()]
    upper = sum(sign.isupper() for sign in letters)
    return 2 <= len(bare) <= 10 and upper >= 2 and upper * 3 >= len(letters) * 2


@lru_cache(maxsize=1 << 16)
def is_namelike(text: str) -> bool:
    """True if a single word is written as a proper name or a symbol: an acronym, inner capitals, or letters with digits."""
    bare = text.strip()
    if not bare or " " in bare:
        return False
    # A capital after a hyphen belongs to a title ("Self-Attention"), one inside a word to a name ("LoRA").
    inner = any(before.isalnum() and sign.isupper() for before, sign in itertools.pairwise(bare))
    letters = sum(sign.isalpha() for sign in bare)
    return (letters >= 2 and (inner or (any(sign.isdigit() for sign in bare) and bare[0].isalpha()))) or (
        letters == 1 and len(bare) == 2 and bare[0].isupper() and bare[1].isdigit()
    )
