"""Items are made of the notes without a model, pass the gates, and keep their ids when the notes change."""

from __future__ import annotations

import textwrap
from dataclasses import replace

import pytest

from assistant.practice.items.drafts import draft, key_of
from assistant.practice.items.fillers import second_filler
from assistant.practice.items.gates import Refusal, refusal
from assistant.practice.items.makers.cloze import _number, _opposite
from assistant.practice.items.makers.meanings import tells_what_it_is
from assistant.practice.items.making import MOST_A_CONCEPT, make_items
from assistant.practice.items.notes import Notes
from assistant.practice.items.values import GAP, Item, ItemKind
from assistant.practice.items.wording import clauses, clean, is_balanced, opened, points_back
from assistant.practice.keeping.identity import carried_over, stayed
from graph.build import build_graph
from ingest.model import Span
from ingest.readers import read_document

SOFTMAX = """\
    # Softmax

    **Softmax** is a function that turns scores into a probability distribution.

    Softmax gives larger scores exponentially larger shares, because the exponential function grows faster than any power.

    ## Formula

    $$p_i = \\frac{e^{z_i}}{\\sum_j e^{z_j}}$$

    where $z_i$ is the score of class i, and $p_i$ is its probability.

    ## Pitfalls

    - Large scores overflow
    - The shares of a trained network are not calibrated

    ## Check yourself

    **Q:** Why does subtracting the largest score not change a softmax?
    **A:** The same factor cancels in the numerator and the denominator.
    """
AMPLITUDE = "Maximum displacement from the equilibrium position\n"


def notes_of(**texts: str) -> Notes:
    documents = [read_document(f"{name}.md", textwrap.dedent(text).encode()) for name, text in texts.items()]
    return Notes.of(documents, build_graph(documents))


def made(**texts: str) -> list[Item]:
    return list(make_items(notes_of(**texts)).items)


def test_a_note_gives_items_of_many_kinds_with_their_lines() -> None:
    items = made(softmax=SOFTMAX)
    found = {item.kind: item for item in items}
    assert found[ItemKind.DEFINITION].prompt == "What is meant by “Softmax”?"
    assert found[ItemKind.DEFINITION].answer == "A function that turns scores into a probability distribution."
    assert found[ItemKind.TERM].answer == "Softmax"
    assert found[ItemKind.QUESTION].prompt == "Why does subtracting the largest score not change a softmax?"
    assert found[ItemKind.QUESTION].points == ("The same factor cancels in the numerator and the denominator.",)
    assert found[ItemKind.FORMULA].prompt == "Write the formula for Softmax."
    assert found[ItemKind.SYMBOL].answer == "the score of class i"
    assert found[ItemKind.WHY].answer == "Because the exponential function grows faster than any power"
    assert found[ItemKind.LIST].prompt == "Softmax: pitfalls? (two points)"
    lines = textwrap.dedent(SOFTMAX).split("\n")
    for item in items:
        assert "".join(item.quote.split()) in "".join("".join(lines[item.span.first - 1 : item.span.last]).split())
        assert item.concept == "softmax"
    assert found[ItemKind.QUESTION].span == Span(19, 19) or found[ItemKind.QUESTION].span.first >= 18


@pytest.mark.parametrize(
    ("text", "prompt", "answer"),
    [
        (
            "# Loss\n\nWhat the loss of a sample is::the distance to its label\n",
            "What the loss of a sample is",
            "the distance to its label",
        ),
        (
            "# Loss\n\nThe loss is taken over the whole ==batch== of samples.\n",
            f"The loss is taken over the whole {GAP} of samples.",
            "batch",
        ),
    ],
)
def test_cards_that_the_notes_hold_become_items(text: str, prompt: str, answer: str) -> None:
    assert (prompt, answer) in [(item.prompt, item.answer) for item in made(loss=text)]


