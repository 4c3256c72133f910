"""The files of a library: its snapshots, and the documents, roots and status in them."""
