"""The concept graph: concepts, prerequisites with evidence, and the paths through them."""

MINING_VERSION = 5
"""Raised when the same documents would give another graph, so that libraries mine theirs again at the next ingest."""
