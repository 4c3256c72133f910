"""Reader of PDF: from glyphs with places to lines in reading order."""