def test_a_note_that_opens_with_what_its_title_is_gives_its_definition() -> None:
    wave = "# Wave\n\nA wave has an [[Amplitude]]. The [[Amplitude]] is large.\n"
    notes = notes_of(Amplitude=AMPLITUDE, wave=wave)
    found = [(item.prompt, item.answer) for item in make_items(notes).items if item.document == "Amplitude.md"]
    assert ("What is meant by “Amplitude”?", "Maximum displacement from the equilibrium position") in found


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("The party must be given 21 days to withdraw.", [(f"The party must be given {GAP} days to withdraw.", "21")]),
        ("In 1998 the party must be given 21 days.", []),
        ("See section 4 for the proof of this.", []),
        ("Roughly 10 samples are enough for it.", []),
        ("The rule in MPRC 1.7(a) is about conflicts.", []),
        ("A budget of $x = 3$ is enough.", []),
        ("Motion from beat 4 to the downbeat follows the same rules.", []),
        ("Along path #2 the temperature is constant.", []),
        ("Twelve years earlier he had a digit span of 7 items.", []),
        ("We can choose the amount of air to be 1 g.", []),
        (
            "The standard state of a substance is its pure form at 1 bar.",
            [(f"The standard state of a substance is its pure form at {GAP} bar.", "1")],
        ),
    ],
)
def test_a_gap_for_a_number(sentence: str, found: list[tuple[str, str]]) -> None:
    assert list(_number(sentence)) == found


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        (
            "MLE finds what would maximize the likelihood.",
            [(f"MLE finds what would {GAP} the likelihood. (maximize or minimize)", "maximize")],
        ),
        (
            "Force is directly proportional to extension.",
            [(f"Force is {GAP} proportional to extension. (directly or inversely)", "directly")],
        ),
        ("The higher the rate, the lower the loss.", []),
        ("A law that directly conflicts is void.", []),
        ("It is no larger than before.", []),
        ("Older stars are more common in the halo.", []),
        (
            "A thick lens bends light more sharply than a flat pane.",
            [(f"A thick lens bends light {GAP} sharply than a flat pane. (less or more)", "more")],
        ),
        ("Name the reactions (minimum 20 of them).", []),
        ("When all reactants but one are in large excess, the law is simple.", []),
        ("A decrease in energy is what we tend to hear.", []),
        ("This has an increase in temperature as a result.", []),
        ("No longer was the wealth of nobles bound by rules.", []),
        ("They wanted to return everything to the way it had been done before.", []),
        (
            "An estimator with a penalty can have lower variance.",
            [(f"An estimator with a penalty can have {GAP} variance. (higher or lower)", "lower")],
        ),
        ("Withdrawal must be made before acceptance.", []),
        ("The effect of pressure on solids is small.", [(f"The effect of pressure on solids is {GAP}. (large or small)", "small")]),
        ("Perception is more than the sum of the senses.", []),
    ],
)
def test_a_gap_for_a_word_of_a_pair(sentence: str, found: list[tuple[str, str]]) -> None:
    assert list(_opposite(sentence)) == found


