"""Make questions from the notes, and check them with gates."""
