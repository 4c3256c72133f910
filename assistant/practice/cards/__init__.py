"""Items as cards for other programs, and cards of other programs as items."""
