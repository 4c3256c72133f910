"""Readers of plain-text formats: plain text, Markdown, source code, notebooks."""
