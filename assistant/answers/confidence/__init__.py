"""Estimate the probability that the documents answer a question."""
