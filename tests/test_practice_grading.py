"""A typed answer is compared with the points of an item; the suggestion is fair, and never more than that."""

from __future__ import annotations

import pytest

from assistant.practice.grading.grade import Met, grade
from assistant.practice.items.drafts import draft
from assistant.practice.items.values import Item, ItemKind
from assistant.practice.schedule.memory import Rating
from benchmarks.grading import judged
from ingest.model import Span

AGAIN, HARD, GOOD = Rating.AGAIN, Rating.HARD, Rating.GOOD


def item(kind: ItemKind, prompt: str, *points: str) -> Item:
    return draft(kind, prompt, "; ".join(points), "c", "a.md", Span(1, 1), "quote", points=points)


NUMBER = item(ItemKind.CLOZE, "The party has ____ days.", "21")
CHOICE = item(ItemKind.CLOZE, "The rate is too ____. (large or small)", "large")
TERM = item(ItemKind.TERM, "Which term: the average surprise?", "Cross-entropy")
FORMULA = item(ItemKind.FORMULA, "Write the formula for Entropy.", r"$H = -\sum_i p_i \log p_i$")
ROOT = item(ItemKind.FORMULA, "Write the formula for the scale.", r"$s = \frac{1}{\sqrt{d_k}}$")
WHY = item(ItemKind.WHY, "Why: queries are not cached?", "Because the query of a past token is never used again")
LIST = item(
    ItemKind.LIST, "Softmax: pitfalls? (three points)", "Large scores overflow", "Shares are not calibrated", "It is no maximum function"
)
STEPS = item(ItemKind.STEPS, "k-means: steps? (three steps, in order)", "Choose centroids", "Assign points", "Update means")
ORDER = item(
    ItemKind.ORDER, "Which comes first, and why: Entropy or Probability?", "Probability", "Entropy is an average over probabilities."
)
TWO = item(ItemKind.QUESTION, "How many heads are there?", "There are 8 heads of size 64")


@pytest.mark.parametrize(
    ("asked", "answer", "suggested"),
    [
        (NUMBER, "21", GOOD),
        (NUMBER, "twenty one", AGAIN),
        (NUMBER, "21 days", GOOD),
        (NUMBER, "12", AGAIN),
        (NUMBER, "12 or 21", AGAIN),
        (CHOICE, "Large", GOOD),
        (CHOICE, "small", AGAIN),
        (TERM, "cross entropy", GOOD),
        (TERM, "Cross-Entropy.", GOOD),
        (TERM, "crossentropie", GOOD),
        (TERM, "entropy", HARD),
        (TERM, "softmax", AGAIN),
        (FORMULA, "H = -sum_i p_i log p_i", GOOD),
        (FORMULA, "-∑_i p_i log p_i", GOOD),
        (FORMULA, "H = sum_i p_i log p_i", HARD),
        (FORMULA, "E = mc^2", AGAIN),
        (ROOT, "1/√d_k", GOOD),
        (ROOT, "s = 1/sqrt(d_k)", GOOD),
        (WHY, "the query of an old token is never used again", GOOD),
        (WHY, "because a past query isn't used any more", HARD),
        (WHY, "the query of a past token is always used again", HARD),
        (WHY, "queries are not cached", AGAIN),
        (WHY, "caches are expensive memory", AGAIN),
        (LIST, "big scores overflow; shares not calibrated; not the maximum function", GOOD),
        (LIST, "scores overflow", HARD),
        (LIST, "I like cats", AGAIN),
        (STEPS, "choose the centroids, then assign points to them, then update the means", GOOD),
        (STEPS, "update means, choose centroids, assign points", HARD),
        (ORDER, "probability, since entropy is an average over probabilities", GOOD),
        (ORDER, "probability", HARD),
        (ORDER, "entropy", AGAIN),
        (TWO, "8 heads of size 64", GOOD),
        (TWO, "16 heads of size 32", AGAIN),
        (WHY, "", AGAIN),
        (WHY, "don't know", AGAIN),
        (LIST, "??", AGAIN),
    ],
)
def test_the_suggestion(asked: Item, answer: str, suggested: Rating) -> None:
    assert grade(asked, answer).suggested is suggested


def test_each_point_is_found_missing_or_wrong() -> None:
    found = grade(LIST, "large scores overflow, and the shares are calibrated")
    assert [point.met for point in found.points] == [Met.FOUND, Met.WRONG, Met.MISSING]
    assert "disagree" in found.points[1].remark


def test_other_names_of_a_term_are_right() -> None:
    assert grade(TERM, "log loss").suggested is AGAIN
    assert grade(TERM, "log loss", names=("log loss",)).suggested is GOOD


def test_a_heap_of_words_is_no_answer() -> None:
    heap = (
        "large scores overflow shares calibrated maximum function entropy gradient loss query token head layer norm weight bias batch rate "
    )
    assert (
        grade(
            LIST,
            heap * 1 + "momentum kernel margin prior evidence sample variance mean logit margin feature vector matrix tensor rank "
            "trace basis span angle norm ball cone hull simplex",
        ).suggested
        is AGAIN
    )


COMPARED = item(ItemKind.COMPARE, "What is the difference between speed and velocity?", "Speed is a number.", "Velocity has a direction.")


@pytest.mark.parametrize(
    ("answer", "suggested"),
    [
        ("speed is just a number, velocity has a direction", Rating.GOOD),
        ("velocity has a direction too", Rating.HARD),
        ("speed has a direction and velocity is a number", Rating.AGAIN),
        ("one is a number, the other has a direction", Rating.GOOD),
    ],
)
def test_a_comparison_keeps_its_sides_apart(answer: str, suggested: Rating) -> None:
    assert grade(COMPARED, answer).suggested is suggested


@pytest.mark.usefixtures("encoder_cache")
def test_two_hundred_answers_are_rated_nearly_as_a_teacher_rates_them() -> None:
    found = list(judged())
    assert len(found) == 200
    assert sum(one.is_near for one in found) >= 0.95 * len(found)
    assert not [one.answer for one in found if one.label == "right" and one.grade.suggested is Rating.AGAIN]
