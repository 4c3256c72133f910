"""Make the heading that is put in front of a unit when it is embedded, since a single sentence seldom names its subject."""

from __future__ import annotations

from collections.abc import Sequence

_LONGEST = 220
"""The most bytes of a heading. A heading has at most as many tokens, so part of an encoder's window is always left for the text."""


def heading_of(title: str, section: Sequence[str], context: Sequence[str] = ()) -> str:
    """The heading of a passage: the last two titles of its path, or its whole path and its context if it has any. Long titles are cut.

    >>> heading_of("Attention", ["Scaling", "Why divide"])
    'Scaling › Why divide'
    """
    parts = [*(title, *section)[-2:]] if not context else [title, *section, *context]
    heading = " › ".join(parts)
    if len(heading) <= _LONGEST // 4 or len(heading.encode("utf-8", "surrogatepass")) <= _LONGEST:
        return heading
    share = max(1, _LONGEST // len(parts) - 5)
    return " › ".join(_clipped(part, share) for part in parts)


def _clipped(text: str, longest: int) -> str:
    """At most `longest` bytes of a text, cut between words unless it is one word."""
    data = text.encode("utf-8", "surrogatepass")
    if len(data) <= longest:
        return text
    cut = data[:longest].decode("utf-8", "ignore")
    return cut.rsplit(None, 1)[0] if len(cut.split()) > 1 else cut
