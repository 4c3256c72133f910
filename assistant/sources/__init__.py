"""The documents of a library as sources to open: their ids, their content, pictures of their pages."""
