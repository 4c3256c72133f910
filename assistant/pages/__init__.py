"""Self-contained pages drawn for a browser."""
