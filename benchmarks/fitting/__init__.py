"""The data for benchmarks/fit_graph.py."""
