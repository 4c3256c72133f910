"""From lines to blocks, sections and questions."""
