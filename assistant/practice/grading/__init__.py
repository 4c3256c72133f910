"""A typed answer compared with the key points of an item."""
