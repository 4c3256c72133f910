"""Lines of a conversation that are not questions to the documents: thanks, greetings, a call for help. They are not searched."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

from ingest.language.language import Language, alternatives


class Talk(StrEnum):
    """The kind of a line of small talk. The names are those of the groups in `small_talk.txt`."""

    THANKS = "thanks"
    GREETING = "greeting"
    HELP = "help"
    AGREEMENT = "agreement"
    LEAVING = "leaving"


_REPLIES = {
    Talk.THANKS: "You're welcome. Ask on whenever you like.",
    Talk.GREETING: "Hello. Ask something that your notes may answer.",
    Talk.HELP: "Ask about your notes: what is X, why does X happen, X or Y. A follow-up may be short: why, what about Z, an example.",
    Talk.AGREEMENT: "Ask on whenever you like.",
    Talk.LEAVING: "Goodbye.",
}


def small_talk(line: str) -> tuple[Talk, str] | None:
    """The kind of a line and a reply to it; None for a question.

    >>> small_talk("Thanks!")[1]
    "You're welcome. Ask on whenever you like."
    >>> small_talk("what helps against wilting")
    """
    said = " ".join(re.sub(r"[^\w\s':]", " ", line).split())
    found = next((talk for talk in Talk if said and _patterns()[talk].fullmatch(said)), None)
    return None if found is None else (found, _REPLIES[found])


@cache
def _patterns() -> dict[Talk, re.Pattern[str]]:
    groups = Language.load("en").groups("small_talk")
    return {talk: re.compile(alternatives(groups[talk.value]), re.IGNORECASE) for talk in Talk}
