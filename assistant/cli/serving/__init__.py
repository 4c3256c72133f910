"""Commands that serve a library to other programs: a browser, an HTTP client."""
