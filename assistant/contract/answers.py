"""The JSON of an answer. Its blocks can be read back.

    {"type": "paragraph", "sentences": [{"text", "citations"}]}
    {"type": "list", "ordered", "lead": {"text", "citations"} | null, "items": [{"text", "citations", "nested": list | null}]}
    {"type": "table", "header": [text], "rows": [[{"text", "citations"}]]}
    {"type": "formula", "label", "text", "citations"}
    {"type": "code", "text", "citations"}

With `explain`, what was chosen has a `why`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.answers.model import Answer, Block, Cell, Citation, Code, Formula, Item, ListBlock, Paragraph, Sentence, TableBlock
from assistant.contract.hits import place_to_json


def answer_to_json(answer: Answer, *, explain: bool = False) -> dict[str, Any]:
    """An answer; `explain` adds why each piece of it was chosen."""
    return {
        "question": answer.question,
        "answer": str(answer),
        "abstained": answer.abstained,
        "confidence": round(answer.confidence, 4),
        "mode": answer.mode,
        "blocks": [block_to_json(block, explain=explain) for block in answer.blocks],
        "sentences": [_sentence(sentence, explain) for sentence in answer.sentences],
        "citations": [citation_to_json(citation) for citation in answer.citations],
        "related": list(answer.related),
        "learn_first": list(answer.learn_first),
        "seconds": round(answer.seconds, 4),
        **({"note": answer.note} if answer.note else {}),
    }


def empty_answer(question: str) -> Mapping[str, Any]:
    """The shape of an answer that could not be given."""
    return answer_to_json(Answer(question, (), (), 0.0, True, "extractive", (), 0.0)) | {"answer": ""}


def citation_to_json(citation: Citation) -> dict[str, Any]:
    """A citation with the places of its copies."""
    copies = [place_to_json(copy.document, copy.title, copy.section, copy.span) for copy in citation.copies]
    place = place_to_json(citation.document, citation.title, citation.section, citation.span)
    return {"id": citation.id, **place, "quote": citation.quote, "copies": copies}


def block_to_json(block: Block, *, explain: bool = False) -> dict[str, Any]:
    """A block; `explain` adds why it was chosen."""
    why = {"why": block.why} if explain and isinstance(block, TableBlock | Formula | Code) else {}
    match block:
        case Paragraph():
            return {"type": "paragraph", "sentences": [_sentence(sentence, explain) for sentence in block.sentences]}
        case ListBlock():
            items = [
                {**_sentence(item.sentence, explain), "nested": block_to_json(item.nested, explain=explain) if item.nested else None}
                for item in block.items
            ]
            return {
                "type": "list",
                "ordered": block.ordered,
                "lead": _sentence(block.lead, explain) if block.lead else None,
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
    """The block that `block_to_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    match value["type"]:
        case "paragraph":
            return Paragraph(tuple(_read_sentence(sentence) for sentence in value["sentences"]))
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


def _sentence(sentence: Sentence, explain: bool) -> dict[str, Any]:
    return {"text": sentence.text, "citations": list(sentence.citations), **({"why": sentence.why} if explain else {})}


def _read_sentence(value: Mapping[str, Any]) -> Sentence:
    return Sentence(value["text"], tuple(value["citations"]), value.get("why", ""))
