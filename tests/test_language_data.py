"""The word lists are data: one loader, a file a list, an entry a line, and nothing in them twice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingest.data import data_folder
from ingest.errors import DataMissing
from ingest.language.language import Language, alternatives

LISTS = sorted(data_folder("language").rglob("*.txt"))


def language(folder: Path, text: str) -> Language:
    folder.joinpath("list.txt").write_text(text, encoding="utf-8")
    return Language("xx", folder)


def test_an_entry_is_a_line_and_a_comment_is_none(tmp_path: Path) -> None:
    found = language(tmp_path, "# why\nthe\n\n  in front of  \nc#\n")
    assert found.entries("list") == ("the", "in front of", "c#")
    assert found.words("list") == {"the", "in front of", "c#"}


def test_groups_stand_below_their_names(tmp_path: Path) -> None:
    found = language(tmp_path, "[needs]\nrequires?\n[a-z] of\n\n# said of a use\n[uses]\nvia\n")
    assert found.groups("list") == {"needs": ("requires?", "[a-z] of"), "uses": ("via",)}


def test_a_pattern_is_made_of_groups(tmp_path: Path) -> None:
    found = language(tmp_path, "[needs]\nrequires?\nis based on\n").pattern("list", r"^(?P<who>\w{1,9}) {needs} (?P<what>\w+)$")
    match = found.match("Sorting Requires order")
    assert match is not None
    assert (match["who"], match["what"]) == ("Sorting", "order")
    assert not found.match("Sorting needs order")


def test_pairs_have_two_sides(tmp_path: Path) -> None:
    assert language(tmp_path, "seven = 7\na dozen = 12\n").pairs("list") == {"seven": "7", "a dozen": "12"}


@pytest.mark.parametrize("read", ["groups", "pairs"])
def test_a_list_of_another_form_is_refused(read: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="stray"):
        getattr(language(tmp_path, "stray\n"), read)("list")


def test_what_is_not_installed_is_named() -> None:
    with pytest.raises(DataMissing, match="no-such-list"):
        Language.load("en").words("no-such-list")
    with pytest.raises(DataMissing, match="no-such-folder"):
        data_folder("no-such-folder")


def test_alternatives_bind_together() -> None:
    assert re.fullmatch(alternatives(["a+", "b c"]) + "d", "b cd")


@pytest.mark.parametrize("file", LISTS, ids=lambda file: str(file.stem))
def test_no_entry_stands_twice_in_a_group(file: Path) -> None:
    entries = Language("xx", file.parent).entries(file.stem)
    group = ""
    seen: set[tuple[str, str]] = set()
    for entry in entries:
        group = entry if entry.startswith("[") and entry.endswith("]") else group
        assert (group, entry) not in seen
        seen.add((group, entry))
    assert seen
