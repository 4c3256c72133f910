"""Build a library, and keep it in step with its sources."""
