"""Words for the files that a user made."""

from __future__ import annotations

from collections.abc import Collection

WORDS = {
    "conversations.sqlite": "conversations",
    "corrections.toml": "corrections",
    "judgements.json": "judgements of a language model",
    "practice.sqlite": "practice answers",
    "sets": "sets of questions",
    "uploads": "files added to the library",
    "settings.toml": "settings",
}
"""By name in a backup."""


def in_words(names: Collection[str]) -> str:
    """What files hold, for a person.

    >>> in_words(["corrections.toml", "settings.toml"])
    'corrections, settings'
    """
    return ", ".join(said for name, said in WORDS.items() if name in names)
