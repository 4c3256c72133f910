"""`study path`, `concept`, `why` and `graph`."""
