"""Recognise definitions in languages other than English. The lists are in data/language/CODE/defining_words.txt."""

from __future__ import annotations

import re

from ingest.language.language import Language, alternatives

LANGUAGES = ("fr", "de")
_LISTS = [Language.load(code).groups("defining_words") for code in LANGUAGES]


def _every(name: str) -> list[str]:
    return [entry for groups in _LISTS for entry in groups[name]]


ARTICLES = frozenset(_every("articles"))
"""Words in front of a term."""
IS = re.compile(rf"^{alternatives(_every('is'))}\s*[\[*_`\"“«„]*\w", re.IGNORECASE)
"""Matches the text after a name in a sentence that defines it."""
VERB = re.compile(rf"^{alternatives(_every('verb'))}\s+\w", re.IGNORECASE)
"""The same with a special verb: "désigne", "bezeichnet"."""
CALLS = re.compile(rf"{alternatives(_every('calls'))}(?:\s+{alternatives(_every('articles'))}['’]?)?\s*[*_`\"“«„]*$", re.IGNORECASE)
"""Matches the text before a name at the end of its definition."""
LEANS = re.compile(rf"^\W*{alternatives(_every('leaning'))}\b", re.IGNORECASE)
"""Matches a sentence that depends on the one before it."""
SUBJECT = re.compile(
    rf"^(?:{alternatives(_every('articles'))}(?:\s+|['’]))?(?P<name>[^.,;:=|]{{2,60}}?)(?:\s*\([^)]{{1,50}}\))?\s+"
    rf"(?:{alternatives(_every('is'))}|{alternatives(_every('verb'))}\s)",
    re.IGNORECASE,
)
"""Matches a sentence that defines its subject."""
