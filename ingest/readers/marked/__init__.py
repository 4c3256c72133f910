"""Readers of markup languages by their own marks: LaTeX, reStructuredText, Org."""
