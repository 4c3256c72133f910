"""Readers of formats that people write as text: plain text, Markdown, source code, notebooks."""
