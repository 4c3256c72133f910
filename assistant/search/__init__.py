"""Filters, explanations of hits, and the source around a place."""
