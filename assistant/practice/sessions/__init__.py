"""Choose the next question, and compute statistics of practice."""
