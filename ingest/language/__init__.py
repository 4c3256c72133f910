"""The words of a language that the rules know, kept as data in `data/language/`."""