def item(prompt: str, answer: str, kind: ItemKind = ItemKind.QUESTION, **more: object) -> Item:
    points = more.get("points", ())
    return draft(kind, prompt, answer, "c", "a.md", Span(1, 1), str(more.get("quote", answer)), points=points)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        (item("Why does a softmax saturate?", "Because the largest score takes all."), None),
        (item("Why?", ""), Refusal.EMPTY),
        (item("why " * 31, "Because."), Refusal.LONG_PROMPT),
        (item("Why so long?", "word " * 60), Refusal.LONG_ANSWER),
        (item("What are the six?", "a b", points=tuple("abcdef")), Refusal.LONG_ANSWER),
        (item("It grows faster. Why?", "The rate is larger."), Refusal.POINTS_BACK),
        (item("Why does this method work?", "The rate is larger."), Refusal.POINTS_BACK),
        (item("What is $x?", "A variable of the problem."), Refusal.UNBALANCED),
        (item("Table of contents", "Chapter one"), Refusal.FURNITURE),
        (item("Why are terminal alkynes acidic?", "1. It is; 2.", points=("[!question]- Answers", "1.")), Refusal.FURNITURE),
        (item("[ ] Review all the cards", "Before sleep"), Refusal.FURNITURE),
        (item("Why is it acidic at all?", "The bond is short; 2."), Refusal.FURNITURE),
        (item("What is at https://example.org?", "A page."), Refusal.FURNITURE),
        (item(f"The theme comes {GAP} the cadence in m. (after or before)", "after", ItemKind.CLOZE), Refusal.FURNITURE),
        (item(f"The {GAP} rate sets the learning rate.", "learning", ItemKind.CLOZE), Refusal.GIVEN_AWAY),
        (item(f"The rate is {GAP}. (higher or lower)", "higher", ItemKind.CLOZE), None),
        (item(f"From G to B is four semitones, an interval of {GAP}.", "4", ItemKind.CLOZE), Refusal.GIVEN_AWAY),
        (item("Which term: differs by the contract...?", "form", ItemKind.TERM), Refusal.FURNITURE),
        (item("Which term: the mean of a sample?", "sample mean", ItemKind.TERM), Refusal.GIVEN_AWAY),
    ],
)
def test_the_gates(candidate: Item, reason: Refusal | None) -> None:
    assert refusal(candidate) is reason


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- **Softmax**: see [[Logit|the logits]]", "Softmax: see the logits"),
        ("the [link](http://a.b) of *it*", "the link of it"),
        ("a value in $[0, 1]$", "a value in $[0, 1]$"),
        ("as shown before.[12]", "as shown before."),
        ("x_i and y_i", "x_i and y_i"),
    ],
)
def test_markup_is_left_out(text: str, said: str) -> None:
    assert clean(text) == said


def test_words_that_tie_a_sentence_to_the_one_before_are_left_out() -> None:
    assert opened("However, the court may refuse.") == "The court may refuse."
    assert opened("Butter is soft.") == "Butter is soft."


@pytest.mark.parametrize("text", ["It is so.", "This holds.", "The former is better.", "And they fall.", "See figure 3."])
def test_what_points_back(text: str) -> None:
    assert points_back(text)


@pytest.mark.parametrize(
    ("text", "is_so"), [("f(x) = [0, 1)", True), ("(a", False), ("a)", False), ("`x", False), ('"x', False), ("$a$", True)]
)
def test_balance(text: str, is_so: bool) -> None:
    assert is_balanced(text) is is_so


def test_a_long_sentence_is_cut_between_clauses() -> None:
    text = "The memory in which all keys are kept, so that the next token is found fast, and nothing is computed twice"
    assert all(len(point.split()) <= 10 for point in clauses(text, 10))
    assert clauses("short", 10) == ("short",)


def test_no_more_than_six_items_for_a_concept_and_none_twice() -> None:
    facts = "".join(f"- Softmax of rule {name} takes {number} days to settle down.\n" for number, name in enumerate("abcdefghij", start=21))
    items = made(softmax=textwrap.dedent(SOFTMAX) + "\n## Facts\n\n" + facts)
    counted = [one for one in items if one.concept == "softmax" and one.kind is not ItemKind.QUESTION]
    assert len(counted) <= MOST_A_CONCEPT
    assert len({one.key for one in items}) == len(items)


def test_an_id_does_not_depend_on_file_line_or_spelling() -> None:
    here = made(softmax=SOFTMAX)
    there = made(moved="\n\n" + textwrap.dedent(SOFTMAX).replace("Why does subtracting", "why does  subtracting"))
    assert {one.key for one in here} == {one.key for one in there}
    assert key_of(ItemKind.WHY, "a", "Why: K-Means?") == key_of(ItemKind.WHY, "a", "why k means")
    assert key_of(ItemKind.WHY, "a", "x") != key_of(ItemKind.WHY, "b", "x")


def kept(*made_items: Item) -> list[Item]:
    return [one.called(one.key) for one in made_items]


def why(claim: str) -> Item:
    return item(f"Why: {claim}?", "Because of it", ItemKind.WHY, quote=f"{claim} because it is so.")


