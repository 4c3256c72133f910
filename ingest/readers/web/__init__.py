"""Readers of formats in HTML: web pages and EPUB books."""
