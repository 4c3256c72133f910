"""Know languages: the word lists in `data/language/`, and the language of a document."""
