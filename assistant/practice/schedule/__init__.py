"""When to ask an item again: study days, memory, and the state that the log adds up to."""
