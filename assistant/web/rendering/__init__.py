"""Values of the library as HTML in which no text of a document can do anything."""
