"""The atlas is read with exact lines, compiled to one file and loaded from it; what is wrong with it is named by file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.atlas import Atlas
from graph.atlas.compiled import COMPILED, compile_atlas, load_atlas, load_compiled
from graph.atlas.reading import read_atlas, read_source
from graph.errors import AtlasFormat, BadAtlas

ABOUT = 'format = 1\nroots = ["number"]\n\n[fields]\nnumbers = "Numbers"\nsums = "Sums"\n'
NUMBERS = """\
# the first field

[fraction]
name = "Fraction"
aliases = ["ratio", "quotient"]
says = "A fraction is a number that one whole number divided by another gives."
minutes = 15
goals = [
    "reduce a fraction",
    "compare two fractions",
]

[fraction.requires]
number = "the two parts of a fraction are whole numbers"

[number]
name = "Number"
says = "A number says how many things there are."
minutes = 10
goals = ["count ten things", "compare two numbers"]
# the end
"""
SUMS = """\
[sum]
name = "Sum"
aliases = ["total"]
says = "A sum is the number that adding several numbers gives."
minutes = 12.5
any = [["fraction", "number"]]
goals = ["add two numbers", "add ten numbers"]
[sum.helps]
# a comment
"fraction" = { why = "parts of things are added as well", part = 0.2 }
"""
TERMS = '[[term]]\nname = "ratio of sums"\nmeans = ["fraction", "sum"]\nask = "one fraction, or many?"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("atlas", ABOUT), ("numbers", NUMBERS), ("sums", SUMS), ("ambiguous", TERMS)):
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_every_line_is_exact(folder: Path) -> None:
    atlas = read_atlas(folder)
    assert list(atlas.entries) == ["fraction", "number", "sum"]
    fraction, number, total = atlas.entries.values()
    assert (fraction.first, fraction.said, fraction.last, fraction.requires[0].line) == (3, 6, 14, 14)
    assert (number.first, number.said, number.last) == (16, 18, 20)
    assert (total.first, total.said, total.last, total.helps[0].line) == (1, 4, 10, 10)
    assert (total.helps[0].part, fraction.requires[0].part, total.choices) == (0.2, 0.5, (("fraction", "number"),))
    assert (total.place, total.minutes, fraction.goals[1]) == ("atlas:sums.toml:1-10", 12.5, "compare two fractions")
    assert atlas.ambiguous[0].line == 1


def test_a_compiled_atlas_is_the_same(folder: Path) -> None:
    atlas = read_atlas(folder)
    (folder / COMPILED).write_bytes(compile_atlas(atlas))
    loaded = load_compiled(folder / COMPILED)
    assert dict(loaded.entries) == dict(atlas.entries)
    assert (loaded.ambiguous, loaded.digest, loaded.fields, loaded.keys) == (atlas.ambiguous, atlas.digest, atlas.fields, atlas.keys)
    assert compile_atlas(loaded) == compile_atlas(atlas)
    (folder / "sums.toml").write_text(SUMS + "# more\n", encoding="utf-8")
    assert read_atlas(folder).digest != atlas.digest


@pytest.mark.parametrize("name", ["fraction", "Fractions", "QUOTIENT", "ratio"])
def test_a_concept_is_found_by_each_of_its_names(folder: Path, name: str) -> None:
    found = read_atlas(folder).named(name)
    assert found is not None
    assert found.id == "fraction"


BROKEN = [
    # file, what is replaced, by what, line, what the message says
    ("numbers", "minutes = 15", "minutes = ", 7, "this is not TOML: Invalid value"),
    ("numbers", "[number]", "[fraction]", 16, "this is not TOML: Cannot declare"),
    ("numbers", "minutes = 15", "minutes = true", 7, "fraction: 'minutes' is a number above 0"),
    ("numbers", "minutes = 15\n", "", 3, "fraction: there is no 'minutes'"),
    ("numbers", 'name = "Number"', "name = 3", 17, "number: 'name' is a text in quotes"),
    ("numbers", 'aliases = ["ratio", "quotient"]', 'aliases = "ratio"', 5, "fraction: 'aliases' is a list of texts"),
    ("numbers", "[number]", "[Number]", 16, "Number: an id is lower-case words"),
    ("numbers", "minutes = 10", "minutes = 10\nlevel = 3", 20, "number: 'level' is not a part of a concept"),
    ("numbers", '"the two parts of a fraction are whole numbers"', '""', 14, "fraction: number has no reason"),
    (
        "numbers",
        '"the two parts of a fraction are whole numbers"',
        '{ why = "x", weight = 1 }',
        14,
        "fraction: number: 'weight' is not a part",
    ),
    ("numbers", '"the two parts of a fraction are whole numbers"', '{ why = "x", part = 2 }', 14, "fraction: number: 'part' is a number"),
    ("numbers", "[fraction.requires]\nnumber =", "requires.number =", 13, "fraction: 'requires' is a table"),
    ("numbers", "[number]", "[sum]", 1, "sum: this id is taken at numbers.toml:16"),
    ("numbers", '"A number says how many things there are."', '"""A number\nsays."""', 18, "number: a text has to stand on one line"),
    ("sums", "[sum.helps]", "[sum]\n[sum.helps]", 8, "this is not TOML"),
    ("sums", "[sum.helps]", "[other.helps]", 8, "other: [other.helps] has to stand below [other]"),
    ("sums", '[["fraction", "number"]]', '["fraction", "number"]', 6, "sum: 'any' is a list of groups"),
    ("sums", "[sum]", 'sums = "x"\n[sum]', 1, "sums: a concept is a table that begins with the line [sums]"),
    ("sums", SUMS, "# \udcff", 1, "the file is not UTF-8"),
    ("atlas", "format = 1", "format = 0", 1, "the format is 1"),
    ("atlas", "format = 1\n", "", 1, "the format is 1"),
    ("atlas", 'sums = "Sums"\n', "", 4, "sums.toml is not among the fields"),
    ("atlas", 'sums = "Sums"\n', 'sums = "Sums"\nmore = "More"\n', 1, "the file cannot be read (No such file or directory)"),
    ("ambiguous", '["fraction", "sum"]', '["fraction"]', 1, "a [[term]] has a name"),
    ("ambiguous", "[[term]]", "[term]", 1, "this file holds nothing but tables"),
]


@pytest.mark.parametrize(("name", "old", "new", "line", "problem"), BROKEN)
def test_a_broken_file_is_named_by_line(folder: Path, name: str, old: str, new: str, line: int, problem: str) -> None:
    file = folder / f"{name}.toml"
    assert old in file.read_text(encoding="utf-8")
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8", errors="surrogateescape")
    with pytest.raises(BadAtlas, match=r"\.toml, line \d+: ") as raised:
        read_atlas(folder)
    assert raised.value.line == line
    assert problem in str(raised.value)


def test_all_that_is_broken_is_found_at_once(folder: Path) -> None:
    (folder / "numbers.toml").write_text(NUMBERS.replace("minutes = 15", "minutes = -1").replace("minutes = 10", "minutes = 0"))
    (folder / "sums.toml").write_text("[sum")
    assert [(one.file, one.line) for one in read_source(folder).findings] == [("numbers.toml", 7), ("numbers.toml", 19), ("sums.toml", 1)]


def test_what_is_no_atlas_is_said_so(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BadAtlas, match="none: there is no such folder"):
        read_atlas(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadAtlas, match=r"atlas\.toml: there is no such file, so this folder holds no atlas"):
        read_atlas(tmp_path / "empty")
    with pytest.raises(BadAtlas, match="the compiled atlas cannot be read"):
        load_compiled(tmp_path / "empty" / COMPILED)


def test_a_newer_atlas_is_refused(folder: Path) -> None:
    compiled = compile_atlas(read_atlas(folder))
    (folder / "atlas.toml").write_text(ABOUT.replace("format = 1", "format = 2"), encoding="utf-8")
    with pytest.raises(AtlasFormat, match=r"its format is 2, and this version of study reads format 1\. Install the newest version"):
        read_atlas(folder)
    (folder / COMPILED).write_bytes(compiled.replace(b'"format":1', b'"format":2'))
    with pytest.raises(AtlasFormat, match="its format is 2"):
        load_compiled(folder / COMPILED)


@pytest.mark.parametrize(("old", "new"), [('"ids"', '"id"'), ('"format":1', '"format":'), ("[[", "["), ("\n", ""), ("12.5,", "")])
def test_a_compiled_file_with_a_wrong_sign_is_refused(folder: Path, old: str, new: str) -> None:
    text = compile_atlas(read_atlas(folder)).decode()
    file = folder / f"{abs(hash((old, new)))}.json"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadAtlas, match=r"damaged|cut short"):
        dict(load_compiled(file).entries)


@pytest.mark.parametrize("cut", [0, 1, 5, 100, -3, -200])
def test_a_damaged_compiled_file_is_refused(folder: Path, cut: int) -> None:
    file = folder / f"cut{cut}.json"
    file.write_bytes(compile_atlas(read_atlas(folder))[:cut])
    with pytest.raises(BadAtlas, match=r"damaged|cut short"):
        dict(load_compiled(file).entries)


def test_the_atlas_that_comes_with_study_is_freshly_compiled() -> None:
    own = Atlas()
    assert own.check().concepts == len(load_atlas().entries) > 700
    assert (own.folder / COMPILED).read_bytes() == compile_atlas(read_atlas(own.folder)), "run: study atlas compile data/atlas"
