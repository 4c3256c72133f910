"""Analyse what a question asks for."""
