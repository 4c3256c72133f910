"""Makers of items, one per module: each finds one kind of question in the notes."""
