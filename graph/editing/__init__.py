"""Apply the user's corrections and a model's judgements to the graph."""
