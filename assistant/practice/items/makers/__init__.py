"""One maker of items a module: each reads the notes for one kind of question."""
