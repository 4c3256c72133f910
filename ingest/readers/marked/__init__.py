"""Readers of markup languages: LaTeX, reStructuredText, Org."""
