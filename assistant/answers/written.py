"""An answer in a model's words: every sentence is checked and gets its citations before it is shown."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from assistant.answers.events import Draft, SentenceDropped, SentenceWritten, WordsCame
from assistant.answers.model import Paragraph, Sentence
from assistant.answers.passages.candidates import Candidate
from assistant.answers.statements import Numbering, Quote
from assistant.verification.align import align, asks_whether, parted, sides_with
from assistant.verification.verify import Aspect, Check, Evidence, Verdict
from assistant.wording.display import bare, tidy
from assistant.writers.prompt import Exchange, FollowUp, Passage
from assistant.writers.writer import Writer
from assistant.writers.writing import MOST_WORDS, SentenceReader
from index.errors import ModelError
from index.search import Hit
from ingest.model import Encoder, Excerpt

_MOST_PASSAGES = 5
"""The most passages for a model: more would confuse a small one, and few would fit."""
_LEAST_KEPT = 3
"""If fewer than one in this many of a model's sentences is supported, the answer is in the documents' own words."""
_UNRANKED = 4.0
"""The penalty, below the best unit, of a unit in the prompt that is not a candidate: a question, a title, furniture."""

Written = WordsCame | SentenceWritten | SentenceDropped


@dataclass(slots=True)
class _Shown:
    """The passages given to a model, with their units as evidence."""

    passages: list[Passage] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)


def write_answer(
    question: str,
    candidates: Sequence[Candidate],
    encoder: Encoder,
    writer: Writer,
    number: Numbering,
    follows: FollowUp | None = None,
) -> Generator[Written, None, Draft]:
    """Run the writer on the best passages. Yields its words as they arrive and each sentence as soon as it is checked.

    Returns the supported sentences, cited in the order of their first use, numbered by `number`. The draft is empty if the model failed
    or too little of what it wrote is supported; its note says so. Closing the generator closes the writer's.
    """
    shown = _shown(candidates)
    evidence = Evidence.of(shown.texts, encoder, shown.headings)
    sentences: list[Sentence] = []
    dropped: list[SentenceDropped] = []
    try:
        asked, before = (follows.asked, [follows.before]) if follows else (question, [])
        for written in _sentences(writer, asked, shown.passages, before):
            if isinstance(written, WordsCame):
                yield written
                continue
            said, verdict = _checked(written, question, evidence, encoder, shown.places)
            if not verdict.supported or any(bare(said) == bare(sentence.text) for sentence in sentences):
                dropped.append(SentenceDropped(written, verdict.reason or "said before"))
                yield dropped[-1]
                continue
            cited = number([shown.quotes[id_ - 1] for id_ in verdict.ids])
            sentences.append(Sentence(said, cited, why=verdict.summary))
            yield SentenceWritten(sentences[-1], tuple(citation for citation in number.citations if citation.id in cited))
    except ModelError as error:
        # The model was interrupted, so its half of an answer is not shown either.
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
    return Draft((Paragraph(tuple(sentences), written=True),), number.citations, "llm", dropped=tuple(dropped))


def _sentences(
    writer: Writer, question: str, passages: Sequence[Passage], before: Sequence[Exchange]
) -> Generator[WordsCame | str, None, None]:
    """The words of a writer as they arrive, and its sentences as they are completed. A bare yes or no is joined with the next sentence."""
    reader = SentenceReader()
    words = 0
    held = ""
    with closing(writer.write(question, passages, before)) as pieces:
        for piece in pieces:
            for said in reader.feed(piece):
                whole = f"{held} {said}".strip()
                held = whole if parted(whole)[1] == "" else ""
                if not held:
                    words += len(whole.split())
                    yield whole
            yield WordsCame(f"{held} {reader.pending}".strip())
            if words >= MOST_WORDS:
                return
    for said in reader.end():
        yield f"{held} {said}".strip()
        held = ""
    if held:
        yield held


def _checked(said: str, question: str, evidence: Evidence, encoder: Encoder, places: Sequence[int]) -> tuple[str, Verdict]:
    """A sentence as it can be shown, and its verdict. A leading yes or no that the evidence does not support is removed."""
    verdict_word, rest = parted(said)
    if verdict_word is None:
        return said, align(said, evidence, encoder, question, places)
    if not rest:
        return said, Verdict(False, (), False, (Check(Aspect.SUPPORT, False, "a bare yes or no"),))
    verdict = align(rest, evidence, encoder, question, places, affirms=verdict_word)
    text = "\n".join(evidence.texts[id_ - 1] for id_ in verdict.ids)
    is_borne_out = asks_whether(question) and sides_with(verdict_word, question, text)
    return (said if is_borne_out else rest[:1].upper() + rest[1:]), verdict


def _shown(candidates: Sequence[Candidate]) -> _Shown:
    """The whole passages of the best candidates, and all their units that may be cited."""
    hits: dict[int, Hit] = {}
    for candidate in candidates:
        if len(hits) < _MOST_PASSAGES:
            hits.setdefault(candidate.hit.rank, candidate.hit)
    scores = {candidate.place: candidate.score for candidate in candidates}
    least = max(scores.values(), default=0.0) - _UNRANKED
    shown = _Shown()
    for rank, hit in hits.items():
        heading = " › ".join(hit.chunk.section[-2:]) or hit.chunk.title
        units = [unit for unit in hit.chunk.units if tidy(unit.text)]
        worths = tuple(scores.get((rank, position), least) for position, unit in enumerate(hit.chunk.units) if tidy(unit.text))
        shown.passages.append(Passage(heading, tuple(tidy(unit.text) for unit in units), worths))
        for unit in units:
            _add(shown, hit, unit, len(shown.passages))
    return shown


def _add(shown: _Shown, hit: Hit, unit: Excerpt, place: int) -> None:
    shown.headings.append(" › ".join((hit.chunk.title, *hit.chunk.section)))
    shown.quotes.append(Quote(hit.chunk, unit, hit.copies))
    shown.texts.append(unit.text)
    shown.places.append(place)
