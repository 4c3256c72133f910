"""The rules of the atlas: each broken rule is one finding at the right line; and the atlas that comes with study breaks none."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from terminal import study

from assistant.atlas import Atlas
from graph.atlas.order import certain_ancestors, cycles, depths, learning_order
from graph.atlas.reading import read_atlas

ABOUT = """\
format = 1
roots = ["number"]
verbs = ["add", "count", "compare", "split"]
paths = ["mean"]

[fields]
first = "First"
second = "Second"
"""
FIRST = """\
[number]
name = "Number"
says = "A number says how many things there are."
minutes = 10
goals = ["count ten things", "compare two numbers"]

[sum]
name = "Sum"
aliases = ["total"]
says = "A sum is the number that adding several numbers gives."
minutes = 12
goals = ["add two numbers", "add ten numbers"]
[sum.requires]
number = "what is added and what comes out are numbers"
"""
SECOND = """\
[fraction]
name = "Fraction"
says = "A fraction is a number that dividing one number by another gives."
minutes = 15
goals = ["split a cake", "compare two fractions"]
[fraction.requires]
number = "its upper and lower part are whole numbers"

[mean]
name = "Mean"
aliases = ["average"]
says = "The mean of several numbers is their sum divided by their count."
minutes = 15
any = [["division", "fraction"]]
goals = ["add and divide", "compare two means"]
[mean.requires]
sum = "all values are added before dividing"
[mean.helps]
spread = "shows what a mean does not tell"

[spread]
name = "Spread"
says = "The spread of several numbers is the largest minus the smallest one."
minutes = 10
goals = ["compare two spreads", "count the steps between two numbers"]
[spread.requires]
number = "largest and smallest are found by comparing values"
"""
DIVISION = """\
[division]
name = "Division"
says = "Division splits a number into equal parts."
minutes = 15
goals = ["split a cake", "compare two parts"]
[division.requires]
number = "what is split is a quantity of things"

