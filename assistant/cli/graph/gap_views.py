"""What `study gaps` and `study graph disagreements` show to a person."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten

from rich.text import Text

from assistant.cli.graph.concept_views import edge_reason
from assistant.cli.shared.terminal import console, hanging, say_more
from assistant.pages.graph_formats import names_of
from assistant.practice.loose_ends.values import Loose, LooseEnd
from assistant.wording.counts import counted
from assistant.wording.display import tidy
from graph.model.values import Graph, Origin, Prerequisite
from graph.queries.disagreements import Disagreement
from graph.queries.gaps import Gap, Gaps
from ingest.places import place

_MOST_SHOWN = 10
_MOST_LOOSE, _MOST_WORDS = 8, 160
_LOOSE = {
    Loose.WEAK: ("You are forgetting", "practise them with study practice --to CONCEPT."),
    Loose.REQUIRED: ("Required by a note, and covered by none", "write a note on it, or mend its name under requires:."),
    Loose.QUESTION: ("Your notes ask and do not answer", "write the answer below the question, or ask it with study ask."),
    Loose.UNDEFINED: ("Used and never defined", "a sentence that says what it is would define it."),
    Loose.LINK: ("Links that lead nowhere", "write the note, ingest its folder, or mend the link."),
    Loose.TODO: ("Still to do", "your own tasks."),
}
_BY = {
    Origin.DOCUMENTS: "your documents",
    Origin.ATLAS: "the atlas",
    Origin.COURSE: "the starter course",
    Origin.USER: "your correction",
    Origin.LLM: "a language model",
}


def show_gaps(found: Gaps, whose: str, *, everything: bool) -> None:
    """The concepts that the notes lack, each with what it is, what needs it, and where to read about it.

    `whose` begins the sentence, as in "Your notes lack". If the atlas does not know the subject, no claim is made.
    """
    out, graph = console(), found.graph
    where = f" on the way to {', '.join(names_of(graph, found.targets))}" if found.targets else ""
    if not found.found:
        unknown = "The atlas holds nothing on these subjects, or is turned off, so it is not known what else your notes lack."
        hanging(out, Text(f"{whose} nothing that study knows of{where}." if found.is_known else unknown), 0)
        return
    hanging(out, Text(f"{whose} {counted(len(found.found), 'concept')}{where}, the most needed first:", style="bold"), 0)
    shown = found.found if everything else found.found[:_MOST_SHOWN]
    for gap in shown:
        out.print()
        _show_gap(gap, graph)
    say_more(out, len(found.found) - len(shown), "(--all shows them)")


def _show_gap(gap: Gap, graph: Graph) -> None:
    out = console()
    minutes = f"  {gap.concept.minutes:.0f} min" if gap.concept.minutes else ""
    hanging(out, Text.assemble((gap.concept.name, "bold"), (f"{minutes}, needed for {counted(gap.needed_by, 'concept')}", "dim")), 2, 0)
    if gap.concept.definition:
        cited = gap.concept.definition
        hanging(out, Text.assemble(tidy(cited.quote), (f"  {place(cited.document, cited.span)}", "cyan")), 2)
    for reason in gap.because:
        (name,) = names_of(graph, (reason.concept,))
        hanging(out, Text.assemble(("Needed for ", "dim"), name, edge_reason(reason.edge)), 4, 2)
    if gap.lesson:
        hanging(out, Text.assemble(("Read ", "dim"), (place(gap.lesson.document, gap.lesson.span), "cyan")), 4, 2)


def show_loose_ends(found: Sequence[LooseEnd], graph: Graph, *, everything: bool) -> None:
    """The loose ends of the notes by kind, with what to do about them."""
    out = console()
    for kind, (title, advice) in _LOOSE.items():
        ends = [one for one in found if one.kind is kind]
        if not ends:
            continue
        hanging(out, Text(f"{title} ({len(ends)}): ", style="bold").append(advice, style="dim"), 2, 0)
        shown = ends if everything else ends[:_MOST_LOOSE]
        for one in shown:
            _show_loose(one, graph)
        say_more(out, len(ends) - len(shown), "(--all shows them)")
        out.print()


def _show_loose(one: LooseEnd, graph: Graph) -> None:
    named = graph.concepts[one.concept].name if one.concept in graph.concepts and one.kind in (Loose.QUESTION, Loose.TODO) else ""
    about = f"  about {named}" if named else ""
    needed = f"  needed for {counted(one.needed_by, 'concept')}" if one.needed_by else ""
    where = f"  {place(one.document, one.span)}" if one.span is not None else ""
    text = shorten(one.text, _MOST_WORDS, placeholder=" …")
    hanging(console(), Text.assemble(text, (f"{about}{needed}", "dim"), (where, "cyan")), 4, 2)


def show_disagreements(found: Sequence[Disagreement]) -> None:
    """Each prerequisite that was outranked, and what outranks it."""
    out = console()
    if not found:
        out.print("Your documents, your corrections and the atlas do not contradict one another.")
        return
    hanging(out, Text(f"{counted(len(found), 'disagreement')} about what comes first:", style="bold"), 0)
    for one in found:
        out.print()
        hanging(out, Text.assemble(("Counts  ", "green"), _ordered(one.counts, one.graph)), 8, 0)
        for edge in one.counts:
            hanging(out, Text.assemble((_BY[edge.origin], "dim"), edge_reason(edge)), 10, 8)
        hanging(out, Text.assemble(("Gave way", "yellow"), " ", _ordered([one.gave_way], one.graph)), 8, 0)
        hanging(out, Text.assemble((_BY[one.gave_way.origin], "dim"), edge_reason(one.gave_way)), 10, 8)


def _ordered(chain: Sequence[Prerequisite], graph: Graph) -> str:
    return " \u2192 ".join(names_of(graph, [chain[0].before, *(edge.after for edge in chain)]))
