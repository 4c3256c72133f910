"""How good a ranking is, and whether another is better. Pure."""
