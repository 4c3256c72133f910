"""`study config`."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from assistant.cli.shared.groups import SuggestingGroup
from assistant.cli.shared.options import json_option, print_json
from assistant.cli.shared.terminal import console, print_line
from assistant.contract.library import settings_to_json
from assistant.library.library import Library


def _complete_setting(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    with Library.open() as library:
        return [CompletionItem(one.name, help=one.about) for one in library.preferences.all() if one.name.startswith(incomplete)]


@click.group("config", cls=SuggestingGroup, invoke_without_command=True, epilog="Example: study config set course off")
@json_option
@click.pass_context
def config_command(context: click.Context, as_json: bool) -> None:
    """List your settings, which apply to all libraries."""
    if context.invoked_subcommand is not None:
        context.default_map = {"set": {"as_json": as_json}}
        return
    with Library.open() as library:
        file, settings = library.preferences.file, library.preferences.all()
    if as_json:
        print_json(settings_to_json(file, settings))
        return
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    for setting in settings:
        usual = "" if setting.value == setting.default else f" Default: {setting.default}."
        table.add_row(Text(setting.name, style="bold"), Text(setting.value), Text(f"{setting.about}{usual}", style="dim"))
    out = console()
    out.print(table)
    out.print(Text(f"Kept in {file}", style="dim"), soft_wrap=True)


@config_command.command("set", epilog="Example: study config set course off")
@click.argument("name", shell_complete=_complete_setting)
@click.argument("value")
@json_option
def set_command(name: str, value: str, as_json: bool) -> None:
    """Change a setting: `course` is on or off, `model` is a name of `study model list`, or none, `retention` is how likely
    you still know an answer when practice asks for it again (0.7 to 0.98), `credit` is on or off, `day_starts` the hour at which
    a study day begins, `new_per_day` how many questions a day may be new, `minutes` how long a session takes."""
    with Library.open() as library:
        setting = library.preferences.set(name, value)
        file = library.preferences.file
    if as_json:
        print_json(settings_to_json(file, [setting]))
    else:
        print_line(f"{setting.name} is {setting.value}.")
