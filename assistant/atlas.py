"""`Atlas`: the map of concepts that is installed with study, or one in a folder of TOML files. It needs no library."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from graph.atlas.compiled import COMPILED, atlas_folder, compile_atlas, load_compiled
from ingest.errors import UsageError

if TYPE_CHECKING:
    from graph.atlas.lookup import AtlasStatistics, EntryView
    from graph.atlas.reading import Finding
    from graph.atlas.values import Atlas as Entries
    from graph.atlas.values import Entry


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings of a check, and what was checked: concepts, prerequisites and syllabi."""

    findings: tuple[Finding, ...]
    concepts: int
    prerequisites: int
    syllabi: int


class Atlas:
    """The atlas of concepts: what each is, what it builds on and why.

    >>> atlas = Atlas()
    >>> atlas.show("softmax").entry.name
    'Softmax'

    Every method raises a `StudyError` for problems that the user can act on: BadAtlas with file and line, AtlasFormat, DataMissing.
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        """The atlas in a folder of TOML files, by default the one installed with study. Nothing is read yet."""
        self._named = Path(folder) if folder is not None else None

    @property
    def folder(self) -> Path:
        """The folder with the TOML files."""
        return self._named if self._named is not None else atlas_folder()

    @cached_property
    def values(self) -> Entries:
        """All concepts as values: from the one compiled file of the atlas that comes with study, else from the TOML files."""
        if self._named is None:
            return load_compiled(self.folder / COMPILED)
        from graph.atlas.reading import read_atlas

        return read_atlas(self.folder)

    def show(self, name: str) -> EntryView:
        """A concept by id or name, with what it builds on and what it unlocks. Raises UnknownEntry, AmbiguousConcept."""
        from graph.atlas.lookup import view_entry

        return view_entry(self.values, name)

    def search(self, text: str, most: int = 10) -> list[Entry]:
        """The concepts whose names, definitions and goals the words of a text fit best."""
        from graph.atlas.lookup import search_entries

        return search_entries(self.values, text, most)

    def nearest(self, name: str) -> list[str]:
        """The names of concepts that a misspelt name may mean, the most alike first."""
        from graph.atlas.lookup import nearest_entries

        return nearest_entries(self.values, name)

    def statistics(self) -> AtlasStatistics:
        """How large the atlas is, field by field."""
        from graph.atlas.lookup import atlas_statistics

        return atlas_statistics(self.values)

    def part(self, *, to: str | None = None, field: str | None = None) -> Entries:
        """The atlas, or the concept named by `to` with all that comes before it, or one field.

        Raises UnknownEntry or AmbiguousConcept for `to`, UsageError for a field that does not exist.
        """
        from graph.atlas.lookup import find_entry
        from graph.atlas.order import learning_order

        atlas = self.values
        if field is not None and field not in atlas.fields:
            raise UsageError(f"The atlas has no field {field!r}.", f"There are: {', '.join(atlas.fields)}.")
        ids = learning_order(atlas.entries, find_entry(atlas, to).id) if to is not None else list(atlas.entries)
        kept = {id_: atlas.entries[id_] for id_ in ids if field in {None, atlas.entries[id_].field}}
        return atlas if len(kept) == len(atlas.entries) else replace(atlas, entries=kept, keys={})

    def check(self) -> Checked:
        """All findings about the TOML files and the files generated from them, by file and line."""
        from graph.atlas.checks import check
        from graph.atlas.golden import PATHS, check_paths
        from graph.atlas.order import direct
        from graph.atlas.reading import Finding, read_source
        from graph.atlas.syllabi import check_syllabi, read_syllabi

        source, syllabi = read_source(self.folder), read_syllabi(self.folder)
        findings = check(source)
        if not source.unread:
            findings += check_syllabi(source.atlas, syllabi)
        if not findings:
            # Generated files are checked last, since they can only be right if their sources are.
            findings += check_paths(source, self._made(PATHS))
            if self._made(COMPILED) != compile_atlas(source.atlas).decode():
                findings.append(Finding(COMPILED, 1, "", "this file is older than the atlas; compile it again"))
        entries = source.atlas.entries.values()
        return Checked(tuple(findings), len(entries), sum(len(direct(entry)) for entry in entries), len(syllabi))

    def compile(self) -> tuple[Path, ...]:
        """Write the files generated from the TOML files beside them: the compiled file, and the paths that reviewers read.

        Raises BadAtlas with the first finding that makes the atlas unusable, UsageError if the files cannot be written.
        """
        from assistant.outputs import write_output
        from graph.atlas.checks import broken
        from graph.atlas.golden import PATHS, paths_text
        from graph.atlas.reading import raise_first, read_source

        source = read_source(self.folder)
        raise_first([*source.findings, *broken(source.atlas)])
        made = {COMPILED: compile_atlas(source.atlas), PATHS: paths_text(source.atlas, source.shown).encode()}
        for name, data in made.items():
            write_output(self.folder / name, data, overwrite=True)
        return tuple(self.folder / name for name in made)

    def _made(self, name: str) -> str | None:
        file = self.folder / name
        return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else None
