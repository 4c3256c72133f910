"""Find the blocks, sections and questions in the lines of a text."""
