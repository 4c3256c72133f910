"""What stands in front of a unit when it is embedded, since a unit alone seldom says what it is about."""

from __future__ import annotations

from collections.abc import Sequence

_LONGEST = 220
"""Bytes of a heading; no tokenizer makes more tokens of it, so that some of an encoder's window is always left for the text."""


def heading_of(title: str, section: Sequence[str], context: Sequence[str] = ()) -> str:
    """The last two titles of a passage's path; of a passage with context the whole path, and the context. Long titles are cut."""
    parts = [*(title, *section)[-2:]] if not context else [title, *section, *context]
    heading = " › ".join(parts)
    if len(heading) <= _LONGEST // 4 or len(heading.encode("utf-8", "surrogatepass")) <= _LONGEST:
        return heading
    share = max(1, _LONGEST // len(parts) - 5)
    return " › ".join(_clipped(part, share) for part in parts)


def _clipped(text: str, longest: int) -> str:
    """At most so many bytes of a text, whole words where there are any."""
    data = text.encode("utf-8", "surrogatepass")
    if len(data) <= longest:
        return text
    cut = data[:longest].decode("utf-8", "ignore")
    return cut.rsplit(None, 1)[0] if len(cut.split()) > 1 else cut
