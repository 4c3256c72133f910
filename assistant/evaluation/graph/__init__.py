"""The concept graph measured."""
