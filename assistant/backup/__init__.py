"""Back up what the user made into one file, and restore it."""
