"""Every quote stands at its lines: of the course always, of the reference documents where they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from exactness import squeezed, stands_at

from assistant.authored import load_authored
from assistant.course import course_documents
from graph.atlas.compiled import atlas_folder
from graph.build import build_graph
from graph.model.values import ATLAS, COURSE, Graph
from graph.overlay.joins import Joins
from graph.overlay.laying import lay_over
from ingest.chunking.chunking import chunk_document
from ingest.model import Document, Excerpt, Span
from ingest.readers import read_document

REFERENCE = Path(__file__).resolve().parent.parent.parent / "shared" / "documents"


def reference_documents() -> list[Document]:
    if not REFERENCE.is_dir():
        pytest.skip("the reference documents are not here")
    return [read_document(file.name, file.read_bytes()) for file in sorted(REFERENCE.iterdir())]


@pytest.fixture(scope="module", params=["course", "reference"])
def documents(request: pytest.FixtureRequest) -> Sequence[Document]:
    return course_documents()[0] if request.param == "course" else reference_documents()


def quotes(graph: Graph) -> Iterator[tuple[str, Span, str]]:
    for concept in graph.concepts.values():
        for found in (concept.definition, *concept.about, *concept.mentioned):
            if found is not None:
                yield found.document, found.span, found.quote
    for edge in graph.prerequisites:
        for evidence in edge.evidence:
            yield evidence.document, evidence.span, evidence.quote


def is_within(document: Document, span: Span, quote: str) -> bool:
    """A place to read is longer than its quote, which is only how it begins."""
    text = next(text for text in document.texts if text.part == span.part)
    return squeezed(quote) in squeezed("\n".join(text.lines[span.first - 1 : span.last]))


def test_every_chunk_and_every_unit_stands_at_its_lines(documents: Sequence[Document]) -> None:
    for document in documents:
        for chunk in chunk_document(document):
            assert stands_at(document, chunk), (chunk.document, chunk.span)
            for unit in chunk.units:
                assert stands_at(document, unit), (chunk.document, unit)


def test_every_line_with_content_is_in_a_chunk_or_is_metadata(documents: Sequence[Document]) -> None:
    for document in documents:
        covered = {line for chunk in chunk_document(document) for line in range(chunk.span.first, chunk.span.last + 1)}
        silent = [block.span for block in document.blocks if block.kind in ("metadata", "furniture")]
        silent += [above.span for above, block in pairwise(document.blocks) if above.kind == "heading" and block.kind == "furniture"]
        known = {line for span in silent for line in range(span.first, span.last + 1)}
        text = document.texts[0].lines
        assert [number for number, line in enumerate(text, 1) if line.strip() and number not in covered | known] == []


def test_every_quote_of_the_graph_stands_at_its_lines(documents: Sequence[Document]) -> None:
    by_name = {document.name: document for document in documents}
    for name, span, quote in quotes(build_graph(documents)):
        assert is_within(by_name[name], span, quote.removesuffix("…")), (name, span, quote)


def test_every_quote_of_what_is_authored_stands_at_its_lines() -> None:
    files = {f"{ATLAS}{file.name}": file.read_text(encoding="utf-8").split("\n") for file in atlas_folder().glob("*.toml")}
    lessons = {f"{COURSE}{document.name}": document for document in course_documents()[0]}
    authored = load_authored()
    for name, span, quote in quotes(lay_over(Graph(), authored.atlas, Joins(), authored.lessons)):
        if name in lessons:
            assert is_within(lessons[name], span, quote.removesuffix("…")), (name, span, quote)
        else:
            assert quote in "\n".join(files[name][span.first - 1 : span.last]), (name, span, quote)


def test_answers_to_development_questions_are_quoted_exactly(tmp_path: Path, encoder_cache: Path) -> None:
    import json

    from assistant.answers.ask import ask
    from assistant.building.build import ingest
    from assistant.session import Session

    documents = {document.name: document for document in reference_documents()}
    questions = REFERENCE.parent / "eval" / "dev.jsonl"
    # Embedding the larger documents would take most of a minute.
    ingest(tmp_path / "library", sorted(REFERENCE.iterdir(), key=lambda file: file.stat().st_size)[:3])
    library = Session(tmp_path / "library")
    for line in questions.read_text(encoding="utf-8").splitlines():
        result = ask(library, json.loads(line)["question"])
        for citation in result.answer.citations:
            assert stands_at(documents[citation.document], Excerpt(citation.quote, citation.span))
        for hit in result.hits:
            assert stands_at(documents[hit.chunk.document], hit.chunk)
    library.close()


def test_the_course_answers_what_is_asked_first(course_library: Path) -> None:
    from assistant.answers.ask import ask
    from assistant.session import Session

    library = Session(course_library)
    answer = ask(library, "why divide by sqrt d").answer
    definition = ask(library, "what is self-attention?").answer
    library.close()
    # What stands under the term itself, though a sentence on its weakness sounds more like the question.
    assert str(definition).startswith("Self-attention is attention in which")
    assert answer.citations[0].document == "scaled-dot-product-attention.md"
    for said in ("has variance d", "keeps the variance", "vanish"):
        assert said in str(answer)
