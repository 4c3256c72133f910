"""The rules for single lines as tables: one text a row, and what it is taken for."""

from __future__ import annotations

import pytest

from ingest.model import SectionKind
from ingest.structure import patterns
from ingest.structure.lines import LineKind, classify, single
from ingest.structure.nesting import nest
from ingest.structure.openings import Rank, find_openings
from ingest.structure.questions import Strength, ends_in_question, find_questions, is_answer_mark, is_bare_answer_mark

LINES = [
    ("- softmax", LineKind.ITEM, "-", "softmax"),
    ("* softmax", LineKind.ITEM, "*", "softmax"),
    ("• softmax", LineKind.ITEM, "•", "softmax"),
    ("– softmax", LineKind.ITEM, "–", "softmax"),
    ("1. softmax", LineKind.ITEM, "1.", "softmax"),
    ("12) softmax", LineKind.ITEM, "12)", "softmax"),
    ("(2) softmax", LineKind.ITEM, "(2)", "softmax"),
    ("a) softmax", LineKind.ITEM, "a)", "softmax"),
    ("B. softmax", LineKind.ITEM, "B.", "softmax"),
    ("(c) softmax", LineKind.ITEM, "(c)", "softmax"),
    ("#. softmax", LineKind.ITEM, "#.", "softmax"),
    ("-5 is negative", LineKind.TEXT, "", "-5 is negative"),
    ("1.5 is a number", LineKind.TEXT, "", "1.5 is a number"),
    ("2024. It was warm", LineKind.TEXT, "", "2024. It was warm"),
    ("(iv) softmax", LineKind.TEXT, "", "(iv) softmax"),
    ("e.g. softmax", LineKind.TEXT, "", "e.g. softmax"),
    ("-", LineKind.TEXT, "", "-"),
    ("- TODO: add a figure", LineKind.TODO, "-", "TODO: add a figure"),
    ("**TODO** add a figure", LineKind.TODO, "", "**TODO** add a figure"),
    ("---", LineKind.UNDERLINE, "", "---"),
    ("* * *", LineKind.UNDERLINE, "", "* * *"),
    ("| a | b |", LineKind.ROW, "", "| a | b |"),
    ("|x| is a norm", LineKind.ROW, "", "|x| is a norm"),
    ("</details>", LineKind.MARKUP, "", "</details>"),
    ("## Softmax ##", LineKind.HEADING, "##", "Softmax"),
    ("#softmax", LineKind.TEXT, "", "#softmax"),
    ("Softmax is a function.", LineKind.TEXT, "", "Softmax is a function."),
]
RUNS = [
    (["```py", "x = 1", "```", "Text"], "CODE CODE CODE TEXT"),
    (["~~~", "# no heading", "~~~"], "CODE CODE CODE"),
    (["```", "never closed"], "CODE CODE"),
    (["$$", "x = 1", "$$"], "FORMULA FORMULA FORMULA"),
    ([r"\[ x = 1 \]"], "FORMULA"),
    (["$$x$$ is small"], "TEXT"),
    (["<!-- a", "b -->", "Text"], "MARKUP MARKUP TEXT"),
    (["a | b", "--|--", "1 | 2"], "ROW ROW ROW"),
    (["a | b", "1 | 2"], "TEXT TEXT"),
]
TITLES = {
    "Gradient Descent": True,
    "Why softmax?": True,
    "2 The method": True,
    "“Attention” in short": True,
    "It ends a sentence.": False,
    "It introduces:": False,
    "starts small": False,
    "f(x) = 2": False,
    "12 May 2021": False,
    "January 5, 2020": False,
    "see https://example.org": False,
    "mail@example.org": False,
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".title(): False,
    "- - -": False,
}
TITLE_CASE = {
    "Gradient Descent": True,
    "The Art of the Deal": True,
    "From Logits to Probabilities": True,
    "Gradient descent step": False,
    "It is what it is": False,
    "A B C D E F G H I J": False,
}
LABELS = {
    "Key points:": "Key points",
    "Advantages:": "Advantages",
    "**Solutions**": "Solutions",
    "**Solutions:**": "Solutions",
    "__Setup__:": "Setup",
    "How To Choose The Step Size:": "How To Choose The Step Size",
    "where the sum runs over:": None,
    "Here we see:": None,
    "key points:": None,
    "The step size is chosen so that:": None,
    "f(x) = 2:": None,
    "No colon": None,
}
CALLOUTS = {
    "TL;DR": "TL;DR",
    "PITFALL": "PITFALL",
    "KEY TAKEAWAYS": "KEY TAKEAWAYS",
    "EXAMPLE 3": "EXAMPLE 3",
    "EXAMPLE — two dice": "EXAMPLE — two dice",
    "Example — two dice": None,
    "GRADIENT": None,
    "Note": None,
}
CALLOUT_WORDS = {"Example": True, "Key takeaways": True, "Pitfalls!": True, "Setup": False, "Examples of use": False}
INLINE_CALLOUTS = {
    "Note: it halves.": True,
    "**Example:** two dice": True,
    "**Example** — two dice": True,
    "> [!tip] Use a GPU": True,
    "Note on notation: bold is a vector": True,
    "Noteworthy: it halves": False,
    "Note that it halves.": False,
    "Summary: it halves": False,
}
FORMULAS = {
    "y = Wx + b": True,
    "L = -log p(y | x)": True,
    r"\frac{a}{b} \leq c": True,
    "loss = mean(cross_entropy)": True,
    "p(x) = 0.5    # a comment on it, in many words": True,
    "The loss is y = 2 for all of the inputs that we have": False,
    "Gradient descent": False,
}
CODE = {
    "def train(model):": True,
    "import torch": True,
    "for x in data:": True,
    "return loss": True,
    ">>> x": True,
    "return to the start.": False,
    "for all x": False,
    "x = 1": False,
}
MAYBE_CODE = {"x = 1": True, "model.train()": True, "# halve it": True, "}": True, "A sentence ends here.": False}
DEFINITIONS = {
    "A kernel is a function of two points.": True,
    "Entropy is the expected surprise.": True,
    "**Entropy** measures surprise.": True,
    "**Entropy**: surprise": True,
    "**Entropy (H)** — the expected surprise": True,
    "Entropy: The expected surprise": True,
    "entropy — a measure of surprise": True,
    "It depends on the data.": False,
    "Goal: The loss falls.": False,
    "Entropy is high.": False,
}
POINTERS = {
    "See notes.md": True,
    "See [the notes](notes.md).": True,
    "Next: chapter2.ipynb": True,
    "- Read the table below": True,
    "See how it falls.": False,
    "Notes are in notes.md": False,
}
CONTENTS = {
    "Table of contents": True,
    "References": True,
    "Sources and further reading": True,
    "Further reading": True,
    "Sources of error": False,
    "Content": False,
}
ASKS = {
    "Why softmax?": True,
    "**Why softmax?**": True,
    "Why softmax? (2 points)": True,
    "Why (not) softmax?": True,
    "He wrote (why?) nothing": False,
    "Derive softmax.": False,
}
ANSWER_MARKS = {
    "Answer: it halves.": True,
    "**A:** it halves.": True,
    "A. it halves.": True,
    "Solution": True,
    "Show answer": True,
    "sample answer:": True,
    "<summary>Answer</summary>": True,
    "a. it halves.": False,
    "Answers are below": False,
    "<summary>Details</summary>": False,
    "Solution methods": False,
}
BARE_ANSWER_MARKS = {"Answer:": True, "**Answer:**": True, "Answer: it halves.": False, "Text": False}
QUESTIONS = [
    ("Q1: Why softmax?", "Why softmax?", Strength.NAMED_AND_NUMBERED),
    ("Question 3. Derive softmax", "Derive softmax", Strength.NAMED_AND_NUMBERED),
    ("**Q:** Why softmax?", "Why softmax?", Strength.NAMED),
    ("Q: Softmax\nA: a function", "Softmax", Strength.NAMED),
    ("18. Q. “Why softmax?”", "Why softmax?", Strength.NAMED_AND_NUMBERED),
    ("1) Why softmax?\n2) Derive it.", "Why softmax?", Strength.NUMBERED),
    ("- Why softmax?\n- What is it?", "Why softmax?", Strength.BULLET),
    ("<summary>Why softmax?</summary>", "Why softmax?", Strength.NAMED),
    ("> [!question] Why softmax?\n> It sums to one.", "Why softmax?", Strength.NAMED),
    ("## Q3: Why softmax", "Why softmax", Strength.NAMED_AND_NUMBERED),
]
NO_QUESTIONS = ["- Why softmax?", "1) Set up.\n2) Train.", "Quality: it is good", "Q: Softmax", "Why softmax?", "- Why?\n- Because."]
HEADINGS = [
    ("Part II\n\nText follows here.", "Part II", Rank.PART),
    ("Chapter 3\n\nKernels\n\nText follows here.", "Chapter 3: Kernels", Rank.CHAPTER),
    ("Week 4 — Trees\n\nText follows here.", "Week 4 — Trees", Rank.CHAPTER),
    ("2.1 Kernels\n\nText follows here.", "2.1 Kernels", Rank.NUMBERED + 1),
    ("7\n\nKernels\n\nText follows here.", "Kernels", Rank.CHAPTER),
    ("1. Kernel Methods\nText follows here.", "1. Kernel Methods", Rank.NUMBERED),
    ("Kernels\n\nText follows here.", "Kernels", Rank.INNER),
    ("Section 2 of the report\n\nText follows here.", "Section 2 of the report", Rank.INNER),
    ("KERNELS\nText follows here.", "KERNELS", Rank.INNER),
    ("Kernels\n=======\nText follows here.", "Kernels", 1),
    ("Kernels\n-------\nText follows here.", "Kernels", 2),
]
NO_HEADINGS = [
    "1. One\n2. Two\n3. Three",
    "It ends a sentence.\n\nText follows here.",
    "A last line",
    "starts small\n\nText follows here.",
]
RUNS_OF_HEADINGS = [
    ("Mr Smith\nHigh Street\nBlue Door\nNew York\nUnited States\nNorth America\nText follows here.", ["Mr Smith", "North America"]),
    ("Mr Smith\nHigh Street\nText follows here.", ["Mr Smith", "High Street"]),
]
OPEN_LABELS = [
    ("Key points:\n- one", "Key points", True),
    ("Advantages:\n- one", "Advantages", False),
    ("**Solutions**\n\nText.", "Solutions", False),
    ("PITFALL\n\nText.", "PITFALL", True),
    ("THE INSIGHT\n\nNoise is a feature\n\nText.", "THE INSIGHT: Noise is a feature", True),
    ("1. Setup:\n- one", "Setup", False),
]


