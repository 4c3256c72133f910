"""How a library is built and kept in step with its sources."""
