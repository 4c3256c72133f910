"""The sets on which rules are judged: documents, questions, judged pairs, and targets of paths."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.building.build import ingest
from assistant.building.graph_input import graph_documents
from assistant.course import course_documents
from assistant.evaluation.graph.gold import GoldPair, read_pairs, required_rows, write_rows
from assistant.evaluation.sets.sets import EvaluationQuestion, read_questions
from assistant.session import Session
from assistant.storage.documents import load_records
from assistant.storage.snapshots import Layout, create_library
from benchmarks.ablation.switching import Switch
from ingest.model import Document, TextPart, Tokens

DATA = Path(__file__).resolve().parents[2] / "data"
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """The files of a set: a folder of documents, and files of questions, of judged pairs, and of path cases with their scorer."""

    name: str
    documents: Path
    questions: tuple[Path, ...] = ()
    pairs: Path | None = None
    paths: tuple[Path, ...] = ()
    scorer: Path | None = None
    required: bool = False
    """The pairs are what the starter course requires, and no note's own requirements are read."""
    among: Path | None = None
    """A file that names the documents of the set, one a line, where the folder holds others as well."""

    @property
    def names(self) -> list[str]:
        """The named documents; empty if the set is the whole folder."""
        return self.among.read_text(encoding="utf-8").split() if self.among is not None else []

    @property
    def roots(self) -> list[Path]:
        """The paths to ingest."""
        return [self.documents / name for name in self.names] or [self.documents]


def sources(shared: Path | None, foreign: Path, documents: Mapping[str, Path]) -> tuple[list[Source], list[str]]:
    """The sets whose documents are there, and a line for each that is left out. `foreign` holds a folder for each set on documents that
    are not part of the project; `documents` says where these are."""
    evaluation = DATA / "evaluation"
    found = [
        Source("course", DATA / "course", (evaluation / "course.jsonl",), required=True, among=evaluation / "course.txt"),
        Source("notes", evaluation / "notes", (evaluation / "notes.jsonl",), _there(evaluation / "notes.tsv")),
        Source("mixed", evaluation / "mixed", (evaluation / "mixed.jsonl",), _there(evaluation / "mixed.tsv")),
    ]
    missing = []
    scorer = _there(shared / "eval" / "score_paths.py") if shared is not None else None
    if shared is not None and (shared / "documents").is_dir():
        files = shared / "eval"
        dev = tuple(files / f"{name}.jsonl" for name in ("dev", "dev2"))
        cases = tuple(files / f"{name}.jsonl" for name in ("paths_dev", "paths_dev2"))
        found.insert(0, Source("reference", shared / "documents", dev, None, cases, scorer, required=True))
    else:
        missing.append("reference: no shared folder with documents (--shared)")
    for folder in sorted(each for each in foreign.glob("*") if each.is_dir()):
        if folder.name in documents:
            paths = (file,) if (file := folder / "paths.jsonl").is_file() else ()
            pairs = _there(folder / "pairs.tsv")
            found.append(Source(folder.name, documents[folder.name], (folder / "questions.jsonl",), pairs, paths, scorer))
        else:
            missing.append(f"{folder.name}: no documents (--documents {folder.name}=FOLDER; {foreign}/README.md says which)")
    return found, missing


def _there(file: Path) -> Path | None:
    return file if file.is_file() else None


class KnownEncoder:
    """An encoder with a cache."""

    def __init__(self, encoder: Any) -> None:
        self._encoder = encoder
        self.name, self.dimension = encoder.name, encoder.dimension
        self._vectors: dict[str, NDArray[np.float32]] = {}
        self._read: dict[str, Tokens] = {}

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        new = list(dict.fromkeys(text for text in texts if text not in self._vectors))
        if new:
            self._vectors.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._vectors[text] for text in texts])

    def encode_parts(self, parts: Sequence[TextPart]) -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = self._encoder.encode_parts(parts)
        return vectors

    def read_question(self, text: str) -> Tokens:
        return self.read(text)

    def read(self, text: str) -> Tokens:
        if text not in self._read:
            self._read[text] = self._encoder.read(text)
        return self._read[text]


@dataclass
class Opened:
    """A set that is open: its library, its questions, the documents as the graph reads them, and what is judged."""

    source: Source
    library: Session
    encoder: KnownEncoder
    questions: list[EvaluationQuestion]
    documents: list[Document]
    pairs: list[GoldPair]
    cases: list[Json]
    score: Callable[[Json, Json], list[str]] | None
    work: Path
    searches: dict[Any, Any] = field(default_factory=dict)
    """What the product as it is found, by question."""
    known: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    """What functions returned that every row has in common."""
    signals: dict[str, Any] = field(default_factory=dict)
    """The signals of the confidence, by the question's id."""

    @property
    def name(self) -> str:
        return self.source.name

    def once(self, target: str) -> Switch:
        """A function whose results are cached over all rows."""

        def make(function: Callable[..., Any]) -> Callable[..., Any]:
            def known(*arguments: Any) -> Any:
                key = target, *(argument if isinstance(argument, str) else id(argument) for argument in arguments)
                if key not in self.known:
                    self.known[key] = function(*arguments)
                return list(found) if isinstance(found := self.known[key], list) else found

            return known

        return Switch(target, make)

    @property
    def answerable(self) -> list[EvaluationQuestion]:
        return [question for question in self.questions if question.answerable]


def open_set(source: Source, work: Path) -> Opened:
    """Open the library of a set, and read its questions, pairs and paths."""
    library = Session(_root(work, source.name))
    encoder = KnownEncoder(library.encoder)
    questions = [question for file in source.questions for question in _questions(file, library)]
    folder = library.snapshot.folder
    documents = list(graph_documents(folder, load_records(folder))[0])
    pairs = read_pairs(source.pairs) if source.pairs else []
    if source.required:
        course = [note for note in course_documents()[0] if not source.names or note.name in source.names]
        pairs = _required(course, work)
        documents = [replace(each, front_matter=replace(each.front_matter, requires=None)) for each in documents]
    cases = [json.loads(line) for file in source.paths for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    score = _scorer(source.scorer) if source.scorer else None
    return Opened(source, library, encoder, questions, documents, pairs, cases, score, work)


def make_library(source: Source, work: Path, name: str) -> Path:
    """Make the library of a set. Embeddings are kept in `work` from one run to the next."""
    root = _root(work, name)
    own, kept = work / f"{name}.embeddings.sqlite", work / f"{source.name}.embeddings.sqlite"
    shutil.rmtree(root, ignore_errors=True)
    layout = Layout(root)
    create_library(layout)
    known = own if own.is_file() else kept
    if known.is_file():
        shutil.copyfile(known, layout.embeddings)
    ingest(root, source.roots, wait=True)
    shutil.copyfile(layout.embeddings, own)
    return root


def _root(work: Path, name: str) -> Path:
    return work / "libraries" / name


def _questions(file: Path, library: Session) -> list[EvaluationQuestion]:
    return [replace(question, id=f"{file.stem}:{question.id}") for question in read_questions(file, library)]


def _required(course: Sequence[Document], work: Path) -> list[GoldPair]:
    """The requirements of these notes among one another."""
    own = {"|".join((note.front_matter.title or "", *note.front_matter.aliases)) for note in course}
    with TemporaryDirectory(dir=work) as folder:
        file = Path(folder) / "required.tsv"
        write_rows([row for row in required_rows(course) if row[0] in own], file)
        return read_pairs(file)


def _scorer(file: Path) -> Callable[[Json, Json], list[str]]:
    spec = importlib.util.spec_from_file_location("score_paths", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    score: Callable[[Json, Json], list[str]] = module.score
    return score
