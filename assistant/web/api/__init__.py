"""/api/v1: the JSON of the command line over HTTP."""
