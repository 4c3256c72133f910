"""The units of the passages found, and what stands around them."""
