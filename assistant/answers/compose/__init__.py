"""Compose an answer from units."""
