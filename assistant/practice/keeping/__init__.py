"""Store the items, and the log of the user's actions."""
