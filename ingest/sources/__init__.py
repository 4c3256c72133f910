"""Finding, recognising and opening the files to ingest."""
