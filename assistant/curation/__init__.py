"""Corrections of the concept graph by the user, and judgements of it by a model."""
