"""How the graph reads text: units, names, cues. Knows no concept."""
