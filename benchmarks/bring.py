"""Bring the documents of data/training: cut the named folder at the named commit out of local clones.

    python -m benchmarks.bring CLONES FOLDER

CLONES holds a clone (or a bare repository) of each repository as `OWNER/NAME` or `OWNER+NAME`, perhaps in a folder `repo` or `.git` inside.
FOLDER gets a folder of documents for each set; a set whose clone is missing is named and left out.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Any

TRAINING = Path(__file__).resolve().parent.parent / "data" / "training"


def main() -> None:
    clones, out = map(Path, sys.argv[1:3])
    for folder in sorted(each for each in TRAINING.iterdir() if (each / "source.json").is_file()):
        source = json.loads((folder / "source.json").read_text(encoding="utf-8"))
        clone = find_clone(clones, source["repository"])
        if clone is None:
            print(f"{folder.name}: no clone of {source['repository']}")
            continue
        count = bring(clone, source, out / folder.name)
        print(f"{folder.name}: {count} of {source['files']} files")


def find_clone(clones: Path, repository: str) -> Path | None:
    """The clone of a repository, or None."""
    named = [clones / repository, clones / repository.replace("/", "+")]
    inside = [each / name for each in named for name in ("repo", ".git")]
    return next((each for each in (*inside, *named) if each.is_dir()), None)


def bring(clone: Path, source: dict[str, Any], out: Path) -> int:
    """Write the documents of a set below a folder; returns how many there are. Only these files are read from the clone."""
    names = _names(clone, source["commit"], source["folder"])
    chosen = [name for name in names if _is_wanted(name, source["pattern"], source["exclude"])]
    for name in chosen:
        file = out / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_git(clone, "show", f"{source['commit']}:{PurePosixPath(source['folder']) / name}"))
    return len(chosen)


def _is_wanted(name: str, pattern: str, exclude: Sequence[str]) -> bool:
    path = PurePosixPath(name)
    return (path.match(pattern) or path.match(pattern.removeprefix("**/"))) and not any(fnmatch(name, left) for left in exclude)


def _names(clone: Path, commit: str, folder: str) -> list[str]:
    """The files of a folder at a commit, by their names below it."""
    inside = "" if folder in {"", "."} else f"{folder}/"
    listed = _git(clone, "ls-tree", "-r", "-z", "--name-only", commit, *([inside] if inside else []))
    return [name.removeprefix(inside) for name in listed.decode("utf-8").split("\0") if name]


def _git(clone: Path, *words: str) -> bytes:
    return subprocess.run(["git", "-C", str(clone), *words], check=True, capture_output=True).stdout


if __name__ == "__main__":
    main()
