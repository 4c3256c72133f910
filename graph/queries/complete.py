"""Completing the name of a concept as it is typed."""

from __future__ import annotations

from graph.model.columns import Outline

MOST = 200
"""A shell shows no more; the most important come first."""


def complete(outline: Outline, typed: str) -> list[tuple[str, str]]:
    """Concepts that complete a typed prefix, the most important first: a form without blanks, and the name.

    These are concepts with a name that begins with the prefix, or else with a word that does. Concepts that only the atlas has are offered
    only if none of the user's own fits.
    """
    own = set(outline.own())
    wanted = typed.strip().casefold().replace(" ", "-")
    found: dict[str, str] = {}
    inside: dict[str, str] = {}
    others: dict[str, str] = {}
    for number, (id_, label, names) in enumerate(zip(outline.ids, outline.labels, outline.names, strict=True)):
        form = next((form for form in (id_, *(name.replace(" ", "-") for name in names)) if form.startswith(wanted)), None)
        if form is not None:
            (found if number in own else others).setdefault(form, label)
        elif f"-{wanted}" in id_ and number in own:
            inside[id_] = label
    return list((found or inside or others).items())[:MOST]
