"""What `study atlas` shows to a person."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from assistant.cli.shared.terminal import console, hanging, say_more
from assistant.wording.counts import counted, lasting
from graph.atlas.lookup import AtlasStatistics, EntryView, Link
from graph.atlas.values import Entry

_MOST_UNLOCKED = 10


def show_entry(view: EntryView) -> None:
    """A concept: its definition, its goals, its prerequisites with reasons, what it unlocks, its place in the atlas."""
    out, entry = console(), view.entry
    out.print(Text.assemble((entry.name, "bold"), (f"  {entry.minutes:g} min", "dim")))
    if entry.aliases:
        hanging(out, Text(f"also {', '.join(entry.aliases)}", style="dim"), 2)
    hanging(out, Text(entry.says), 2)
    hanging(out, Text(entry.place, style="cyan"), 2)
    out.print(Text("\nYou know it when you can", style="bold"))
    for goal in entry.goals:
        hanging(out, Text(f"- {goal}"), 4, 2)
    _show_links("Builds on", view.requires)
    for group in view.choices:
        hanging(out, Text.assemble("one of ", (", ".join(one.name for one in group), "bold")), 4, 2)
    _show_links("Easier with", view.helps)
    _show_links("Unlocks", view.unlocks, _MOST_UNLOCKED)
    if view.before:
        before = counted(view.before, "concept")
        out.print(Text(f"\n{before} before it, about {lasting(view.minutes)} with all of them.", style="dim"), soft_wrap=True)


def _show_links(title: str, links: Sequence[Link], most: int | None = None) -> None:
    if not links:
        return
    out = console()
    out.print(Text(f"\n{title}", style="bold"))
    for link in links[:most]:
        hanging(out, Text.assemble((link.entry.name, "bold"), f": {link.requirement.why}"), 4, 2)
    say_more(out, len(links) - len(links[:most]), "(--json lists them)")


def show_entries(text: str, found: Sequence[Entry], nearest: Sequence[str] = ()) -> None:
    """What a search found: a line with id and place for each concept, then its definition; else the `nearest` names."""
    out = console()
    if not found:
        near = f" Nearest: {', '.join(nearest)}." if nearest else ""
        hanging(out, Text(f"The atlas has no concept for {text!r}.{near}"), 0)
    for entry in found:
        hanging(out, Text.assemble((entry.name, "bold"), (f"  {entry.id}  {entry.place}", "dim")), 2, 0)
        hanging(out, Text(entry.says), 2)


def show_statistics(found: AtlasStatistics) -> None:
    """The atlas in numbers."""
    out = console()
    counts = f"{counted(found.concepts, 'concept')}, {counted(found.prerequisites, 'prerequisite')}, {counted(found.goals, 'goal')}"
    hanging(out, Text(f"{counts}, about {found.hours:.0f} hours", style="bold"), 0)
    for size in found.fields.values():
        others = f" ({size.from_others:,} from other fields)"
        hanging(
            out, Text(f"{size.title}: {counted(size.concepts, 'concept')}, {counted(size.prerequisites, 'prerequisite')}{others}"), 4, 2
        )
    _show_list(f"Roots ({len(found.roots)})", found.roots, ", ")
    _show_list(f"Longest chain ({counted(len(found.longest), 'concept')})", found.longest, " → ")
    _show_list("Most needed", [f"{id_} (for {count})" for id_, count in found.needed], ", ")
    _show_list("Edition", [found.digest], "")


def _show_list(label: str, texts: Sequence[str], between: str) -> None:
    if texts:
        hanging(console(), Text.assemble((f"{label}: ", "bold"), between.join(texts)), 2, 0)
