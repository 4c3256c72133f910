"""Find the concepts in documents: names, aliases and definitions."""
