"""What is kept: the items, and the log of everything that the user did with them."""
