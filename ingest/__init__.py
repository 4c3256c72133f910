"""Read files: they become documents, and documents become chunks, each exact to the line."""

READING_VERSION = 15
"""The version of reading. Raise it when the same bytes become another document or have other terms, so that libraries read them again."""
