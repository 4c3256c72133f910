"""Measure retrieval, answers and the graph, and save the runs."""
