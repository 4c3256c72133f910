"""Broken and hostile files of every format: a document or a BadDocument with a reason, soon, and nothing else."""

from __future__ import annotations

import time
from functools import cache

import pytest
from formats import MADE, check
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import BadDocument
from ingest.model import Document
from ingest.readers import SUFFIXES, read_document
from ingest.sources.sources import NOT_READ

made = cache(lambda name: MADE[name]())
SECONDS = 5


def survives(name: str, data: bytes) -> Document | None:
    start = time.perf_counter()
    document = refused = None
    try:
        document = check(read_document(name, data))
    except BadDocument as error:
        refused = error
    assert time.perf_counter() - start < SECONDS
    assert refused is None or (refused.document == name and refused.reason.endswith("."))
    return document


@pytest.mark.parametrize("name", MADE)
def test_a_real_file_is_read_alike_every_time(name: str) -> None:
    assert check(read_document(name, made(name))) == read_document(name, made(name))


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
@pytest.mark.parametrize("data", [b"", b" \n", b"\0" * 2000, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff\xfe", b"PK\x03\x04", b"%PDF-1.7\n"])
def test_what_is_no_document_is_refused(suffix: str, data: bytes) -> None:
    survives(f"a{suffix}", data)
    if b"%PDF" not in data and data != b"PK\x03\x04":
        with pytest.raises(BadDocument):
            read_document(f"a{suffix}", data)


@pytest.mark.parametrize("name", MADE)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_mutated_files_are_read_or_refused(name: str, data: st.DataObject) -> None:
    changed = bytearray(made(name))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(0, len(changed) - 1)))
        kind = data.draw(st.sampled_from(["flip", "cut", "drop", "insert", "repeat"]))
        if kind == "flip":
            changed[at : at + 1] = bytes([data.draw(st.integers(0, 255))])
        elif kind == "cut":
            del changed[at:]
        elif kind == "drop":
            del changed[at : at + data.draw(st.integers(1, 200))]
        elif kind == "insert":
            changed[at:at] = data.draw(st.binary(max_size=20))
        else:
            changed[at:at] = changed[at : at + 100] * data.draw(st.integers(1, 20))
    survives(name, bytes(changed))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(sorted(SUFFIXES)))
def test_any_bytes_under_any_name_are_read_or_refused(data: bytes, suffix: str) -> None:
    survives(f"a{suffix}", data)


def test_no_format_is_both_read_and_refused() -> None:
    assert not SUFFIXES & NOT_READ
    assert {f".{name.rpartition('.')[2]}" for name in MADE} <= SUFFIXES
