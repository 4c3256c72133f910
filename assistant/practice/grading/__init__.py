"""Compare a typed answer with the key points of an item."""
