"""Values of the library as safe HTML."""
