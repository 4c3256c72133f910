"""Find the names that the author of a document gives to things: titles, aliases, tags, links, defined terms, glossary and index entries."""
