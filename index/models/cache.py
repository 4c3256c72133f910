"""The cache of converted models: its folder, integrity checks, and conversion. A model is converted once, in a separate process
(`index/models/convert.py`, `index/models/convert_reranker.py`), and a manifest beside its files records their sizes and checksums.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import platformdirs

from index.errors import ModelDamaged, ModelError
from ingest.sources.digests import file_sha256

MANIFEST = "manifest.json"


def cache_folder() -> Path:
    """The folder of converted models: $STUDY_CACHE, else the platform's cache folder."""
    return Path(os.environ.get("STUDY_CACHE") or platformdirs.user_cache_dir("study"))


def is_intact(folder: Path, verify: bool = False) -> bool:
    """True if every file of a converted model has its recorded size; with `verify`, its recorded sha256 as well."""
    try:
        recorded = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return bool(recorded) and all(
            (folder / name).stat().st_size == entry["size"] and (not verify or file_sha256(folder / name) == entry["sha256"])
            for name, entry in recorded.items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def convert_once(module: str, source: Path | str, named: str, folder: Path) -> None:
    """Run a converting module, which writes a model's files, and put them into `folder`: all of them or none.

    `module` is run as `python -m MODULE SOURCE FOLDER`; errors call the model `named`. Raises ModelDamaged if it cannot be converted,
    ModelError if the folder cannot be written.
    """
    import subprocess  # needed only for a conversion, but otherwise imported for every first question
    import tempfile

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".converting-", dir=folder.parent))
    except OSError as error:
        raise ModelError(
            f"Cannot write the {named} to {folder.parent} ({error.strerror}).", "Set STUDY_CACHE to a folder that can be written."
        ) from error
    try:
        # The child must find the same packages as this process, and none in the working folder: hence the path and -P.
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2]), "HF_HUB_OFFLINE": "1"}
        command = [sys.executable, "-P", "-m", module, str(source), str(work)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise ModelDamaged(f"The {named} could not be converted: {reason}")
        files = {file.name: {"size": file.stat().st_size, "sha256": file_sha256(file)} for file in sorted(work.iterdir())}
        (work / MANIFEST).write_text(json.dumps(files, indent=1), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        try:
            work.rename(folder)
        except OSError:
            if not is_intact(folder):  # otherwise another process was quicker
                raise
    except OSError as error:
        raise ModelError(
            f"Cannot write the {named} to {folder} ({error.strerror}).", "Make room there, or set STUDY_CACHE to another folder."
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
