"""Load the word lists in `data/language/`, and guess the language of a document."""
