"""PDF: from placed glyphs to lines in reading order."""
