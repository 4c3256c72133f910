"""Whether a written sentence is supported by the lines it cites."""
