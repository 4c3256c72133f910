"""Check whether a written sentence is supported by the lines that it cites."""
