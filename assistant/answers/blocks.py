"""The blocks of an answer as JSON values, and back.

    {"type": "paragraph", "sentences": [{"text", "citations"}]}
    {"type": "list", "ordered", "lead": {"text", "citations"} | null, "items": [{"text", "citations", "nested": list | null}]}
    {"type": "table", "header": [text], "rows": [[{"text", "citations"}]]}
    {"type": "formula", "label", "text", "citations"}
    {"type": "code", "text", "citations"}

A paragraph in a model's words has `"written": true`. With `explain`, chosen pieces have a `why`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.answers.model import Block, Cell, Code, Formula, Item, ListBlock, Paragraph, Sentence, TableBlock


def block_to_json(block: Block, *, explain: bool = False) -> dict[str, Any]:
    """A block; `explain` adds why it was chosen."""
    why = {"why": block.why} if explain and isinstance(block, TableBlock | Formula | Code) else {}
    match block:
        case Paragraph():
            sentences = [sentence_to_json(sentence, explain) for sentence in block.sentences]
            return {"type": "paragraph", **({"written": True} if block.written else {}), "sentences": sentences}
        case ListBlock():
            items = [
                {**sentence_to_json(item.sentence, explain), "nested": block_to_json(item.nested, explain=explain) if item.nested else None}
                for item in block.items
            ]
            return {
                "type": "list",
                "ordered": block.ordered,
                "lead": sentence_to_json(block.lead, explain) if block.lead else None,
                "items": items,
            }
        case TableBlock():
            rows = [[{"text": cell.text, "citations": list(cell.citations)} for cell in row] for row in block.rows]
            return {"type": "table", "header": list(block.header), "rows": rows, **why}
        case Formula():
            return {"type": "formula", "label": block.label, "text": block.text, "citations": list(block.citations), **why}
        case Code():
            return {"type": "code", "text": block.text, "citations": list(block.citations), **why}


def block_from_json(value: Mapping[str, Any]) -> Block:
    """The block of a JSON value, the inverse of `block_to_json`. Raises KeyError, TypeError or ValueError for other values."""
    match value["type"]:
        case "paragraph":
            return Paragraph(tuple(_read_sentence(sentence) for sentence in value["sentences"]), value.get("written", False))
        case "list":
            return _read_list(value)
        case "table":
            rows = tuple(tuple(Cell(cell["text"], tuple(cell["citations"])) for cell in row) for row in value["rows"])
            return TableBlock(tuple(value["header"]), rows, value.get("why", ""))
        case "formula":
            return Formula(value["text"], tuple(value["citations"]), value["label"], value.get("why", ""))
        case "code":
            return Code(value["text"], tuple(value["citations"]), value.get("why", ""))
    raise ValueError(f"{value['type']!r} is not a type of block")


def _read_list(value: Mapping[str, Any]) -> ListBlock:
    items = tuple(Item(_read_sentence(item), _read_list(item["nested"]) if item["nested"] else None) for item in value["items"])
    return ListBlock(_read_sentence(value["lead"]) if value["lead"] else None, items, value["ordered"])


def sentence_to_json(sentence: Sentence, explain: bool) -> dict[str, Any]:
    """A piece of text with the ids of its citations."""
    return {"text": sentence.text, "citations": list(sentence.citations), **({"why": sentence.why} if explain else {})}


def _read_sentence(value: Mapping[str, Any]) -> Sentence:
    return Sentence(value["text"], tuple(value["citations"]), value.get("why", ""))
