"""Estimate how well each concept is known."""
