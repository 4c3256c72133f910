"""Names that authors declare: entries of a glossary, titles of definitions, links between notes, tags."""

from __future__ import annotations

from graph.concepts.phrases import Findings
from graph.text.names import head_part, is_name, parenthesis, unmark, unnumber
from ingest.model import Document, NamedThing, Naming

_DEFINITION = "definition"


def add_named(findings: Findings, document: Document, number: int) -> None:
    """Add the names that the author declares in the document of this number, each with its sign."""
    linked: set[str] = set()
    for thing in document.named:
        sign = _sign(thing)
        name = findings.trim(head_part(parenthesis(unnumber(unmark(thing.name)))[0])) if sign else ""
        if not name or not is_name(name):
            continue
        added = findings.add(name, sign)
        if sign == "link" and added in linked:
            findings.names[added].signs[sign] -= 1  # counts once a document
        linked.add(added)
        if thing.naming is Naming.ALIAS and thing.target and is_name(thing.target, protected=True):
            findings.abbreviate(number, name, thing.target)


def _sign(thing: NamedThing) -> str:
    """The sign for a named thing; empty if it is handled elsewhere or does not indicate a concept."""
    match thing.naming:
        case Naming.GLOSSARY:
            return "entry"
        case Naming.ENVIRONMENT:
            return "entry" if thing.target == _DEFINITION else "heading"
        case Naming.TERM:
            return "definition"
        case Naming.INDEX:
            return "label"
        case Naming.LINK:
            return "link"
        case Naming.TAG:
            return "tag"
        case Naming.ALIAS:
            return "part" if thing.target else ""
        case _:
            return ""
