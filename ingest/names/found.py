"""A name as a format's scanner finds it, and the rules that all formats share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ingest.model import Naming

LONGEST_NAME = 120
"""The most characters of a name. Anything longer is a sentence."""
_MOST_WORDS = 12
_EDGES = " \t*_`'\"“”.,;:"
_ADDRESS = re.compile(r"\w+://|www\.|\S+@\S+\.\w")
PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?|mp[34]|wav|pdf|canvas|excalidraw)\b", re.IGNORECASE)
"""The ending of an embedded file that is not a note."""


class Found(NamedTuple):
    """A name with the indices of its lines, both inclusive. `target` is what a link leads to, or the word of an environment.

    `body` has the indices of the text that the name is given to, if it has bounds of its own.
    """

    name: str
    naming: Naming
    first: int
    last: int
    target: str = ""
    body: tuple[int, int] | None = None


def name_at(name: str, naming: Naming, at: int, target: str = "", body: tuple[int, int] | None = None) -> Iterator[Found]:
    """A name on one line; nothing for an address, a sentence or signs without a letter."""
    name = " ".join(name.split()).strip(_EDGES)
    if not name or len(name) > LONGEST_NAME or len(name.split()) > _MOST_WORDS or _ADDRESS.search(name):
        return
    if any(sign.isalpha() for sign in name):
        yield Found(name, naming, at, at, target, body)


def listed(text: str) -> Iterator[str]:
    """The names in a list with commas. A wiki link is one name, even with a comma in it.

    >>> list(listed("[[mass, inertial]], weight"))
    ['mass, inertial', 'weight']
    """
    for match in re.finditer(r"\[\[([^\[\]]+)\]\]|([^,\[\]]+)", text[:1000]):
        name = (match[1] or match[2]).strip(" \"'#")
        if name:
            yield name
