"""`study ask`, `search`, `chat` and `show`."""
