"""Language models that word an answer: in this process or on a server, with their prompts and outputs."""
