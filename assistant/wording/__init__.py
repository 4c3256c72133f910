"""How the documents' own words are displayed."""
