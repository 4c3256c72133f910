"""Find the data that is installed with the packages: the starter course, word lists, fitted models."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ingest.errors import DataMissing

_ROOT = Path(__file__).resolve().parent.parent
"""The folder that holds the packages: a checkout, or `site-packages`."""


@cache
def data_folder(name: str) -> Path:
    """The folder `name` of the project's data, such as `data_folder("language")`.

    A checkout has it in `data/`, an installation in `share/study/`. Raises DataMissing if it is in neither.
    """
    found = next((parent / name for parent in _parents() if (parent / name).is_dir()), None)
    if found is None:
        raise DataMissing(f"The folder {name!r} of study's own data is not installed.", "Install study again.")
    return found


def _parents() -> Iterator[Path]:
    yield _ROOT / "data"
    yield Path(sys.prefix) / "share" / "study"
    yield _ROOT / "share" / "study"  # pip install --target
    # Asking for the other places takes milliseconds, and is never needed in a virtual environment.
    import sysconfig

    for scheme in (sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("user")):
        yield Path(sysconfig.get_path("data", scheme)) / "share" / "study"
