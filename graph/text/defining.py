"""How sentences of languages other than English say what something is: the lists are in data/language/CODE/defining_words.txt."""

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
"""What follows the name of a thing if the sentence says what it is."""
VERB = re.compile(rf"^{alternatives(_every('verb'))}\s+\w", re.IGNORECASE)
"""The same with a verb of its own: "désigne", "bezeichnet"."""
CALLS = re.compile(rf"{alternatives(_every('calls'))}(?:\s+{alternatives(_every('articles'))}['’]?)?\s*[*_`\"“«„]*$", re.IGNORECASE)
"""What stands in front of a name at the end of what says what it is."""
LEANS = re.compile(rf"^\W*{alternatives(_every('leaning'))}\b", re.IGNORECASE)
"""A sentence that leans on the one before it."""
SUBJECT = re.compile(
    rf"^(?:{alternatives(_every('articles'))}(?:\s+|['’]))?(?P<name>[^.,;:=|]{{2,60}}?)(?:\s*\([^)]{{1,50}}\))?\s+"
    rf"(?:{alternatives(_every('is'))}|{alternatives(_every('verb'))}\s)",
    re.IGNORECASE,
)
"""A sentence that says what its subject is."""
