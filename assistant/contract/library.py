"""The JSON of a library as a whole: its state, its health, its conversations, its backups, its encoder, and
the language models that are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assistant.contract.ingest import failures_to_json, left_out_to_json, notices_to_json

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.backup.backup import Restored
    from assistant.conversation.conversations import Listed
    from assistant.doctor import Finding
    from assistant.library.preferences import Setting
    from assistant.settings import NamedModel
    from assistant.storage.status import Status
    from assistant.tuning.tuning import Tuning
    from assistant.writers.catalogue import Suggestions


def status_to_json(status: Status) -> dict[str, Any]:
    """`study status`: what the library holds, what was left out of it, and what could not be read."""
    return {
        "library": str(status.library),
        "created": status.created,
        "documents": status.documents,
        "chunks": status.chunks,
        "concepts": status.concepts,
        "roots": list(status.roots),
        "gone": list(status.gone),
        "encoder": status.encoder,
        "chunking": dict(status.chunking),
        "collections": dict(status.collections),
        "forgotten": list(status.forgotten),
        "left_out": left_out_to_json(status.left_out),
        "remarks": list(status.remarks),
        "notices": notices_to_json(status.notices),
        "failures": failures_to_json(status.failures),
    }


def findings_to_json(findings: Iterable[Finding]) -> dict[str, Any]:
    """`study doctor`: each thing that was looked at, and what to do about it."""
    return {"checks": [{"name": one.name, "ok": one.ok, "detail": one.detail, "advice": one.advice} for one in findings]}


def settings_to_json(file: Path, settings: Iterable[Setting]) -> dict[str, Any]:
    """`study config`: the settings with the file that keeps them; after a change, the one that changed."""
    return {"file": str(file), "settings": [asdict(setting) for setting in settings]}


def backup_to_json(file: Path, held: Sequence[str]) -> dict[str, Any]:
    """`study backup`: the file that was written, and the names of what it holds."""
    return {"file": str(file), "files": list(held)}


def restored_to_json(done: Restored) -> dict[str, Any]:
    """`study restore`: the names of what changed, and where the files and the settings that were replaced are kept."""
    kept, old = done.kept, done.old_settings
    return {"restored": list(done.changed), "kept": str(kept) if kept else None, "settings_kept": str(old) if old else None}


def tuning_to_json(done: Tuning) -> dict[str, Any]:
    """`study tune`: what was learned from, the metrics before and after, and whether the result is kept."""
    return asdict(done)


def encoder_to_json(name: str) -> dict[str, Any]:
    """`study tune --undo`: the encoder that the library uses again."""
    return {"encoder": name}


def conversations_to_json(listed: Iterable[Listed]) -> dict[str, Any]:
    """`study chat --list`: each conversation with its number of turns, when the last one was, and its first question."""
    return {"conversations": [{"name": one.name, "turns": one.turns, "last": one.last, "first": one.first} for one in listed]}


def models_to_json(named: Mapping[str, NamedModel], chosen: str, suggested: Suggestions) -> dict[str, Any]:
    """`study model list`: the models that have a name, with the one that is used, and those that can be pulled."""
    known = [{"name": name, "used": name == chosen, **asdict(model)} for name, model in named.items()]
    offered = [
        {
            **asdict(model),
            "memory": model.memory,
            "seconds": round(model.seconds(suggested.cores), 1),
            "suggested": model is suggested.best,
        }
        for model in suggested.models
    ]
    return {"models": known, "suggested": offered}
