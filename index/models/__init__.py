"""The encoder: its conversion, its runtime, and the cache of its vectors."""
