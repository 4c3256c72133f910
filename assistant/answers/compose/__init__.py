"""From units to an answer."""
