"""Opening a library for the commands that need no more of it than its graph."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from assistant.cli.shared.terminal import notice, progress_bar
from assistant.opening import open_session
from graph.model.values import Graph


@contextmanager
def opened_graph(library: Path | None, no_course: bool) -> Iterator[Graph]:
    """The graph of a library while it is open: it is read when asked for."""
    with progress_bar() as progress:
        opened = open_session(library, notice=notice, progress=progress)
    with closing(opened):
        yield opened.graph.without_course() if no_course else opened.graph
