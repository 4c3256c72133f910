"""Walks: a path gone step by step, over several days if need be, with an explanation and a few questions at each."""
