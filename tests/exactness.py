"""Check that an excerpt is at its place."""

from ingest.model import Chunk, Document, Excerpt


def squeezed(text: str) -> str:
    return " ".join(text.split())


def stands_at(document: Document, excerpt: Excerpt | Chunk) -> bool:
    """True if the excerpt's text is in the lines of its span, ignoring white space, and touches the first and the last line."""
    text = next(t for t in document.texts if t.part == excerpt.span.part)
    first, last = excerpt.span.first, excerpt.span.last
    if not 1 <= first <= last <= len(text.lines):
        return False
    lines = text.lines[first - 1 : last]
    wanted = squeezed(excerpt.text)
    if not wanted or wanted not in squeezed("\n".join(lines)):
        return False
    return first == last or (wanted not in squeezed("\n".join(lines[1:])) and wanted not in squeezed("\n".join(lines[:-1])))
