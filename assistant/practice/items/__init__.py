"""Questions made from the notes, and the gates that they have to pass."""
