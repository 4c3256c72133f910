"""Reading: files become documents, documents become chunks, each exact to the line."""

READING_VERSION = 6
"""Raised when the same bytes would become another document or be found by other terms, so that libraries read them again."""