@pytest.mark.parametrize(
    ("before", "after", "is_same"),
    [
        ("a large rate overshoots the minimum", "a large rate overshoots the minimum", True),
        ("a large rate overshoots the minimum", "a very large rate often overshoots the minimum", True),
        ("a large rate overshoots the minimum", "a large step makes training diverge at once", True),  # "because it is so" stays
        ("a large rate overshoots the minimum", "warm water dissolves more salt than cold water does", False),
    ],
)
def test_an_edited_sentence_keeps_its_item_while_half_of_its_words_stay(before: str, after: str, is_same: bool) -> None:
    old, new = kept(why(before)), why(after)
    carried = carried_over([new], old)
    assert (carried.present[0].id == old[0].id) is is_same
    assert carried.gone == (() if is_same else (old[0].id,))


def test_what_comes_back_has_its_old_id_again() -> None:
    old = kept(why("a large rate overshoots"), why("warm water dissolves salt"))
    assert carried_over([], old).gone == tuple(one.id for one in old)
    again = carried_over([why("warm water dissolves salt")], old)
    assert [one.id for one in again.present] == [old[1].id]


def test_ids_stay_distinct_when_a_sentence_takes_the_words_of_another() -> None:
    old = kept(why("a large rate overshoots the minimum"))
    first = carried_over([why("a very large rate overshoots the minimum")], old)
    second = carried_over(
        [why("a very large rate overshoots the minimum"), why("a large rate overshoots the minimum")], list(first.present)
    )
    assert len({one.id for one in second.present}) == 2
    assert second.present[0].id == old[0].id


def test_the_share_that_stayed() -> None:
    assert stayed("a b c d".split(), "a x c d".split()) == 0.75
    assert stayed([], ["a"]) == 0.0
    assert stayed("a b".split(), "c d".split()) == 0.0


def test_two_kinds_of_a_thing_are_compared() -> None:
    items = made(
        muscle="# Muscles\n\n## Smooth muscle\n\nA **smooth muscle** is tissue that contracts without being told to.\n\n"
        "## Skeletal muscle\n\nA **skeletal muscle** is tissue that moves a bone when it is told to.\n"
    )
    (item,) = [one for one in items if one.kind is ItemKind.COMPARE]
    assert item.prompt == "What is the difference between Skeletal muscle and Smooth muscle?"
    assert len(item.points) == 2
    assert item.points[1].startswith("Smooth muscle: Tissue that contracts")


def test_what_a_section_says_of_its_concept_is_to_be_explained() -> None:
    items = made(
        osmosis="# Osmosis\n\n**Osmosis** is the movement of water through a membrane towards more solute.\n\n"
        "Osmosis stops when both sides have the same water potential.\n\nOsmosis, revision notes\n"
    )
    (item,) = [one for one in items if one.kind is ItemKind.EXPLAIN]
    assert item.prompt == "Explain Osmosis in your own words."
    assert item.points[1:] == ("Osmosis stops when both sides have the same water potential.",)


@pytest.mark.parametrize(
    ("line", "answers"),
    [
        ("Osmosis needs a membrane that lets ==water== pass and nothing else.", ["water"]),
        ("The cell wall keeps ==osmosis== from bursting a plant cell in water.", ["osmosis"]),
        ("In osmosis water goes ==from where there is much of it to where there is little==, as always.", []),
        ("Osmosis is described ==in the chapter== that the teacher gave to us.", []),
    ],
)
def test_only_words_and_names_that_are_highlighted_become_gaps(line: str, answers: list[str]) -> None:
    items = made(osmosis=f"# Osmosis\n\n**Osmosis** is the movement of water through a membrane.\n\n{line}\n")
    assert [one.answer for one in items if one.kind is ItemKind.CLOZE] == answers


