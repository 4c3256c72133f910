"""The values of the graph and their file."""
