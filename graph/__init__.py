"""The concept graph: concepts, prerequisites with evidence, and the paths through them."""
