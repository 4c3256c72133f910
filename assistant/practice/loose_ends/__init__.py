"""What the notes leave open: questions, tasks, links that lead nowhere, what nothing defines, what is forgotten."""
