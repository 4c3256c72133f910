"""The names in Org: titles, aliases and tags of notes, links, described items, index entries, titled blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.model import Naming
from ingest.names.found import Found, name_at

KEYWORD = re.compile(r"#\+(title|filetags|roam_alias(?:es)?|roam_tags|c?index|kindex):[ \t]*(\S.*)$", re.IGNORECASE)
ALIASES = re.compile(r"\s*:(?:ROAM_ALIASES|ALIASES):[ \t]*(\S.*)$", re.IGNORECASE)
_LINK = re.compile(r"\[\[(?:id|file|roam|denote):([^\[\]]{1,300})\](?:\[([^\[\]]{1,200})\])?\]", re.IGNORECASE)
_QUOTED = re.compile(r'"([^"]{1,120})"|(\S+)')
_TERM = re.compile(r"\s*[-+*]\s+(\S.{0,100}?)\s::\s+\S")
_HEADLINE_TAGS = re.compile(r"\*+\s.*?\s:([\w@#%:]+):\s*$")
_BLOCK = re.compile(r"\s*#\+begin_(definition|theorem|lemma|proposition|corollary|axiom|law)\s+(\S.*)$", re.IGNORECASE)
_TARGET = re.compile(r"<<<([^<>\n]{2,100})>>>")
_BOILERPLATE = frozenset({"attach", "noexport", "ignore", "export", "drill", "todo", "fc", "todos", "crypt", "archive"})
"""Tags that tell Emacs what to do."""


def org_names(lines: Sequence[str]) -> Iterator[Found]:
    """The names in the lines of an Org file."""
    for at, line in enumerate(lines):
        if "[[" in line:
            for match in _LINK.finditer(line):
                shown = match[2] or re.sub(r".*/|\.org.*$", "", match[1]) if match[2] or ".org" in match[1] else ""
                yield from name_at(shown, Naming.LINK, at, match[1])
        if line.startswith(("#+", ":", " ", "\t")):
            yield from _settings(lines, at)
        elif line.startswith("*") and (tagged := _HEADLINE_TAGS.match(line)):
            yield from _tags(tagged[1], at)
        if " :: " in line and (term := _TERM.match(line)) and term[1].lower() not in METADATA and "[[" not in term[1]:
            yield from name_at(term[1], Naming.TERM, at, body=(at, at))
        if "<<<" in line:
            for match in _TARGET.finditer(line):
                yield from name_at(match[1], Naming.TERM, at)


METADATA = frozenset(
    "author authors tag tags source sources date created link links url related see year publisher topic topics type status keywords"
    " reference references isbn doi series editor up next prev parent".split()
)
"""Terms of a described item that describe the note, not its subject."""


def quoted(text: str) -> list[str]:
    """The names of a property of Org-roam: those of several words stand in quotes.

    >>> quoted('"stream flow" flow')
    ['stream flow', 'flow']
    """
    return [match[1] or match[2] for match in _QUOTED.finditer(text[:1000])]


def _settings(lines: Sequence[str], at: int) -> Iterator[Found]:
    line = lines[at]
    aliases = ALIASES.match(line)
    keyword = KEYWORD.match(line.strip())
    block = _BLOCK.match(line)
    if aliases:
        for name in quoted(aliases[1]):
            yield from name_at(name, Naming.ALIAS, at)
    elif keyword:
        key = keyword[1].lower()
        if key == "title":
            yield from name_at(keyword[2], Naming.TITLE, at)
        elif "alias" in key:
            for name in quoted(keyword[2]):
                yield from name_at(name, Naming.ALIAS, at)
        elif "tags" in key:
            yield from _tags(":".join(keyword[2].replace('"', " ").split()), at)
        else:
            yield from name_at(keyword[2].rpartition("!")[2], Naming.INDEX, at)
    elif block and not block[2].startswith(":"):
        sign = f"#+end_{block[1].lower()}"
        end = next((end for end in range(at, len(lines)) if lines[end].strip().lower() == sign), at)
        yield from name_at(block[2], Naming.ENVIRONMENT, at, block[1].lower(), (at, end))


def _tags(text: str, at: int) -> Iterator[Found]:
    for tag in filter(None, text.split(":")):
        if tag.lower() not in _BOILERPLATE:
            yield from name_at(tag.replace("_", " "), Naming.TAG, at)
