"""The JSON of language models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.settings import NamedModel
    from assistant.writers.catalogue import Suggestions


def models_to_json(named: Mapping[str, NamedModel], chosen: str, suggested: Suggestions) -> dict[str, Any]:
    """`study model list`: the models that have a name, with the one that is used, and those that can be pulled."""
    known = [{"name": name, "used": name == chosen, **asdict(model)} for name, model in named.items()]
    offered = [{**asdict(model), "memory": model.memory, "suggested": model is suggested.best} for model in suggested.models]
    return {"models": known, "suggested": offered}
