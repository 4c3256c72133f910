"""Guess whether a document is written in another language than English, by its script and its common words.

The share of a language's commonest words in running text is stable (Grefenstette 1995, "Comparing two language identification schemes").
The guess only serves to warn that an encoder may not know the language. A document counts as foreign only if it is long enough and hardly
any of its words are English.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

from ingest.language.language import Language
from ingest.model import Document, Kind

_RUNNING = frozenset({Kind.PROSE, Kind.LIST, Kind.DEFINITION, Kind.QUESTION, Kind.ANSWER, Kind.CALLOUT, Kind.HEADING, Kind.TABLE})
"""The kinds of block that hold running text."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_NO_LANGUAGE = re.compile(r"\$[^$]*\$|`[^`]*`|\\[A-Za-z]+|https?://\S+")
"""Formulas, code and addresses inside a text."""
_MOST_LETTERS = 40_000
"""The most characters of a document that are examined, taken from all over it."""
_FEWEST_WORDS = 18
"""The language of a document with fewer words is not guessed."""
_FEW_WORDS = 40
"""A document with fewer words needs twice the evidence."""
_FEWEST_LETTERS = 60
"""A document with fewer letters in a foreign script is not judged by its script. Some scripts have no spaces between words that could be
counted."""
_COMMON = 0.12
"""The least share of a language's common words in running text. For English it is 0.35 to 0.45, and seldom 0.05 in other languages."""
_TIMES = 3.0
"""A foreign text has at least this many times more common words of its language than of English. A text in two languages is not foreign."""
_FEWEST_DISTINCT = 6
"""The fewest different common words of a foreign text. A name such as "La La Land", repeated, proves nothing."""
_KANA = 8
"""A Japanese text has Chinese characters too, but at least an eighth as many kana. Chinese has none."""

_LANGUAGES = {
    "cs": "Czech",
    "da": "Danish or Norwegian",
    "de": "German",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "hu": "Hungarian",
    "id": "Indonesian or Malay",
    "it": "Italian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "sv": "Swedish",
    "tr": "Turkish",
    "vi": "Vietnamese",
}
"""The languages in Latin letters with a word list: their codes and their names in notices."""
_WITH_FUNCTION_WORDS = frozenset({"de", "es", "fr"})
"""The languages with a list of function words. For the others the common words are used instead."""
_SCRIPTS = {
    "CYRILLIC": "Russian or another language in Cyrillic letters",
    "GREEK": "Greek",
    "ARABIC": "Arabic or another language in its letters",
    "HEBREW": "Hebrew",
    "DEVANAGARI": "Hindi or another language in Devanagari",
    "BENGALI": "Bengali",
    "TAMIL": "Tamil",
    "THAI": "Thai",
    "GEORGIAN": "Georgian",
    "ARMENIAN": "Armenian",
    "HANGUL": "Korean",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "CJK": "Chinese",
}
"""The scripts that identify a language, by the first word of their letters' Unicode names."""


def foreign_language(document: Document) -> str | None:
    """The English name of a document's language, or None if the document is English, cannot be judged, or is short.

    Code and formulas do not count.
    """
    return foreign_language_of(block.text for block in document.blocks if block.kind in _RUNNING)


def foreign_language_of(texts: Iterable[str]) -> str | None:
    """As `foreign_language`, for running text."""
    words = [word for text in _sampled(list(texts)) for word in _WORD.findall(_NO_LANGUAGE.sub(" ", text))]
    scripts: Counter[str] = Counter()
    for word in words:
        # The first letter is enough to tell the alphabet of a word.
        script = "LATIN" if word[0].isascii() else unicodedata.name(word[0], "").split(" ")[0]
        scripts[script] += len(word)
    if not scripts:
        return None
    others = {script: count for script, count in scripts.items() if script in _SCRIPTS}
    if sum(others.values()) > scripts["LATIN"] and sum(others.values()) >= _FEWEST_LETTERS:
        kana = scripts["HIRAGANA"] + scripts["KATAKANA"]
        most = max(others, key=lambda script: (others[script], script))
        return "Japanese" if most == "CJK" and _KANA * kana > others["CJK"] else _SCRIPTS[most]
    return _by_words([word.lower() for word in words])


def function_words(language: str | None) -> frozenset[str]:
    """The function words of the language with this English name; empty if unknown. Names of things neither begin nor end with one.

    >>> "est" in function_words("French")
    True
    """
    code = next((code for code, name in _LANGUAGES.items() if name == language), None)
    if code is None:
        return frozenset()
    known = Language.load(code)
    return known.words("common_words") | (known.words("function_words") if code in _WITH_FUNCTION_WORDS else frozenset())


def _by_words(words: list[str]) -> str | None:
    if len(words) < _FEWEST_WORDS:
        return None
    counts = Counter(words)
    english = sum(counts[word] for word in Language.load("en").words("common_words"))
    common = _common_words()
    shares = {name: sum(counts[word] for word in known) for name, known in common.items()}
    best = max(shares, key=lambda name: (shares[name], name))
    distinct = sum(counts[word] > 0 for word in common[best])
    strictly = 2 if len(words) < _FEW_WORDS else 1
    enough = shares[best] >= strictly * _COMMON * len(words) and shares[best] > strictly * _TIMES * english and distinct >= _FEWEST_DISTINCT
    return best if enough else None


@cache
def _common_words() -> Mapping[str, frozenset[str]]:
    """The common words of each language by its name, except those that are common in English too."""
    english = Language.load("en").words("common_words")
    return {name: Language.load(code).words("common_words") - english for code, name in _LANGUAGES.items()}


def _sampled(texts: list[str]) -> list[str]:
    """Texts from all over a document, of bounded length in total."""
    total = sum(map(len, texts))
    if total <= _MOST_LETTERS:
        return texts
    step = total // _MOST_LETTERS + 1
    return [text[:_MOST_LETTERS] for text in texts[::step]][:_MOST_LETTERS]
