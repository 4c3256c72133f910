"""Markup languages read by their own marks: LaTeX, reStructuredText, Org."""
