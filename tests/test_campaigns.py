"""The campaigns of `benchmarks/campaigns`: a record adds up over runs, and its seed says what each run draws."""

from __future__ import annotations

import random
from pathlib import Path

from formats import MADE

from benchmarks.campaigns.mutations import mutated
from benchmarks.campaigns.record import Record


def test_a_record_goes_on_where_it_was(tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    first = Record(file, 7)
    drawn = [first.chance().random()]
    first.note("killed", 2.0)
    first.save(seconds=3.0)
    second = Record(file, 99)
    assert (second.seed, second.runs, second.slowest) == (7, 1, 2.0)
    drawn.append(second.chance().random())
    second.note("killed", 1.0)
    second.fault("lost")
    second.save(seconds=1.0)
    third = Record(file, 1)
    assert (third.runs, third.seconds, third.outcomes, third.faults) == (2, 4.0, {"killed": 2}, [{"run": 1, "what": "lost"}])
    assert drawn == [Record(tmp_path / "none", 7).chance().random(), drawn[1]]
    assert drawn[0] != drawn[1]


def test_a_seed_names_its_mutation() -> None:
    for name, make in MADE.items():
        data = make()
        first, again = (mutated(data, random.Random(f"1 {name}")) for _ in range(2))
        assert first == again or name.endswith((".docx", ".pptx", ".epub"))  # a zip file holds the time
    assert any(mutated(b"# Title\n\nText.\n", random.Random(seed)) != b"# Title\n\nText.\n" for seed in range(5))
