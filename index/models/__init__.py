"""The encoder: its conversion, how it runs, and the cache of what it computed."""
