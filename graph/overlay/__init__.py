"""Lay the atlas over the concepts of the documents: matching concepts, ranking of prerequisites, lessons."""
