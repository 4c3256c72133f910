"""The JSON of an answer. `assistant/answers/blocks.py` has the shapes of its blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.answers.blocks import block_to_json, sentence_to_json
from assistant.answers.model import Answer, Citation
from assistant.contract.hits import place_to_json


def answer_to_json(answer: Answer, *, explain: bool = False) -> dict[str, Any]:
    """An answer; `explain` adds why each piece of it was chosen."""
    return {
        "question": answer.question,
        "answer": str(answer),
        "abstained": answer.abstained,
        "certainty": answer.certainty.value,
        "confidence": round(answer.confidence, 4),
        "mode": answer.mode,
        "blocks": [block_to_json(block, explain=explain) for block in answer.blocks],
        "sentences": [sentence_to_json(sentence, explain) for sentence in answer.sentences],
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
