"""Source code: definitions are sections, comments are prose, lines are the file's own."""

from __future__ import annotations

import inspect
import time

import pytest
from formats import check, section_of, source_code
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.chunking.chunking import chunk_document
from ingest.model import Document, Kind
from ingest.readers import read_document


def read(text: str, name: str) -> Document:
    return check(read_document(name, text.encode()))


def test_a_real_module_is_cut_at_its_definitions() -> None:
    import json.decoder

    document = check(read_document("decoder.py", source_code()))
    assert document.texts[0].part is None
    assert document.title == "decoder.py"
    found = {section.title: section for section in document.sections}
    assert {"class JSONDecodeError", "class JSONDecoder", "JSONObject", "JSONArray", "raw_decode"} <= found.keys()
    lines, first = inspect.getsourcelines(vars(json.decoder)["JSONArray"])
    assert (found["JSONArray"].span.first, found["JSONArray"].span.last) == (first, first + len(lines) - 1)
    assert found["raw_decode"].path == ("class JSONDecoder", "raw_decode")
    docstring = next(block for block in document.blocks if "Simple JSON" in block.text)
    assert docstring.kind is Kind.PROSE
    assert docstring.section == ("class JSONDecoder",)


@pytest.mark.parametrize(
    ("name", "text", "titles"),
    [
        ("a.js", "export async function load(x) {\n}\nconst add = (a, b) => {\n}\nif (x) {\n}\n", ["load", "add"]),
        (
            "a.ts",
            "export interface Shape {\n  area: number\n}\nexport default class Disc implements Shape {\n}\n",
            ["interface Shape", "class Disc implements Shape"],
        ),
        ("a.java", "public class A {\n  int x;\n}\n\npublic enum B { X }\n", ["class A", "enum B"]),
        (
            "a.c",
            "#include <a.h>\n\nstatic int add(int a, int b)\n{\n  return a;\n}\n\nstruct point {\n  int x;\n};\n",
            ["add", "struct point"],
        ),
        ("a.cpp", "template <class T> class Box {\n};\nvoid Box<T>::put(T x) {\n}\n", ["class Box", "Box<T>::put"]),
        ("a.rs", "pub fn add(a: i32) -> i32 {\n}\nimpl Point {\n}\n#[test]\nfn works() {\n}\n", ["add", "impl Point", "works"]),
        ("a.go", "func (p *Point) Add(x int) int {\n}\n", ["Add"]),
        ("a.sh", "#!/bin/sh\nbuild() {\n  make\n}\nfunction clean {\n}\n", ["build", "clean"]),
        ("a.sql", "-- who has paid so far\nCREATE TABLE IF NOT EXISTS paid (\n  id int\n);\n", ["paid"]),
        ("a.rb", "module A\nend\ndef b?\nend\n", ["module A", "b?"]),
    ],
)
def test_definitions_of_many_languages(name: str, text: str, titles: list[str]) -> None:
    found = [section.title for section in read(text, name).sections]
    assert found == titles


def test_what_a_comment_explains_is_found_with_its_definition() -> None:
    text = "import os\n\n# Halves the rate whenever the loss has stopped falling.\n@cached\ndef step(rate):\n    return rate\n\n\nx = 1\n"
    document = read(text, "a.py")
    assert section_of(document, "Halves the rate") == ("step",)
    (chunk,) = [chunk for chunk in chunk_document(document) if "Halves" in chunk.text]
    assert any("Halves the rate" in unit.text for unit in chunk.units)
    assert (chunk.span.first, chunk.section) == (3, ("step",))


def test_code_that_was_commented_out_is_code() -> None:
    assert [block.kind for block in read("# x = foo(1); y = 2\nz = 3\n", "a.py").blocks] == [Kind.CODE]


def test_hostile_lines_take_no_time() -> None:
    lines = [
        "a " * 30_000,
        "public " * 10_000,
        "int " + "x" * 190,
        "template <" * 19,
        "a<b," * 49 + "(",
        "const x = (" * 15,
        "x ::&" * 39,
        "a b" * 60,
    ]
    start = time.perf_counter()
    read_document("a.cpp", "\n".join(lines * 100).encode())
    assert time.perf_counter() - start < 4


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            'class A:|  def f(x):|def g():|    return 1||"""one two three|four"""|# says a few words|/* a b c|*/|}|@x|int f(int a) {'.split(
                "|"
            )
        ),
        max_size=30,
    ),
    st.sampled_from(["a.py", "a.java", "a.c", "a.sql"]),
)
def test_any_lines_are_each_in_one_block(lines: list[str], name: str) -> None:
    if any(line.strip() for line in lines):
        read("\n".join(lines), name)
