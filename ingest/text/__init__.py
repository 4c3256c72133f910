"""Read text below the level of structure: bytes as lines, notations, terms, sentences."""
