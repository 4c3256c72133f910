"""The JSON of what leads through concepts: it needs that of graphs, of answers and of practice."""