"""
TERMS = '[[term]]\nname = "range"\nmeans = ["spread", "number"]\nask = "the largest minus the smallest, or a set of values?"\n'
SYLLABUS = "# A course\nNumbers\tnumber\nAdding\tsum number\nAverages\tmean\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    texts = {"atlas": ABOUT, "first": FIRST, "second": DIVISION + SECOND, "ambiguous": TERMS}
    for name, text in texts.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    (tmp_path / "syllabi").mkdir()
    (tmp_path / "syllabi" / "course.tsv").write_text(SYLLABUS, encoding="utf-8")
    assert len(Atlas(tmp_path).compile()) == 2
    return tmp_path


def findings(folder: Path) -> list[str]:
    return [f"{one.file}:{one.line} {one.concept}: {one.problem}" for one in Atlas(folder).check().findings]


def test_a_good_atlas_has_no_findings(folder: Path) -> None:
    assert findings(folder) == []
    ran = study("atlas", "check", folder)
    assert (ran.code, ran.out, ran.err) == (0, "", "6 concepts, 7 prerequisites, 1 syllabus: nothing is wrong.\n")


NUMBER_WHY = '"what is added and what comes out are numbers"'
RULES = [
    # file, what is replaced, by what, the finding
    (
        "first.toml",
        "number = " + NUMBER_WHY,
        'numbre = "what is added and what comes out"',
        "first.toml:14 sum: there is no concept 'numbre'",
    ),
    ("second.toml", '"division", "fraction"', '"division", "ratio"', "second.toml:17 mean: 'any' names 'ratio', which is not a concept"),
    ("ambiguous.toml", '"spread", ', '"width", ', "ambiguous.toml:1 range: there is no concept 'width'"),
    ("ambiguous.toml", '"range"', '"averages"', "ambiguous.toml:1 averages: the name is ambiguous, but mean bears it"),
    ("ambiguous.toml", TERMS, TERMS * 2, "ambiguous.toml:5 range: the name is listed twice"),
    ("ambiguous.toml", 'values?"', 'values"', "ambiguous.toml:1 range: what to ask is a question"),
    (
        "first.toml",
        'goals = ["count ten things", "compare two numbers"]\n',
        'goals = ["count ten things", "compare two numbers"]\n[number.requires]\nmean = "means of values are values themselves"\n',
        "first.toml:7 number: this closes a cycle: number needs mean needs fraction needs number",
    ),
    ("first.toml", 'aliases = ["total"]', 'aliases = ["means"]', "second.toml:17 mean: 'Mean' is a name of sum (first.toml:7) as well"),
    ("first.toml", 'aliases = ["total"]', 'aliases = ["sums"]', "first.toml:7 sum: 'sums' and 'Sum' are spellings of one name"),
    ("first.toml", 'aliases = ["total"]', 'aliases = ["+"]', "first.toml:7 sum: the name '+' has no letter or digit"),
    ("first.toml", NUMBER_WHY, '"numbers are added"', "first.toml:14 sum: number: a reason has 4 to 20 words, not 3"),
    ("first.toml", NUMBER_WHY, '"a number is in the sum"', "first.toml:14 sum: number: the reason says no more than the two names"),
    (
        "first.toml",
        NUMBER_WHY,
        '"is required before one can add"',
        "first.toml:14 sum: number: the reason says that it is required, not for what",
    ),
    (
        "first.toml",
        "[sum.requires]\nnumber = " + NUMBER_WHY,
        "",
        "first.toml:7 sum: it builds on nothing, but is not among the roots in atlas.toml",
    ),
    ("atlas.toml", '["number"]', '["number", "sum"]', "atlas.toml:1 sum: sum is among the roots, but builds on other concepts"),
    ("atlas.toml", '["number"]', '["number", "zero"]', "atlas.toml:1 zero: zero is among the roots, but is not a concept"),
    (
        "atlas.toml",
        '"add", ',
        "",
        "first.toml:7 sum: the goal 'add two numbers' begins with 'add', which is not among the verbs in atlas.toml",
    ),
    ("first.toml", ', "add ten numbers"', "", "first.toml:7 sum: a concept has 2 to 4 goals, not 1"),
    ("first.toml", "minutes = 12", "minutes = 45", "first.toml:7 sum: minutes are whole and from 10 to 40, not 45"),
    ("first.toml", "minutes = 12", "minutes = 12.5", "first.toml:7 sum: minutes are whole and from 10 to 40, not 12.5"),
    (
        "first.toml",
        "several numbers gives.",
        "several numbers gives",
        "first.toml:10 sum: a definition is one sentence that ends with a full stop",
    ),
    (
        "first.toml",
        "several numbers gives.",
        "others gives. It is big.",
        "first.toml:10 sum: a definition is one sentence that ends with a full stop",
    ),
    (
        "first.toml",
        "A number says how many things there are.",
        "Numbers count.",
        "first.toml:3 number: a definition has 6 to 45 words, not 2",
    ),
    (
        "second.toml",
        '[mean.requires]\nsum = "all values are added before dividing"',
        '[mean.requires]\nsum = "all values are added before dividing"\nnumber = "all values that are added"',
        "second.toml:26 mean: number is implied by sum",
    ),
    (
        "second.toml",
        '[mean.helps]\nspread = "shows what a mean does not tell"',
        '[mean.helps]\nnumber = "shows what a mean does not tell"',
        "second.toml:27 mean: number comes before it anyway, so it need not be in helps",
    ),
    (
        "second.toml",
        "[spread.requires]",
        '[spread.requires]\nmean = "the values lie around their centre"',
        "second.toml:27 mean: spread builds on mean, so it cannot help to learn it",
    ),
    ("second.toml", '"division", "fraction"', '"sum", "fraction"', "second.toml:17 mean: sum is in 'any' and in requires"),
    (
        "second.toml",
        '[mean.helps]\nspread = "shows what a mean does not tell"',
        '[mean.helps]\nsum = "shows what a mean does not tell"',
        "second.toml:27 mean: sum is in requires and in helps",
    ),
    (
        "second.toml",
        DIVISION + SECOND,
        SECOND + "\n" + DIVISION,
        "second.toml:29 division: concepts are sorted by id, so it stands before spread",
    ),
    ("second.toml", "minutes = 15\nany", "minutes = 15\nsee = 3\nany", "second.toml:22 mean: 'see' is not a part of a concept"),
    ("syllabi/course.tsv", "\tmean", "\tmeen", "syllabi/course.tsv:4 : 'Averages': there is no concept 'meen'"),
    ("syllabi/course.tsv", "\tmean", "", "syllabi/course.tsv:4 : 'Averages' has neither a concept nor a reason why there is none"),
    ("syllabi/course.tsv", "\tmean", "\t-\tnot taught", "syllabi/course.tsv:1 : 67% of the headings are covered, but 95% are the least"),
    ("atlas.toml", 'paths = ["mean"]', 'paths = ["mode"]', "atlas.toml:1 mode: mode is among the paths, but is not a concept"),
    ("first.toml", "minutes = 12", "minutes = 13", "atlas.json:1 : this file is older than the atlas; compile it again"),
    (
        "second.toml",
        'any = [["division", "fraction"]]\n',
        "",
        "paths.txt:7 : the paths are older than the atlas; compile it again",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "finding"), RULES, ids=[rule[-1] for rule in RULES])
def test_a_broken_rule_is_found_at_its_line(folder: Path, file: str, old: str, new: str, finding: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    assert finding in findings(folder)
    ran = study("atlas", "check", folder)
    assert ran.code == 1
    assert finding.split(": ", 1)[1] in ran.out


def test_more_than_six_prerequisites_are_too_many(folder: Path) -> None:
    more = "".join(
        f'[a{n}]\nname = "A{n}"\nsays = "A{n} is one of many small steps."\nminutes = 10\ngoals = ["add one", "count one"]\n'
        f'[a{n}.requires]\nsum = "small steps are added up"\n'
        for n in range(7)
    )
    all_of_them = "".join(f'a{n} = "small step that is added up"\n' for n in range(7))
    (folder / "second.toml").write_text(more + DIVISION + SECOND.replace('sum = "all values are added before dividing"\n', all_of_them))
    assert "second.toml:66 mean: it builds on 8 concepts directly, but 6 are the most; is it two concepts?" in findings(folder)


def test_alternatives_are_certain_only_in_what_they_share(folder: Path) -> None:
    entries = read_atlas(folder).entries
    assert certain_ancestors(entries)["mean"] == {"sum", "number"}
    assert learning_order(entries, "mean") == ["number", "sum", "division", "mean"]
    assert depths(entries)["mean"] == 2
    assert cycles(entries) == []


@pytest.mark.parametrize("words", [("check",), ("compile",)])
def test_what_cannot_be_read_is_refused(folder: Path, words: tuple[str, ...]) -> None:
    (folder / "atlas.toml").write_text(ABOUT.replace("format = 1", "format = 7"), encoding="utf-8")
    ran = study("atlas", *words, folder)
    assert (ran.code, ran.out) == (1, "")
    assert "its format is 7, and this version of study reads format 1. Install the newest version of study." in ran.err
    ran = study("atlas", *words, folder / "none")
    assert (ran.code, ran.out) == (1, "")
    assert "none: there is no such folder." in ran.err


def test_an_atlas_with_a_cycle_is_not_compiled(folder: Path) -> None:
    text = FIRST.replace("\n[sum]\n", '[number.requires]\nsum = "numbers come from adding"\n\n[sum]\n', 1)
    (folder / "first.toml").write_text(text, encoding="utf-8")
    before = (folder / "atlas.json").read_bytes()
    ran = study("atlas", "compile", folder)
    assert ran.code == 1
    assert ran.err.startswith("study: first.toml, line 7: number: this closes a cycle: number needs sum needs number.")
    assert (folder / "atlas.json").read_bytes() == before


def test_the_atlas_that_comes_with_study_breaks_no_rule() -> None:
    start = time.process_time()
    checked = Atlas().check()
    assert [f"{one.file}:{one.line}: {one.concept}: {one.problem}" for one in checked.findings] == []
    assert checked.concepts > 700
    assert time.process_time() - start < 5, "a check takes under 2 seconds on a machine that does nothing else"
