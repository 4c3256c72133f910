"""An answer at the terminal: a model's sentences as they arrive, or else its blocks; then the sources."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from itertools import groupby
from typing import TYPE_CHECKING, Any

from assistant.answers.events import SentenceWritten, Understood, WordsCame, result_so_far
from assistant.answers.model import Paragraph
from assistant.cli.questions.drawn import draw
from assistant.cli.shared.advice import for_library
from assistant.cli.shared.terminal import also_in, console, hanging, heading, notice
from assistant.contract.answers import answer_to_json
from ingest.places import place

if TYPE_CHECKING:
    from rich.live import Live
    from rich.text import Text

    from assistant.answers.events import Event, Result
    from assistant.answers.model import Answer, Block, Sentence
    from index.search import Hit

_NEAREST = 3
_SHOWN = 70


class Speaker:
    """Prints sentences in a paragraph, wrapping it as it grows.

    At a terminal, unchecked text of a model follows in grey.
    """

    def __init__(self) -> None:
        self._out = console()
        self._column = 0
        self._live: Live | None = None
        self._said: list[Sentence] = []
        self.has_spoken = False

    def pend(self, text: str) -> None:
        """Show unchecked text of a model."""
        if not self._out.is_terminal:
            return
        if self._live is None:
            from rich.live import Live

            self._live = Live(console=self._out, refresh_per_second=8)
            self._live.start()
        self._live.update(self._so_far(text))

    def _so_far(self, pending: str) -> Text:
        from rich.text import Text

        found = Text(" ").join(
            Text.assemble(one.text, (" " + "".join(f"[{number}]" for number in one.citations), "cyan")) for one in self._said
        )
        return Text.assemble(found, " " if self._said and pending else "", (pending, "dim"))

    def say(self, sentence: Sentence) -> None:
        """Print one more sentence, at once."""
        self.has_spoken = True
        self._said.append(sentence)
        if self._live is not None:
            self._live.update(self._so_far(""))
            return
        for word in sentence.text.split():
            self._print(word)
        self._print("".join(f"[{number}]" for number in sentence.citations), style="cyan")
        self._out.file.flush()

    def end(self) -> None:
        """End the current line."""
        if self._live is not None:
            self._live.update(self._so_far(""))
            self._live.stop()
            self._live = None
        if self._column:
            self._out.print()
        self._column = 0

    def _print(self, word: str, style: str = "") -> None:
        from rich.cells import cell_len
        from rich.text import Text

        width = cell_len(word)
        if self._column and self._column + 1 + width > self._out.width:
            self.end()
        blank = " " if self._column else ""
        self._out.print(Text.assemble(blank, (word, style)), end="", soft_wrap=True)
        self._column += len(blank) + width


def collect(events: Generator[Event, None, None], on_event: Callable[[Event], None] = lambda _: None) -> list[Event]:
    """Read a stream of events to its end. Ctrl-C closes it and keeps what was written; raises KeyboardInterrupt if nothing was."""
    seen: list[Event] = []
    try:
        with closing(events):
            for event in events:
                seen.append(event)
                on_event(event)
    except KeyboardInterrupt:
        if result_so_far(seen) is None:
            raise
    return seen


def result_of(events: Sequence[Event]) -> Result:
    """The result of events that were collected."""
    result = result_so_far(events)
    assert result is not None
    return result


def json_of(events: Generator[Event, None, None], *, explain: bool = False) -> dict[str, Any]:
    """The JSON of an answer; `explain` adds a model's dropped sentences, a conversation how the question was understood."""
    seen = collect(events)
    result = result_of(seen)
    dropped = {"dropped": [{"text": each.text, "why": each.reason} for each in result.dropped]} if explain else {}
    understood = [event.meant for event in seen if isinstance(event, Understood)]
    return {**answer_to_json(result.answer, explain=explain), **dropped, **({"understood": understood[0]} if understood else {})}


