"""Read files into documents, and cut documents into chunks that know their lines."""

READING_VERSION = 18
"""The version of reading. Raise it when the same bytes give a different document or different terms, so that libraries read their files
again."""
