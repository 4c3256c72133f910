"""Readers of Office formats: Word and PowerPoint."""
