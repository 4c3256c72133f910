"""An answer in a model's words: every sentence is checked against the evidence that it cites before it is shown."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing

from assistant.answers.events import Draft, SentenceDropped, SentenceWritten
from assistant.answers.model import Citation, Paragraph, Sentence
from assistant.answers.passages.candidates import Candidate
from assistant.answers.statements import cite
from assistant.verification.verify import Evidence, verify
from assistant.wording.display import bare
from assistant.writers.writer import Writer
from assistant.writers.writing import read_sentences
from index.errors import ModelError
from ingest.language.language import Language
from ingest.model import Encoder

_MOST_EVIDENCE = 12
"""Units shown to a model: what fits a context of 4,096 tokens beside the answer."""
_SAME = 0.8
"""Two units that share this much of their words say the same; a model is shown one of them."""
_LEAST_KEPT = 3
"""At least one in so many of a model's sentences has to be supported, else the answer is in the documents' own words."""
_NEGATIONS = frozenset({*Language.load("en").groups("negations")["plain"], "t"})


def write_answer(
    question: str, candidates: Sequence[Candidate], encoder: Encoder, writer: Writer
) -> Generator[SentenceWritten | SentenceDropped, None, Draft]:
    """Run the writer on the best candidates; yield each sentence as soon as it is checked, return the supported ones.

    Citations are numbered in the order of their first use. The draft is empty if the model failed or too little of what it wrote is
    supported; its note says so. Closing the generator closes the writer's.
    """
    shown = _distinct(candidates)
    texts = [f"{' › '.join(candidate.hit.chunk.section)}: {candidate.unit.text}" for candidate in shown]
    evidence = Evidence.of(texts, encoder)
    sentences: list[Sentence] = []
    dropped: list[SentenceDropped] = []
    citations: dict[int, Citation] = {}
    try:
        with closing(writer.write(question, texts)) as pieces:
            for written in read_sentences(pieces):
                verdict = verify(written.text, written.ids, evidence, encoder, question)
                if not verdict.supported:
                    dropped.append(SentenceDropped(written.text, verdict.reason))
                    yield dropped[-1]
                    continue
                for id_ in verdict.ids:
                    if id_ not in citations:
                        candidate = shown[id_ - 1]
                        citations[id_] = cite(len(citations) + 1, candidate.quote(candidate.unit))
                cited = tuple(citations[id_] for id_ in verdict.ids)
                sentences.append(Sentence(written.text, tuple(citation.id for citation in cited), why=verdict.summary))
                yield SentenceWritten(sentences[-1], cited)
    except ModelError as error:
        # What the model would still have said is not known, so its half of an answer is not shown either.
        return Draft(dropped=tuple(dropped), note=f"{error} This is the answer in the documents' own words.")
    if not sentences:
        note = "Nothing that the model wrote was supported by the documents; this is the answer in their own words."
        return Draft(dropped=tuple(dropped), note=note)
    total = len(sentences) + len(dropped)
    if len(sentences) * _LEAST_KEPT < total:
        were = "was" if len(sentences) == 1 else "were"
        note = (
            f"Only {len(sentences)} of the model's {total} sentences {were} supported ({dropped[0].reason}); "
            "this is the answer in the documents' words."
        )
        return Draft(dropped=tuple(dropped), note=note)
    return Draft((Paragraph(tuple(sentences)),), tuple(citations.values()), "llm", dropped=tuple(dropped))


def _distinct(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The first candidates, without those that repeat one before them."""
    found: list[Candidate] = []
    for candidate in candidates:
        if len(found) == _MOST_EVIDENCE:
            break
        if not any(_says_the_same(candidate, other) for other in found):
            found.append(candidate)
    return found


def _says_the_same(one: Candidate, other: Candidate) -> bool:
    """True if two units share nearly all their words and differ in no number and no negation."""
    words, others = set(bare(one.unit.text).split()), set(bare(other.unit.text).split())
    differing = words ^ others
    is_telling = any(word in _NEGATIONS or not word.isalpha() for word in differing)
    return not is_telling and len(words & others) >= _SAME * len(words | others)
