"""The units of the passages found, and the text around them."""
