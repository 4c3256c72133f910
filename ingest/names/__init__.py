"""What the author of a document names: titles, aliases, tags, links, defined terms, glossary and index entries."""
