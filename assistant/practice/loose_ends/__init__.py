"""Loose ends of the notes: open questions, tasks, broken links, undefined and forgotten concepts."""
