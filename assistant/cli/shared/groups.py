"""Groups of commands that suggest the command that was meant."""

from __future__ import annotations

import click

_LONGEST = 500
"""The most characters of a first sentence, so that it is wrapped and not cut."""


class SuggestingGroup(click.Group):
    """A group that suggests the nearest command if the typed one does not exist."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their first sentences, whole."""
        commands = [(name, command) for name in self.list_commands(ctx) if (command := self.get_command(ctx, name)) is not None]
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(_LONGEST)) for name, command in commands if not command.hidden])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        known = self.list_commands(ctx)
        if args and not args[0].startswith("-") and args[0] not in known:
            from difflib import get_close_matches  # needed only for mistakes

            near = get_close_matches(args[0].lower(), known, n=1)
            meant = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"There is no command {args[0]!r}.{meant}", ctx)
        return super().resolve_command(ctx, args)
