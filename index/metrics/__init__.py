"""Retrieval metrics and the comparison of rankings. Pure functions."""
