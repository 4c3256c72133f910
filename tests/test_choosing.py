"""Which concepts become steps: near the target, hanging together, nothing taught below what is taken for granted."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.queries.choosing import Ancestry, choose


def ancestry(
    edges: dict[str, list[str]], goal: str, basic: dict[str, float] | None = None, minutes: float = 10.0
) -> tuple[Ancestry, list[str]]:
    """Concepts by their names: `edges` lists what each builds on."""
    names = sorted({*edges, *(before for found in edges.values() for before in found)})
    number = {name: at for at, name in enumerate(names)}
    requires = {number[name]: {number[before]: 1.0 for before in edges.get(name, [])} for name in names}
    advanced = {number[name]: (basic or {}).get(name, 1.0) for name in names}
    return Ancestry((number[goal],), requires, advanced, dict.fromkeys(range(len(names)), minutes)), names


def steps(edges: dict[str, list[str]], goal: str, limit: float, basic: dict[str, float] | None = None, minutes: float = math.inf) -> str:
    made, names = ancestry(edges, goal, basic)
    return " ".join(sorted(names[number] for number in choose(made, limit, minutes)))


CHAIN = {"f": ["e"], "e": ["d"], "d": ["c"], "c": ["b"], "b": ["a"]}


@pytest.mark.parametrize(
    ("edges", "limit", "basic", "expected"),
    [
        (CHAIN, 3, {}, "d e f"),  # the nearest stay
        (CHAIN, 9, {"c": 0.1, "b": 0.1, "a": 0.1}, "d e f"),  # what is basic is folded even if there is room
        ({"f": ["a", "e"], "e": ["d"]}, 3, {"a": 0.0}, "a e f"),  # what the target requires itself stays, however basic it is
        ({"f": ["d", "e"], "d": ["a"], "e": ["b", "a"]}, 4, {}, "a d e f"),  # what two steps use rather than what one uses
        ({"f": ["e"], "e": ["x", "y"], "x": ["y"]}, 3, {"x": 0.5}, "e f x"),  # y is not taught while x, which builds on it, is assumed
    ],
)
def test_what_hurts_most_if_it_is_absent_is_a_step(edges: dict[str, list[str]], limit: int, basic: dict[str, float], expected: str) -> None:
    assert steps(edges, "f", limit, basic) == expected


def test_the_minutes_are_kept_and_the_target_always_stays() -> None:
    assert steps(CHAIN, "f", 9, minutes=25) == "e f"
    assert steps(CHAIN, "f", 9, minutes=1) == "f"
    assert steps(CHAIN, "f", 1) == "f"


graphs = st.dictionaries(st.integers(0, 24), st.sets(st.integers(0, 24), max_size=6), max_size=25)


@given(graphs, st.lists(st.floats(0, 1.3), min_size=25, max_size=25), st.integers(1, 15), st.sampled_from([math.inf, 40.0, 90.0]))
@settings(deadline=None)
def test_any_path_hangs_together(found: dict[int, set[int]], worth: list[float], limit: int, minutes: float) -> None:
    requires: dict[int, dict[int, float]] = {
        number: {before: 0.5 + before / 50 for before in found.get(number, ()) if before < number} for number in range(25)
    }
    made = Ancestry((24,), requires, dict(enumerate(worth)), dict.fromkeys(range(25), 10.0))
    chosen = choose(made, limit, minutes)
    assert chosen == choose(made, limit, minutes)
    assert 24 in chosen
    assert len(chosen) <= limit
    assert len(chosen) == 1 or 10.0 * len(chosen) <= minutes
    direct = made.direct()
    for number in chosen - {24}:
        assert any(number in requires[user] for user in chosen), "a later step uses every step"
    assumed = {before for number in chosen for before in requires[number]} - chosen
    for number in assumed:
        assert not (chosen - direct).intersection(requires[number]), "nothing is taught right below what is taken for granted"


@pytest.mark.parametrize(
    ("sure", "expected"),
    [
        ({"a": 0.5, "b": 0.3}, "a t"),  # what is hardly likely is no step beside what is likely
        ({"a": 0.3, "b": 0.28}, "a t"),  # the likeliest alone, where nothing is likely
        ({"a": 0.2, "b": 0.1}, "t"),
        ({"a": 0.9, "a<c": 0.9}, "a c t"),
        ({"a": 0.5, "a<c": 0.6}, "a t"),  # a guess behind a guess, less likely than not
    ],
)
def test_guesses_are_steps_if_they_are_likely(sure: dict[str, float], expected: str) -> None:
    """`a<c` says how sure it is that a needs c; all others are needed by the target t."""
    names = sorted({name[-1] for name in sure} | {"t"})
    number = {name: at for at, name in enumerate(names)}
    requires: dict[int, dict[int, float]] = {at: {} for at in range(len(names))}
    for name, chance in sure.items():
        requires[number[name[0] if "<" in name else "t"]][number[name[-1]]] = chance
    guessed = {number[name[-1]]: 0.0 if "<" in name else chance for name, chance in sure.items()}
    every = dict.fromkeys(range(len(names)), 1.0)
    made = Ancestry((number["t"],), requires, every, every, guessed=guessed)
    assert " ".join(names[at] for at in sorted(choose(made, 9))) == expected