@pytest.mark.parametrize(("text", "kind", "mark", "rest"), LINES)
def test_a_line_by_itself(text: str, kind: LineKind, mark: str, rest: str) -> None:
    line = single(text, 0, True)
    assert (line.kind, line.mark, line.text) == (kind, mark, rest)


@pytest.mark.parametrize(("lines", "expected"), RUNS)
def test_a_line_among_others(lines: list[str], expected: str) -> None:
    assert " ".join(line.kind.name for line in classify(lines, marked=True)) == expected


@pytest.mark.parametrize(("text", "expected"), TITLES.items())
def test_titles(text: str, expected: bool) -> None:
    assert patterns.is_title_like(text, text.split()) is expected


@pytest.mark.parametrize(("text", "expected"), TITLE_CASE.items())
def test_title_case(text: str, expected: bool) -> None:
    assert patterns.is_title_case(text.split()) is expected


@pytest.mark.parametrize(("text", "expected"), LABELS.items())
def test_labels(text: str, expected: str | None) -> None:
    assert patterns.label_of(text) == expected


@pytest.mark.parametrize(("text", "expected"), CALLOUTS.items())
def test_callouts(text: str, expected: str | None) -> None:
    assert patterns.callout_title(text) == expected


TABLES = {
    patterns.is_callout_word: CALLOUT_WORDS,
    patterns.is_inline_callout: INLINE_CALLOUTS,
    patterns.is_formula: FORMULAS,
    patterns.is_code: CODE,
    patterns.continues_code: MAYBE_CODE,
    patterns.is_definition: DEFINITIONS,
    patterns.is_pointer: POINTERS,
    patterns.is_contents_title: CONTENTS,
    ends_in_question: ASKS,
    is_answer_mark: ANSWER_MARKS,
    is_bare_answer_mark: BARE_ANSWER_MARKS,
}


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        pytest.param(rule, text, expected, id=f"{rule.__name__}: {text}")
        for rule, table in TABLES.items()
        for text, expected in table.items()
    ],
)
def test_a_rule(rule, text: str, expected: bool) -> None:  # type: ignore[no-untyped-def]
    assert rule(text) is expected


