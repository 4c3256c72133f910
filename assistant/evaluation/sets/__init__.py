"""Evaluation sets: read them, draft them, hide the lines of their questions."""
