"""Schedule items: study days, memory, and the state after the log."""
