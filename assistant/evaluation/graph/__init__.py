"""Measure the concept graph."""
