"""`study ingest`, `status`, `inspect`, `backup`, `model`, `tune`."""
