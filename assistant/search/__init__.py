"""Where to look, why a passage was found, and the source around a place."""
