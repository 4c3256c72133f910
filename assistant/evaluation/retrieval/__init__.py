"""Retrieval measured."""
