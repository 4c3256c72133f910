"""The JSON of learning. It builds on that of graphs, answers and practice."""
