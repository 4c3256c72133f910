"""Examine the installation, the models and a library. Every check is independent, so that a failing one does not hide the others."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from assistant.course import course_folder
from assistant.errors import LibraryDamaged, LibraryMissing
from assistant.storage.snapshots import Layout, open_snapshot
from assistant.wording.counts import counted, held
from index.models.cache import cache_folder, is_intact
from index.models.encoder import Model, default_model, encoder_folder
from ingest.errors import StudyError

_PACKAGE = "study-assistant"
_OPTIONAL = {"llama-cpp-python": "pip install 'study-assistant[llm]' to let a local model write the answers (a C++ compiler is needed)"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was examined. `advice` says what to do about it, or is empty. A face can add a command by the `code`."""

    name: str
    ok: bool
    detail: str
    advice: str = ""
    code: str = ""
    library: Path | None = None


def examine(root: Path) -> list[Finding]:
    """Examine the installation, the models and the library at `root`."""
    return [*_packages(), _course(), _encoder(root), *_library(root)]


def _packages() -> Iterator[Finding]:
    yield Finding("python", True, sys.version.split()[0])
    for name in _needed():
        found = _version(name)
        yield Finding(name, found is not None, found or "not installed", "" if found else f"Install study again: pip install {_PACKAGE}")
    for name, advice in _OPTIONAL.items():
        found = _version(name)
        yield Finding(name, True, found or f"not installed (optional): {advice}")


def _needed() -> list[str]:
    """The packages that study needs, without those of its extras. Unknown in a checkout that is not installed."""
    try:
        listed = requires(_PACKAGE) or ()
    except PackageNotFoundError:
        return []
    return [re.split(r"[^\w.-]", requirement, maxsplit=1)[0] for requirement in listed if "extra ==" not in requirement]


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _course() -> Finding:
    try:
        folder = course_folder()
        return Finding("starter course", True, f"{counted(len(list(folder.glob('*.md'))), 'note')} in {folder}")
    except StudyError as error:
        return Finding("starter course", False, error.message, error.hint, error.code)


def _encoder(root: Path) -> Finding:
    model = default_model()
    try:
        snapshot = open_snapshot(Layout(root))
        model = Model(**snapshot.manifest["settings"]["encoder"])
        snapshot.close()
    except StudyError:
        pass  # reported in the finding for the library
    folder = encoder_folder(model)
    if not folder.exists():
        return Finding(
            "encoder", True, f"{model.name}: not prepared yet; the first question does it, in about half a minute, into {cache_folder()}"
        )
    if not is_intact(folder, verify=True):
        return Finding("encoder", False, f"{folder} does not match its checksums", "Nothing to do: the next ingest makes it again.")
    return Finding("encoder", True, f"{model.name} in {folder}")


def _library(root: Path) -> Iterator[Finding]:
    try:
        snapshot = open_snapshot(Layout(root))
    except LibraryMissing as error:
        yield Finding("library", True, f"none at {root} yet", error.hint, error.code, root)
        return
    except StudyError as error:
        yield Finding("library", False, error.message, error.hint, error.code)
        return
    counts, roots, failures = (snapshot.manifest[name] for name in ("counts", "roots", "failures"))
    damage = snapshot.damage()
    snapshot.close()
    yield Finding(
        "library",
        not damage,
        f"{held(counts['documents'], counts['chunks'], counts['concepts'])} in {root}; "
        + (f"damaged: {', '.join(damage)}" if damage else "every file matches its checksum"),
        f"Ingest {' '.join(roots)} again to rebuild it." if damage else "",
        LibraryDamaged.code if damage else "",
    )
    gone = [known for known in roots if not Path(known).exists()]
    if gone:
        yield Finding(
            "roots", False, f"no longer there: {', '.join(gone)}", "What was read from them is kept; ingest their new place to replace it."
        )
    if failures:
        yield Finding(
            "failures",
            False,
            f"{counted(len(failures), 'file')} could not be read",
            "Look at the list of them, with the reasons.",
            "unreadable-files",
        )
