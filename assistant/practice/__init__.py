"""Practice: questions made from the notes, asked at the right time, graded fairly, and remembered."""
