"""Answers measured."""
