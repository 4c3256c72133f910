"""Fit the encoder to a library: pairs from its documents, training, and the choice between old and new."""
