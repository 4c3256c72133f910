"""The concept graph corrected by its user, or judged by a model."""
