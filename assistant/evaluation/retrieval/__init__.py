"""Measure retrieval."""
