"""`study eval`."""
