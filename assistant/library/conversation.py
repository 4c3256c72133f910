"""A conversation that a library remembers."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Literal

from assistant.conversation.conversations import delete_conversation, export_conversation, load_turns, rename_conversation
from assistant.conversation.small_talk import Talk, small_talk
from assistant.search.filters import Within
from assistant.storage.snapshots import Layout

if TYPE_CHECKING:
    from assistant.answers.events import Event
    from assistant.answers.model import Answer
    from assistant.conversation.conversations import Turn
    from assistant.library.library import Library
    from index.rerank import Reranking


class Conversation:
    """Questions that follow one another. Each is understood from those before it, answered, and remembered with its answer.

    >>> chat = library.chat("exam")                                                   # doctest: +SKIP
    >>> chat.ask("what is dropout").citations[0].place
    >>> chat.ask("and why does it help").sentences[0].text
    """

    def __init__(
        self, library: Library, name: str, within: Within, model: str | Literal[False] | None, reranking: Reranking | None
    ) -> None:
        self.name = name
        self._library, self._within, self._model, self._reranking = library, within, model, reranking
        self._layout = Layout(library.folder)
        load_turns(self._layout, name)  # raises for an invalid name

    @property
    def turns(self) -> list[Turn]:
        """The turns so far, in order."""
        return load_turns(self._layout, self.name)

    def ask(self, question: str) -> Answer:
        """Answer a question in this conversation and remember both. Raises StudyError; then nothing is remembered."""
        from assistant.answers.events import last_result

        return last_result(self.stream(question)).answer

    def stream(self, question: str) -> Generator[Event, None, None]:
        """The same as events: `Understood` with the question as it was understood, sentences, and `Done`.

        If it is closed before the end, the part until then is remembered, if there is any.
        """
        from assistant.conversation.chatting import Chat
        from assistant.library.standing import with_standing

        session = self._library.session()
        chat = Chat(session, self.name, self._library.writer(self._model), allowed=session.allowed(self._within), reranking=self._reranking)
        yield from with_standing(session, chat.answer_events(question))

    @staticmethod
    def reply(line: str) -> tuple[Talk, str] | None:
        """The reply to small talk such as "thanks"; None for a question. Nothing is remembered."""
        return small_talk(line)

    def export(self) -> str:
        """The conversation as Markdown, with its citations. Raises UnknownConversation."""
        return export_conversation(self._layout, self.name)

    def rename(self, name: str) -> None:
        """Give the conversation another name. Raises UnknownConversation, and UsageError for a name that is taken or invalid."""
        rename_conversation(self._layout, self.name, name)
        self.name = name

    def delete(self) -> None:
        """Forget the conversation. Raises UnknownConversation."""
        delete_conversation(self._layout, self.name)
