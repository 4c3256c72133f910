"""The public door: `Library` and what it hands out. It stands on every other room but the faces, and nothing below imports it."""
