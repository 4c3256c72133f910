"""Evaluation sets: read, drafted, held out."""
