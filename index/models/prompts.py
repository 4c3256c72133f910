"""Prompts: the texts that an encoder expects in front of a question and a passage, such as `query: ` and `passage: `."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

CONFIGURATION = "config_sentence_transformers.json"
_QUESTION, _PASSAGE = ("query", "question", "search_query"), ("passage", "document", "corpus", "search_document")
_FAMILIES = (
    (re.compile(r"(?:^|[/_-])e5[_-](?:small|base|large)|multilingual[_-]e5", re.IGNORECASE), "query: ", "passage: "),
    (
        re.compile(r"(?:^|[/_-])bge[_-](?:small|base|large)[_-]en", re.IGNORECASE),
        "Represent this sentence for searching relevant passages: ",
        "",
    ),
)
"""Models whose files lack the prompts that their model cards ask for."""


class Prompts(NamedTuple):
    """The text in front of a question, and the one in front of a passage. Most models have neither."""

    question: str = ""
    passage: str = ""


def prompts_of(folder: Path) -> Prompts:
    """The prompts of a model in a folder, from its configuration, or else those known for its family."""
    try:
        named = json.loads((folder / CONFIGURATION).read_text(encoding="utf-8")).get("prompts") or {}
    except (OSError, ValueError, AttributeError):
        named = {}
    found = Prompts(_first(named, _QUESTION), _first(named, _PASSAGE))
    if any(found):
        return found
    return next((Prompts(question, passage) for family, question, passage in _FAMILIES if family.search(str(folder))), Prompts())


def _first(named: Mapping[str, object], keys: tuple[str, ...]) -> str:
    return next((value for key in keys if isinstance(value := named.get(key), str) and value), "")
