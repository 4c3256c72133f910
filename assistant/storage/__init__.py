"""The files of a library: its snapshots, with their documents, roots and status."""
