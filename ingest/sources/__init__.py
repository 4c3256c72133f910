"""Find, open and recognise the files to ingest."""
