"""What benchmarks/fit_graph.py fits the models of the concept graph on."""
