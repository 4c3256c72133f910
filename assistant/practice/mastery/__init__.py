"""How well each concept is known."""
