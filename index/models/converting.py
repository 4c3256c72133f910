"""Bringing a model into the form that it is run in, once, in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from index.errors import ModelDamaged, ModelError
from index.models.converted import MANIFEST, is_intact
from ingest.sources.digests import file_sha256


def convert_once(module: str, source: Path | str, named: str, folder: Path) -> None:
    """Let a module write a model's converted files into a folder, in a process of its own; whole or not at all.

    Raises ModelDamaged where it cannot, ModelError where the folder cannot be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".converting-", dir=folder.parent))
    except OSError as error:
        raise ModelError(
            f"Cannot write the {named} to {folder.parent} ({error.strerror}).", "Set STUDY_CACHE to a folder that can be written."
        ) from error
    try:
        # -P and the path: the child must find these packages however this process found them, and nothing in the working folder.
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
            if not is_intact(folder):  # else another process was as quick
                raise
    except OSError as error:
        raise ModelError(
            f"Cannot write the {named} to {folder} ({error.strerror}).", "Make room there, or set STUDY_CACHE to another folder."
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
