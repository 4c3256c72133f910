"""`study practice`, `study know` and `study cards`."""
