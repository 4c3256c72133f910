"""`study backup` and `study restore`."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.cli.shared.advice import for_library
from assistant.cli.shared.opening import opened_library
from assistant.cli.shared.options import NamedPath, force_option, json_option, library_option, print_json
from assistant.cli.shared.terminal import notice, print_line
from assistant.contract.library import backup_to_json, restored_to_json
from assistant.wording.kept import in_words

_file_argument = click.argument("file", type=NamedPath(path_type=Path, dir_okay=False))


@click.command("backup", epilog="Example: study backup ~/study-backup.zip")
@_file_argument
@force_option
@library_option
@json_option
def backup_command(file: Path, force: bool, library: Path | None, as_json: bool) -> None:
    """Write all that you made (conversations, corrections, practice answers, settings) to one file. It does not hold the documents of
    your folders, what is derived from them, or a tuned encoder."""
    with opened_library(library) as opened:
        held, is_tuned = opened.back_up(file, overwrite=force), opened.is_tuned
    if is_tuned:
        notice(f"The tuned encoder is not in the backup. Make it again where the documents are: {for_library('study tune')}")
    if as_json:
        print_json(backup_to_json(file, held))
    else:
        print_line(f"{file} holds: {in_words(held)}.")


@click.command("restore", epilog="Example: study restore ~/study-backup.zip --library ~/study-library")
@_file_argument
@click.option("--replace", is_flag=True, help="Replace the present files; they are kept in the library's folder `replaced`.")
@click.option("--settings", is_flag=True, help="Replace your settings as well, which apply to all libraries; the present ones are kept.")
@click.option("--merge", is_flag=True, help="Add the answers and walks of another machine to those here; all else stays as it is here.")
@library_option
@json_option
def restore_command(file: Path, replace: bool, settings: bool, merge: bool, library: Path | None, as_json: bool) -> None:
    """Bring back what a backup holds, checked before anything is changed; all of it, or nothing.

    Your settings apply to all libraries, so those of the backup are left out if you have any, unless you give --settings.
    """
    if replace and merge:
        raise click.UsageError("Give --replace or --merge, not both.")
    with opened_library(library) as opened:
        if settings:
            notice(f"The settings of the backup will apply to all libraries. Yours: {opened.preferences.file}")
        restored = opened.restore(file, replace=replace, merge=merge, settings=settings)
    if restored.left_settings:
        notice("The settings of the backup differ from yours, which apply to all libraries and stay. To have them as well: --settings")
    if as_json:
        print_json(restored_to_json(restored))
        return
    done = "Merged" if merge else "Restored"
    nothing = "Nothing to do: the library already has everything that the backup holds."
    if restored.changed or not restored.left_settings:
        print_line(f"{done}: {in_words(restored.changed)}." if restored.changed else nothing)
    else:
        print_line("Nothing to do: apart from settings, the library already has everything that the backup holds.")
    if "settings.toml" in restored.changed:
        print_line("The settings apply to all libraries.")
    if restored.kept:
        print_line(f"The files that were replaced are in {restored.kept}")
    if restored.old_settings:
        print_line(f"The settings from before are in {restored.old_settings}")
