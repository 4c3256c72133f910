"""Practice in the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from assistant.cli.shared.terminal import console, hanging, print_line
from assistant.practice.grading.grade import Grade, Met
from assistant.practice.items.values import Item
from assistant.practice.mastery.mastery import Mastery, Stage
from assistant.practice.sessions.entries import Entry
from assistant.practice.sessions.statistics import PracticeStatistics
from assistant.wording.counts import counted
from ingest.places import place

_MARKS = {Met.FOUND: ("✓", "green"), Met.PARTLY: ("~", "yellow"), Met.MISSING: ("·", "dim"), Met.WRONG: ("✗", "red")}
_SHORT_ID = 8
_MOST_CONCEPTS = 15
_BAR = 24
_STAGES = (Stage.FADING, Stage.MET, Stage.PRACTISED, Stage.KNOWN, Stage.UNSEEN)


def place_of(item: Item) -> str:
    """The place of an item's source, written like a citation."""
    return place(item.document, item.span)


def show_answer(item: Item, grade: Grade | None) -> None:
    """The answer of the notes: each point, with marks if an answer was typed."""
    from rich.text import Text

    out = console()
    if grade is None:
        for point in item.points:
            hanging(out, Text(f"  {point}"), 2)
    else:
        for found in grade.points:
            mark, style = _MARKS[found.met]
            remark = f"  ({found.remark})" if found.remark else ""
            hanging(out, Text.assemble((f"{mark} ", style), found.text, (remark, "dim")), 4, 2)
    out.print(Text(f"  {place_of(item)}  {item.id[:_SHORT_ID]}", style="dim"), soft_wrap=True)


def show_items(entries: Sequence[Entry], names: Mapping[str, str], day: int) -> None:
    """The items, one a paragraph."""
    from rich.text import Text

    out = console()
    if not entries:
        print_line("No questions.")
        return
    for entry in entries:
        when = ""
        if entry.memory is not None and entry.status in ("due", "waiting"):
            ahead = entry.memory.due - day
            when = ", due now" if ahead <= 0 else f", due in {counted(ahead, 'day')}"
        about = names.get(entry.item.concept, entry.item.concept)
        out.print(Text(f"{entry.item.id[:_SHORT_ID]}  {entry.item.kind}{f'  {about}' if about else ''}  {entry.status}{when}", style="dim"))
        hanging(out, Text(entry.item.prompt, style="bold"), 2, 2)
        hanging(out, Text("; ".join(entry.item.points).replace(":; ", ": ") if len(entry.item.points) > 1 else entry.item.answer), 2, 2)
        out.print(Text(f"  {place_of(entry.item)}", style="dim"), soft_wrap=True)
    print_line(f"{counted(len(entries), 'question')}.")


def show_statistics(found: PracticeStatistics, mastery: Mapping[str, Mastery], names: Mapping[str, str]) -> None:
    """The figures of practice, and the concepts that were practised."""
    from rich.text import Text

    out = console()
    out.print(
        f"{counted(found.items, 'question')}: {found.practised} practised, {found.due} due today, {found.away} put away.", soft_wrap=True
    )
    if not found.reviews:
        print_line("No answers yet.")
        return
    took = counted(round(found.minutes), "minute") if found.minutes >= 1 else "less than a minute"
    out.print(f"{counted(found.reviews, 'answer')} in {took} on {counted(len(found.days), 'day')}.", soft_wrap=True)
    if found.recalled is not None and found.predicted is not None:
        out.print(f"Remembered later: {found.recalled:.0%}; predicted: {found.predicted:.0%}.", soft_wrap=True)
        for bin_ in found.calibration:
            out.print(
                Text(f"  predicted {bin_.predicted:.0%}: remembered {bin_.recalled:.0%} of {bin_.reviews}", style="dim"), soft_wrap=True
            )
    if found.agreed is not None:
        out.print(f"You took {found.agreed:.0%} of the suggested ratings.", soft_wrap=True)
    if found.practised:
        out.print("Coming: " + ", ".join(f"{count}" for count in found.forecast[:7]) + " (today and the six days after)", soft_wrap=True)
    if len(found.days) > 1:
        busiest = max(found.days.values())
        for day, count in list(found.days.items())[-7:]:
            bar = "█" * max(1, round(_BAR * count / busiest))
            out.print(Text(f"  {date.fromordinal(day).isoformat()}  {bar} {count}", style="dim"), soft_wrap=True)
    seen = [one for one in mastery.values() if one.stage is not Stage.UNSEEN]
    seen.sort(key=lambda one: (_STAGES.index(one.stage), one.value, one.concept))
    for one in seen[:_MOST_CONCEPTS]:
        said = f"{one.value:.0%} ({one.low:.0%} to {one.high:.0%}), {one.practised} of {counted(one.items, 'question')}"
        out.print(Text.assemble(f"  {one.stage:<10} {names.get(one.concept, one.concept)}  ", (said, "dim")), soft_wrap=True)
    if len(seen) > _MOST_CONCEPTS:
        out.print(Text(f"  and {len(seen) - _MOST_CONCEPTS} more concepts", style="dim"))
