"""The page of a source: its lines, with cited ones marked; rendered, or as a picture of its page if possible.

The readers are imported when a source is first shown: no other page needs them, and they take as long as a third of the start.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from assistant.errors import UnknownPlace
from assistant.library.library import Library
from assistant.sources.sources import Source, read_part
from assistant.web.api.parameters import read_lines
from assistant.web.context import context_of
from assistant.web.pages.shared import page
from assistant.web.rendering.environment import render
from assistant.web.rendering.links import located_url, note_links
from assistant.web.rendering.markdown import is_marked, rendered, rendered_lines
from ingest.errors import UsageError
from ingest.model import Kind, Part, Span, Text

_MOST_LINES = 1_500
_LONGEST_LINE = 20_000
_MARKDOWN = {".md", ".markdown", ".mdown", ".mkd", ".html", ".htm", ".xhtml", ".docx", ".pptx", ".epub", ".ipynb"}
_CODE = {".py", ".tex", ".ltx", ".latex", ".toml", ".org", ".rst", ".rest"}
_WIDTHS = (600, 1200, 1800)


async def source(request: Request) -> Response:
    """A document, at the lines that the address names."""
    context = context_of(request)
    asked = request.query_params
    values = await context.workers.call(
        _values,
        context.library,
        request.path_params["id"],
        asked.get("lines", ""),
        asked.get("part", ""),
        asked.get("view", ""),
        asked.get("from", ""),
    )
    is_pane = asked.get("pane") == "1"
    if is_pane:
        return HTMLResponse(render("_source.html", here="", pane=True, **values))
    return page("source.html", "/library", pane=False, **values)


async def picture(request: Request) -> Response:
    """A page of a PDF as a picture."""
    context = context_of(request)
    number, width = request.path_params["page"], request.query_params.get("width", "1200")
    if not (width.isascii() and width.isdigit() and int(width[:6]) in _WIDTHS):
        raise UsageError(f"The width of a picture is one of {', '.join(map(str, _WIDTHS))}.")
    found = await context.workers.call(context.library.source, request.path_params["id"])
    tag = f'"{found.document.digest[:20]}-{number}-{width}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    png = await context.workers.call(context.library.page_picture, found, number, int(width))
    return Response(png, media_type="image/png", headers=headers)


@dataclass(frozen=True, slots=True)
class _Opened:
    """The shown part of a document's text, from line `first` on. `cited` is the span in the address, or None."""

    source: Source
    text: Text
    cited: Span | None
    first: int

    @property
    def shown(self) -> tuple[str, ...]:
        return self.text.lines[self.first - 1 : self.first - 1 + _MOST_LINES]

    @property
    def hits(self) -> range:
        return range(self.cited.first, self.cited.last + 1) if self.cited else range(0)


def _values(library: Library, id_: str, lines: str, part: str, view: str, start: str) -> dict[str, Any]:
    from assistant.web.rendering.marked import macros_of
    from ingest.readers.marked.typed import LATEX, suffix_of

    opened = _opened(library.source(id_), lines, part, start)
    found, text, cited = opened.source, opened.text, opened.cited
    drawing = _drawing(library, opened)
    has_page = _has_page(found, text.part)
    html = (
        _rendered(opened, note_links(found.document.name, lambda: [one.name for one in library.documents()]))
        if has_page and view != "lines" and (view or not drawing["page"])
        else None
    )
    if html is not None and not view and cited is not None and not is_marked(html):
        html = None  # the cited lines are markup: only their source can be shown
    view = "lines" if html is None else "rendered"
    around = cited or Span(opened.first, opened.first + len(opened.shown) - 1, text.part)
    return {
        "title": found.document.title,
        "name": found.document.name,
        "part": text.part,
        "parts": len(found.document.texts),
        "cited": cited,
        "section": _section(found, cited),
        "views": _views(found, cited, text.part, view) if has_page else (),
        "turns": _turns(found, text, opened.first, len(opened.shown)),
        "full": located_url(found.id, cited) if cited else located_url(found.id, None, **_part_of(text.part)),
        "concepts": library.about(found.document.name, around),
        **drawing,
        "html": html,
        "macros": json.dumps(macros_of(text.lines)) if html is not None and suffix_of(found.document.name) in LATEX else "",
        "lines": [(number, line[:_LONGEST_LINE]) for number, line in enumerate(opened.shown, start=opened.first)],
        "code": PurePosixPath(found.document.name).suffix.lower() in _CODE or _is_code(found, text.part),
    }


