"""A library's files: snapshots and how one is built, kept in step with the sources, carried away and checked."""
