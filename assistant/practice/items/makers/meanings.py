"""Whether what a note says of a term tells what the term is: only then is it worth asking "What is meant by …?"."""

from __future__ import annotations

import re

from graph.text.normal import words
from ingest.language.language import Language

_VAGUE = Language.load("en").pattern("practice", r"^(?:an?|the|one of the)\s+(?:(?!of\b)[\w-]+\s+){0,2}{vague}\b")
_JUDGES = Language.load("en").pattern("practice", r"^(?:an?|the|one of the)\s+(?:\w+ly\s+)?{judging}\b")
_SAID_BY_SOMEBODY = re.compile(r"^[\"“‘][^\"”]*[\"”’][.!?]?$|\?[\"”]?$")
"""A sentence somebody says, and a question: examples of the term, not its meaning."""
_WORK = re.compile(r"^[A-Z][a-z]{2,}, [A-Z][a-z]|\b(?:K|Hob|Op|No)\.$")
"""The author and the title of a work in which there is one: `Mozart, Sonata in F`."""
_ARGUES = re.compile(r"\bbecause\b|^(?:rather than|instead of|if|not|never|originally|initially|recently)\b|[→≈]", re.IGNORECASE)
_CLAUSE = re.compile(
    r"^(?:(?!\b(?:that|which|who|whom|whose|where|when|whereby|how|what|whether|if|than|as|to|you|one|unless|until|while|so)\b)[^;:.()])*?"
    r"\b(?:is|are|was|were|has|have|had|can|could|should|must|will|would|may|might|(?<!to )do|does|did|don[’']t|doesn[’']t|cannot)\b"
    r"|^(?:the|an?)\s+(?:(?!of\b)[\w-]+\s+){1,2}[a-z]+[^s\W]s\s+(?:the|an?|all|its|their|his|her|up|no|any)\b",
    re.IGNORECASE,
)
"""A sentence of its own with a subject and a verb, before any relative clause."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_ITSELF = re.compile(r"^\W*(?:is an?|is the|are|means?|signif(?:y|ies)|refers? to|denotes?|describes?)\b", re.IGNORECASE)


def tells_what_it_is(said: str, name: str) -> bool:
    """True if the words that a note puts behind a term may be its meaning.

    >>> tells_what_it_is("a legally binding promise", "Contract"), tells_what_it_is("an essential aspect of human life", "Education")
    (True, False)
    """
    text = said.strip()
    if len(_WORD.findall(text)) < 2 and "=" not in text:
        return False
    if any(sign.search(text) for sign in (_SAID_BY_SOMEBODY, _WORK, _ARGUES, _VAGUE, _JUDGES)):
        return False
    if f" {' '.join(words(name))} " in f" {' '.join(words(text))} ":
        behind = text[len(name) :] if text.lower().startswith(name.lower()) else ""
        return _ITSELF.match(behind) is not None
    return _CLAUSE.search(text) is None
