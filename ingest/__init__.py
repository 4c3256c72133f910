"""Reading: files become documents, documents become chunks, each exact to the line."""

READING_VERSION = 4
"""Raised when the same bytes would become another document, so that libraries read them again."""
