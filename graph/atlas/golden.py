"""The paths to some chosen concepts, in a file that stands beside the atlas: a reviewer of a change sees what learners will see."""

from __future__ import annotations

from collections.abc import Iterator

from graph.atlas.order import learning_order
from graph.atlas.reading import ABOUT, Finding, Source
from graph.atlas.values import Atlas

PATHS = "paths.txt"
_HEAD = """\
# The paths to some concepts, each with all that comes before it, in the order of learning.
# This file is written by a command and not edited. A change of the atlas shows here what it does to learners.
"""


def paths_text(atlas: Atlas, targets: tuple[str, ...]) -> str:
    """The file of the paths to these concepts. Targets that do not exist are left out."""
    paths = {target: learning_order(atlas.entries, target) for target in targets if target in atlas.entries}
    return _HEAD + "".join(f"\n[{target}]\n" + "".join(f"{id_}\n" for id_ in path) for target, path in paths.items())


def check_paths(source: Source, text: str | None) -> Iterator[Finding]:
    """Findings: targets that do not exist, and a file that is missing or differs from the atlas."""
    for id_ in source.shown:
        if id_ not in source.atlas.entries:
            yield Finding(ABOUT, 1, id_, f"{id_} is among the paths, but is not a concept")
    expected = paths_text(source.atlas, source.shown)
    if text != expected:
        lines, wanted = (text or "").split("\n"), expected.split("\n")
        line = next((number for number, (one, two) in enumerate(zip(lines, wanted, strict=False), start=1) if one != two), len(lines))
        yield Finding(
            PATHS, line, "", "the paths are older than the atlas; compile it again" if text else "the file is missing; compile the atlas"
        )
