"""The workers of an ingest: this process, several processes of this machine, or actors of a Ray cluster."""