@pytest.mark.parametrize(("text", "question", "strength"), QUESTIONS)
def test_questions(text: str, question: str, strength: Strength) -> None:
    found = find_questions(classify(text.split("\n"), marked=True))
    assert (found[0].text, found[0].strength) == (question, strength)


@pytest.mark.parametrize("text", NO_QUESTIONS)
def test_no_questions(text: str) -> None:
    assert not find_questions(classify(text.split("\n"), marked=True))


@pytest.mark.parametrize(("text", "title", "rank"), HEADINGS)
def test_headings_without_markup(text: str, title: str, rank: int) -> None:
    lines = classify(text.split("\n"), marked=False)
    found = nest(lines, find_openings(lines, False, find_questions(lines)))
    assert (found[0].section, found[0].title, found[0].rank) == (SectionKind.HEADING, title, rank)


@pytest.mark.parametrize("text", NO_HEADINGS)
def test_no_headings(text: str) -> None:
    lines = classify(text.split("\n"), marked=False)
    found = nest(lines, find_openings(lines, False, find_questions(lines)))
    assert not [opening for opening in found.values() if opening.section is SectionKind.HEADING]


@pytest.mark.parametrize(("text", "titles"), RUNS_OF_HEADINGS)
def test_a_long_run_of_bare_headings_is_an_address(text: str, titles: list[str]) -> None:
    lines = classify(text.split("\n"), marked=False)
    assert [opening.title for opening in nest(lines, find_openings(lines, False, {})).values()] == titles


@pytest.mark.parametrize(("text", "title", "callout"), OPEN_LABELS)
def test_labels_open_sections(text: str, title: str, callout: bool) -> None:
    lines = classify(text.split("\n"), marked=False)
    opening = find_openings(lines, False, {})[0]
    assert (opening.section, opening.title, opening.callout) == (SectionKind.LABEL, title, callout)