def show_answer(events: Generator[Event, None, None], *, explain: bool = False) -> Answer:
    """Print an answer, a model's sentences as they arrive. `explain` adds why each sentence was chosen. Returns the result."""
    speaker = Speaker()

    def show(event: Event) -> None:
        if isinstance(event, SentenceWritten):
            speaker.say(event.sentence)
        elif isinstance(event, WordsCame):
            speaker.pend(event.text)
        elif isinstance(event, Understood) and event.meant != event.asked:
            from rich.text import Text

            console().print(Text(f"Understood as: {event.meant}", style="dim"))

    try:
        result = result_of(collect(events, show))
    finally:
        speaker.end()
    _show_result(result, speaker, explain=explain)
    return result.answer


def _show_result(result: Result, speaker: Speaker, *, explain: bool) -> None:
    """Print an answer, or the rest of it if the speaker has printed its sentences."""
    answer = result.answer
    speaker.end()
    if answer.abstained:
        _show_silence(result.hits, answer.note)
    else:
        if answer.note:
            notice(answer.note)
        _show_blocks(answer.blocks, is_said=speaker.has_spoken and answer.mode == "llm")
        _show_sources(result)
    if explain:
        _show_reasons(result)


def _show_blocks(blocks: Sequence[Block], *, is_said: bool) -> None:
    """Print the blocks of an answer; a model's text only if it was not printed before, followed by the lines that support it."""
    from rich.text import Text

    out = console()
    for number, block in enumerate(blocks):
        is_written = isinstance(block, Paragraph) and block.written
        if not (is_written and is_said):
            draw(out, block)
        if is_written and number + 1 < len(blocks):
            out.print(Text("\nIn your notes:", style="dim"))


def _show_sources(result: Result) -> None:
    """Print the sources of an answer, and its related concepts."""
    from rich.text import Text

    answer, out = result.answer, console()
    out.print()
    for (_, section), cited in groupby(answer.citations, key=lambda c: (c.document, (c.title, *c.section))):
        hanging(out, Text(heading(section), style="dim"), 2, 0)
        for citation in cited:
            out.print(Text.assemble((f"  [{citation.id}] ", "cyan"), citation.place))
            if also := also_in([copy.place for copy in citation.copies], citation.place):
                hanging(out, Text(also, style="dim"), 8, 6)
    if answer.related:
        out.print()
        hanging(out, Text(f"Related: {', '.join(map(result.labels.__getitem__, answer.related))}", style="dim"), 2, 0)
    if answer.learn_first:
        first = ", ".join(map(result.labels.__getitem__, answer.learn_first))
        hanging(out, Text(f"Learn first: {first}  ({for_library(f'study path --to {answer.learn_first[0]}')})", style="dim"), 2, 0)
    out.print(Text(f"Confidence {answer.confidence:.2f}, {answer.seconds:.2f} s", style="dim"))


def _show_reasons(result: Result) -> None:
    from rich.padding import Padding
    from rich.text import Text

    out = console()
    out.print()
    for number, sentence in enumerate(result.answer.sentences, start=1):
        out.print(Text.assemble((f"{number}. ", "bold"), f"{_beginning(sentence.text)}"))
        out.print(Padding(Text(sentence.why, style="dim"), (0, 0, 0, 3)))
    for dropped in result.dropped:
        out.print(Text.assemble(("dropped: ", "bold"), _beginning(dropped.text)))
        out.print(Padding(Text(dropped.reason, style="dim"), (0, 0, 0, 3)))


def _beginning(text: str) -> str:
    """A text's first words, on one line."""
    words = " ".join(text.split())
    return words if len(words) <= _SHOWN else words[:_SHOWN].rsplit(" ", 1)[0] + " …"


def _show_silence(hits: Sequence[Hit], note: str) -> None:
    from rich.text import Text

    from assistant.answers.model import DONT_SAY

    out = console()
    out.print(DONT_SAY, style="bold")
    if note:
        notice(note)
    if hits:
        out.print("The nearest passages, in case they help:")
    for hit in hits[:_NEAREST]:
        hanging(out, Text(f"{place(hit.chunk.document, hit.chunk.span)}  {heading((hit.chunk.title, *hit.chunk.section))}"), 4, 2)
