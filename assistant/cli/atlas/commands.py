"""`study atlas` and what belongs to it."""

from __future__ import annotations

import json
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from assistant.atlas import Atlas
from assistant.cli.shared.groups import SuggestingGroup
from assistant.cli.shared.options import NamedPath, WholeNumber, force_option, json_option, out_option, print_json, print_text
from assistant.cli.shared.terminal import notice, print_line
from assistant.contract.atlas import atlas_statistics_to_json, atlas_to_json, checked_to_json, entries_to_json, entry_view_to_json
from assistant.outputs import check_output
from assistant.wording.counts import counted
from graph.atlas.values import Atlas as Entries
from ingest.errors import StudyError

_FORMATS = ["json", "graphml", "dot", "csv"]

folder_argument = click.argument("folder", type=NamedPath(path_type=Path, file_okay=False), required=False)


def _complete(_context: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The ids of concepts that begin with the typed text; empty without an atlas."""
    try:
        entries = Atlas().values.entries
        return [CompletionItem(id_, help=entries[id_].name) for id_ in entries if id_.startswith(incomplete.lower())]
    except StudyError:
        return []


@click.group("atlas", cls=SuggestingGroup, epilog="Example: study atlas show softmax")
def atlas_command() -> None:
    """The map of concepts that comes with study: what each is, what it builds on and why.

    It holds machine learning and what that rests on. `study path` lays it over the concepts of your documents.
    """


@atlas_command.command("show", epilog='Example: study atlas show "kalman filter"')
@click.argument("name", shell_complete=_complete)
@json_option
def show_command(name: str, as_json: bool) -> None:
    """What a concept is, what it builds on and why.

    NAME is an id, a name or an alias. What one can do who knows it, and what builds on it, is shown as well.
    """
    view = Atlas().show(name)
    if as_json:
        print_json(entry_view_to_json(view))
        return
    from assistant.cli.atlas.views import show_entry

    show_entry(view)


@atlas_command.command("search", epilog="Example: study atlas search policy gradient")
@click.argument("words", nargs=-1, required=True)
@click.option("-k", "most", type=WholeNumber(1, 1000), default=10, show_default=True, help="How many concepts at most.")
@json_option
def search_command(words: tuple[str, ...], most: int, as_json: bool) -> None:
    """Find concepts by words.

    WORDS are looked for in names, definitions and goals; the best concepts come first.
    """
    text = " ".join(words)
    atlas = Atlas()
    found = atlas.search(text, most)
    if as_json:
        print_json(entries_to_json(text, found))
        return
    from assistant.cli.atlas.views import show_entries

    show_entries(text, found, () if found else atlas.nearest(text))


@atlas_command.command("stats", epilog="Example: study atlas stats")
@json_option
def stats_command(as_json: bool) -> None:
    """How large the atlas is, field by field."""
    found = Atlas().statistics()
    if as_json:
        print_json(atlas_statistics_to_json(found))
        return
    from assistant.cli.atlas.views import show_statistics

    show_statistics(found)


@atlas_command.command("export", epilog="Example: study atlas export --format dot --to transformer --out transformer.dot")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="json", show_default=True, help="The format.")
@click.option("--to", metavar="NAME", shell_complete=_complete, help="Only this concept and what comes before it.")
@click.option("--field", metavar="FIELD", help="Only one field, such as deep-learning.")
@out_option
@force_option
@json_option
def export_command(form: str, to: str | None, field: str | None, out: Path | None, force: bool, as_json: bool) -> None:
    """The atlas, or a part of it, for other tools. It is licensed under CC BY 4.0."""
    if as_json and form != "json":
        raise click.UsageError(f"--json means --format json, but you chose {form}.")
    if out is not None:
        check_output(out, overwrite=force)
    print_text(_exported(Atlas().part(to=to, field=field), form), out, force=force)


@atlas_command.command("check", epilog="Example: study atlas check")
@folder_argument
@json_option
@click.pass_context
def check_command(context: click.Context, folder: Path | None, as_json: bool) -> None:
    """What is wrong with an atlas, by file and line.

    It exits with 1 if there is any finding.

    FOLDER holds the TOML files; without it the atlas that comes with study is checked.
    """
    checked = Atlas(folder).check()
    if as_json:
        print_json(checked_to_json(checked))
    else:
        for one in checked.findings:
            print_line(f"{one.file}:{one.line}: {f'{one.concept}: ' if one.concept else ''}{one.problem}")
        sizes = f"{counted(checked.concepts, 'concept')}, {counted(checked.prerequisites, 'prerequisite')}"
        result = counted(len(checked.findings), "finding") if checked.findings else "nothing is wrong"
        notice(f"{sizes}, {counted(checked.syllabi, 'syllabus', 'syllabi')}: {result}.")
    context.exit(1 if checked.findings else 0)


@atlas_command.command("compile", epilog="Example: study atlas compile data/atlas")
@folder_argument
def compile_command(folder: Path | None) -> None:
    """Make the file that study loads from the TOML files.

    FOLDER holds these; the paths that reviewers read are written as well. Do this after every change of the TOML files.
    """
    for file in Atlas(folder).compile():
        print_line(f"Written: {file}")


def _exported(atlas: Entries, form: str) -> str:
    if form == "json":
        return json.dumps(atlas_to_json(atlas), ensure_ascii=False) + "\n"
    from assistant.pages.atlas_formats import atlas_to_csv, atlas_to_dot, atlas_to_graphml

    return {"csv": atlas_to_csv, "dot": atlas_to_dot, "graphml": atlas_to_graphml}[form](atlas)
