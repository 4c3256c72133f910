"""Language models that word an answer: in this process or behind a server, what they are given and what they may write."""
