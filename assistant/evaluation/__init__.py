"""Measuring retrieval, answers and the graph, and what is kept of it."""
