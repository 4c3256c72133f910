"""What was asked for comes first: items by their labels, numbers, steps with sub-steps."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import make_index, read_chunks

from assistant.answers.compose.compose import compose_parts
from assistant.answers.model import Answer
from assistant.answers.passages.candidates import Ranker
from assistant.answers.question.parts import split_question
from index.models.encoder import OnnxEncoder
from index.search import Query

PUMPS = """# Pumps: questions and answers

## Workshop

### What is a ram pump?

A ram pump lifts water by the force of falling water.

**Facts:**
- Lift height: 30 m
- Waste: nine tenths of the water
- Valve beats: 60 a minute

**Formulas:**
- Yield: `q = Q h / (2 H)`
- where Q is the flow of the source
- Power of the source: `P = 9.81 Q H`

**Advantages:**
- Needs no motor
- Runs for years

### What is a screw pump? How does it differ from a ram pump?

A screw pump lifts water in the turns of a screw.

**Facts:**
- Lift height: 8 m

**Advantages:**
- Fish survive it

### Who built ram pumps?

**Example: Lambeth works**
- two rams and 12 valves
- 40 litres a minute

## Setting up a ram pump

1. Lay the drive pipe.
   a. Dig a trench.
   b. Bed the pipe in sand.
2. Bolt the pump down.
   - Use long bolts.
3. Open the valve.

## Kinds of valves

A valve lets water pass one way.

### 3.1 Flap valve

A flap valve hangs from a hinge.

### 3.2 Poppet valve

A poppet valve lifts off its seat. It is quick.

### 3.3 Ball valve

The ball of a ball valve floats up.

## Does it freeze?

Only below -10 degrees, when it stands still.
It makes a noise.

## Matrices of flow

Flow matrices tell how much goes where. It was found that M(a, b) = M(b, a). They are large.
"""

HALLS = """# Reverberation

## Formula

The time of reverberation is T(V, A) = 0.16 V / A.

Here V is the volume and A the absorption.

## History

Sabine measured it with an organ pipe. Cushions were carried in from a theatre. He worked at night.
The theatre opened in 1874. Its seats were stuffed with horsehair, which is why they were borrowed.

## Remarks

- Reverberation is not additive: two halls together have another time.
- Echoes are heard singly.
"""

METALS = """METALS

MELTING
Lead melts at 327 degrees. Tin melts at 232 degrees.

ALLOYS
An alloy is a mixture of metals.
Common alloys:
- bronze
- brass

CASTING
Casting pours metal into a form.
"""


def answer(folder: Path, question: str, encoder: OnnxEncoder, note: str = PUMPS, name: str = "note.md") -> list[str]:
    """The lines of an answer."""
    index = make_index(read_chunks(name, note), encoder, folder)
    found = [(query, index.search(query)) for query in (Query.of(part, encoder) for part in split_question(question))]
    blocks, citations = compose_parts(found, Ranker(index, encoder))
    index.close()
    return str(Answer(question, blocks, citations, 1.0, not blocks, "extractive", (), 0.0)).split("\n")


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("ram pump lift height", "Lift height: 30 m"),
        ("valve beats of a ram pump", "Valve beats: 60 a minute"),
        ("how many valve beats has a ram pump", "Valve beats: 60 a minute"),
        ("formula for the yield of a ram pump", "Yield: `q = Q h / (2 H)`"),
        ("formula for the power of the source", "Power of the source: `P = 9.81 Q H`"),
        ("how much is the waste of a ram pump", "Waste: nine tenths of the water"),
    ],
)
def test_items_with_the_label_that_was_asked_for_come_first(tmp_path: Path, encoder: OnnxEncoder, question: str, item: str) -> None:
    assert item in answer(tmp_path, question, encoder)[0]


@pytest.mark.parametrize("question", ["advantages of a ram pump", "what are the advantages of a ram pump"])
def test_advantages_are_those_of_one_thing(tmp_path: Path, encoder: OnnxEncoder, question: str) -> None:
    assert answer(tmp_path, question, encoder) == ["Advantages:", "- Needs no motor", "- Runs for years"]


def test_a_label_comes_with_what_it_labels(tmp_path: Path, encoder: OnnxEncoder) -> None:
    assert answer(tmp_path, "example of ram pumps in Lambeth", encoder)[0].startswith("Example: Lambeth works: two rams and 12 valves")


def test_steps_keep_those_below_them(tmp_path: Path, encoder: OnnxEncoder) -> None:
    assert answer(tmp_path, "steps for setting up a ram pump", encoder) == [
        "Setting up a ram pump:",
        "1. Lay the drive pipe.",
        "   a) Dig a trench.",
        "   b) Bed the pipe in sand.",
        "2. Bolt the pump down.",
        "   - Use long bolts.",
        "3. Open the valve.",
    ]


def test_more_sub_steps_than_letters_are_all_there(tmp_path: Path, encoder: OnnxEncoder) -> None:
    note = "# Packing\n\nSteps of packing:\n\n1. Take\n" + "".join(f"   {n}. thing {n}\n" for n in range(1, 31)) + "2. Close\n"
    lines = answer(tmp_path, "steps of packing", encoder, note)
    assert sum("thing" in line for line in lines) == 30
    assert lines[-1] == "2. Close"


def test_a_title_that_asks_is_answered_by_what_stands_under_it(tmp_path: Path, encoder: OnnxEncoder) -> None:
    assert answer(tmp_path, "does a ram pump freeze", encoder)[0].startswith("Only below -10 degrees")


def test_the_digits_of_a_name_are_no_number(tmp_path: Path, encoder: OnnxEncoder) -> None:
    note = "# Rockets\n\nThe V-2 was the 1st large rocket. Its tanks held fuel.\n\n## V-2 facts\n\n- The V-2 flew far\n- Thrust: 25 tons\n"
    assert "Thrust: 25 tons" in answer(tmp_path, "how much thrust had the V-2", encoder, note)[0]


def test_the_sentence_that_answers_comes_before_those_that_do_not(tmp_path: Path, encoder: OnnxEncoder) -> None:
    assert answer(tmp_path, "what was carried from the theatre", encoder, HALLS)[0].startswith("Cushions were carried in")


def test_a_heading_in_capitals_ends_what_stands_before_it(tmp_path: Path, encoder: OnnxEncoder) -> None:
    assert answer(tmp_path / "list", "list common alloys", encoder, METALS, "note.txt") == ["Common alloys:", "- bronze", "- brass"]
    assert answer(tmp_path / "definition", "what is casting", encoder, METALS, "note.txt") == ["Casting pours metal into a form."]


def test_a_part_that_asks_on_is_answered_about_the_same_thing(tmp_path: Path, encoder: OnnxEncoder) -> None:
    lines = answer(tmp_path, "what is the lift height of a ram pump and how many valve beats has it", encoder)
    assert "Lift height: 30 m" in lines[0]
    assert any("Valve beats: 60 a minute" in line for line in lines)
