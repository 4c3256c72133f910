"""The one pattern for the marks of list items. It has its own module, since answers need it without the rest of reading."""

from __future__ import annotations

BULLETS = "-*+•◦▪‣●○–"
LIST_MARK = rf"(?:[{BULLETS}]|(?:\d{{1,3}}|[A-Za-z#])[.)]|\((?:\d{{1,3}}|[a-z#])\))"
"""The source of a pattern for the mark of a list item: a bullet, `1.`, `a)`, `(2)`, or `#.`, the automatic number of Pandoc's Markdown and
of reStructuredText. It matches the mark alone: white space has to follow, or `-5` and `a.b` would be items."""
