"""Prepare text of documents for display."""
