"""How text is read below the level of structure: bytes to lines, notation, sentences, languages."""
