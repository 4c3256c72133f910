"""The pages of evaluation: saved runs, and sets of questions."""
