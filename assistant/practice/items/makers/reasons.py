"""Items that ask why: from sentences with a statement and its reason."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.practice.items.drafts import draft
from assistant.practice.items.notes import Notes
from assistant.practice.items.values import Item, ItemKind
from assistant.practice.items.wording import clauses, opened, points_back, sentence, size
from ingest.language.language import Language
from ingest.model import Kind

_BECAUSE = re.compile(r"^(?P<said>[^:;]+?),?\s+(?:—\s*)?(?P<cause>because(?! of\b))\s+(?P<reason>\S.*?)[.!]?$", re.IGNORECASE)
_SINCE = re.compile(r"^(?:Because|Since)\s+(?P<reason>[^,]+(?:,[^,]+)?),\s+(?P<said>[^,].*?)[.!]?$")
_KINDS = frozenset({Kind.PROSE, Kind.LIST, Kind.DEFINITION, Kind.CALLOUT, Kind.ANSWER})
_LEAST_SAID, _LEAST_REASON, _MOST = 4, 4, 24
_MOST_IN_POINT = 22
_WORKED = Language.load("en").pattern("practice", r"\b{worked}\b")
_NOT_A_CLAIM = re.compile(
    r"\b(?:not|only|just|simply|partly|mainly|mostly|precisely|exactly|perhaps|probably)$|\bif\b|\?|^(?:the reason|why)\b"
    r"|\b(?:which is why|whether|that is why)\b|^(?:because|when|since|while|although|if|unless|example)\b"
    r"|\b(?:solely|even|and|but|or|is|are|was|were|becomes?|obtain|in part)$"
    r"|^(?:[A-Z][^,]{1,40}, )?(?:it|they|he|she|we|there|these|those)\b|^[^,]{1,60}, (?:and|or) "
    r"|^(?:nor\b|\d)|so called$|^with the example\b",
    re.IGNORECASE,
)

_GOES_ON = re.compile(r"^(?:yet|not|whereas|for (?:example|instance)|and|but|or|also|then|though|although|while|when)\b", re.IGNORECASE)
"""Matches the beginning of a claim that continues the sentence before it, or is half of one."""


def make(notes: Notes) -> Iterator[Item]:
    """The items of all documents."""
    for document in notes.documents:
        for unit in notes.units_of[document.name]:
            titles = notes.titles(unit)
            if unit.position < 0 or unit.kind not in _KINDS or any(_WORKED.search(title) for title in titles[:-1]):
                continue
            said = opened(unit.text)
            match = _BECAUSE.match(said) or _SINCE.match(said)
            if match is None or not _is_why(match["said"], match["reason"]):
                continue
            concept = notes.concept_of(match["said"], titles)
            claim = sentence(match["said"]).rstrip(" ,:—–-")
            reason = match["reason"].strip(" :")
            cause = match.groupdict().get("cause") or "because"
            answer = f"{cause[:1].upper()}{cause[1:].lower()} {reason}"
            yield draft(
                ItemKind.WHY,
                f"Why: {claim}?",
                answer,
                concept,
                document.name,
                unit.span,
                unit.text,
                points=clauses(answer, _MOST_IN_POINT),
                gap=claim,
            )


def _is_why(said: str, reason: str) -> bool:
    return (
        _LEAST_SAID <= size(said) <= _MOST
        and size(reason) >= _LEAST_REASON
        and not reason.lower().startswith(("if ", "of "))
        and not points_back(said)
        and len(re.findall(r"\d+", said)) < 2  # arithmetic of an example
        and not points_back(re.sub(r"^(?:it|they|its|their)\b", "", reason, flags=re.IGNORECASE).strip() or reason)
        and not _NOT_A_CLAIM.search(said.strip())
        and not _GOES_ON.match(said.strip())
        and re.search(r"\s[a-z]{2,}", said) is not None
    )
