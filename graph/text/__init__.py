"""Read text for the graph: units, names, cues. Independent of concepts."""
