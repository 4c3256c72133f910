"""Find the subjects of a text: a heading that its first sentence explains, a marked name that a verb follows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.text.names import head_part, parenthesis, unmark, unnumber
from graph.text.normal import words
from graph.text.units import Corpus, Location, Unit, strip_bullet
from ingest.model import Kind, SectionKind

_ARTICLE = re.compile(r"(?:an?|the)\s+", re.IGNORECASE)
_MARKED = re.compile(
    r"^(?:An?\s+|The\s+)?(\*\*|__|\*|_)(?P<name>[^\s*_][^*_\n:]{0,58}?)\1(?:\s*\([^)]{1,50}\))?\s+(?P<rest>\S.*)", re.DOTALL
)
# Matches the text after the subject of a sentence that says what it is or does.
_EXPLAINS = re.compile(
    r"^(?:\([^)]{1,50}\)\s*)?(?:(?:is|are)\s+(?!(?:not|that|because|to|why)\b)\w+|occurs?\s+(?:when|if)|"
    r"(?!(?:is|was|has|does|this|its|thus|always|sometimes|perhaps|as|us)\b)[a-z]{2,}(?<!s)s\s+\w)"
)
_NEAR = 12  # the last position of the marks of a sentence's subject


def explains(text: str) -> bool:
    """True if the text after a subject says what it is or does: "is a …", "occurs when …", "divides …"."""
    return _EXPLAINS.match(text.lstrip("*_`’'\"” ")) is not None


def headed(corpus: Corpus) -> Iterator[tuple[str, bool]]:
    """The titles of sections whose first sentence begins with the title, and whether it explains it: "Paging divides …"."""
    first: dict[Location, Unit] = {}
    for unit in corpus.units:
        if unit.position == 0 and unit.kind not in {Kind.FORMULA, Kind.TABLE, Kind.QUESTION}:
            first[unit.location] = unit
    for unit in first.values():
        section = corpus.section(unit)
        if section is None or section.kind is SectionKind.LABEL:
            continue
        title = parenthesis(head_part(unnumber(unmark(section.title))))[0]
        rest = _after(unmark(strip_bullet(unit.text)), words(title))
        if rest is not None:
            yield title, explains(rest)


def _after(text: str, own: list[str]) -> str | None:
    """The text after these words, or None if the text does not begin with them."""
    article = _ARTICLE.match(text)
    text = text[article.end() :] if article else text
    pieces = text.split(None, len(own))
    for size in range(min(len(own), len(pieces) - 1), 0, -1):
        if words(" ".join(pieces[:size])) == own:
            return text.split(None, size)[size]
    return None


def marked(unit: Unit) -> str | None:
    """The marked name at the beginning of a sentence that explains it: "A **page table** maps pages to frames."."""
    if unit.text.find("*", 0, _NEAR) < 0 and unit.text.find("_", 0, _NEAR) < 0:
        return None
    found = _MARKED.match(strip_bullet(unit.text))
    return unmark(found["name"]) if found and explains(found["rest"]) else None
