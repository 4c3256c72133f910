"""Evaluations as pages that need no network."""
