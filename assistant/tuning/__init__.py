"""An encoder made to fit a library: pairs from its documents, training, the choice between old and new."""