def _opened(found: Source, lines: str, part: str, start: str) -> _Opened:
    """The part of a document for an address. Raises UnknownPlace."""
    text = _text(found, read_part(part) if part else None)
    cited = read_lines(lines, text.part) if lines else None
    if cited is not None and not 1 <= cited.first <= cited.last <= len(text.lines):
        raise UnknownPlace(f"{found.document.name} has lines 1 to {len(text.lines)} there, but not {cited.first}-{cited.last}.")
    return _Opened(found, text, cited, _begin(text, cited, start))


def _drawing(library: Library, opened: _Opened) -> dict[str, Any]:
    """The page of a PDF with the boxes of the cited lines; nothing for other documents."""
    part = opened.text.part
    if part is None or part.kind != "page" or not library.has_pages(opened.source):
        return {"page": None, "picture": "", "boxes": ()}
    drawn = library.page_view(opened.source, part.number)
    boxes = [box for number in opened.hits if number <= len(drawn.boxes) for box in drawn.boxes[number - 1]]
    return {"page": drawn, "picture": f"/source/{opened.source.id}/page/{part.number}.png?width=1200", "boxes": boxes}


def _text(found: Source, part: Part | None) -> Text:
    if part is None:
        return found.document.texts[0]
    text = next((text for text in found.document.texts if text.part == part), None)
    if text is None:
        raise UnknownPlace(f"{found.document.name} has no {part.kind} {part.number}.")
    return text


def _begin(text: Text, cited: Span | None, start: str) -> int:
    """The first shown line of a long text: the requested one, or one that puts the cited lines in the middle."""
    if start.isascii() and start.isdigit() and len(start) < 10:
        return max(1, min(int(start), len(text.lines)))
    if cited is None or cited.last <= _MOST_LINES:
        return 1
    return max(1, cited.first - _MOST_LINES // 2)


def _has_page(found: Source, part: Part | None) -> bool:
    """True for a text that can be shown as a page, and not only as its source."""
    from ingest.readers.marked.typed import is_marked as is_markup

    name = found.document.name
    is_written = PurePosixPath(name).suffix.lower() in _MARKDOWN or (part is None and is_markup(name))
    return is_written and not found.id.startswith("atlas:") and not _is_code(found, part)


def _rendered(opened: _Opened, page_of: Callable[[str], str]) -> Markup:
    from assistant.web.rendering.marked import written
    from ingest.readers.marked.typed import is_marked as is_markup
    from ingest.readers.marked.typed import typed_lines

    name = opened.source.document.name
    if is_markup(name):
        return rendered_lines(written(typed_lines(name, opened.text.lines), opened.first, len(opened.shown)), opened.hits, page_of)
    return rendered(opened.shown, opened.first, opened.hits, page_of)


def _is_code(found: Source, part: Part | None) -> bool:
    """True for a part with only code, such as a cell of a notebook."""
    kinds = {block.kind for block in found.document.blocks if block.span.part == part} if part else set()
    return bool(kinds) and kinds <= {Kind.CODE}


def _section(found: Source, cited: Span | None) -> tuple[str, ...]:
    if cited is None:
        return ()
    return next((block.section for block in found.document.blocks if block.span.overlaps(cited)), ())


def _part_of(part: Part | None) -> dict[str, str]:
    return {"part": f"{part.kind}-{part.number}"} if part else {}


def _views(found: Source, cited: Span | None, part: Part | None, view: str) -> list[tuple[str, str, bool]]:
    more = {} if cited else _part_of(part)
    return [
        (label, located_url(found.id, cited, view=name, **more), name == view)
        for name, label in (("rendered", "As a page"), ("lines", "As its source"))
    ]


def _turns(found: Source, text: Text, first: int, count: int) -> list[tuple[str, str]]:
    """Links to the part, or the lines, before and after."""
    made = []
    texts = found.document.texts
    at = texts.index(text)
    for step, label in ((-1, "← {} {}"), (1, "{} {} →")):
        if 0 <= at + step < len(texts) and (part := texts[at + step].part) is not None:
            made.append((label.format(part.kind, part.number), located_url(found.id, None, **_part_of(part))))
    here = _part_of(text.part)
    if first > 1:
        made.append(("↑ earlier lines", f"/source/{found.id}?" + urlencode({**here, "from": str(max(1, first - _MOST_LINES))})))
    if first - 1 + count < len(text.lines):
        made.append(("↓ later lines", f"/source/{found.id}?" + urlencode({**here, "from": str(first + count)})))
    return made