def test_a_gap_that_another_sentence_fills_otherwise_is_not_asked() -> None:
    notes = notes_of(
        soil="# Soil\n\nThe water in a clay soil drains at a rate of 5 mm an hour.\n",
        sand="# Sand\n\nThe water in a sandy soil drains at a rate of 50 mm an hour.\n",
        leaf="# Leaf\n\nThe lower face of a leaf has 200 pores in each square.\n",
    )
    is_filled_otherwise = second_filler(notes)
    rate = item(f"The water in a clay soil drains at a rate of {GAP} mm an hour.", "5", ItemKind.CLOZE)
    pores = item(f"The lower face of a leaf has {GAP} pores in each square.", "200", ItemKind.CLOZE)
    assert (is_filled_otherwise(replace(rate, document="soil.md", span=Span(3, 3))), is_filled_otherwise(pores)) == (True, False)


@pytest.mark.parametrize(
    ("title", "opening"),
    [
        ("Congress", "Following his defeat, the nobles of Europe wanted to return everything to the way it was."),
        ("Gentry", "After the onset of trade, economies completely changed."),
        ("Trade", "A drastic rise in money led to more chances for those who had some."),
    ],
)
def test_a_note_that_opens_with_a_sentence_about_something_else_gives_no_definition(title: str, opening: str) -> None:
    other = f"# Time\n\nThe [[{title}]] is large. A time has a [[{title}]].\n"
    assert not [one for one in made(**{title: f"{opening}\n", "time": other}) if one.kind in (ItemKind.TERM, ItemKind.DEFINITION)]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Is this even an offer?", "It is one where somebody may accept it."),
        ("More information required?", "The answer depends on the facts of the case."),
        ("How do I know if a charge is made out?", "(Hint: read the provision that makes the offence)"),
        ("How is it told apart from others?", "Ask these 3 questions to see whether it is."),
        ("And what does the court do about it?", "The court hears both of the parties."),
        ("What kind of court is it? (pairs/10)", "Swap the notes with your neighbour and discuss them."),
    ],
)
def test_a_question_that_needs_the_text_around_it_is_not_asked(question: str, answer: str) -> None:
    assert not [one for one in made(law=f"# Law\n\n**Q:** {question}\n**A:** {answer}\n") if one.kind is ItemKind.QUESTION]


@pytest.mark.parametrize(
    ("said", "tells"),
    [
        ("a legally binding promise between two people", True),
        ("reduces words to their stems", True),
        ("what people keep in mind in order to take in something new", True),
        ("the ability to do a task without thinking of its parts", True),
        ("a bundle of debts you can invest in", True),
        ("convex, with a single lowest point", True),
        ("Contract means a promise that a court enforces", True),
        ("an essential aspect of human life", False),
        ("a useful tool that lets people work together", False),
        ("the source of great happiness", False),
        ("the general trends in these figures are not right", False),
        ("the government surrenders all property to the people", False),
        ("demotivates people because nobody looks at what they do", False),
        ("how did the learners feel about it?", False),
        ("“Can we order shirts together?”", False),
        ("Haydn, Piano Trio in C major, Hob.", False),
        ("[0.5, 0.3, 0.1]", False),
        ("a change in the contract by one side", False),
    ],
)
def test_only_what_tells_the_meaning_of_a_term_is_a_definition(said: str, tells: bool) -> None:
    assert tells_what_it_is(said, "Contract") is tells


@pytest.mark.parametrize(
    "sentence",
    [
        "Suppose the wave has a frequency of 50 hertz.",
        "The builders had to paint 27 rooms of the wave house.",
        "He said that “a wave has a height of 80 metres” once.",
        "The wave returns in bar 12 of the second part.",
        "The wave is long (as when it has a length of 20 metres).",
    ],
)
def test_no_gap_is_made_in_an_example_a_story_or_a_quote(sentence: str) -> None:
    notes = {"wave": f"# Wave\n\nA **wave** is a disturbance that carries energy.\n\n{sentence}\n"}
    assert not [one for one in made(**notes) if one.kind is ItemKind.CLOZE]


def test_marks_of_highlights_are_left_out_whatever_they_hold() -> None:
    assert clean("==Benefit *(as per the contract)*== that is conferred") == "Benefit (as per the contract) that is conferred"
