"""The concept graph: concepts, prerequisites with evidence, and the paths through them."""

MINING_VERSION = 5
"""The version of mining. Raise it when the same documents give a different graph, so that libraries rebuild theirs at the next ingest."""
