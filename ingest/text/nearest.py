"""Names to suggest when a person mistypes one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_SUGGESTED = 3
_LEAST_ALIKE = 60
"""In percent. Suggestions less similar to the typed name would look random."""
_ENDING = re.compile(r"(?<=.)\.[a-z][a-z0-9]{0,7}$")
"""The ending of a file name. Many files share it, so it does not count for similarity."""


def nearest_names(name: str, names: Sequence[str], least: int = _LEAST_ALIKE) -> list[str]:
    """At most three of `names` that a person may have meant by `name`, the likeliest first; upper and lower case are the same.

    Paths with the same last part come first: a user who types `attention.md` means `course/attention.md`. The others follow by the share
    of letters that both have in the same order (normalised indel similarity), which is at least `least` percent.

    >>> nearest_names("atention.md", ["notes/attention.md", "attention.md", "bias.md"])
    ['attention.md', 'notes/attention.md']
    >>> nearest_names("nope.md", ["dpo.md", "ppo.md", "entropy.md"])
    []
    """
    from rapidfuzz import fuzz, process  # takes 40 ms to import, and is needed only for a name that does not exist

    wanted, folded = _folded(name), [_folded(each) for each in names]
    same_file = [each for each, one in zip(names, folded, strict=True) if _last(one) == _last(wanted)]
    wanted, folded = _bare(wanted), [_bare(one) for one in folded]
    # A path and its last part: whoever types `hial.md` means `storms/hail.md`.
    forms = [*folded, *map(_last, folded)]
    alike = process.extract(wanted, forms, scorer=fuzz.ratio, score_cutoff=least, limit=2 * _SUGGESTED)
    return list(dict.fromkeys([*same_file, *(names[at % len(names)] for _, _, at in alike)]))[:_SUGGESTED]


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _folded(name: str) -> str:
    """A name in one Unicode form and in lower case."""
    return unicodedata.normalize("NFC", name).casefold()


def _bare(path: str) -> str:
    """A path without the ending of the file's name."""
    return _ENDING.sub("", path)
