"""Formats that are text with lines of its own: plain text, Markdown, source code, notebooks."""
