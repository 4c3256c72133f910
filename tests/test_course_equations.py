"""Every equation between numbers that a worked example of the starter course prints is evaluated as it stands."""

import math
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

COURSE = Path(__file__).parent.parent / "data" / "course"
NAMES = sorted(path.stem for path in COURSE.glob("*.md"))
RUN = r"(?:[\d.,\s×+\-/()√]|ln(?=[ (])|\^\{?\d+\}?)*"


def evaluate(arithmetic: str) -> float:
    source = re.sub(r"(?<=\d),(?=\d{3})", "", arithmetic)
    source = re.sub(r"ln ([\d.]+)", r"ln(\1)", source)
    source = re.sub(r"√(\d+)", r"sqrt(\1)", source)
    source = re.sub(r"\^\{?(\d+)\}?", r"**\1", source)
    source = re.sub(r"(?<=\d) ln", " * ln", source).replace("×", "*")
    return float(eval(source, {"__builtins__": {}}, {"ln": math.log, "sqrt": math.sqrt}))


def side(run: str, before: str) -> str | None:
    """The arithmetic in a run of signs, or None where a letter or an open bracket shows that the run is part of something else."""
    text = run.strip().rstrip(".,").strip()
    if not re.match(r"-?(?:\d|\(|√|ln)", text) or ", " in text or text.count("(") != text.count(")"):
        return None
    return None if re.match(r"\w", before) and not run[0].isspace() else text


def equations(line: str) -> Iterator[tuple[str, str]]:
    """Both sides of every equals sign in the line that has nothing but numbers on either side."""
    parts = line.replace("$", "").split("=")
    for left, right in pairwise(parts):
        found = re.search(rf"{RUN}$", left)
        assert found is not None
        run = found.group()
        tail = run.rpartition(", ")[2]
        before = left[: len(left) - len(tail)][-1:]
        head = re.match(RUN, right)
        assert head is not None
        value = side(re.split(r", |\. ", head.group())[0], "")
        term = side(tail, before)
        if term is not None and value is not None:
            yield term, value


def worked_lines(name: str) -> list[str]:
    text = (COURSE / f"{name}.md").read_text(encoding="utf-8")
    section = text.partition("## Worked example\n")[2].partition("\n## ")[0]
    return [re.sub(r"^\d+\. ", "", line) for line in section.splitlines()]


def rounding(value: str) -> float:
    plain = re.fullmatch(r"-?[\d,]+(?:\.(\d+))?", value)
    return 1e-9 if plain is None or plain[1] is None else 0.51 * 10 ** -len(plain[1])


@pytest.mark.parametrize("name", NAMES)
def test_equations_hold_to_the_digits_printed(name: str) -> None:
    wrong = [
        f"{left} = {right}"
        for line in worked_lines(name)
        for left, right in equations(line)
        if abs(evaluate(left) - evaluate(right)) > rounding(right)
    ]
    assert wrong == []


def test_enough_equations_are_found() -> None:
    found = [pair for name in NAMES for line in worked_lines(name) for pair in equations(line)]
    assert len(found) > 60
    assert ("0.9 × 0.01", "0.009") in found
    assert ("10 ln 0.5", "-6.931") in found
    assert ("0.25^5", "0.000977") in found
