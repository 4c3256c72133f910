"""Recognise the parts of a note that are not its text ("furniture"): pictures, credits, navigation, link lists, references, metadata,
comments, templates."""
