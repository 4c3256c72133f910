"""What the user and a model say of the graph, applied to it."""
